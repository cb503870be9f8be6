//! `assert_size!`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use deep_size_track::assert_size;

use super::{bytes, failure};

/// Without `DeepSize`.
struct Column {
    name: String,
    values: Vec<u64>,
    cache: RefCell<Option<Box<[u8; 64]>>>,
}

impl Column {
    fn heap_size(&self) -> usize {
        let cache = if self.cache.borrow().is_some() { 64 } else { 0 };
        self.name.capacity() + self.values.capacity() * 8 + cache
    }

    fn memory_size(&self) -> usize {
        size_of::<Self>() + self.heap_size()
    }

    fn without_name(&self) -> usize {
        self.memory_size() - self.name.capacity()
    }
}

#[inline(never)]
fn column() -> (Column, u32) {
    let (name, line) = ("width".repeat(20), line!());
    (Column { name, values: (0..128).collect(), cache: RefCell::new(None) }, line)
}

#[test]
fn both_conventions_are_supported() {
    let column = assert_size!(column().0, |column| column.memory_size());
    assert_eq!(column.values.len(), 128);
    assert_size!(super::size::column().0, heap = |column| column.heap_size());
    assert_size!(super::size::column().0, Column::memory_size, "seed {}", 7);
    assert_size!(super::size::column().0, heap = Column::heap_size, "seed {}", 7);
    assert_size!(7_u64, |_| 8);
    assert_size!((), heap = |()| 0,);
}

#[test]
fn the_function_may_allocate_and_fill_a_cache() {
    assert_size!(column().0, |column| {
        let size = column.memory_size();
        let scratch = bytes(10_000);
        *column.cache.borrow_mut() = Some(Box::new([0; 64]));
        size + scratch.len()
    });
}

#[test]
fn temporary_blocks_and_earlier_blocks_do_not_count() {
    let earlier = bytes(500);
    let size = |block: &Vec<u8>| size_of::<Vec<u8>>() + block.capacity();
    assert_size!(
        {
            drop(bytes(4000));
            drop(earlier);
            bytes(70)
        },
        size
    );
    let mut grown = bytes(10);
    // A block that is resized counts as a whole.
    assert_size!(
        {
            grown.reserve_exact(100);
            grown
        },
        size
    );
}

#[test]
fn a_failure_names_the_missing_bytes_and_the_call_sites() {
    let line = column().1;
    let message = failure(|| assert_size!(column().0, |column| column.without_name()));
    let (own, whole) = (size_of::<Column>(), size_of::<Column>() + 1124);
    let lines: Vec<&str> = message.lines().collect();
    let figure =
        |bytes: usize| format!("{:.1} KiB ({},{:03} B)", bytes as f64 / 1024.0, bytes / 1000, bytes % 1000);
    let (reported, held) = (figure(whole - 100), figure(whole));
    let first =
        format!("the size of `column().0` is wrong: {reported}, but {held} are held; 100 B are missing");
    assert_eq!(lines[0], first, "{message}");
    assert_eq!(lines[1], format!("  {own} B for the value itself"));
    assert!(lines[2].starts_with("  1.0 KiB (1,024 B) in 1 block, allocated "), "{message}");
    if message.contains(".rs:") {
        let place = format!("allocated at tests/assertions/size.rs:{line} (");
        assert!(lines[3].starts_with(&format!("  100 B in 1 block, {place}")), "{message}");
        assert!(lines[4].starts_with(&format!("  exactly as many are {place}")), "{message}");
        assert_eq!(lines.len(), 5, "{message}");
    }
}

#[test]
fn a_figure_may_be_too_large() {
    let message =
        failure(|| assert_size!(column().0, |column| column.memory_size() + column.name.capacity()));
    assert!(message.contains(" are held; 100 B are too many\n"), "{message}");
    let message = failure(|| assert_size!(column().0, heap = |_| 10_000_000, "text {}", 1));
    assert!(message.starts_with("the size of text 1 is wrong: 9.5 MiB (10,000,000 B), but "), "{message}");
}

#[test]
fn the_other_convention_is_suggested() {
    let message = failure(|| assert_size!(column().0, |column| column.heap_size()));
    assert!(message.contains("\n  it leaves out the value itself; write `heap = |value| …`\n"), "{message}");
    let message = failure(|| assert_size!(column().0, heap = |column| column.memory_size()));
    assert!(message.contains("\n  it includes the value itself; remove `heap =`\n"), "{message}");
    let built = column().0;
    let message = failure(|| assert_size!(built, |column| column.memory_size()));
    assert!(message.contains("\n  no blocks are left; build the value inside the macro\n"), "{message}");
}

#[test]
fn a_reference_is_refused() {
    let built = column().0;
    let message = failure(|| assert_size!(&built, |column| column.memory_size()));
    assert_eq!(
        message,
        "`&built` is a reference, which owns nothing; pass an expression that builds the value"
    );
}

#[test]
fn standard_types_hold_their_capacities() {
    assert_size!(vec![1_u16; 100], |list| size_of_val(list) + 200);
    assert_size!("a".repeat(9), heap = String::capacity);
    assert_size!(Box::new([0_u8; 99]), heap = |block| size_of_val(&**block));
    assert_size!(Rc::new(5_u64), heap = |_| 2 * size_of::<usize>() + 8);
    assert_size!(HashMap::<u8, u8>::new(), heap = |_| 0);
}

#[test]
fn generic_code_may_assert_too() {
    fn check<T>(make: impl Fn() -> T, size: impl Fn(&T) -> usize) -> T {
        assert_size!(make(), |value| size(value))
    }
    assert_eq!(check(|| bytes(7), |block| size_of_val(block) + block.capacity()).capacity(), 7);
}

#[cfg(feature = "audit")]
mod with_deep_size {
    use std::collections::BTreeMap;

    use deep_size_core::{DeepSize, Walker};

    use super::*;

    struct Index {
        name: String,
        entries: BTreeMap<u32, Entry>,
        keys: Vec<Entry>,
    }

    struct Entry {
        title: String,
        words: Vec<String>,
    }

    impl DeepSize for Entry {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("title", &self.title);
            walker.field("words", &self.words);
        }
    }

    impl DeepSize for Index {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("name", &self.name);
            walker.field("entries", &self.entries);
            walker.field("keys", &self.keys);
        }
    }

    fn entry(number: usize) -> Entry {
        Entry { title: "t".repeat(10 + number), words: vec!["word".repeat(number + 1); 2] }
    }

    #[inline(never)]
    fn index() -> Index {
        Index {
            name: "index".into(),
            entries: (0..3).map(|number| (number, entry(100))).collect(),
            keys: (0..5).map(entry).collect(),
        }
    }

    #[test]
    fn a_correct_function_agrees_with_the_walk() {
        assert_size!(index(), |index| index.deep_size());
        assert_size!(index(), heap = DeepSize::heap_size);
        // The keys of the thread's hashers are in no block.
        let map = || (0..30).map(|key| (key, key)).collect::<HashMap<u64, u64>>();
        assert_size!(map(), heap = DeepSize::heap_size);
    }

    #[test]
    fn the_field_with_the_missing_bytes_is_named() {
        let message = failure(|| assert_size!(index(), |index| index.deep_size() - index.keys.heap_size()));
        let keys = index().keys.heap_size();
        assert!(message.contains(&format!("; {keys} B are missing\n")), "{message}");
        assert!(message.ends_with("\n  exactly as many are in `keys`"), "{message}");
        // Each line names the field.
        let row = format!("  {} B in 1 block, at `keys` (Vec<Entry>), allocated ", 5 * size_of::<Entry>());
        assert!(message.contains(&row), "{message}");
        let titles: usize = (0..5).map(|number| 10 + number).sum();
        let row = format!("  {titles} B in 5 blocks, at `keys[*].title` (String), allocated ");
        assert!(message.contains(&row), "{message}");
    }

    #[test]
    fn a_field_of_all_elements_is_named() {
        let words = |index: &Index| index.keys.iter().map(|entry| entry.words.heap_size()).sum::<usize>();
        let message = failure(|| assert_size!(index(), |index| index.deep_size() - words(index)));
        assert!(message.contains("\n  exactly as many are in `keys[*].words`"), "{message}");
        let message = failure(|| assert_size!(index(), |index| index.deep_size() + index.name.capacity()));
        assert!(message.contains("; 5 B are too many\n"), "{message}");
        assert!(message.contains("\n  exactly as many are in `name`"), "{message}");
    }
}
