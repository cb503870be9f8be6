//! Single cases, with sizes computed by hand.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, OnceLock, RwLock, Weak};
use std::time::Duration;

use deep_size::census::{Budget, Census};
use deep_size::registry::Registry;
use deep_size::{DeepSize, Reason, Walker};

use crate::{item, sizes};

/// The bytes of the counts of an `Arc`.
const COUNTS: usize = 16;

#[test]
fn a_root_vanishes_with_its_value() {
    let registry = Registry::new();
    let value = Arc::new(7_u64);
    registry.register("value", &value);
    assert_eq!(registry.roots().len(), 1);
    drop(value);
    assert!(registry.roots().is_empty());
    assert_eq!(registry.census().deep_size(), 0);
}

#[test]
fn a_root_vanishes_with_its_registration() {
    let registry = Registry::new();
    let registration = registry.register_with("function", |walker| walker.inner(&vec![0_u8; 10]));
    assert_eq!(sizes(&registry.census(), "function"), [10; 3]);
    drop(registration);
    assert!(registry.roots().is_empty());
}

#[test]
fn a_registration_may_outlive_its_registry() {
    let registry = Registry::new();
    let registration = registry.register_with("function", |_| {});
    drop(registry);
    drop(registration);
}

#[test]
fn a_registry_does_not_accumulate_dropped_values() {
    let registry = Registry::new();
    for _ in 0..1000 {
        registry.register("value", &Arc::new(7_u64));
    }
    let before = crate::support::live_blocks();
    for _ in 0..10_000 {
        registry.register("value", &Arc::new(7_u64));
    }
    assert!(crate::support::live_blocks() - before < 100);
}

#[test]
fn a_root_inside_another_is_shared() {
    let registry = Registry::new();
    let inner = Arc::new(vec![0_u8; 100]);
    let outer = Arc::new((inner.clone(), 7_u64));
    registry.register("outer", &outer);
    registry.register("inner", &inner);
    let (shared, own) = (COUNTS + 24 + 100, COUNTS + 8 + 8);
    let census = registry.census();
    assert_eq!(sizes(&census, "outer"), [own + shared.div_ceil(2) - shared % 2, own, own + shared]);
    assert_eq!(sizes(&census, "inner"), [shared - shared / 2, 0, shared]);
    assert_eq!(census.shared_size("outer", "inner"), shared);
    assert_eq!(census.deep_size(), own + shared);
}

#[test]
fn a_value_registered_twice_counts_once() {
    let registry = Registry::new();
    let value = Arc::new(vec![0_u8; 101]);
    let bytes = COUNTS + 24 + 101;
    registry.register("one", &value);
    registry.register("one", &value);
    assert_eq!(sizes(&registry.census(), "one"), [bytes; 3]);
    registry.register("two", &value);
    let census = registry.census();
    assert_eq!((census.deep_size(), census.shared_size("one", "two")), (bytes, bytes));
    // The first name has the byte that remains.
    assert_eq!(sizes(&census, "one"), [bytes.div_ceil(2), 0, bytes]);
    assert_eq!(sizes(&census, "two"), [bytes / 2, 0, bytes]);
}

#[test]
fn thousands_of_blocks_keep_their_holders() {
    const BLOCK: usize = COUNTS + 8;

    let blocks: Vec<Arc<u64>> = (0..10_000).map(Arc::new).collect();
    let every = |step: usize| blocks.iter().step_by(step).cloned();
    let registry = Registry::new();
    let twos = Arc::new(every(2).collect::<Vec<_>>());
    let threes = Arc::new(every(3).map(Some).collect::<std::collections::LinkedList<_>>());
    let unique = Arc::new((0..10_000_u64).map(Arc::new).collect::<Vec<_>>());
    registry.register("twos", &twos);
    registry.register("threes", &threes);
    registry.register("unique", &unique);
    let mut budget = Budget::default();
    budget.each = Some(Duration::from_secs(3600));
    for census in [registry.census(), registry.census_within(budget)] {
        assert_eq!(census.shared_size("twos", "threes"), 1667 * BLOCK);
        let own = COUNTS + 24 + 8 * 5000;
        assert_eq!(sizes(&census, "twos")[1..], [own + 3333 * BLOCK, own + 5000 * BLOCK]);
        assert_eq!(item(&census, "threes").exclusive_size(), threes.heap_size() - 1667 * BLOCK);
        assert_eq!(sizes(&census, "unique"), [COUNTS + 24 + 10_000 * (8 + BLOCK); 3]);
    }
}

#[test]
fn a_long_list_of_handles_is_measured() {
    const NODES: usize = 300_000;

    #[derive(DeepSize)]
    struct Link {
        next: Option<Arc<Link>>,
        bytes: Vec<u8>,
    }
    let add = |next, _| Some(Arc::new(Link { next, bytes: vec![7] }));
    let mut list = (0..NODES).fold(None, add);
    let registry = Registry::new();
    let [all, half] = [0, NODES / 2].map(|skipped| {
        let mut links = std::iter::successors(list.as_ref(), |link| link.next.as_ref());
        Arc::new(links.nth(skipped).cloned())
    });
    registry.register("all", &all);
    registry.register("half", &half);
    let census = registry.census();
    let link = COUNTS + size_of::<Link>() + 1;
    assert_eq!(census.shared_size("all", "half"), NODES / 2 * link);
    assert_eq!(item(&census, "all").deep_size(), COUNTS + 8 + NODES * link);
    assert!(item(&census, "all").size().is_exact());
    drop((all, half));
    while let Some(link) = list.and_then(Arc::into_inner) {
        list = link.next;
    }
}

#[test]
fn a_unique_handle_that_two_functions_report_is_shared() {
    static TEXT: OnceLock<Arc<[u8; 100]>> = OnceLock::new();

    TEXT.get_or_init(|| Arc::new([0; 100]));
    let registry = Registry::new();
    let _functions = ["a", "b"].map(|name| registry.register_with(name, |walker| walker.inner(&TEXT)));
    let census = registry.census();
    assert_eq!((census.deep_size(), census.shared_size("a", "b")), (COUNTS + 104, COUNTS + 104));
}

/// While a function walks over a clone, the handle is not unique.
#[test]
fn a_handle_that_one_function_clones_is_shared_in_either_order() {
    static TEXT: Mutex<Option<Arc<String>>> = Mutex::new(None);

    *TEXT.lock().unwrap() = Some(Arc::new("text".into()));
    for names in [["a", "b"], ["b", "a"]] {
        let registry = Registry::new();
        let _clone = registry.register_with(names[0], |walker| {
            let text = TEXT.lock().unwrap().clone();
            walker.inner(&text);
        });
        let _lock = registry.register_with(names[1], |walker| walker.inner(&TEXT));
        let census = registry.census();
        let block = COUNTS + 24 + 4;
        assert_eq!((census.deep_size(), census.shared_size("a", "b")), (block, block), "{census}");
    }
}

#[derive(Debug, DeepSize, Default)]
struct Node {
    next: OnceLock<Arc<Node>>,
    back: OnceLock<Weak<Node>>,
    bytes: Vec<u8>,
}

fn node(bytes: usize) -> Arc<Node> {
    Arc::new(Node { bytes: vec![0; bytes], ..Node::default() })
}

#[test]
fn roots_in_a_cycle_share_it() {
    let registry = Registry::new();
    let [one, two] = [10, 20].map(node);
    one.next.set(two.clone()).unwrap();
    two.next.set(one.clone()).unwrap();
    registry.register("one", &one);
    registry.register("two", &two);
    let census = registry.census();
    let bytes = 2 * (COUNTS + size_of::<Node>()) + 30;
    assert_eq!((census.deep_size(), census.shared_size("one", "two")), (bytes, bytes));
    assert_eq!(sizes(&census, "two"), [bytes / 2, 0, bytes]);
}

#[test]
fn a_weak_handle_reaches_nothing_alive() {
    let registry = Registry::new();
    let [one, two] = [10, 20].map(node);
    one.next.set(two.clone()).unwrap();
    two.back.set(Arc::downgrade(&one)).unwrap();
    registry.register("one", &one);
    registry.register("two", &two);
    let block = COUNTS + size_of::<Node>();
    let census = registry.census();
    assert_eq!(sizes(&census, "one")[1..], [block + 10, 2 * block + 30]);
    assert_eq!(sizes(&census, "two")[1..], [0, block + 20]);
}

#[test]
fn a_dead_block_belongs_to_its_weak_handles() {
    let registry = Registry::new();
    let dead = Arc::downgrade(&node(10));
    let [one, two] = [Arc::new(dead.clone()), Arc::new(dead)];
    registry.register("one", &one);
    registry.register("two", &two);
    assert_eq!(registry.census().shared_size("one", "two"), COUNTS + size_of::<Node>());
}

#[test]
fn names_make_a_tree_of_unions() {
    let registry = Registry::new();
    let shared = Arc::new([0_u64; 10]);
    let [images, texts, other] = [1, 2, 3].map(|bytes| Arc::new((vec![0_u8; bytes], shared.clone())));
    registry.register("/cache//images/", &images);
    registry.register("cache/texts", &texts);
    registry.register("cachet", &other);
    registry.register("cache", &Arc::new(0));
    let itself = Arc::new(0_u64);
    registry.register("cache", &itself);
    let (block, own) = (COUNTS + 80, COUNTS + 24 + 8);
    let census = registry.census();
    let names: Vec<_> = census.items().map(|item| (item.name(), item.is_root())).collect();
    assert_eq!(
        names,
        [("cache", false), ("cache", true), ("cache/images", true), ("cache/texts", true), ("cachet", true)]
    );
    let all = COUNTS + 8 + 2 * own + 1 + 2;
    assert_eq!(sizes(&census, "cache"), [all + block / 3 * 2, all, all + block]);
    assert_eq!(sizes(&census, "cache/texts"), [own + 2 + block / 3, own + 2, own + 2 + block]);
    assert_eq!(census.shared_size("cache", "cachet"), block);
    assert_eq!(census.roots().map(|root| root.proportional_size()).sum::<usize>(), census.deep_size());
    let shared: Vec<_> = census.shared().map(|(roots, bytes)| (roots.len(), bytes)).collect();
    assert_eq!(shared, [(3, block)]);
}

/// A handle with a separate count, and a slice of a buffer whose block is unknown.
struct Custom(Arc<Vec<u8>>, std::ops::Range<usize>);

impl DeepSize for Custom {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if self.1.is_empty() {
            let block = deep_size::SharedBlock::of_arc(&self.0);
            walker.shared(deep_size::SharedBlock::new(Arc::as_ptr(&self.0), block.layout), &*self.0);
        } else {
            walker.shared_slice(&self.0[self.1.clone()], false);
        }
    }
}

#[test]
fn custom_handles_share_their_block() {
    let registry = Registry::new();
    let block = Arc::new(vec![0; 60]);
    let [one, two] = [0, 1].map(|_| Arc::new(Custom(block.clone(), 0..0)));
    registry.register("one", &one);
    registry.register("two", &two);
    assert_eq!(registry.census().shared_size("one", "two"), COUNTS + 24 + 60);
}

#[test]
fn parts_of_a_buffer_are_one_block_in_any_order() {
    let buffer = Arc::new(vec![0; 100]);
    let parts = [0..10, 5..25, 20..30, 40..50, 50..60].map(|range| Arc::new(Custom(buffer.clone(), range)));
    let own = COUNTS + size_of::<Custom>();
    // Roots that were never walked are walked in the order of their names.
    for (first, step) in (0..5).flat_map(|first| (1..5).map(move |step| (first, step))) {
        let name = |part: usize| ["a", "b", "c", "d", "e"][(first + part * step) % 5];
        let registry = Registry::new();
        parts.iter().enumerate().for_each(|(part, value)| registry.register(name(part), value));
        let census = registry.census();
        for (part, bytes) in [30, 30, 30, 20, 20].into_iter().enumerate() {
            assert_eq!(sizes(&census, name(part))[1..], [own, own + bytes]);
        }
        assert_eq!(census.shared_size(name(0), name(2)), 30);
        assert_eq!(census.shared_size(name(2), name(3)), 0);
    }
}

#[test]
fn parts_joined_by_a_later_root_are_one_block() {
    let buffer = Arc::new(vec![0; 100]);
    let own = COUNTS + size_of::<Custom>();
    let ranges = [0..10, 20..30, 5..25];
    for names in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"], ["a", "c", "b"]] {
        let parts = ranges.clone().map(|range| Arc::new(Custom(buffer.clone(), range)));
        let registry = Registry::new();
        names.iter().zip(&parts).for_each(|(name, part)| registry.register(*name, part));
        let census = registry.census();
        assert!(census.roots().all(|root| root.deep_size() == own + 30), "{census}");
        assert!(census.roots().all(|root| root.exclusive_size() == own), "{census}");
    }
}

#[derive(DeepSize)]
struct Borrower {
    #[deep_size(borrowed)]
    text: &'static str,
}

#[test]
fn borrowed_memory_is_shared_by_its_borrowers() {
    let registry = Registry::new();
    let [one, two] = [0, 1].map(|_| Arc::new(Borrower { text: "a static text" }));
    registry.register("one", &one);
    registry.register("two", &two);
    assert_eq!(registry.census().shared_size("one", "two"), "a static text".len());
}

#[test]
fn a_held_lock_leaves_the_last_figure() {
    let registry = Registry::new();
    let value = Arc::new(Mutex::new(vec![0_u8; 100]));
    let handle = Arc::new((RwLock::new(0_u8), value.clone()));
    registry.register("value", &value);
    registry.register("handle", &handle);
    let complete = registry.census();
    assert_eq!((item(&complete, "value").missed(), item(&complete, "value").last()), (None, None));

    let guard = value.lock().unwrap();
    for _ in 0..2 {
        let census = registry.census();
        // The other root reaches the lock too.
        for name in ["value", "handle"] {
            let root = item(&census, name);
            assert_eq!(root.missed(), Some("locked elsewhere"));
            assert_eq!(root.last().unwrap().0, item(&complete, name).deep_size());
            assert_eq!(root.deep_size(), item(&complete, name).deep_size() - 100);
            assert_eq!(root.size().opaque_part_count, 1);
        }
    }
    drop(guard);
    assert_eq!(item(&registry.census(), "handle").missed(), None);
}

#[test]
fn a_function_can_decline_a_measurement() {
    let registry = Registry::new();
    let _root = registry.register_with("root", |walker| walker.opaque(Reason::Locked));
    let census = registry.census();
    assert_eq!(item(&census, "root").missed(), Some("locked elsewhere"));
    assert!(
        census
            .to_string()
            .contains("root (incomplete: locked elsewhere; a lower bound: 1 part was not counted)")
    );
}

#[test]
fn a_part_that_is_always_opaque_is_not_missed() {
    let registry = Registry::new();
    let value = Arc::new(std::sync::mpsc::channel::<u8>().0);
    let value = Arc::new(Mutex::new((RefCell::new(0), value)));
    registry.register("value", &value);
    let census = registry.census();
    assert_eq!(item(&census, "value").missed(), None);
    assert!(!item(&census, "value").size().is_exact());
}

#[test]
fn a_panic_ends_in_its_root() {
    struct Panics;
    impl DeepSize for Panics {
        fn walk_owned(&self, _: &mut Walker<'_>) {
            panic!("as planned");
        }
    }
    let registry = Registry::new();
    let shared = Arc::new((vec![0_u8; 10], Panics));
    let [first, second] = [0, 1].map(|_| Arc::new(vec![shared.clone()]));
    registry.register("first", &first);
    registry.register("second", &second);
    let _third = registry.register_with("third", |_| panic!("as planned"));
    let fourth = Arc::new(1_u64);
    registry.register("fourth", &fourth);
    for _ in 0..2 {
        let census = registry.census();
        let missed: Vec<_> = census.roots().map(|root| (root.name(), root.missed().is_some())).collect();
        assert_eq!(missed, [("first", true), ("fourth", false), ("second", true), ("third", true)]);
        assert_eq!(sizes(&census, "fourth"), [COUNTS + 8; 3]);
    }
}

#[test]
fn a_census_during_a_panic_reports_only_its_own_panics() {
    struct TakesCensus(Registry, Arc<Mutex<Option<Census>>>);
    impl Drop for TakesCensus {
        fn drop(&mut self) {
            *self.1.lock().unwrap() = Some(self.0.census());
        }
    }
    let (registry, taken) = (Registry::new(), Arc::default());
    let value = Arc::new(vec![Arc::new(7_u64)]);
    registry.register("value", &value);
    let guard = TakesCensus(registry, Arc::clone(&taken));
    let thread = std::thread::spawn(move || {
        let _guard = guard;
        panic!("as planned");
    });
    assert!(thread.join().is_err());
    let census = taken.lock().unwrap().take().unwrap();
    assert_eq!(item(&census, "value").missed(), None);
    assert!(item(&census, "value").size().is_exact());
}

#[test]
fn a_census_inside_a_root_measures_nothing() {
    let registry = Registry::new();
    let (inner, taken) = (registry.clone(), Arc::new(Mutex::new(None)));
    let slot = taken.clone();
    let value = Arc::new(7_u64);
    registry.register("value", &value);
    let _root = registry.register_with("root", move |_| *slot.lock().unwrap() = Some(inner.census()));
    for _ in 0..2 {
        let _ = registry.census();
        let inside = taken.lock().unwrap().take().unwrap();
        assert!(item(&inside, "value").missed().is_some());
        assert_eq!(item(&inside, "value").deep_size(), 0);
        assert_ne!(item(&inside, "value").last().map(|last| last.0), Some(0));
    }
}

#[test]
fn a_function_may_register_and_take_a_census() {
    let registry = Registry::new();
    let inner = registry.clone();
    let _root = registry.register_with("outer", move |walker| {
        let value = Arc::new(7_u64);
        inner.register("inner", &value);
        drop(inner.register_with("other", |_| {}));
        walker.inner(&vec![inner.census().deep_size(); 1]);
    });
    assert_eq!(sizes(&registry.census(), "outer"), [8; 3]);
}

#[test]
fn the_text_has_a_tree_and_shared_bytes() {
    let registry = Registry::new();
    let shared = Arc::new([0_u8; 1008]);
    let [one, two] = [0, 1].map(|_| Arc::new((shared.clone(), vec![0_u8; 1000])));
    registry.register("cache/one", &one);
    registry.register("cache/two", &two);
    let text = registry.census().to_string();
    assert_eq!(
        text,
        "\
3.0 KiB in 2 roots

      share   exclusive        deep  root
    3.0 KiB     3.0 KiB     3.0 KiB  cache
    1.5 KiB     1.0 KiB     2.0 KiB    one
    1.5 KiB     1.0 KiB     2.0 KiB    two

     shared  by several roots
    1.0 KiB  cache/one, cache/two
"
    );
}

#[test]
fn the_table_has_a_row_for_each_item() {
    let registry = Registry::new();
    let value = Arc::new(Mutex::new(7_u64));
    registry.register("a,b/=c", &value);
    let _guard = value.lock();
    let mut table = Vec::new();
    registry.census().write_csv(&mut table).unwrap();
    assert_eq!(
        String::from_utf8(table).unwrap(),
        "name,is_root,proportional_size,exclusive_size,deep_size,opaque_parts,lower_bounds,missed,last_size,last_age
\"a,b\",false,32,32,32,1,0,locked elsewhere,,
\"a,b/=c\",true,32,32,32,1,0,locked elsewhere,,
"
    );
}

#[test]
fn parts_of_a_name_beyond_the_32nd_stay_together() {
    let registry = Registry::new();
    let value = Arc::new(7_u64);
    let parts = |count| vec!["a"; count].join("/");
    for count in [31, 32, 33, 40_000] {
        registry.register(parts(count), &value);
    }
    let census = registry.census();
    let names: Vec<_> = census.items().map(|item| (item.name().len().div_ceil(2), item.is_root())).collect();
    let mut expected: Vec<_> = (1..=31).map(|count| (count, false)).collect();
    expected.extend([31, 32, 33, 40_000].map(|count| (count, true)));
    assert_eq!(names, expected);
    assert_eq!(sizes(&census, &parts(31)), [24; 3]);
    let text = census.to_string();
    // The header has three lines.
    let lines: Vec<&str> = text.lines().skip(3 + 31).map(|line| &line[37..]).take(3).collect();
    assert_eq!(lines, [".", "a", "a/a"].map(|name| format!("{:62}{name}", "")));
}

#[cfg(feature = "json")]
#[test]
fn a_census_is_read_back_as_it_was_written() {
    let registry = Registry::new();
    let shared = Arc::new([0_u8; 1000]);
    let [one, two] = [0, 1].map(|_| Arc::new(Mutex::new(shared.clone())));
    registry.register("a", &one);
    registry.register("a/b", &two);
    let _ = registry.census();
    let _guard = two.lock();
    let census = registry.census();
    let write = |census: &Census| {
        let mut json = Vec::new();
        census.write_json(&mut json).unwrap();
        json
    };
    let json = write(&census);
    let again = Census::from_json(&json[..]).unwrap();
    assert_eq!(write(&again), json);
    assert_eq!((again.to_string(), again.elapsed()), (census.to_string(), census.elapsed()));

    let json = String::from_utf8(json).unwrap();
    let invalid = [
        ("\"version\":1", "\"version\":2"),
        ("\"a/b\"", "\"0\""),
        ("\"a/b\"", "\"a//b\""),
        ("\"roots\":[0", "\"roots\":[7"),
    ];
    for (valid, invalid) in invalid {
        let json = json.replacen(valid, invalid, 1);
        assert!(Census::from_json(json.as_bytes()).is_err(), "{json}");
    }
    // An error quotes the file, but no character that a terminal interprets.
    let error =
        Census::from_json("{\"version\": 1, \"elapsed\": {\"s\u{7f}\u{202e}\": 0}}".as_bytes()).unwrap_err();
    assert!(error.to_string().contains(r"`s\u{7f}\u{202e}`"), "{error}");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    let newer = Census::from_json(&br#"{"version": 2, "roots": {}}"#[..]).unwrap_err();
    assert!(newer.to_string().contains("version"), "{newer}");
}

#[cfg(feature = "pprof")]
#[test]
fn a_profile_has_a_sample_for_each_root() {
    use std::io::Read;

    let registry = Registry::new();
    let value = Arc::new([0_u8; 1_000_000 - 16]);
    registry.register("cache/images", &value);
    let mut profile = Vec::new();
    registry.census().write_pprof(&mut profile).unwrap();
    let mut message = Vec::new();
    flate2::read::GzDecoder::new(&profile[..]).read_to_end(&mut message).unwrap();
    // The number of bytes as a variable-length integer.
    let bytes = [0xc0, 0x84, 0x3d];
    assert!(message.windows(3).any(|window| window == bytes));
    for name in [&b"cache/images"[..], b"cache", b"inuse_space"] {
        assert!(message.windows(name.len()).any(|window| window == name));
    }
}

#[test]
fn a_difference_names_new_and_dropped_roots() {
    let registry = Registry::new();
    let [old, kept] = [100, 200].map(|bytes| Arc::new(Mutex::new(vec![0_u8; bytes])));
    registry.register("old", &old);
    registry.register("kept", &kept);
    let before = registry.census();
    assert_eq!(registry.census().diff(&before).changes().count(), 0);
    drop(old);
    kept.lock().unwrap().clear();
    kept.lock().unwrap().shrink_to(50);
    let new = Arc::new(7_u64);
    registry.register("new", &new);
    let after = registry.census();
    assert_eq!(
        after.diff(&before).to_string(),
        "\
-274 B (396 B before, 122 B now)

      share   exclusive        deep  root
     -150 B      -150 B      -150 B  kept
      +24 B       +24 B       +24 B  new (new)
     -148 B      -148 B      -148 B  old (gone)
"
    );
}

#[test]
fn a_difference_is_sorted_by_name() {
    let registry = Registry::new();
    let values: Vec<_> = (0..6).map(|bytes| Arc::new(vec![0_u8; bytes])).collect();
    let names = ["a/b", "a", "c", "b", "a-", "a"];
    values[..3].iter().zip(names).for_each(|(value, name)| registry.register(name, value));
    let before = registry.census();
    let kept = &values[1];
    let later = Registry::new();
    values[3..].iter().zip(&names[3..]).for_each(|(value, name)| later.register(*name, value));
    later.register("a", kept);
    let after = later.census();
    let changes: Vec<_> = after
        .diff(&before)
        .changes()
        .map(|change| (change.name(), change.before.is_some(), change.after.is_some()))
        .collect();
    assert_eq!(
        changes,
        [
            ("a", true, false),
            ("a", true, true),
            ("a/b", true, false),
            ("a-", false, true),
            ("b", false, true),
            ("c", true, false)
        ]
    );
}
