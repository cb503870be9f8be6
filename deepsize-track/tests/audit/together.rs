//! Blocks that are reported together: only their number and their sum are known.

use std::cell::Cell;

use deep_size_core::{DeepSize, Walker};

use crate::{audited, expected, found};

/// Boxes that are reported together, with an optional error in the number and the sum.
struct Chunks {
    boxes: Vec<Box<[u8]>>,
    surplus: (usize, usize),
}

impl DeepSize for Chunks {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let list = std::alloc::Layout::array::<Box<[u8]>>(self.boxes.capacity())
            .expect("the vector has this layout");
        walker.allocation(self.boxes.as_ptr(), list, list.size());
        let bytes = self.boxes.iter().map(|block| block.len()).sum::<usize>() + self.surplus.1;
        walker.allocations(self.boxes.len() + self.surplus.0, bytes, bytes);
    }
}

fn chunks(sizes: &[usize]) -> Chunks {
    Chunks { boxes: sizes.iter().map(|&size| vec![0; size].into()).collect(), surplus: (0, 0) }
}

#[test]
fn blocks_reported_together_are_matched_by_number_and_sum() {
    let audit = audited(|| (chunks(&[100, 200, 400]), String::from("another"), chunks(&[50, 200, 1600])));
    assert!(audit.is_proven(), "{audit}");
    assert_eq!((audit.block_count(), audit.matched_by_size_count()), (9, 6));
    assert_eq!(audit.size(), 700 + 1850 + 6 * size_of::<Box<[u8]>>() + 7);
}

#[test]
fn a_wrong_sum_or_number_is_a_finding() {
    for surplus in [(0, 1), (1, 0)] {
        let audit = audited(|| Chunks { surplus, ..chunks(&[100, 200]) });
        let found = found(&audit);
        assert!(found.contains(&expected("not live", ".", "", 300 + surplus.1, 0)), "{audit}");
        assert_eq!(found.len(), 3, "{audit}");
    }
}

/// Owns a text that it does not report.
struct Forgetful(Chunks, #[expect(dead_code, reason = "it is forgotten")] String);

impl DeepSize for Forgetful {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("0", &self.0);
    }
}

#[test]
fn a_forgotten_block_is_found_beside_them() {
    let audit = audited(|| Forgetful(chunks(&[100, 200, 300, 400]), "forgotten".repeat(5)));
    assert_eq!(found(&audit), [expected("never", "", "", 0, 45)], "{audit}");
}

#[test]
fn they_are_matched_beside_opaque_parts() {
    let audit = audited(|| (chunks(&[100, 300, 900]), Cell::new(vec![1_u64; 7])));
    assert!(audit.is_proven(), "{audit}");
    assert_eq!((audit.block_count(), audit.possibly_opaque_blocks().len()), (4, 1));
}

#[test]
fn many_blocks_are_matched_at_once() {
    let audit = audited(|| chunks(&[8; 100_000]));
    assert!(audit.is_proven(), "{audit}");
    assert_eq!(audit.block_count(), 100_001);
}

/// Claims more blocks than there are numbers, some of them beside an opaque part.
struct Countless;

impl DeepSize for Countless {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field_with("opaque", &(), |(), walker| {
            (0..3).for_each(|_| walker.allocations(usize::MAX, usize::MAX, 0));
            walker.opaque(deep_size_core::Reason::Hidden);
        });
        walker.field_with("whole", &(), |(), walker| {
            (0..3).for_each(|_| walker.allocations(usize::MAX, usize::MAX, 0));
        });
    }
}

#[test]
fn more_blocks_than_numbers_saturate() {
    assert_eq!(audited(|| Countless).lower_bound_count(), usize::MAX);
}
