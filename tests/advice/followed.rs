//! Follows each piece of advice, and measures the saving with the allocator.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::ffi::{CString, OsString};
use std::hash::Hash;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use deep_size::advice::{AdviceKind, Certainty};
use deep_size::observer::Allocation;
use deep_size::{DeepSize, Inspector, Observer, Tally, inspect};

use crate::support::live_bytes;

/// The advice for a value, with short paths.
fn advice<T: DeepSize>(value: &T) -> Vec<(String, AdviceKind, usize, Certainty)> {
    let report = Inspector::new().compare_contents(true).inspect(value);
    let found = report.advice();
    found.map(|one| (one.node().path(), one.kind(), one.saved_size(), one.certainty())).collect()
}

/// The only advice.
#[track_caller]
fn only<T: DeepSize>(value: &T) -> (String, AdviceKind, usize, Certainty) {
    let mut found = advice(value);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// The heap bytes that a change saves, after its temporary memory is freed.
#[track_caller]
fn saved<A, B>(value: A, change: impl FnOnce(A) -> B) -> usize {
    let before = live_bytes();
    let changed = change(value);
    let saved = before - live_bytes();
    drop(changed);
    usize::try_from(saved).expect("the change saves memory")
}

#[track_caller]
fn assert_shrinks<T: DeepSize>(value: T, shrink: impl FnOnce(&mut T)) {
    let (path, kind, bytes, certainty) = only(&value);
    assert_eq!((path.as_str(), kind, certainty), (".", AdviceKind::ShrinkToFit, Certainty::Exact));
    let freed = saved(value, |mut value| {
        shrink(&mut value);
        value
    });
    assert_eq!(freed, bytes);
}

#[test]
fn shrinking_saves_the_spare_capacity() {
    let mut vector = Vec::with_capacity(100);
    vector.extend([1_u32; 10]);
    assert_shrinks(vector, Vec::shrink_to_fit);
    assert_shrinks(Vec::<u64>::with_capacity(3), Vec::shrink_to_fit);
    let mut text = String::with_capacity(100);
    text.push('a');
    assert_shrinks(text, String::shrink_to_fit);
    assert_shrinks(OsString::with_capacity(9), OsString::shrink_to_fit);
    assert_shrinks(PathBuf::with_capacity(9), PathBuf::shrink_to_fit);
    let mut queue = VecDeque::with_capacity(16);
    queue.extend([1_u8, 2, 3]);
    queue.push_front(0);
    assert_shrinks(queue, VecDeque::shrink_to_fit);
    let mut heap = BinaryHeap::with_capacity(10);
    heap.push(1_u16);
    assert_shrinks(heap, BinaryHeap::shrink_to_fit);
    assert_eq!(advice(&vec![String::from("no spare")]), []);
}

#[track_caller]
fn assert_table_shrinks<T: DeepSize>(value: T, shrink: impl FnOnce(&mut T)) {
    let found = advice(&value);
    let freed = saved(value, |mut value| {
        shrink(&mut value);
        value
    });
    // No advice without a saving.
    let bytes = found.first().map_or(0, |(_, kind, bytes, certainty)| {
        assert_eq!((kind, *certainty), (&AdviceKind::ShrinkToFit, Certainty::AtLeast));
        *bytes
    });
    assert_eq!(freed, bytes);
}

fn table<K: Hash + Eq, V>(capacity: usize, entries: impl Iterator<Item = (K, V)>) -> HashMap<K, V> {
    let mut map = HashMap::with_capacity(capacity);
    map.extend(entries);
    map
}

#[test]
fn half_empty_tables_are_shrunk() {
    // Creates the thread-local keys of the standard library.
    drop(HashMap::<u8, u8>::new());
    for len in (0..40_u32).chain([100, 447, 448, 449, 900]) {
        for capacity in [0, 10, 30, 100, 2000] {
            assert_table_shrinks(table(capacity, (0..len).map(|key| (key, key))), HashMap::shrink_to_fit);
            let mut set = HashSet::with_capacity(capacity);
            set.extend((0..len).map(u64::from));
            assert_table_shrinks(set, HashSet::shrink_to_fit);
        }
    }
    let map = table(1000, (0..10_u8).map(|key| (key, [key; 100])));
    assert!(only(&map).2 > 100_000);
}

/// The bytes of the nodes of a tree, and of a packed tree.
#[derive(Default)]
struct Nodes {
    bytes: usize,
    packed: usize,
}

impl Observer for Nodes {
    fn allocation(&mut self, node: &Allocation) {
        self.bytes += node.layout.size();
    }

    fn rebuilt_size(&mut self, bytes: usize) {
        self.packed += bytes;
    }
}

#[test]
fn the_size_of_a_packed_tree_is_predicted() {
    for len in (0..2000_u32).chain([11 + 12 * 143, 30_000, 12 * 12 * 12 * 12 - 1, 12 * 12 * 12 * 12]) {
        let tree: BTreeMap<u32, u16> = (0..len).map(|key| (key, 1)).collect();
        let mut nodes = Nodes::default();
        Tally::new().add_observed(&tree, &mut nodes);
        assert_eq!(nodes.packed, nodes.bytes, "{len} entries");
    }
}

#[test]
fn half_empty_trees_are_rebuilt() {
    // Ascending inserts leave a node with six entries at each split.
    let mut tree = BTreeSet::new();
    tree.extend(0..1000_u64);
    let (_, kind, bytes, certainty) = only(&tree);
    assert_eq!((kind, certainty), (AdviceKind::Rebuild, Certainty::Exact));
    assert_eq!(saved(tree, |tree| tree.into_iter().collect::<BTreeSet<_>>()), bytes);

    let mut tree: BTreeMap<u32, String> = (0..1000).map(|key| (key, String::new())).collect();
    tree.retain(|key, _| key % 3 == 0);
    let (_, kind, bytes, certainty) = only(&tree);
    assert_eq!((kind, certainty), (AdviceKind::Rebuild, Certainty::Exact));
    assert_eq!(saved(tree, |tree| tree.into_iter().collect::<BTreeMap<_, _>>()), bytes);
    assert_eq!(advice(&(0..1000).map(|key| (key, 'a')).collect::<BTreeMap<u32, char>>()), []);
}

#[test]
fn full_vectors_can_be_boxed_slices() {
    let value: Vec<Vec<u16>> = (0..100_u16).map(|number| vec![number; number.into()]).collect();
    let expected = ("[]".to_owned(), AdviceKind::BoxedSlice, 800, Certainty::AtLeast);
    assert_eq!(only(&value), expected);
    let boxed = |value: Vec<Vec<u16>>| {
        let mut boxed: Vec<Box<[u16]>> = Vec::with_capacity(value.len());
        boxed.extend(value.into_iter().map(Vec::into_boxed_slice));
        boxed
    };
    assert_eq!(saved(value, boxed), 800);

    #[derive(DeepSize)]
    struct Page {
        number: u32,
        text: String,
    }
    #[derive(DeepSize)]
    struct Boxed {
        _number: u32,
        _text: Box<str>,
    }
    let mut value: Vec<Page> =
        (0..200).map(|number| Page { number, text: number.to_string().repeat(3) }).collect();
    value.iter_mut().for_each(|page| page.text.shrink_to_fit());
    let expected = ("[].text".to_owned(), AdviceKind::BoxedSlice, 1600, Certainty::AtLeast);
    assert_eq!(only(&value), expected);
    let boxed = |value: Vec<Page>| {
        let mut boxed: Vec<Boxed> = Vec::with_capacity(value.len());
        let page = |page: Page| Boxed { _number: page.number, _text: page.text.into() };
        boxed.extend(value.into_iter().map(page));
        boxed
    };
    assert_eq!(saved(value, boxed), 1600);
}

#[test]
fn small_boxed_values_can_be_unboxed() {
    let mut value: Vec<Box<u32>> = Vec::with_capacity(100);
    value.extend((0..100).map(Box::new));
    assert_eq!(only(&value), ("[]".to_owned(), AdviceKind::Unbox, 800, Certainty::Exact));
    let mut value: Vec<Box<[u64; 3]>> = Vec::with_capacity(110);
    value.extend((0..100).map(|number| Box::new([number; 3])));
    let found = advice(&value);
    let (_, kind, bytes, certainty) =
        found.iter().find(|found| found.0 == "[]").expect("the boxes are small");
    assert_eq!((kind.clone(), *certainty), (AdviceKind::Unbox, Certainty::Exact));
    let unboxed = |value: Vec<Box<[u64; 3]>>| {
        let mut unboxed = Vec::with_capacity(value.capacity());
        unboxed.extend(value.into_iter().map(|number| *number));
        unboxed
    };
    assert_eq!(saved(value, unboxed), *bytes);

    let value: HashMap<u64, Box<u64>> = (0..448).map(|key| (key, Box::new(key))).collect();
    assert_eq!(only(&value), ("values[]".into(), AdviceKind::Unbox, 448 * 8, Certainty::AtLeast));
    let before = live_bytes();
    let unboxed: HashMap<u64, u64> = value.iter().map(|(key, value)| (*key, **value)).collect();
    let size = live_bytes() - before;
    drop(unboxed);
    let total = value.heap_size() as isize;
    assert_eq!(total - size, 448 * 8);
}

trait Shape: DeepSize {}
impl Shape for u8 {}

#[derive(DeepSize)]
struct List(u8, Option<Box<List>>);

#[test]
fn necessary_boxes_get_no_advice() {
    let erased: Vec<Box<dyn Shape>> = (0..100_u8).map(|number| Box::new(number) as Box<dyn Shape>).collect();
    assert_eq!(advice(&erased), []);
    let texts: Vec<Box<str>> = (0..100).map(|number: u8| number.to_string().into()).collect();
    assert_eq!(advice(&texts), []);
    let list = (0..100).fold(List(0, None), |list, number| List(number, Some(Box::new(list))));
    assert_eq!(advice(&list), []);
    let few: Vec<Box<u8>> = (0..10).map(Box::new).collect();
    assert_eq!(advice(&few), []);
}

fn words() -> impl Iterator<Item = String> {
    (0..300_usize).map(|number| "a word that is in many places".repeat(number % 7))
}

/// Keeps each text once, behind a shared handle.
fn share(texts: &[impl AsRef<str>]) -> Vec<Arc<str>> {
    let mut known: HashMap<&str, Arc<str>> = HashMap::new();
    let mut shared = Vec::with_capacity(texts.len());
    for text in texts {
        let text = text.as_ref();
        shared.push(known.entry(text).or_insert_with(|| text.into()).clone());
    }
    shared
}

#[test]
fn equal_texts_are_shared() {
    let boxed: Vec<Box<str>> = words().map(String::into_boxed_str).collect();
    let (path, kind, bytes, certainty) = only(&boxed);
    assert_eq!((path.as_str(), kind), ("[]", AdviceKind::ShareEqual { distinct_count: 7 }));
    assert_eq!(certainty, Certainty::AtLeast);
    assert_eq!(saved(boxed, |boxed| share(&boxed)), bytes);

    let apart: Vec<Arc<str>> = words().map(Arc::from).collect();
    let (_, kind, bytes, _) = only(&apart);
    assert_eq!(kind, AdviceKind::ShareEqual { distinct_count: 7 });
    assert_eq!(saved(apart, |apart| share(&apart)), bytes);

    // The handles become smaller too.
    let texts: Vec<String> = words().collect();
    let found = advice(&texts);
    let share_texts = found.iter().find(|found| found.1 == AdviceKind::ShareEqual { distinct_count: 7 });
    let bytes = share_texts.expect("they are equal").2;
    assert_eq!(saved(texts, |texts| share(&texts)), bytes + 300 * 8);

    assert_eq!(inspect(&words().map(String::into_boxed_str).collect::<Vec<_>>()).advice().len(), 0);
    assert_eq!(advice(&share(&words().collect::<Vec<_>>())), []);
}

#[test]
fn byte_strings_of_every_kind_are_compared() {
    let text = || "the same in all of them, and long enough to be shared";
    let value = (
        vec![Vec::from(text()), Vec::from(text())],
        vec![CString::new(text()).expect("no nul"), CString::new(text()).expect("no nul")],
        vec![OsString::from(text()), OsString::from(text())],
        vec![PathBuf::from(text()), PathBuf::from(text())],
        [Rc::<[u8]>::from(text().as_bytes()), Rc::<[u8]>::from(text().as_bytes())],
        vec![vec![1_u16; 50], vec![1_u16; 50]],
    );
    let mut found: Vec<String> = advice(&value).into_iter().map(|found| found.0).collect();
    found.sort();
    assert_eq!(found, ["0[]", "1[]", "2[]", "3[]", "4[]"]);
}

#[derive(DeepSize)]
struct Person {
    name: String,
    parent: RefCell<Option<Rc<Person>>>,
    children: RefCell<Vec<Rc<Person>>>,
}

#[test]
fn cycles_are_broken() {
    let person =
        |name: &str| Person { name: name.into(), parent: RefCell::default(), children: RefCell::default() };
    let ada = Rc::new(person("Ada"));
    for name in ["Byron", "Annabella", "Ralph"] {
        let child = Person { parent: RefCell::new(Some(ada.clone())), ..person(name) };
        ada.children.borrow_mut().push(Rc::new(child));
    }
    ada.children.borrow_mut().shrink_to_fit();
    // Each child has only one handle, so its block belongs to Ada's.
    let report = inspect(&ada);
    let [advice] = report.advice().collect::<Vec<_>>()[..] else { panic!("{report:#}") };
    assert_eq!((advice.declaration(), advice.place_count(), advice.count()), ("Person::parent", 1, 1));
    assert_eq!(advice.kind(), AdviceKind::BreakCycle { block_count: 1 });
    assert_eq!(advice.certainty(), Certainty::Exact);
    let before = live_bytes();
    ada.children.borrow().iter().for_each(|child| drop(child.parent.take()));
    drop(ada);
    assert_eq!(usize::try_from(before - live_bytes()), Ok(advice.saved_size()));
}

#[test]
fn a_cycle_gets_no_advice_if_its_handles_own_their_blocks() {
    let person =
        |name: &str| Person { name: name.into(), parent: RefCell::default(), children: RefCell::default() };
    let (ada, grace) = (Rc::new(person("Ada")), Rc::new(person("Grace")));
    *grace.parent.borrow_mut() = Some(ada.clone());
    // Only this handle holds Grace.
    *ada.parent.borrow_mut() = Some(grace);
    assert_eq!(advice(&ada), []);
    assert!(inspect(&ada).cyclic_size() > 0);
    ada.parent.take();
}

#[test]
fn advice_is_sorted_by_saving() {
    let value = (vec![0_u8; 0], String::with_capacity(10), Vec::<u64>::with_capacity(10));
    let report = inspect(&value);
    let sentences: Vec<String> = report.advice().map(|advice| advice.to_string()).collect();
    assert_eq!(
        sentences,
        [
            "2: save 80 bytes: call `shrink_to_fit` after the last insertion: 1 value with spare capacity",
            "1: save 10 bytes: call `shrink_to_fit` after the last insertion: 1 value with spare capacity",
        ]
    );
}

/// Vectors of these numbers of elements, pushed one by one.
fn pushed<T>(lengths: &[usize], capacity: usize, mut make: impl FnMut() -> T) -> Vec<Vec<T>> {
    let grown = lengths.iter().map(|&length| {
        let mut vector = Vec::with_capacity(capacity);
        (0..length).for_each(|_| vector.push(make()));
        vector
    });
    grown.collect()
}

/// Compares the advice of a kind on pushed elements with the same pushes of changed elements. Returns the number of comparisons.
#[track_caller]
fn follow_pushed<Old: DeepSize, New>(
    is_it: fn(&AdviceKind) -> bool,
    mut old: impl FnMut() -> Old,
    mut new: impl FnMut() -> New,
) -> usize {
    let mut followed = 0;
    for capacity in 0..4 {
        for most in [1, 4, 5, 20] {
            let lengths: Vec<usize> = (0..100).map(|number| 1 + number % most).collect();
            let value = pushed(&lengths, capacity, &mut old);
            let is_on_elements = |path: &str| path != "[]";
            let found =
                advice(&value).into_iter().find(|(path, kind, ..)| is_it(kind) && is_on_elements(path));
            let before = live_bytes();
            drop(value);
            let freed = before - live_bytes();
            let before = live_bytes();
            let value = pushed(&lengths, capacity, &mut new);
            let saved = freed - (live_bytes() - before);
            drop(value);
            if let Some((_, _, bytes, certainty)) = found {
                let bytes = isize::try_from(bytes).unwrap();
                assert!(bytes <= saved, "{bytes} claimed, {saved} saved");
                assert!(certainty == Certainty::AtLeast || bytes == saved, "{bytes} claimed, {saved} saved");
                followed += 1;
            }
        }
    }
    followed
}

#[test]
fn smaller_elements_may_grow_the_first_buffer() {
    let unbox = |kind: &AdviceKind| *kind == AdviceKind::Unbox;
    assert_eq!(follow_pushed(unbox, || Box::new(1_u8), || 1_u8), 16);
    assert_eq!(follow_pushed(unbox, || Box::new(1_u16), || 1_u16), 16);
    assert_eq!(follow_pushed(unbox, || Box::new(1_u64), || 1_u64), 16);
    assert!(follow_pushed(unbox, || Box::new([1_u64; 2]), || [1_u64; 2]) > 0);

    #[derive(DeepSize)]
    struct Large<T, const N: usize> {
        rare: Option<T>,
        more: [u64; N],
    }
    fn large<T, const N: usize>() -> Large<T, N> {
        Large { rare: None, more: [0; N] }
    }
    type Rare = (String, [u64; 20]);
    let box_option = |kind: &AdviceKind| matches!(kind, AdviceKind::BoxOption { .. });
    assert_eq!(follow_pushed(box_option, large::<Rare, 10>, large::<Box<Rare>, 10>), 16);
    assert_eq!(follow_pushed(box_option, large::<Rare, 200>, large::<Box<Rare>, 200>), 16);
    // These elements take more than 1024 bytes before the change, and fewer afterwards.
    follow_pushed(box_option, large::<Rare, 120>, large::<Box<Rare>, 120>);

    fn text<T: From<[u64; 1]>, const N: usize>() -> Large<T, N> {
        Large { rare: Some(T::from([1])), more: [0; N] }
    }
    let slices = |kind: &AdviceKind| *kind == AdviceKind::BoxedSlice;
    assert!(follow_pushed(slices, text::<Vec<u64>, 10>, text::<Box<[u64]>, 10>) > 0);
    follow_pushed(slices, text::<Vec<u64>, 126>, text::<Box<[u64]>, 126>);
}
