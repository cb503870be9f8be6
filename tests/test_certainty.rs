//! The certainty of sizes: silent shortfalls, cycles back to the value, and pointers that are not followed.

use std::alloc::Layout;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{Hash, Hasher};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::rc::{self, Rc};
use std::sync::atomic::AtomicPtr;
use std::sync::{Arc, Weak};

use deep_size::{DeepSize, Reason, SharedBlock, Size, Tally, Walker, inspect};
use proptest::prelude::*;

use crate::support::report::checked_report;
use crate::support::{Sum, assert_exact, assert_flat, assert_opaque, live_bytes, random_cases};

mod support;

#[test]
fn a_value_that_may_be_uninitialised_is_opaque_unless_it_is_flat() {
    let text = || MaybeUninit::new(String::from("unseen"));
    // The texts are dropped explicitly, because `MaybeUninit` does not drop its value.
    struct Slots([MaybeUninit<String>; 2]);
    impl DeepSize for Slots {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.inner(&self.0);
        }
    }
    impl Drop for Slots {
        fn drop(&mut self) {
            for slot in &mut self.0 {
                // SAFETY: both slots are initialised, and nothing reads them again.
                unsafe { slot.assume_init_drop() };
            }
        }
    }
    assert_opaque(Reason::Uninit, || Slots([text(), text()]));
    assert_flat(MaybeUninit::<[u64; 4]>::uninit());
}

#[test]
fn pointers_are_counted_but_not_followed() {
    #[derive(DeepSize)]
    struct Node<'a> {
        name: &'a str,
        up: Cell<Option<&'a Node<'a>>>,
        raw: *const u8,
        unset: *mut u8,
        atomic: AtomicPtr<u8>,
        first: Option<NonNull<u8>>,
        level: Cell<u64>,
        nested: Cell<Option<Nested<'a>>>,
        function: Cell<fn(&str) -> usize>,
        either: Either,
        neither: Neither,
    }
    #[derive(Clone, Copy, DeepSize)]
    struct Nested<'a>(&'a u8);
    #[derive(DeepSize, Clone, Copy)]
    union Either {
        pointer: *mut u8,
        number: usize,
    }
    #[derive(DeepSize, Clone, Copy)]
    union Neither {
        number: usize,
        float: f64,
    }
    let name = String::from("name");
    let nodes: Vec<Node<'_>> = (0..3)
        .map(|_| Node {
            name: &name,
            up: Cell::new(None),
            raw: name.as_ptr(),
            unset: std::ptr::null_mut(),
            atomic: AtomicPtr::default(),
            first: NonNull::new(name.as_ptr().cast_mut()),
            level: Cell::new(0),
            nested: Cell::new(None),
            function: Cell::new(str::len),
            either: Either { number: 1 },
            neither: Neither { float: 1.0 },
        })
        .collect();
    assert!(Node::is_flat());
    let report = checked_report(&nodes);
    assert!(report.is_exact());
    assert_eq!(
        report.unfollowed_pointer_count(),
        3 * 6,
        "`name`, `up`, `raw`, `first`, `nested` and `either`"
    );
    assert!(
        report.to_string().contains("holds up to 18 references or raw pointers, not followed"),
        "{report}"
    );

    let map = HashMap::from([(1, &name), (2, &name)]);
    assert_eq!(inspect(&map).unfollowed_pointer_count(), 2);
    assert_eq!(inspect(&vec![String::new()]).unfollowed_pointer_count(), 0);
}

#[test]
fn a_cell_of_a_type_that_owns_memory_is_opaque() {
    assert_opaque(Reason::Cell, || UnsafeCell::new(vec![1_u8]));
    assert_opaque(Reason::Cell, || Cell::new(Some(rc::Weak::<String>::new())));
}

#[test]
fn one_call_states_size_and_certainty() {
    let texts = vec![String::from("one"), String::with_capacity(10)];
    let size = Size::of(&texts);
    assert_eq!((size.deep_size, size.upper_bound()), (texts.deep_size(), Some(texts.deep_size())));

    let rest = texts.into_iter();
    let size = Size::of(&rest);
    assert!(!size.is_exact());
    assert_eq!((size.lower_bound_count, size.opaque_part_count, size.upper_bound()), (1, 0, None));
    assert_eq!(inspect(&rest).size(), size);
}

#[test]
fn bounds_add_up_and_are_printed() {
    /// May own this many bytes more than counted.
    struct Bounded(usize);
    impl DeepSize for Bounded {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.lower_bound(Reason::Capacity, Some(self.0));
        }
    }
    let two = [Bounded(100), Bounded(28)];
    let size = Size::of(&two);
    assert_eq!((size.deep_size, size.upper_bound()), (16, Some(144)));
    assert_eq!(size.to_string(), "16 to 144 bytes");
    let text = inspect(&two).to_string();
    assert!(text.contains("a lower bound: 2 counted parts may have at most 128 B more"), "{text}");
    assert!(
        text.contains("counted as lower bounds\n  [].0: ") || text.contains("at most 128 B more, with"),
        "{text}"
    );

    assert!(Size::of(&Bounded(0)).is_exact(), "no byte can be missing");
    let size = Size::of(&[Bounded(usize::MAX), Bounded(usize::MAX)]);
    assert_eq!(size.upper_bound(), Some(usize::MAX));

    let mixed = (Bounded(1), Cell::new(String::new()));
    let size = Size::of(&mixed);
    assert_eq!((size.upper_bound(), size.lower_bound_count, size.opaque_part_count), (None, 1, 1));
    let text = inspect(&mixed).to_string();
    assert!(
        text.contains("a lower bound: 1 part was not counted, 1 counted part may have at most 1 B more"),
        "{text}"
    );
}

/// A node of a graph.
#[derive(DeepSize, Default)]
struct Node {
    links: RefCell<Vec<Rc<Node>>>,
    data: Vec<u8>,
}

#[test]
fn a_value_in_its_own_cycle_counts_once() {
    let root = Rc::new(Node { data: vec![0; 10_000], ..Node::default() });
    let child = Rc::new(Node { links: RefCell::new(vec![root.clone()]), ..Node::default() });
    root.links.borrow_mut().push(child);

    let in_a_method = |node: &Node| node.deep_size();
    assert_eq!(in_a_method(&root), root.heap_size());
    assert!(Size::of(&*root).is_exact());
    checked_report(&*root);
    root.links.take();
}

/// A value in a container of an owner, with a handle to the owner.
#[derive(DeepSize)]
struct Member<C> {
    data: Vec<u8>,
    owner: Rc<Owner<C>>,
    key: u16,
}

/// Owns members in the container `C`.
#[derive(DeepSize)]
struct Owner<C> {
    members: RefCell<Option<C>>,
    data: Vec<u8>,
}

impl<C> PartialEq for Member<C> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<C> Eq for Member<C> {}

impl<C> Ord for Member<C> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl<C> PartialOrd for Member<C> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<C> Hash for Member<C> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.key.hash(hasher);
    }
}

/// Fills a container with members, and asserts that each byte counts once, whichever part of the owner is measured.
fn assert_members_count_once<C: DeepSize>(
    collect: impl FnOnce(Vec<Member<C>>) -> C,
    each: impl Fn(&C, &mut dyn FnMut(&Member<C>)),
) where
    Member<C>: DeepSize,
{
    let before = live_bytes();
    let owner = Rc::new(Owner { members: RefCell::new(None), data: vec![0; 500] });
    let member = |key: u16| Member { data: vec![0; 1000 + usize::from(key)], owner: owner.clone(), key };
    let members = collect((0..20).map(member).collect());
    owner.members.replace(Some(members));
    let live = usize::try_from(live_bytes() - before).unwrap();

    assert_eq!(owner.heap_size(), live);
    let members = owner.members.borrow();
    each(members.as_ref().unwrap(), &mut |member| {
        assert_counts(member, live);
        assert_counts(&member.owner, live);
    });
    assert_counts(members.as_ref().unwrap(), live);
    assert_counts(&*owner, live);
    drop(members);
    owner.members.take();
}

/// Asserts that the value, which is inside a block that it owns, has this deep size.
#[track_caller]
fn assert_counts<T: DeepSize + ?Sized>(value: &T, bytes: usize) {
    let size = Size::of(value);
    assert_eq!(size.to_string(), format!("{bytes} bytes"), "of {}", std::any::type_name::<T>());
    assert_eq!(Sum::of(value).size(), size);
    assert_eq!(Tally::new().add(value), bytes);
    checked_report(value);
}

/// Calls `assert_members_count_once` for each container.
macro_rules! assert_members_count_once {
    ($($name:ident($container:ty): $collect:expr, $members:expr;)*) => {$({
        #[derive(DeepSize)]
        struct $name($container);
        let members: fn(&$container) -> Vec<&Member<$name>> = $members;
        assert_members_count_once(|all| $name($collect(all)), |$name(container), check| {
            members(container).into_iter().for_each(check);
        });
    })*};
}

#[test]
#[expect(clippy::vec_box, reason = "boxes in a vector are a case")]
fn a_value_in_a_block_of_its_cycle_counts_once() {
    /// A member behind a tag, so that the block is larger than the member.
    type Tagged<C> = (u128, Member<C>);

    fn tagged<C>(all: Vec<Member<C>>) -> Vec<Tagged<C>> {
        all.into_iter().map(|member| (0, member)).collect()
    }
    fn by_key<C, M: FromIterator<(u16, Member<C>)>>(all: Vec<Member<C>>) -> M {
        all.into_iter().map(|member| (member.key, member)).collect()
    }
    fn unkeyed<C, M: FromIterator<(Member<C>, u16)>>(all: Vec<Member<C>>) -> M {
        all.into_iter().map(|member| (member, 0)).collect()
    }
    fn boxed<C>(all: Vec<Member<C>>) -> Vec<Box<Member<C>>> {
        all.into_iter().map(Box::new).collect()
    }
    fn array<C>(all: Vec<Member<C>>) -> Box<[Member<C>; 20]> {
        all.into_boxed_slice().try_into().unwrap_or_else(|_| unreachable!("there are 20"))
    }

    assert_members_count_once! {
        InVec(Vec<Member<InVec>>): |all| all, |all| all.iter().collect();
        InVecDeque(VecDeque<Member<InVecDeque>>): |all| {
            let mut all = VecDeque::from(all);
            all.rotate_left(7);
            all
        }, |all| all.iter().collect();
        InSlice(Box<[Member<InSlice>]>): Vec::into_boxed_slice, |all| all.iter().collect();
        InArray(Box<[Member<InArray>; 20]>): array, |all| all.iter().collect();
        InSharedSlice(Rc<[Member<InSharedSlice>]>): Rc::from, |all| all.iter().collect();
        InBinaryHeap(BinaryHeap<Member<InBinaryHeap>>): BinaryHeap::from, |all| all.iter().collect();
        InLinkedList(LinkedList<Member<InLinkedList>>): LinkedList::from_iter, |all| all.iter().collect();
        InBTreeSet(BTreeSet<Member<InBTreeSet>>): BTreeSet::from_iter, |all| all.iter().collect();
        InBTreeMap(BTreeMap<u16, Member<InBTreeMap>>): by_key, |all| all.values().collect();
        InBTreeKeys(BTreeMap<Member<InBTreeKeys>, u16>): unkeyed, |all| all.keys().collect();
        InHashSet(HashSet<Member<InHashSet>>): HashSet::from_iter, |all| all.iter().collect();
        InHashMap(HashMap<u16, Member<InHashMap>>): by_key, |all| all.values().collect();
        InHashKeys(HashMap<Member<InHashKeys>, u16>): unkeyed, |all| all.keys().collect();
        InBoxes(Vec<Box<Member<InBoxes>>>): boxed, |all| all.iter().map(|member| &**member).collect();
        InLargerValues(Vec<Tagged<InLargerValues>>): tagged, |all| all.iter().map(|(_, member)| member).collect();
        InLargerBoxes(Vec<Box<Tagged<InLargerBoxes>>>): |all| tagged(all).into_iter().map(Box::new).collect(),
            |all| all.iter().map(|pair| &pair.1).collect();
        InVariants(Vec<Result<Member<InVariants>, u8>>): |all: Vec<_>| all.into_iter().map(Ok).collect(),
            |all| all.iter().flatten().collect();
        InObjects(Vec<Box<dyn AsMember<InObjects>>>): |all: Vec<_>| all.into_iter().map(object).collect(),
            |all| all.iter().map(|object| object.as_member()).collect();
    }
}

#[test]
fn a_part_of_a_vector_in_its_own_cycle_counts_once() {
    struct Shared(Rc<[Member<Shared>]>);
    impl DeepSize for Shared {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("0", &self.0);
        }
    }

    let before = live_bytes();
    let owner = Rc::new(Owner { members: RefCell::new(None), data: vec![0; 500] });
    let member = |key: u16| Member { data: vec![0; usize::from(key)], owner: owner.clone(), key };
    let members: Rc<[_]> = (0..20).map(member).collect();
    owner.members.replace(Some(Shared(members.clone())));
    let live = usize::try_from(live_bytes() - before).unwrap();
    for part in [0..20, 0..1, 3..17, 19..20] {
        assert_counts(&members[part], live);
    }
    owner.members.take();
}

/// A trait for trait objects of members.
trait AsMember<C>: DeepSize {
    fn as_member(&self) -> &Member<C>;
}

impl<C: DeepSize> AsMember<C> for Member<C> {
    fn as_member(&self) -> &Member<C> {
        self
    }
}

impl<C: DeepSize> AsMember<C> for (u64, Member<C>) {
    fn as_member(&self) -> &Member<C> {
        &self.1
    }
}

/// Members as objects of two types.
fn object<C: DeepSize + 'static>(member: Member<C>) -> Box<dyn AsMember<C>> {
    if member.key % 2 == 0 { Box::new(member) } else { Box::new((0_u64, member)) }
}

/// A handle can pass itself as the flat contents of its block.
#[test]
fn a_handle_passed_as_contents_is_not_taken_for_a_cycle() {
    #[derive(Clone)]
    struct Thin(Arc<[u8; 100]>);
    impl DeepSize for Thin {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.shared(SharedBlock::of_arc(&self.0), &Arc::as_ptr(&self.0).addr());
        }
    }
    struct Id(Box<[u8; 1000]>);
    impl DeepSize for Id {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.shared(SharedBlock::new(&raw const *self.0, Layout::for_value(&*self.0)), self);
        }
    }

    assert_exact(|| Thin(Arc::new([0; 100])));
    assert_exact(|| Id(Box::new([0; 1000])));
    assert_exact(|| {
        let handle = Thin(Arc::new([0; 100]));
        vec![handle.clone(), handle]
    });
}

/// A part at the address of the root, which is smaller than the root, is not the root.
#[test]
fn the_first_part_of_a_value_is_measured_after_a_shared_handle() {
    #[repr(C)]
    struct Inline {
        items: [String; 2],
        shared: Rc<u8>,
    }
    impl DeepSize for Inline {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("shared", &self.shared);
            walker.elements(&self.items);
        }
    }
    assert_exact(|| Inline { items: ["a".repeat(100), "b".repeat(50)], shared: Rc::new(1) });
}

/// A value with the address and the size of the root is a part of it, such as the only field of a wrapper.
#[test]
fn a_wrapper_around_a_shared_handle_is_not_mistaken_for_a_cycle() {
    #[derive(DeepSize)]
    struct Wrapper([[Rc<Vec<u8>>; 1]; 1]);
    let target = Rc::new(vec![0_u8; 100]);
    let handles = vec![target.clone(), target.clone()];
    assert_exact(|| Wrapper([[Rc::new(vec![0_u8; 10])]]));
    assert_eq!(handles.heap_size(), 16 + 16 + 24 + 100);
    assert_eq!(handles[..1].heap_size(), 16 + 24 + 100);
    assert_eq!([handles].heap_size(), 16 + 16 + 24 + 100);
}

#[test]
fn a_weak_handle_that_a_walk_upgrades_counts_its_block_once() {
    struct Entry {
        strong: Option<Arc<Vec<u8>>>,
        weak: Weak<Vec<u8>>,
        is_weak_first: bool,
    }
    impl DeepSize for Entry {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            if !self.is_weak_first {
                walker.field("strong", &self.strong);
            }
            if let Some(target) = self.weak.upgrade() {
                walker.field("target", &target);
            }
            walker.field("strong", &self.strong);
        }
    }
    for is_weak_first in [false, true] {
        assert_exact(|| {
            let strong = Arc::new(vec![0; 1000]);
            Entry { weak: Arc::downgrade(&strong), strong: Some(strong), is_weak_first }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(random_cases(2_000)))]

    /// A graph of nodes with random links, measured from each of its nodes.
    #[test]
    fn a_node_of_a_graph_counts_no_byte_twice(
        sizes in prop::collection::vec(0_usize..100, 1..8),
        links in prop::collection::vec((0_usize..8, 0_usize..8), 0..20),
    ) {
        let before = live_bytes();
        let nodes: Vec<Rc<Node>> =
            sizes.iter().map(|&size| Rc::new(Node { data: vec![0; size], ..Node::default() })).collect();
        for &(from, to) in &links {
            let (from, to) = (&nodes[from % nodes.len()], &nodes[to % nodes.len()]);
            from.links.borrow_mut().push(to.clone());
        }
        let live = usize::try_from(live_bytes() - before).unwrap();
        for node in &nodes {
            let size = Size::of(&**node);
            // If a cycle leads back to the node, its block counts with the two counts. The allocator also counts `nodes`.
            let counts = 2 * size_of::<usize>();
            let is_in_cycle = size.deep_size == node.heap_size();
            prop_assert!(is_in_cycle || size.deep_size == node.heap_size() - counts);
            prop_assert!(size.deep_size + nodes.capacity() * size_of::<usize>() <= live);
            prop_assert!(size.is_exact());
            prop_assert_eq!(Sum::of(&**node).size(), size);
            checked_report(&**node);
        }
        nodes.iter().for_each(|node| drop(node.links.take()));
    }
}
