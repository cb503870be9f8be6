//! Handles on shared buffers whose blocks are not exposed.

use std::collections::BTreeMap;

use deep_size::{DeepSize, Report, Walker, inspect};
use proptest::prelude::*;

use crate::support::random_cases;

/// A handle that shows a part of a buffer.
struct Slice<'b>(&'b [u8]);

impl DeepSize for Slice<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.shared_slice(self.0, false);
    }
}

fn report(slices: &[Slice<'_>]) -> Report {
    inspect(slices)
}

/// The number of handles and the number of bytes of each shared allocation, sorted.
fn listed(report: &Report) -> Vec<(usize, usize)> {
    let block = report.shared_allocations();
    let mut blocks: Vec<_> = block.map(|block| (block.inside_strong_count(), block.block_size())).collect();
    blocks.sort_unstable();
    blocks
}

/// The result of [`listed`] for these slices, by one address at a time.
fn expected(slices: &[Slice<'_>]) -> Vec<(usize, usize)> {
    let mut buffer_of = BTreeMap::new();
    let mut buffers = Vec::new();
    for Slice(slice) in slices.iter().filter(|slice| !slice.0.is_empty()) {
        let shown = slice.as_ptr_range().start.addr()..slice.as_ptr_range().end.addr();
        // The first known address in the slice or beside it.
        let known = buffer_of.range(shown.start - 1..=shown.end).next().map(|(_, &buffer)| buffer);
        let buffer = known.unwrap_or_else(|| {
            buffers.push((0, 0));
            buffers.len() - 1
        });
        buffers[buffer].0 += 1;
        for address in shown {
            let new: bool = buffer_of.insert(address, buffer).is_none();
            buffers[buffer].1 += usize::from(new);
        }
        // The slice connects everything that it touches.
        let mut end = slice.as_ptr_range().end.addr();
        while let Some(next) = buffer_of.get_mut(&end) {
            *next = buffer;
            end += 1;
        }
    }
    buffers.sort_unstable();
    buffers
}

#[test]
fn slices_of_one_buffer_that_touch_are_one_allocation() {
    let buffer = [7; 1000];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 1, 3, 0, 4]] {
        let report = report(&order.map(|part| Slice(&buffer[part * 200..(part + 1) * 200])));
        assert_eq!((report.heap_size(), report.allocation_count()), (1000, 1));
        assert_eq!(listed(&report), [(5, 1000)]);
        let text = report.to_string();
        assert!(text.contains("1000 B on the heap in 1 allocation or part of a buffer)"), "{text}");
    }
}

#[test]
fn separate_slices_are_not_called_allocations() {
    let buffer = [7; 1000];
    let slices = [Slice(&buffer[..100]), Slice(&buffer[200..300])];
    let report = report(&slices);
    let text = format!("{report:#}");
    assert!(text.contains("200 B on the heap in 2 allocations or parts of buffers)"), "{text}");
    assert!(text.contains("shared allocations or parts of buffers, by retained size"), "{text}");
    let none = inspect(&slices[..0]);
    let text = report.diff(&none).to_string();
    assert!(text.contains("+2 allocations or parts of buffers"), "{text}");
}

#[test]
fn a_slice_around_known_parts_is_one_handle() {
    let buffer = [7; 1000];
    let parts = [300..400, 500..600, 700..800].map(|part| Slice(&buffer[part]));
    let [one, two, three] = parts;
    let report = report(&[one, two, three, Slice(&buffer)]);
    assert_eq!((report.heap_size(), report.allocation_count()), (1000, 3));
    assert_eq!(listed(&report), [(1, 100), (1, 100), (2, 800)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(random_cases(5_000)))]

    #[test]
    fn random_slices_of_random_buffers_count_each_connected_part_once(
        lengths in prop::collection::vec(1..200_usize, 1..4),
        shown in prop::collection::vec((any::<prop::sample::Index>(), 0..200_usize, 0..60_usize), 0..30),
    ) {
        let buffers: Vec<Vec<u8>> = lengths.iter().map(|&length| vec![0; length]).collect();
        let slices: Vec<_> = shown
            .iter()
            .map(|(buffer, start, length)| {
                let buffer = buffer.get(&buffers);
                let start = (*start).min(buffer.len());
                Slice(&buffer[start..(start + length).min(buffer.len())])
            })
            .collect();
        let (report, expected) = (report(&slices), expected(&slices));
        prop_assert_eq!(report.allocation_count(), expected.len());
        prop_assert_eq!(report.heap_size(), expected.iter().map(|(_, bytes)| bytes).sum::<usize>());
        prop_assert_eq!(listed(&report), expected);
    }
}
