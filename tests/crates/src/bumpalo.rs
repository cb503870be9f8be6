use arbitrary::Unstructured;
use bumpalo::Bump;
use bumpalo::collections::{String, Vec};
use deep_size::{Reason, Tally};

use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_flat, live_blocks};
use crate::trial::for_random_bytes;

#[test]
fn an_arena_of_one_chunk_is_exact() {
    assert_exact(Bump::new);
    assert_exact(|| Bump::with_capacity(5_000));
    assert_exact(|| {
        let bump = Bump::new();
        bump.alloc_str("some text");
        bump
    });
    assert_exact(|| {
        let bump = Bump::<8>::with_min_align();
        bump.alloc(1_u8);
        bump
    });
}

fn random_arena(source: &mut Unstructured<'_>) -> Bump {
    let mut bump = Bump::new();
    for _ in 0..length(source, 0) {
        match below(source, 8) {
            0 => bump.reset(),
            1 => drop(bump.alloc(u128::random(source, 0))),
            _ => drop(bump.alloc_slice_fill_copy(below(source, 1_000), 0_u16)),
        }
    }
    bump
}

/// The audit proves each block, beside others of unknown and of known addresses.
#[test]
fn random_arenas_are_exact() {
    for_random_bytes(|source| {
        assert_exact(|| random_arena(source));
        assert_exact(|| (random_arena(source), [random_arena(source), random_arena(source)], vec![1]));
    });
}

#[test]
fn a_report_counts_each_chunk() {
    let before = live_blocks();
    let bump = Bump::new();
    for number in 0..1_000_u32 {
        bump.alloc(number);
    }
    let chunks = live_blocks() - before;
    assert!(chunks > 2);
    assert_eq!(deep_size::inspect(&bump).allocation_count() as isize, chunks);
}

#[test]
fn memory_in_an_arena_is_counted_with_the_arena() {
    let bump = Bump::new();
    assert_flat(String::from_str_in("in the arena", &bump));
    assert_exact(|| bumpalo::vec![in &bump; 1, 2, 3]);
    assert_exact(|| bumpalo::boxed::Box::new_in(7_u64, &bump));
    assert_exact(|| Vec::<std::string::String>::new_in(&bump));
}

#[test]
fn memory_owned_by_elements_in_an_arena_is_opaque() {
    let bump = Bump::new();
    let boxed = bumpalo::boxed::Box::new_in(vec![1; 100], &bump);
    let texts = bumpalo::vec![in &bump; std::string::String::from("elsewhere")];
    let mut tally = Tally::new();
    tally.add(&boxed);
    tally.add(&texts);
    assert_eq!(tally.size().opaque_part_count, 2);
    let report = deep_size::inspect(&texts);
    let reasons: std::vec::Vec<_> = report.opaque_parts().iter().map(|part| part.reason).collect();
    assert!(matches!(reasons[..], [Reason::Other(_)]), "{reasons:?}");
}
