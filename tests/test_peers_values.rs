//! The values in the tests of other crates for measuring memory, and the values of the accuracy table,
//! compared with the allocator.
//!
//! The former come from the test suites of `deepsize` 0.2, `get-size2` 0.11 and `mem_dbg` 0.4, declared again.
//! Some of their expected sizes differ, because here the allocator decides.

mod support;

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::OsString;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

use deep_size::{DeepSize, Walker};

use crate::support::{assert_exact, assert_flat};

/// Asserts that the value is exact, and owns `heap` bytes.
#[track_caller]
fn assert_heap<T: DeepSize>(heap: usize, build: impl Fn() -> T) {
    assert_exact(&build);
    assert_eq!(build().heap_size(), heap);
}

mod deepsize {
    use super::*;

    #[test]
    fn primitives_are_their_own_size() {
        fn assert_size<T: DeepSize + Debug>(value: T, size: usize) {
            assert_eq!(value.deep_size(), size, "{value:?}");
        }
        assert_size(0_u8, 1);
        assert_size(0_i16, 2);
        assert_size(0_f32, 4);
        assert_size(0_i64, 8);
        assert_size('f', 4);
        assert_size(true, 1);
        assert_size(0_usize, size_of::<usize>());
    }

    #[test]
    fn a_text_has_its_length_and_a_reference_to_it_is_a_pointer() {
        assert_eq!("Hello World!".deep_size(), 12);
        assert_eq!((&"Hello World!").deep_size(), 2 * size_of::<usize>());
    }

    #[test]
    fn boxes_are_exact() {
        assert_heap(4, || Box::new(0_u32));
        assert_heap(256, || vec![0_u32; 64].into_boxed_slice());
        assert_heap(4000, || Box::new([0_u32; 1000]));
    }

    #[test]
    fn a_part_of_a_slice_has_its_own_size() {
        let slice = vec![0_u32; 64].into_boxed_slice();
        assert_eq!(slice[5..10].deep_size(), 20);
        assert_eq!(slice[..32].deep_size(), 128);
    }

    /// Not 12 bytes, because the counts and the padding after the values are allocated too.
    #[test]
    fn a_slice_behind_three_handles_is_counted_once() {
        assert_heap(32, || {
            let slice: Arc<[u32]> = vec![1, 2, 3].into();
            (slice.clone(), slice.clone(), slice)
        });
    }

    #[test]
    fn over_aligned_values_are_exact() {
        #[derive(DeepSize)]
        #[repr(align(256))]
        struct Wide(u8);
        #[derive(DeepSize)]
        struct Wider(Wide, u8);

        assert_flat([Wide(5), Wide(16), Wide(2)]);
        assert_heap(3 * 256, || vec![Wide(5), Wide(16), Wide(2)]);
        assert_heap(3 * 512, || vec![Wider(Wide(5), 0), Wider(Wide(16), 0), Wider(Wide(2), 0)]);
        assert_heap(2 * 256, || Rc::new(Wide(5)));
    }

    #[test]
    fn strings_and_tuples_are_exact() {
        assert_heap(8, || String::from("01234567"));
        assert_heap(16, || String::from("0123456789012345"));
        assert_flat((45_u64, (), (8_u8, 16_u16)));
        assert_heap(4 + 11, || (Box::new(42_u32), String::from("Hello World")));
    }

    #[test]
    fn derived_references_own_nothing() {
        #[derive(DeepSize)]
        struct Pair<'a>(&'a u32, &'a u32);

        assert_flat(Pair(&42, &42));
    }

    #[test]
    fn derived_enums_are_exact() {
        #[derive(DeepSize)]
        enum Choice {
            One,
            Two(),
            Three(u32, Box<u8>),
            Four { name: Box<u32> },
            Five {},
        }

        assert_heap(0, || Choice::One);
        assert_heap(0, Choice::Two);
        assert_heap(1, || Choice::Three(0, Box::new(255)));
        assert_heap(4, || Choice::Four { name: Box::new(65536) });
        assert_heap(0, || Choice::Five {});
    }
}

mod get_size {
    use super::*;

    struct Unmeasurable {
        _text: String,
    }

    #[derive(DeepSize)]
    struct Record {
        text: String,
        number: u64,
    }

    fn record(text: &str) -> Record {
        Record { text: text.into(), number: 123 }
    }

    #[test]
    fn structs_are_exact() {
        #[derive(DeepSize)]
        struct Generic<A, B> {
            first: A,
            second: B,
        }
        #[derive(DeepSize)]
        struct Borrowing<'a, A, B> {
            first: A,
            second: &'a B,
        }
        #[derive(DeepSize)]
        struct NewType(u64);

        let number = 123_u64;
        assert_heap(5, || record("Hello"));
        assert_heap(5, || Generic { first: String::from("Hello"), second: 123_u64 });
        assert_heap(5, || Borrowing { first: String::from("Hello"), second: &number });
        assert_flat(NewType(0));
    }

    #[test]
    fn a_field_can_be_skipped_or_measured_by_a_function() {
        #[derive(DeepSize)]
        struct Partial<A, B, C> {
            first: A,
            #[deep_size(skip)]
            second: B,
            #[deep_size(with = fifty)]
            third: C,
        }
        fn fifty<C>(_: &C, walker: &mut Walker<'_>) {
            walker.allocation(std::ptr::null::<u8>(), std::alloc::Layout::new::<[u8; 50]>(), 50);
        }

        let unmeasurable = || Unmeasurable { _text: String::from("World!") };
        let partial = Partial { first: String::from("Hello"), second: unmeasurable(), third: unmeasurable() };
        assert_eq!(partial.heap_size(), 5 + 50);
    }

    #[test]
    fn enums_are_exact() {
        #[derive(DeepSize)]
        enum Choice {
            Numbers(u8, u16, u32),
            Text(String),
            List(i64, Vec<u16>),
            Mixed(String, i32, Vec<u32>, bool, &'static str),
            Nested(f64, Record),
            Nothing,
            Texts { x: String, y: String },
        }
        #[derive(DeepSize)]
        enum Generic<'a, A, B, C> {
            First(A),
            Second(B),
            Third(&'a C),
        }
        #[derive(DeepSize)]
        enum Number {
            Zero = 0,
            Two = 2,
        }

        assert_heap(0, || Choice::Numbers(1, 2, 3));
        assert_heap(5, || Choice::Text("Hello".into()));
        assert_heap(6, || Choice::List(-12, vec![1, 2, 3]));
        assert_heap(4 + 16, || Choice::Mixed("Test".into(), -123, vec![1, 2, 3, 4], false, "Hello world!"));
        assert_heap(11, || Choice::Nested(12.34, record("Hello world")));
        assert_heap(0, || Choice::Nothing);
        assert_heap(10, || Choice::Texts { x: "Hello".into(), y: "world".into() });

        let borrowed = record("Hello world");
        assert_heap(0, || Generic::<u64, String, Record>::First(123));
        assert_heap(5, || Generic::<u64, String, Record>::Second("Hello".into()));
        assert_heap(0, || Generic::<u64, String, Record>::Third(&borrowed));
        assert_flat([Number::Zero, Number::Two]);
    }

    #[test]
    fn a_recursive_tree_is_exact() {
        #[derive(Clone, DeepSize)]
        enum Octree<T: Default> {
            Block(T),
            Blocks(Box<[T; 27]>),
            Nodes(Box<[Octree<T>; 8]>),
        }

        assert_heap(4, || Octree::Block(String::from("test")));
        assert_heap(27 * 8, || Octree::Blocks(Box::new([123_u64; 27])));
        let block = || Octree::Block(123_u64);
        assert_heap(8 * size_of::<Octree<u64>>(), || {
            Octree::Nodes(Box::new(std::array::from_fn(|_| block())))
        });
    }

    #[test]
    fn boxed_slices_are_exact() {
        assert_heap(10, || vec![1_u8; 10].into_boxed_slice());
        assert_heap(40, || vec![1_u32; 10].into_boxed_slice());
        assert_heap(10 * size_of::<&u8>(), || vec![&1_u8; 10].into_boxed_slice());
    }
}

mod mem_dbg {
    use super::*;

    #[derive(Clone, DeepSize)]
    struct Flat {
        a: u64,
        b: u32,
    }

    #[derive(DeepSize)]
    struct Tuple(u64, Vec<u8>);

    #[derive(DeepSize)]
    struct Nested {
        inner: Flat,
        data: Vec<Flat>,
    }

    #[derive(DeepSize)]
    enum Choice {
        Unit,
        Single(u64),
        List(Vec<u32>),
        Named { a: u64, b: String },
    }

    /// Every collection and wrapper of that suite at each of its sizes. Its tolerance of 5 % is zero here.
    #[test]
    fn collections_and_wrappers_of_many_sizes_are_exact() {
        for size in [0, 1, 10, 100, 1_000, 10_000, 100_000] {
            let numbers = move || 0..size as u32;
            let list = move || numbers().collect::<Vec<u32>>();
            let flat = move || numbers().map(|n| Flat { a: n.into(), b: n }).collect::<Vec<Flat>>();
            assert_heap(size, || Vec::<u8>::with_capacity(size));
            assert_heap(8 * size, || Vec::<u64>::with_capacity(size));
            assert_heap(size * size_of::<String>(), || Vec::<String>::with_capacity(size));
            assert_heap(size, || String::with_capacity(size));
            assert_exact(|| numbers().map(|n| n.to_string()).collect::<Vec<_>>());
            assert_exact(|| numbers().map(|n| vec![n; 10]).collect::<Vec<_>>());
            assert_exact(|| numbers().map(|_| 'a').collect::<String>());
            assert_exact(|| numbers().map(|n| n as u8).collect::<VecDeque<_>>());
            assert_exact(|| numbers().map(u64::from).collect::<VecDeque<_>>());
            assert_exact(|| numbers().collect::<BinaryHeap<_>>());
            assert_exact(|| numbers().collect::<LinkedList<_>>());
            assert_exact(|| numbers().collect::<BTreeSet<_>>());
            assert_exact(|| numbers().map(|n| (n, n)).collect::<BTreeMap<_, _>>());
            assert_exact(|| numbers().collect::<HashSet<_>>());
            assert_exact(|| numbers().map(|n| (n, n)).collect::<HashMap<_, _>>());
            assert_exact(|| numbers().map(|n| (n.to_string(), n.to_string())).collect::<HashMap<_, _>>());
            assert_exact(|| Box::new(list()));
            assert_exact(|| list().into_boxed_slice());
            assert_exact(|| Tuple(42, vec![0; size]));
            assert_exact(|| Nested { inner: Flat { a: 1, b: 2 }, data: flat() });
            assert_exact(flat);
            assert_exact(|| Choice::List(list()));
            assert_exact(|| Choice::Named { a: 1, b: "test".repeat(size) });
            assert_exact(|| (list(), numbers().map(u64::from).collect::<Vec<_>>()));
            assert_exact(|| (Some(list()), None::<Vec<u32>>));
            assert_exact(|| RefCell::new(list()));
            assert_exact(|| OnceCell::from(list()));
            assert_exact(|| Mutex::new(list()));
            assert_exact(|| RwLock::new(list()));
            assert_exact(|| PathBuf::from("/tmp/test".repeat(size)));
            assert_exact(|| OsString::from("test".repeat(size)));
        }
    }

    #[test]
    fn flat_values_own_nothing() {
        assert_flat([[0_u32; 10]; 10]);
        assert_flat((Cell::new(42_u32), UnsafeCell::new(42_u32)));
        assert_flat(Some(Some(1_usize)));
        assert_flat((0_u8, 0_u64));
        assert_flat(PhantomData::<Vec<u8>>);
        assert_heap(0, || [Choice::Unit, Choice::Single(42)]);
    }

    #[test]
    fn a_newtype_of_a_number_is_measured_like_the_number() {
        #[derive(Clone, DeepSize)]
        struct NewType(usize);

        assert_eq!(vec![NewType(1); 10].deep_size(), vec![1_usize; 10].deep_size());
        assert_eq!([NewType(1), NewType(2)].deep_size(), [1_usize; 2].deep_size());
    }

    #[test]
    fn small_tree_maps_are_one_leaf() {
        assert_exact(|| BTreeMap::from([(1_u8, 2_u8), (3, 4)]));
        assert_exact(|| BTreeSet::from([1_u8, 2]));
        assert_exact(|| BTreeMap::from([(1_u8, vec![1_u8, 2])]));
        assert_exact(|| (0..3).map(|n| (n.to_string(), n as u8)).collect::<BTreeMap<_, _>>());
    }

    #[test]
    fn small_hash_tables_are_exact() {
        for size in 0..40_u8 {
            assert_exact(|| (0..size).collect::<HashSet<u8>>());
            assert_exact(|| (0..size).map(|n| [n, 0, 0]).collect::<HashSet<[u8; 3]>>());
            assert_exact(|| (0..size).map(|n| (n, u64::from(n))).collect::<HashMap<_, _>>());
        }
        assert_exact(|| HashSet::from([()]));
    }

    #[test]
    fn wide_list_nodes_are_exact() {
        #[derive(DeepSize)]
        #[repr(align(32))]
        struct Wide(u8);

        assert_heap(2 * 64, || LinkedList::from([Wide(1), Wide(2)]));
    }
}

/// The values of the table in `docs/accuracy.md`.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
mod table {
    use std::rc::Weak;

    use super::*;
    use crate::support::live_bytes;

    const COUNT: u64 = 100_000;

    /// The deep size as the allocator counts it. Asserts that the measured size is equal.
    #[track_caller]
    fn true_bytes<T: DeepSize>(build: impl Fn() -> T) -> usize {
        assert_exact(&build);
        let before = live_bytes();
        let value = build();
        let heap = usize::try_from(live_bytes() - before).expect("building allocates");
        assert_eq!(value.deep_size(), size_of::<T>() + heap);
        size_of::<T>() + heap
    }

    fn texts() -> impl Iterator<Item = String> {
        (0..COUNT).map(|number| number.to_string())
    }

    /// The same numbers in every run, shuffled by Marsaglia's xorshift generator.
    fn shuffled() -> impl Iterator<Item = u64> {
        let mut state = 1_u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })
    }

    fn each_twice() -> Vec<Rc<u64>> {
        let mut handles = Vec::new();
        for number in 0..COUNT {
            let handle = Rc::new(number);
            handles.extend([handle.clone(), handle]);
        }
        handles
    }

    fn one_by_one() -> BTreeMap<u64, u64> {
        let mut map = BTreeMap::new();
        for key in shuffled().take(COUNT as usize) {
            map.insert(key, key);
        }
        map
    }

    fn rows() -> Vec<(&'static str, usize)> {
        let blobs = || (0..COUNT).map(|number| vec![0_u8; number as usize % 16]);
        let pairs = || (0..COUNT).map(|number| (number, number));
        vec![
            ("`Vec<String>`, 100,000 numbers as text", true_bytes(|| texts().collect::<Vec<_>>())),
            ("`BTreeMap<u64, u64>`, 100,000 collected", true_bytes(|| pairs().collect::<BTreeMap<_, _>>())),
            ("`BTreeMap<u64, u64>`, 100,000 inserted at random", true_bytes(one_by_one)),
            (
                "`BTreeMap<String, Vec<u8>>`, 100,000",
                true_bytes(|| texts().zip(blobs()).collect::<BTreeMap<_, _>>()),
            ),
            ("`BTreeSet<u8>`, 200 collected", true_bytes(|| (0..200_u8).collect::<BTreeSet<_>>())),
            ("`HashMap<u64, u64>`, 100,000", true_bytes(|| pairs().collect::<HashMap<_, _>>())),
            (
                "`HashMap<String, String>`, 100,000",
                true_bytes(|| texts().zip(texts()).collect::<HashMap<_, _>>()),
            ),
            ("`LinkedList<u64>`, 1,000", true_bytes(|| (0..1000_u64).collect::<LinkedList<_>>())),
            ("`LinkedList<u8>`, 10", true_bytes(|| (0..10_u8).collect::<LinkedList<_>>())),
            ("`Vec<Arc<String>>`, 100,000 unique", true_bytes(|| texts().map(Arc::new).collect::<Vec<_>>())),
            ("`Vec<Rc<u64>>`, 100,000, each twice", true_bytes(each_twice)),
            (
                "`Vec<Arc<str>>`, 1,000 handles on one text",
                true_bytes(|| vec![Arc::<str>::from("shared by all"); 1000]),
            ),
            ("`Rc<u8>`", true_bytes(|| Rc::new(1_u8))),
            ("`Weak` on a dead `[u8; 1000]`", true_bytes(dead)),
        ]
    }

    fn dead() -> Weak<[u8; 1000]> {
        Rc::downgrade(&Rc::new([0; 1000]))
    }

    /// The first two columns are checked against the allocator; the columns of the peers come from `bench/`.
    #[test]
    fn the_accuracy_tables_hold_the_true_bytes() {
        let page = include_str!("../docs/accuracy.md");
        let readme = include_str!("../README.md");
        let mut rows_of_the_readme = 0;
        for (name, bytes) in rows() {
            let digits = bytes.to_string();
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
                .collect();
            let row = format!("| {name} | {} |", groups.join(","));
            println!("{row}");
            assert!(page.contains(&row), "the page lacks this row: {row}");
            if readme.contains(&format!("| {name} |")) {
                assert!(readme.contains(&row), "the README lacks this row: {row}");
                rows_of_the_readme += 1;
            }
        }
        assert_eq!(rows_of_the_readme, 3);
    }
}
