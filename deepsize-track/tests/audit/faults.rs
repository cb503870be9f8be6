//! Faults planted in hand-written impls. The audit names each with path and size.

use std::alloc::Layout;
use std::rc::Rc;

use deep_size_core::{DeepSize, SharedBlock, Walker};
use deep_size_track::{AuditRegion, Finding};

use crate::{audited, expected, found};

/// Encloses the faulty value, so that it has a path.
struct Around<T> {
    name: String,
    parts: Vec<T>,
}

impl<T: DeepSize> DeepSize for Around<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("name", &self.name);
        walker.field("parts", &self.parts);
    }
}

fn around<T>(parts: impl IntoIterator<Item = T>) -> Around<T> {
    Around { name: "around".repeat(3), parts: parts.into_iter().collect() }
}

/// The block of an `Rc<[u64; 4]>`: two counts and the value.
const COUNTED: usize = 2 * size_of::<usize>() + 32;

/// A hand-written impl for a type.
macro_rules! impl_walk {
    ($type:ty, |$value:ident, $walker:ident| $walk:expr) => {
        impl DeepSize for $type {
            fn walk_owned(&self, $walker: &mut Walker<'_>) {
                let $value = self;
                $walk
            }
        }
    };
}

#[test]
fn a_forgotten_field_is_reported_with_its_call_site() {
    struct User(String, #[expect(dead_code, reason = "the impl forgets this field")] String);
    impl_walk!(User, |user, walker| walker.field("0", &user.0));

    #[inline(never)]
    fn makes_mail() -> String {
        // Prevents a tail call, which would remove this function from the trace.
        std::hint::black_box("ada@example.org".repeat(4))
    }

    let audit = audited(|| around([User("Ada".repeat(5), makes_mail())]));
    assert_eq!(found(&audit), [expected("never", "", "", 0, 60)]);
    let block = audit.findings()[0].block().expect("the finding has a block");
    let site = block.frames().next().expect("the block has a trace");
    assert!(site.function().contains("makes_mail"), "{site:?}");
    assert!(!audit.is_proven());
    assert_eq!((audit.block_count(), audit.size()), (3, 18 + 2 * size_of::<String>() + 15));
}

#[test]
fn a_field_that_is_walked_twice_is_counted_twice() {
    struct Twice(String);
    impl_walk!(Twice, |twice, walker| {
        walker.field("text", &twice.0);
        walker.field("alias", &twice.0);
    });
    let audit = audited(|| around([Twice("text".repeat(5))]));
    assert_eq!(found(&audit), [expected("twice", "parts[0].alias", "parts[0].text", 20, 20)]);
    let finding = "counted twice: 20 B at `parts[0].alias` (String), already counted at `parts[0].text` (String); allocated ";
    assert!(audit.to_string().contains(finding), "{audit}");
}

#[test]
fn a_length_in_place_of_the_capacity_is_a_wrong_size() {
    struct Line(Vec<u8>);
    impl_walk!(Line, |line, walker| {
        let layout = Layout::array::<u8>(line.0.len()).expect("the layout is valid");
        walker.allocation(line.0.as_ptr(), layout, line.0.len());
    });
    let audit = audited(|| {
        let mut line = Vec::with_capacity(80);
        line.extend(*b"text");
        around([Line(b"full".to_vec()), Line(line)])
    });
    assert_eq!(found(&audit), [expected("size", "parts[1]", "", 4, 80)]);
    assert_eq!(audit.findings()[0].size(), 76);
}

#[test]
fn a_wrong_address_is_where_no_block_is() {
    struct Wrong(Vec<u8>);
    impl_walk!(Wrong, |wrong, walker| {
        // The address of the vector, not of its elements.
        let layout = Layout::array::<u8>(wrong.0.capacity()).expect("the layout is valid");
        walker.allocation(&raw const wrong.0, layout, wrong.0.len());
    });
    // The vector is on the stack, where no block is.
    let audit = audited(|| Wrong(vec![1; 100]));
    assert_eq!(found(&audit), [expected("not live", ".", "", 100, 0), expected("never", "", "", 0, 100)]);
    // The vector is in the block of `parts`, which now has two claims.
    let audit = audited(|| around([Wrong(vec![1; 100])]));
    let expected =
        [expected("twice", "parts[0]", "parts", 100, size_of::<Wrong>()), expected("never", "", "", 0, 100)];
    assert_eq!(found(&audit), expected);
}

#[test]
fn the_end_of_a_block_is_outside_it() {
    struct Past(Vec<u8>, usize);
    impl_walk!(Past, |past, walker| {
        let address = past.0.as_ptr().wrapping_add(past.1);
        walker.allocation(address, Layout::array::<u8>(past.0.capacity()).expect("the layout is valid"), 0);
    });
    for offset in [0, 1, 99] {
        let audit = audited(|| Past(vec![1; 100], offset));
        assert!(audit.is_proven(), "offset {offset}: {audit}");
    }
    let audit = audited(|| Past(vec![1; 100], 100));
    assert_eq!(found(&audit), [expected("not live", ".", "", 100, 0), expected("never", "", "", 0, 100)]);
}

#[test]
fn a_counted_pointer_without_its_header_is_a_wrong_size() {
    /// Two counts and a value, as in an `Arc`.
    struct Counted(Box<(usize, usize, [u64; 4])>);
    impl_walk!(Counted, |counted, walker| {
        let value = &counted.0.2;
        walker.shared(SharedBlock::new(value, Layout::for_value(value)).with_strong_count(1), value);
    });
    let audit = audited(|| around([Counted(Box::new((1, 1, [7; 4])))]));
    assert_eq!(found(&audit), [expected("size", "parts[0]", "", 32, COUNTED)]);
}

#[test]
fn a_shared_block_reported_as_owned_is_counted_twice() {
    struct Mine(Rc<[u64; 4]>);
    impl_walk!(Mine, |mine, walker| {
        let block = SharedBlock::of_rc(&mine.0);
        walker.allocation(std::ptr::without_provenance::<u8>(block.address), block.layout, 32);
    });
    let audit = audited(|| {
        let one = Rc::new([1; 4]);
        around([Mine(one.clone()), Mine(one.clone()), Mine(one)])
    });
    let expected = [
        expected("twice", "parts[1]", "parts[0]", COUNTED, COUNTED),
        expected("twice", "parts[2]", "parts[0]", COUNTED, COUNTED),
    ];
    assert_eq!(found(&audit), expected);
}

#[test]
fn a_shared_block_with_a_wrong_strong_count_of_1_is_counted_twice() {
    struct Alone(Rc<[u64; 4]>);
    impl_walk!(Alone, |alone, walker| {
        walker.shared(SharedBlock::of_rc(&alone.0).with_strong_count(1), &*alone.0);
    });
    let build = || {
        let one = Rc::new([1; 4]);
        around([Alone(one.clone()), Alone(one)])
    };
    let audit = audited(build);
    assert_eq!(found(&audit), [expected("twice", "parts[1]", "parts[0]", COUNTED, COUNTED)]);
    // The plain walk counts it twice.
    assert_eq!(build().heap_size(), 18 + 2 * size_of::<Alone>() + 2 * COUNTED);
}

#[test]
fn a_shared_block_reported_by_different_addresses_is_counted_twice() {
    struct Apart(Rc<[u64; 4]>, usize);
    impl_walk!(Apart, |apart, walker| {
        let inside = &raw const apart.0[apart.1];
        walker.shared(SharedBlock::new(inside, SharedBlock::of_rc(&apart.0).layout), &*apart.0);
    });
    let audit = audited(|| {
        let one = Rc::new([1; 4]);
        around([Apart(one.clone(), 0), Apart(one, 3)])
    });
    assert_eq!(found(&audit), [expected("twice", "parts[1]", "parts[0]", COUNTED, COUNTED)]);
}

#[test]
fn owned_memory_that_is_also_reported_as_borrowed_is_counted_twice() {
    struct Slices(String);
    impl_walk!(Slices, |slices, walker| {
        walker.field("whole", &slices.0);
        walker.borrowed(&slices.0[2..7]);
    });
    let audit = audited(|| around([Slices("borrowed".into())]));
    assert_eq!(found(&audit), [expected("twice", "parts[0]", "parts[0].whole", 5, 8)]);
}

#[test]
fn an_owned_block_reported_as_weak_is_never_counted() {
    struct Weak(Rc<[u64; 4]>);
    impl_walk!(Weak, |weak, walker| {
        walker.weak(SharedBlock::of_rc(&weak.0));
    });
    let audit = audited(|| around([Weak(Rc::new([1; 4]))]));
    assert_eq!(found(&audit), [expected("never", "", "", 0, COUNTED)]);
}

#[test]
fn a_size_without_alignment_padding_is_wrong() {
    #[repr(align(64))]
    struct Wide(u8);
    struct Pointer(Box<Wide>);
    impl_walk!(Pointer, |pointer, walker| {
        // The size of the field, without the padding.
        let layout = Layout::from_size_align(size_of_val(&pointer.0.0), 64).expect("64 is a power of two");
        walker.allocation(&raw const *pointer.0, layout, 1);
    });
    let audit = audited(|| around([Pointer(Box::new(Wide(7)))]));
    assert_eq!(found(&audit), [expected("size", "parts[0]", "", 1, 64)]);
}

#[test]
fn the_claim_with_the_right_size_is_the_owner() {
    struct Both(Vec<u8>);
    impl_walk!(Both, |both, walker| {
        walker.allocation(both.0.as_ptr(), Layout::array::<u8>(3).expect("the layout is valid"), 3);
        walker.field("all", &both.0);
    });
    let audit = audited(|| Both(vec![1; 50]));
    assert_eq!(found(&audit), [expected("twice", ".", "all", 3, 50)]);
    assert_eq!((audit.block_count(), audit.size()), (1, 50));
}

#[test]
fn a_block_without_an_address_is_matched_by_its_size() {
    struct Hidden(#[expect(dead_code, reason = "the impl reports no address")] Box<[u8]>, usize);
    impl_walk!(Hidden, |hidden, walker| {
        let layout = Layout::array::<u8>(hidden.1).expect("the layout is valid");
        walker.allocation(std::ptr::null::<u8>(), layout, 0);
    });
    let hidden = |len, claimed| Hidden(vec![1; len].into(), claimed);
    let audit = audited(|| around([hidden(1234, 1234), hidden(1235, 1235), hidden(1234, 1234)]));
    assert!(audit.is_proven(), "{audit}");
    assert_eq!((audit.matched_by_size_count(), audit.block_count()), (3, 5));
    let audit = audited(|| around([hidden(1234, 1234), hidden(1235, 1_234_567)]));
    let expected = [expected("not live", "parts[1]", "", 1_234_567, 0), expected("never", "", "", 0, 1235)];
    assert_eq!(found(&audit), expected);
}

#[test]
fn findings_are_ordered_by_size() {
    struct Forgets(Vec<Vec<u8>>);
    impl_walk!(Forgets, |forgets, walker| {
        let layout = Layout::array::<Vec<u8>>(forgets.0.capacity()).expect("the layout is valid");
        walker.allocation(forgets.0.as_ptr(), layout, 0);
    });
    let audit = audited(|| Forgets([3, 500, 20].map(|len| vec![1; len]).into()));
    let sizes: Vec<_> = audit.findings().iter().map(Finding::size).collect();
    assert_eq!(sizes, [500, 20, 3]);
}

#[test]
fn audits_are_the_trackers_own_memory() {
    let region = AuditRegion::begin();
    let value: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let before = deep_size_track::thread();
    let audit = region.audit(&value);
    let copy = audit.clone();
    drop(region);
    assert!(copy.is_proven(), "{audit}");
    drop((audit, copy));
    assert_eq!(deep_size_track::thread().allocated_blocks, before.allocated_blocks);
}
