//! Handles in parts that the walk does not visit.
//!
//! A drop frees at least the exclusive bytes, and at most the exclusive and the uncertain bytes together.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::ffi::CString;
use std::ops::Range;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::rc::{Rc, Weak};
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::{fmt, num};

use deep_size::advice::AdviceKind;
use deep_size::{DeepSize, SharedBlock, Walker, inspect, with};
use proptest::prelude::*;

use crate::support::{live_bytes, random_cases};

/// Declares a tree. Each node holds a weak handle on its parent in a field of the given type.
macro_rules! tree {
    ($(#[$outer:meta])* $name:ident { $(#[$attribute:meta])* $slot:ty }) => {
        $(#[$outer])*
        struct $name {
            children: RefCell<Vec<Rc<$name>>>,
            $(#[$attribute])*
            parent: $slot,
            data: Vec<u8>,
        }

        impl Tree for $name {
            fn new(size: usize) -> Rc<Self> {
                Rc::new(Self { children: RefCell::default(), parent: Default::default(), data: vec![0; size] })
            }

            fn adopt(self: &Rc<Self>, child: Rc<Self>) {
                child.parent.hold(Rc::downgrade(self));
                self.children.borrow_mut().push(child);
            }

            fn take_children(&self) -> Vec<Rc<Self>> {
                self.children.take()
            }
        }
    };
}

trait Tree: DeepSize {
    fn new(size: usize) -> Rc<Self>;
    fn adopt(self: &Rc<Self>, child: Rc<Self>);
    fn take_children(&self) -> Vec<Rc<Self>>;
}

/// A field with room for a handle.
trait Slot<T>: Default {
    fn hold(&self, handle: Weak<T>);
}

impl<T> Slot<T> for Cell<Option<Weak<T>>> {
    fn hold(&self, handle: Weak<T>) {
        self.replace(Some(handle));
    }
}

impl<T> Slot<T> for Cell<FlatSlot<T>> {
    fn hold(&self, handle: Weak<T>) {
        self.replace(FlatSlot { slot: RefCell::new(Some(handle)) });
    }
}

impl<T> Slot<T> for RefCell<Option<Weak<T>>> {
    fn hold(&self, handle: Weak<T>) {
        self.replace(Some(handle));
    }
}

impl<T, S: Slot<T>> Slot<T> for with::Flat<S> {
    fn hold(&self, handle: Weak<T>) {
        self.0.hold(handle);
    }
}

/// Declares structs around a slot.
macro_rules! slots {
    ($($(#[$outer:meta])* $name:ident { $(#[$attribute:meta])* })*) => {$(
        $(#[$outer])*
        struct $name<T> {
            $(#[$attribute])*
            slot: RefCell<Option<Weak<T>>>,
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self { slot: RefCell::default() }
            }
        }

        impl<T> Slot<T> for $name<T> {
            fn hold(&self, handle: Weak<T>) {
                self.slot.hold(handle);
            }
        }
    )*};
}

slots! {
    #[derive(DeepSize)]
    #[deep_size(flat)]
    FlatSlot {}
    ManualSlot {}
    #[derive(DeepSize)]
    SkippedSlot { #[deep_size(skip)] }
}

impl<T> DeepSize for ManualSlot<T> {
    fn walk_owned(&self, _: &mut Walker<'_>) {}
}

deep_size::flat_types! { ListedSlot<T> where [T] }

slots! { ListedSlot {} }

/// Holds the handle in a packed struct, whose fields cannot be borrowed.
#[derive(DeepSize)]
struct PackedSlot<T>(RefCell<Packed<T>>);

#[derive(DeepSize)]
#[repr(Rust, packed)]
#[allow(dead_code, reason = "the field holds a handle")]
struct Packed<T>(#[deep_size(skip)] Option<Weak<T>>);

impl<T> Default for PackedSlot<T> {
    fn default() -> Self {
        Self(RefCell::new(Packed(None)))
    }
}

impl<T> Slot<T> for PackedSlot<T> {
    fn hold(&self, handle: Weak<T>) {
        self.0.replace(Packed(Some(handle)));
    }
}

/// Holds the handle in a variant that a function measures.
#[derive(DeepSize)]
struct EnumSlot<T>(RefCell<Link<T>>);

#[derive(DeepSize)]
#[deep_size(bound = "")]
enum Link<T> {
    None,
    #[deep_size(with = |_, _| {})]
    Parent(Weak<T>),
}

impl<T> Default for EnumSlot<T> {
    fn default() -> Self {
        Self(RefCell::new(Link::None))
    }
}

impl<T> Slot<T> for EnumSlot<T> {
    fn hold(&self, handle: Weak<T>) {
        self.0.replace(Link::Parent(handle));
    }
}

tree! { #[derive(DeepSize)] Visible { RefCell<Option<Weak<Visible>>> } }
tree! { #[derive(DeepSize)] InCell { Cell<Option<Weak<InCell>>> } }
tree! { #[derive(DeepSize)] Skipped { #[deep_size(skip)] Cell<Option<Weak<Skipped>>> } }
tree! {
    #[derive(DeepSize)]
    ByFunction { #[deep_size(with = with::flat)] RefCell<Option<Weak<ByFunction>>> }
}
tree! {
    #[derive(DeepSize)]
    ByClosure { #[deep_size(with = |_, walker| walker.flat_field("part", &1_u8))] RefCell<Option<Weak<ByClosure>>> }
}
tree! { #[derive(DeepSize)] Wrapped { with::Flat<RefCell<Option<Weak<Wrapped>>>> } }
tree! { #[derive(DeepSize)] Flat { FlatSlot<Flat> } }
tree! { #[derive(DeepSize)] Listed { ListedSlot<Listed> } }
tree! { #[derive(DeepSize)] ManualPart { ManualSlot<ManualPart> } }
tree! { #[derive(DeepSize)] FlatInCell { Cell<FlatSlot<FlatInCell>> } }
tree! { #[derive(DeepSize)] SkippedPart { SkippedSlot<SkippedPart> } }
tree! { #[derive(DeepSize)] InPacked { PackedSlot<InPacked> } }
tree! { #[derive(DeepSize)] InVariant { EnumSlot<InVariant> } }
tree! { Manual { RefCell<Option<Weak<Manual>>> } }
tree! { Delegating { RefCell<Option<Weak<Delegating>>> } }

impl DeepSize for Manual {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("children", &self.children);
        walker.field("data", &self.data);
    }
}

impl DeepSize for Delegating {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        self.children.walk_owned(walker);
        self.data.walk_owned(walker);
    }
}

/// Declares trees with hand-written impls. Each impl upgrades the link to the parent in another way.
macro_rules! upgrading {
    ($($name:ident: |$link:ident, $walker:ident| $report:expr;)*) => {$(
        tree! { $name { RefCell<Option<Weak<$name>>> } }

        impl DeepSize for $name {
            fn walk_owned(&self, $walker: &mut Walker<'_>) {
                $walker.field("children", &self.children);
                $walker.field("data", &self.data);
                if let Some($link) = &*self.parent.borrow() {
                    $report;
                }
            }
        }
    )*};
}

upgrading! {
    Upgraded: |link, walker| {
        if let Some(parent) = link.upgrade() {
            walker.field("parent", &parent);
        }
    };
    UpgradedOption: |link, walker| walker.field("parent", &link.upgrade());
    UpgradedTwice: |link, walker| walker.field("parents", &[link.upgrade(), link.upgrade()]);
    UpgradedBlock: |link, walker| {
        if let Some(parent) = link.upgrade() {
            walker.shared(SharedBlock::of_rc(&parent), &*parent);
        }
    };
    UpgradedAndWeak: |link, walker| {
        walker.field("parent", link);
        walker.field("upgraded", &link.upgrade());
    };
}

/// A tree of nodes. Each node after the first is a child of an earlier one.
fn tree<T: Tree>(nodes: &[(usize, usize)]) -> Vec<Rc<T>> {
    let mut made: Vec<Rc<T>> = Vec::new();
    for &(size, parent) in nodes {
        let node = T::new(size);
        if !made.is_empty() {
            made[parent % made.len()].adopt(node.clone());
        }
        made.push(node);
    }
    made
}

/// Drops a tree while `outside` holds a link to a node, and compares the freed bytes with the report.
#[track_caller]
fn check<T: Tree>(nodes: &[(usize, usize)], held: Option<usize>, hides: bool) {
    let made = tree::<T>(nodes);
    let outside = held.map(|at| Rc::downgrade(&made[at % made.len()]));
    let root = made[0].clone();
    drop(made);
    check_drop(root, hides, usize::from(held.is_some()));
    drop(outside);
}

/// Drops the children of the first node, while that node is held outside.
#[track_caller]
fn check_children<T: Tree>(nodes: &[(usize, usize)]) {
    let root = tree::<T>(nodes).swap_remove(0);
    let children = root.take_children();
    // Each child has a link to the root.
    check_drop(children, true, 0);
}

/// Drops a value that leaks nothing. At most `outside` weak handles outside the value point to its blocks.
#[track_caller]
fn check_drop<V: DeepSize>(value: V, hides: bool, outside: usize) {
    let report = inspect(&value);
    let before = live_bytes();
    drop(value);
    let freed = usize::try_from(before - live_bytes()).unwrap();
    // The value itself is not on the heap.
    let least = report.exclusive_size() - size_of::<V>();
    assert_eq!((report.cyclic_size(), report.cycles().len()), (0, 0), "{report}");
    assert!(
        report.advice().all(|advice| !matches!(advice.kind(), AdviceKind::BreakCycle { .. })),
        "{report}"
    );
    assert!(least <= freed, "{freed} freed\n{report}");
    assert!(freed <= least + report.uncertain_size(), "{freed} freed\n{report}");
    if !hides {
        assert_eq!((freed, report.uncertain_size()), (least, 0), "{report}");
    }
    // No sentence claims that bytes stay alive if all are freed.
    if freed == report.heap_size() {
        assert!(!report.to_string().contains("stays alive"), "{report}");
        let weak = report.shared_allocations().filter_map(|block| block.outside_weak_count());
        assert!(weak.sum::<usize>() <= outside, "{report}");
        assert!(
            report.shared_allocations().all(|block| block.outside_strong_count().unwrap_or(0) == 0),
            "{report}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(random_cases(2_000)))]

    #[test]
    fn a_hidden_weak_handle_makes_a_drop_uncertain(
        nodes in prop::collection::vec((0_usize..100, 0_usize..100), 1..20),
        held in prop::option::of(0_usize..20),
    ) {
        check::<Visible>(&nodes, held, false);
        check::<InCell>(&nodes, held, true);
        check::<Skipped>(&nodes, held, true);
        check::<ByFunction>(&nodes, held, true);
        check::<ByClosure>(&nodes, held, true);
        check::<Wrapped>(&nodes, held, true);
        check::<Flat>(&nodes, held, true);
        check::<Listed>(&nodes, held, true);
        check::<ManualPart>(&nodes, held, true);
        check::<FlatInCell>(&nodes, held, true);
        check::<SkippedPart>(&nodes, held, true);
        check::<InPacked>(&nodes, held, true);
        check::<InVariant>(&nodes, held, true);
        check::<Manual>(&nodes, held, true);
        check::<Delegating>(&nodes, held, true);
    }

    #[test]
    fn an_upgraded_handle_makes_a_drop_uncertain(
        nodes in prop::collection::vec((0_usize..100, 0_usize..100), 1..20),
        held in prop::option::of(0_usize..20),
    ) {
        check::<Upgraded>(&nodes, held, true);
        check::<UpgradedOption>(&nodes, held, true);
        check::<UpgradedTwice>(&nodes, held, true);
        check::<UpgradedBlock>(&nodes, held, true);
        check::<UpgradedAndWeak>(&nodes, held, true);
        check_children::<Upgraded>(&nodes);
        check_children::<UpgradedOption>(&nodes);
        check_children::<UpgradedTwice>(&nodes);
        check_children::<UpgradedBlock>(&nodes);
    }
}

/// Strong handles in skipped fields are unseen, too.
#[test]
fn a_strong_handle_in_a_skipped_field_makes_a_drop_uncertain() {
    #[derive(DeepSize)]
    struct Pair {
        seen: Rc<Vec<u8>>,
        #[deep_size(skip)]
        hidden: Rc<Vec<u8>>,
    }
    let text = Rc::new(vec![0; 1000]);
    let pair = Pair { hidden: text.clone(), seen: text };
    let report = inspect(&pair);
    assert_eq!(report.uncertain_size(), 16 + 24 + 1000);
    assert!(report.to_string().contains("; 1.0 KiB may stay alive (not all handles were seen)"), "{report}");
    assert!(Rc::ptr_eq(&pair.seen, &pair.hidden));
}

/// Declares values with a raw pointer and a visible handle to one block. `Drop` releases both.
macro_rules! raw {
    ($($name:ident { $type:ty: |$raw:ident| $make:expr, |$pointer:ident| $get:expr })*) => {$({
        #[derive(DeepSize)]
        struct $name {
            seen: Arc<Vec<u8>>,
            pointer: $type,
        }
        impl Drop for $name {
            fn drop(&mut self) {
                let $pointer = &self.pointer;
                // SAFETY: the pointer comes from `Arc::into_raw`, and this is its only use.
                drop(unsafe { Arc::from_raw($get) });
            }
        }
        let seen = Arc::new(vec![0_u8; 1000]);
        let $raw = Arc::into_raw(seen.clone());
        let value = vec![$name { seen, pointer: $make }];
        let block = 16 + 24 + 1000;
        let report = inspect(&value);
        assert_eq!((report.external_size(), report.uncertain_size()), (block, block), "{report}");
        check_drop(value, true, 0);
    })*};
}

#[test]
fn a_raw_pointer_makes_a_drop_uncertain() {
    raw! {
        Plain { *const Vec<u8>: |raw| raw, |pointer| *pointer }
        Mutable { *mut Vec<u8>: |raw| raw.cast_mut(), |pointer| *pointer }
        Atomic { AtomicPtr<Vec<u8>>: |raw| AtomicPtr::new(raw.cast_mut()), |pointer| pointer.load(Relaxed) }
        Set { NonNull<Vec<u8>>: |raw| NonNull::new(raw.cast_mut()).unwrap(), |pointer| pointer.as_ptr() }
        Optional { Option<NonNull<Vec<u8>>>: |raw| NonNull::new(raw.cast_mut()), |pointer| pointer.unwrap().as_ptr() }
        InCell { Cell<*const Vec<u8>>: |raw| Cell::new(raw), |pointer| pointer.get() }
        InArray { [*const Vec<u8>; 1]: |raw| [raw], |pointer| pointer[0] }
        InVector { Vec<*const Vec<u8>>: |raw| vec![raw], |pointer| pointer[0] }
    }
}

#[test]
fn references_and_null_pointers_hide_no_handles() {
    #[derive(DeepSize)]
    struct Borrowing<'a> {
        seen: Arc<Vec<u8>>,
        reference: &'a Arc<Vec<u8>>,
        in_cell: Cell<Option<&'a Arc<Vec<u8>>>>,
        in_vector: Vec<&'a Arc<Vec<u8>>>,
        null: *const Vec<u8>,
        unset: Option<NonNull<Vec<u8>>>,
    }
    let outside = Arc::new(vec![0_u8; 1000]);
    let value = Borrowing {
        seen: outside.clone(),
        reference: &outside,
        in_cell: Cell::new(Some(&outside)),
        in_vector: vec![&outside],
        null: std::ptr::null(),
        unset: None,
    };
    let report = inspect(&value);
    assert_eq!((report.external_size(), report.uncertain_size()), (16 + 24 + 1000, 0), "{report}");
}

/// A node of a derived type with parts of the library's types.
#[derive(DeepSize)]
struct Usual {
    text: Arc<str>,
    map: HashMap<String, Vec<Option<Box<u8>>>>,
    tree: BTreeMap<u8, Cow<'static, str>>,
    range: Range<String>,
    lock: Mutex<(Option<PathBuf>, Result<CString, fmt::Error>)>,
    list: LinkedList<VecDeque<String>>,
    object: Box<dyn Part>,
    #[deep_size(with = with::flat)]
    number: num::ParseIntError,
}

trait Part: DeepSize {}

impl Part for String {}

#[test]
fn a_drop_of_derived_and_standard_types_is_certain() {
    let text: Arc<str> = "a".repeat(100).into();
    let usual = Usual {
        text: text.clone(),
        map: HashMap::from([("key".into(), vec![Some(Box::new(1))])]),
        tree: BTreeMap::from([(1, Cow::Owned("text".into()))]),
        range: String::from("a")..String::from("b"),
        lock: Mutex::new((Some("path".into()), Ok(c"text".into()))),
        list: LinkedList::from([VecDeque::from(["text".into()])]),
        object: Box::new(String::from("text")),
        number: "?".parse::<u8>().unwrap_err(),
    };
    let report = inspect(&usual);
    assert_eq!((report.external_size(), report.uncertain_size()), (16 + 100 + 4, 0), "{report}");
    assert!(Arc::ptr_eq(&usual.text, &text));
}
