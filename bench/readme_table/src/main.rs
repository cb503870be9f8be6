//! Prints the errors of several crates as rows of the table in `docs/accuracy.md`.
//!
//! `tests/test_peers_values.rs` measures the same values.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::{BTreeMap, BTreeSet, HashMap, LinkedList};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use allocative::Allocative;
use deep_size::DeepSize;
use deepsize::DeepSizeOf;
use get_size2::{GetSize, StandardTracker};
use mem_dbg::{MemSize, SizeFlags};

const COUNT: u64 = 100_000;

static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is forwarded to `System`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

/// The deep size by each crate; `None` without an impl.
mod figures {
    use super::*;

    pub(crate) fn deepsize<T: DeepSizeOf>(value: &T) -> Option<usize> {
        Some(value.deep_size_of())
    }

    pub(crate) fn get_size2<T: GetSize>(value: &T) -> Option<usize> {
        Some(size_of::<T>() + value.get_heap_size_with_tracker(StandardTracker::new()).0)
    }

    pub(crate) fn mem_dbg<T: MemSize>(value: &T) -> Option<usize> {
        Some(value.mem_size(SizeFlags::CAPACITY | SizeFlags::FOLLOW_RCS))
    }

    pub(crate) fn allocative<T: Allocative>(value: &T) -> Option<usize> {
        Some(allocative::size_of_unique(value))
    }

    pub(crate) fn none<T>(_: &T) -> Option<usize> {
        None
    }
}

/// Prints a row: the value, its true bytes, and the errors of the crates.
macro_rules! row {
    ($name:literal, $value:expr, $($figure:ident)*) => {{
        let before = LIVE.load(Relaxed);
        let value = $value;
        let truth = LIVE.load(Relaxed) - before + size_of_val(&value);
        assert_eq!(value.deep_size(), truth, $name);
        let errors = [$(error(figures::$figure(&value), truth)),*];
        println!("| {} | {} | {} |", $name, grouped(truth), errors.join(" | "));
    }};
}

fn error(figure: Option<usize>, truth: usize) -> String {
    let Some(figure) = figure else { return "no impl".into() };
    let percent = 100.0 * (figure as f64 - truth as f64) / truth as f64;
    let text = match percent.abs() {
        0.0 => return "0".into(),
        0.0..1.0 => format!("{percent:+.1} %"),
        _ => format!("{percent:+.0} %"),
    };
    text.replace('-', "−")
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

fn texts() -> impl Iterator<Item = String> {
    (0..COUNT).map(|number| number.to_string())
}

fn pairs() -> impl Iterator<Item = (u64, u64)> {
    (0..COUNT).map(|number| (number, number))
}

/// The same numbers in every run, shuffled by Marsaglia's xorshift generator.
fn one_by_one() -> BTreeMap<u64, u64> {
    let (mut map, mut state) = (BTreeMap::new(), 1_u64);
    for _ in 0..COUNT {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        map.insert(state, state);
    }
    map
}

fn each_twice() -> Vec<Rc<u64>> {
    let mut handles = Vec::new();
    for number in 0..COUNT {
        let handle = Rc::new(number);
        handles.extend([handle.clone(), handle]);
    }
    handles
}

fn main() {
    let blobs = || (0..COUNT).map(|number| vec![0_u8; number as usize % 16]);
    println!("| value | true bytes | deepsize 0.2.0 | get-size2 0.11.1 | mem_dbg 0.4.4 | allocative 0.3.7 |");
    println!("| --- | --: | --: | --: | --: | --: |");
    row!("`Vec<String>`, 100,000 numbers as text", texts().collect::<Vec<_>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`BTreeMap<u64, u64>`, 100,000 collected", pairs().collect::<BTreeMap<_, _>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`BTreeMap<u64, u64>`, 100,000 inserted at random", one_by_one(),
        deepsize get_size2 mem_dbg allocative);
    row!("`BTreeMap<String, Vec<u8>>`, 100,000", texts().zip(blobs()).collect::<BTreeMap<_, _>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`BTreeSet<u8>`, 200 collected", (0..200_u8).collect::<BTreeSet<_>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`HashMap<u64, u64>`, 100,000", pairs().collect::<HashMap<_, _>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`HashMap<String, String>`, 100,000", texts().zip(texts()).collect::<HashMap<_, _>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`LinkedList<u64>`, 1,000", (0..1000_u64).collect::<LinkedList<_>>(),
        deepsize get_size2 mem_dbg none);
    row!("`LinkedList<u8>`, 10", (0..10_u8).collect::<LinkedList<_>>(),
        deepsize get_size2 mem_dbg none);
    row!("`Vec<Arc<String>>`, 100,000 unique", texts().map(Arc::new).collect::<Vec<_>>(),
        deepsize get_size2 mem_dbg allocative);
    row!("`Vec<Rc<u64>>`, 100,000, each twice", each_twice(),
        deepsize get_size2 mem_dbg allocative);
    row!("`Vec<Arc<str>>`, 1,000 handles on one text", vec![Arc::<str>::from("shared by all"); 1000],
        deepsize get_size2 none allocative);
    row!("`Rc<u8>`", Rc::new(1_u8),
        deepsize get_size2 mem_dbg allocative);
    row!("`Weak` on a dead `[u8; 1000]`", Rc::downgrade(&Rc::new([0_u8; 1000])),
        deepsize get_size2 mem_dbg allocative);
}
