//! Compares walks with a counting allocator on WebAssembly, which has no threads and no fresh stacks.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{mem, panic};

use deep_size::observer::Observer;
use deep_size::{DeepSize, Reason, Size, Tally, inspect};

/// The live bytes.
static LIVE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: `System` does the work. The provided `realloc` calls both functions.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    fn print(start: *const u8, length: usize);
}

/// The target has no standard output.
fn say(text: &str) {
    // SAFETY: the host reads these bytes and keeps no pointer.
    unsafe { print(text.as_ptr(), text.len()) }
}

struct Blind;

impl Observer for Blind {}

/// Measures a value with the plain walk, and asserts that the observed walk and the report agree.
fn measure<T: DeepSize>(value: &T) -> Size {
    let size = Size::of(value);
    let mut observed = Tally::new();
    observed.add_observed(value, &mut Blind);
    assert_eq!(observed.size(), size, "the observed walk");
    assert_eq!(inspect(value).size(), size, "the report");
    assert_eq!(value.heap_size(), size.deep_size - size_of::<T>(), "the heap size");
    size
}

/// Asserts that a new value is measured exactly as the allocator counts it, and that its drop frees the same bytes.
fn assert_exact<T: DeepSize>(build: impl FnOnce() -> T) {
    let before = LIVE.load(Relaxed);
    let value = build();
    let built = LIVE.load(Relaxed) - before;
    let size = measure(&value);
    assert!(size.is_exact(), "{size:?}");
    assert_eq!(size.deep_size, size_of::<T>() + built, "{}", std::any::type_name::<T>());
    drop(value);
    assert_eq!(LIVE.load(Relaxed), before, "the drop frees every block");
}

fn collections_are_exact() {
    // The seeds of the first hash map may allocate.
    drop(HashMap::from([(1, 2)]));
    for length in [0, 1, 3, 11, 12, 100, 1000] {
        let texts = move || (0..length).map(|number: u32| number.to_string());
        assert_exact(|| (0..length).collect::<Vec<u32>>());
        assert_exact(|| texts().collect::<String>());
        assert_exact(|| texts().collect::<VecDeque<_>>());
        assert_exact(|| texts().map(Box::new).collect::<Box<[_]>>());
        assert_exact(|| texts().collect::<HashSet<_>>());
        assert_exact(|| (0..length).map(|key| (key, [key; 3])).collect::<HashMap<_, _>>());
        assert_exact(|| (0..length).map(|key| (key, key as u8)).collect::<BTreeMap<_, _>>());
        assert_exact(|| {
            let shared: Rc<str> = "shared".into();
            (0..length).map(|_| Rc::clone(&shared)).collect::<Vec<_>>()
        });
        assert_exact(|| {
            texts()
                .map(|text| (text.clone(), BTreeMap::from([(text, Rc::new(1_u64))])))
                .collect::<HashMap<_, _>>()
        });
    }
    assert_exact(|| Rc::new(RefCell::new(vec![Some(Box::new("text".to_string())), None])));
}

fn long_lists_are_exact() {
    #[derive(DeepSize)]
    struct List {
        text: String,
        next: Option<Box<List>>,
    }
    let before = LIVE.load(Relaxed);
    let mut list = List { text: String::new(), next: None };
    for _ in 0..100_000 {
        list = List { text: "text".into(), next: Some(Box::new(list)) };
    }
    let size = measure(&list);
    assert!(size.is_exact(), "{size:?}");
    assert_eq!(size.deep_size - size_of::<List>(), LIVE.load(Relaxed) - before);
    // Dropping it whole would overflow the stack.
    while let Some(next) = list.next.take() {
        list = *next;
    }
}

fn deep_maps_are_lower_bounds() {
    #[derive(DeepSize)]
    struct Map(BTreeMap<u8, RefCell<Map>>);

    let before = LIVE.load(Relaxed);
    let map = (0..1000).fold(Map(BTreeMap::new()), |inner, _| Map([(0, RefCell::new(inner))].into()));
    let built = LIVE.load(Relaxed) - before;
    let size = measure(&map);
    assert!(!size.is_exact() && size.deep_size < size_of::<Map>() + built, "{size:?}");
    let report = inspect(&map);
    assert_eq!(report.opaque_parts().len(), 1);
    assert_eq!(report.opaque_parts()[0].reason, Reason::TooDeep);
    say(&format!(
        "of a map 1000 levels deep, {} of {built} bytes are measured",
        size.deep_size - size_of::<Map>()
    ));
    mem::forget(map);
}

fn main() {
    panic::set_hook(Box::new(|panic| say(&panic.to_string())));
    collections_are_exact();
    long_lists_are_exact();
    deep_maps_are_lower_bounds();
    say("passed");
}
