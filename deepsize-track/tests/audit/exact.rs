//! Exact sizes, in which the allocator's records replace lower bounds.

use std::alloc::Layout;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ffi::CString;

use deep_size_core::observer::Reason;
use deep_size_core::{DeepSize, Walker};
use deep_size_track::{Cause, ExactSize, Limitation, Recorder, exact, thread};

/// Builds a value while all blocks are recorded. Returns its exact size, and the bytes that it takes.
fn measured<T: DeepSize>(build: impl FnOnce() -> T) -> (ExactSize, usize) {
    let recording = Recorder::all().max_depth(0).start();
    let before = thread().net_size();
    let value = build();
    let built = usize::try_from(thread().net_size() - before).expect("the value owns every allocated byte");
    let size = exact(&value);
    drop((value, recording));
    (size, built + size_of::<T>())
}

/// A generator of pseudo-random numbers below `limit`.
fn random(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed * 2 + 1;
    move |limit| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    }
}

/// A part of a vector that its type exposes, without its capacity.
struct Rest(Vec<u8>);

impl DeepSize for Rest {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        deep_size_core::with::slice_at_least(&self.0, walker);
    }
}

/// A handle to a shared buffer that exposes only a part of it.
struct Slice<'b>(&'b [u8]);

impl DeepSize for Slice<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared_slice(self.0, false);
    }
}

#[test]
fn tables_with_tombstones_are_exact() {
    let mut resolved = 0;
    for seed in 0..300 {
        let mut random = random(seed);
        let build = || {
            let mut map: HashMap<u64, String> = HashMap::new();
            let mut set: HashSet<u16> = HashSet::with_capacity(random(100));
            for _ in 0..random(2000) {
                let key = random(500);
                match random(3) {
                    0 => drop((map.remove(&(key as u64)), set.remove(&(key as u16)))),
                    _ => drop((map.insert(key as u64, "x".repeat(key % 20)), set.insert(key as u16))),
                }
            }
            // A table without entries exposes no address.
            map.insert(0, String::new());
            set.insert(0);
            (map, set)
        };
        let (size, real) = measured(build);
        assert_eq!((size.deep_size(), size.is_exact()), (real, true), "{size}");
        resolved += size.resolved().len();
    }
    assert!(resolved > 0, "some tables are lower bounds");
}

#[test]
fn spare_capacity_that_a_type_hides_is_found() {
    for seed in 0..300 {
        let mut random = random(seed);
        let (capacity, len) = (random(50), random(20));
        let build = || {
            let mut bytes = Vec::with_capacity(capacity.max(len));
            bytes.resize(len, 1);
            Rest(bytes)
        };
        let (size, real) = measured(build);
        assert_eq!((size.deep_size(), size.is_exact()), (real, true), "{size}");
        assert_eq!(size.counted_size(), size_of::<Rest>() + len);
        assert_eq!(size.resolved().len(), usize::from(capacity.max(len) > 0));

        // An exhausted iterator exposes no address.
        let taken = random(capacity + 1);
        let (size, real) = measured(|| {
            let mut rest = vec![1_u32; capacity + 1].into_iter();
            rest.by_ref().take(taken).for_each(drop);
            rest
        });
        assert_eq!((size.deep_size(), size.is_exact()), (real, true), "{size}");
        let (size, real) = measured(|| {
            let mut bytes = Vec::with_capacity(capacity + 1);
            bytes.push(0xff);
            String::from_utf8(bytes).expect_err("the byte is no text")
        });
        assert_eq!((size.deep_size(), size.is_exact()), (real, true), "{size}");
    }
}

#[test]
fn a_block_counts_once_for_all_its_handles() {
    let buffer = Vec::from_iter(0..100);
    let recording = Recorder::all().start();
    let buffer: Vec<u8> = buffer.clone();
    let parts =
        [Slice(&buffer[10..20]), Slice(&buffer[50..]), Slice(&buffer[15..30]), Slice(&buffer[60..70])];
    let size = exact(&parts);
    assert_eq!(
        (size.counted_size(), size.deep_size()),
        (size_of_val(&parts) + 70, size_of_val(&parts) + 100)
    );
    let [(claim, block)] = size.resolved() else { panic!("{size}") };
    assert_eq!(
        (claim.path.as_str(), claim.size, block.size, block.address),
        ("[0]", 70, 100, buffer.as_ptr().addr())
    );
    assert!(size.is_exact() && size.unresolved().is_empty());
    drop(recording);
}

#[test]
fn contents_of_unknown_types_stay_opaque() {
    let text = String::from("captured");
    let (size, _) = measured(|| {
        let closure: Box<dyn Fn() -> usize> = Box::new(move || text.len());
        (closure, Cell::new(vec![1_u8]), Rest(vec![1; 10]))
    });
    let unresolved: Vec<_> =
        size.unresolved().iter().map(|(part, cause)| (&*part.path, part.reason, *cause)).collect();
    assert_eq!(
        unresolved,
        [("0", Reason::TypeErased, Cause::NoAddress), ("1", Reason::Cell, Cause::NoAddress)]
    );
    assert_eq!((size.size().opaque_part_count, size.size().lower_bound_count), (2, 0));
    let shown = size.to_string();
    assert!(shown.starts_with("at least ") && shown.contains("unresolved: `1` (Cell<Vec<u8>>): "), "{shown}");
}

#[test]
fn a_block_without_an_address_stays_a_lower_bound() {
    /// A block with an address, and one without.
    struct Two(Vec<u8>, Vec<u8>);
    impl DeepSize for Two {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.allocation(self.0.as_ptr(), Layout::new::<u8>(), 1);
            walker.allocation(std::ptr::null::<u8>(), Layout::new::<u8>(), self.1.len().min(1));
            walker.lower_bound(Reason::Capacity, None);
        }
    }
    let (size, real) = measured(|| Two(vec![1; 4], vec![1; 10]));
    assert_eq!((size.deep_size(), size.size().upper_bound()), (real - 9, None));
    let [(part, cause)] = size.unresolved() else { panic!("{size}") };
    assert_eq!((part.path.as_str(), part.reason, *cause), (".", Reason::Capacity, Cause::NoAddress));
    assert_eq!(size.resolved().len(), 1);
}

#[test]
fn a_sample_resolves_the_recorded_blocks() {
    let recording = Recorder::sampled_every(1 << 40).start();
    let rest = Rest(Vec::with_capacity(5));
    // Another test may record all blocks.
    let size = exact(&rest);
    match size.limitation() {
        None => assert!(size.is_exact()),
        Some(limitation) => {
            assert_eq!((limitation, size.deep_size()), (Limitation::Sampled, size.counted_size()));
            assert!(size.unresolved().iter().all(|(_, cause)| *cause == Cause::NotRecorded));
            assert!(size.to_string().contains("only a sample"), "{size}");
        }
    }
    drop(recording);
}

#[test]
fn limits_of_unresolved_lower_bounds_remain() {
    struct Bounded(Vec<u8>);
    impl DeepSize for Bounded {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.allocation(self.0.as_ptr(), Layout::new::<u8>(), 1);
            walker.lower_bound(Reason::Hidden, Some(9));
        }
    }
    let (size, real) = measured(|| (Bounded(vec![1; 4]), Rest(Vec::with_capacity(5))));
    assert_eq!((size.deep_size(), size.size().missing_size), (real, Some(9)));
    assert_eq!(size.size().lower_bound_count, 1);
    assert_eq!(size.resolved().len(), 2, "the block is larger than the part that the impl reports");
}

#[test]
fn unrecorded_blocks_keep_the_counted_size() {
    // Another test may record, so the bytes are in a static.
    static BYTES: [u8; 10] = [1; 10];
    let recording = Recorder::all().start();
    let size = exact(&Slice(&BYTES));
    assert_eq!((size.deep_size(), size.limitation()), (size.counted_size(), None));
    let [(part, cause)] = size.unresolved() else { panic!("{size}") };
    assert_eq!((part.reason, *cause), (Reason::Slice, Cause::NotRecorded));
    assert!(size.to_string().contains("(no recorded block is at its address)"), "{size}");
    drop(recording);
}

#[test]
fn exact_values_need_no_records() {
    let text = CString::from(c"text");
    let size = exact(&text);
    assert!(size.is_exact() && size.resolved().is_empty(), "{size}");
    assert_eq!((size.deep_size(), size.counted_size()), (text.deep_size(), text.deep_size()));
    assert!(matches!(size.limitation(), None | Some(Limitation::NotRecorded)));
}
