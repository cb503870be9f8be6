//! `assert_allocations!` and `assert_no_allocation!`.

use std::thread;

use deep_size_track::{assert_allocations, assert_no_allocation, measure};

use super::{bytes, failure};

#[test]
fn limits_that_all_hold_return_the_value() {
    let text = String::from("abc");
    let copy = assert_allocations!(text.clone(), <= 3);
    assert_eq!(copy, "abc");
    let kept = assert_allocations!(
        {
            drop(bytes(1000));
            bytes(text.len() * 10)
        },
        bytes <= 1030,
        bytes == 1000 + 10 * text.len(),
        blocks < 3,
        blocks == 2,
        reallocations == 0,
        peak == 1000,
        net == kept_size(&text),
    );
    assert_eq!(kept.capacity(), 30);
    assert_allocations!((), == 0, < 1, blocks == 0, peak == 0, net <= 0);
}

/// A limit may allocate without an effect on the figures.
fn kept_size(text: &str) -> usize {
    text.repeat(10).len()
}

#[test]
fn frees_are_no_allocations() {
    let (given, mut list) = (bytes(10), Vec::with_capacity(4));
    assert_no_allocation!(drop(given));
    let last: Option<&i32> = assert_no_allocation!({
        list.extend([1, 2, 3, 4]);
        list.last()
    });
    assert_eq!(last, Some(&4));
    assert_allocations!(drop(list), net < 1, net <= 0, peak == 0);
}

#[test]
fn a_failure_states_each_figure_with_its_limit() {
    let message = failure(|| {
        assert_allocations!(
            drop((bytes(4000), bytes(1232))),
            <= 4 * 1024,
            blocks <= 3,
            blocks == 1,
            reallocations < 1,
            peak < 5232,
            net == 5,
        );
    });
    let mut lines = message.lines();
    assert_eq!(
        lines.next(),
        Some("the allocations of `drop((bytes(4000), bytes(1232)))` are outside their limits"),
        "{message}"
    );
    let limits: Vec<&str> = lines.by_ref().take(6).collect();
    let expected = [
        "  bytes <= 4.0 KiB (4,096 B): fails with 5.1 KiB (5,232 B)",
        "  blocks <= 3: holds with 2",
        "  blocks == 1: fails with 2",
        "  reallocations < 1: holds with 0",
        "  peak < 5.1 KiB (5,232 B): fails with 5.1 KiB (5,232 B)",
        "  net == 5 B: fails with 0 B",
    ];
    assert_eq!(limits, expected);
    assert_eq!(lines.next().is_some(), cfg!(feature = "sites"), "{message}");
    let given = bytes(3000);
    let message = failure(|| assert_allocations!(drop(given), net == 0, "the text {}", 7));
    assert_eq!(
        message,
        "the allocations of the text 7 are outside their limits\n  net == 0 B: fails with -2.9 KiB (3,000 B)"
    );
}

#[test]
fn resizing_a_block_is_an_allocation() {
    let mut list = bytes(16);
    let message = failure(|| assert_no_allocation!(list.reserve_exact(64)));
    let expected = "the allocations of `list.reserve_exact(64)` are outside their limits\n  \
                    blocks == 0: fails with 1";
    assert!(message.starts_with(expected), "{message}");
    assert_allocations!(list.reserve_exact(128), == 128, blocks == 1, reallocations == 1, net == 64, "message {}", 1);
    list.push(1);
    let shrinks = || assert_no_allocation!({ list.shrink_to_fit() }, "seed {}", 3);
    assert!(failure(shrinks).starts_with("the allocations of seed 3 are outside their limits\n"));
}

#[test]
fn an_expression_may_leave_the_function_or_panic() {
    fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
        let number: u32 = assert_no_allocation!(text.parse()?);
        Ok(number + 1)
    }
    assert!(parse("1") == Ok(2) && parse("x").is_err());
    let number = parse("1");
    let message = failure(|| assert_no_allocation!(assert!(number.is_err(), "message {number:?}")));
    assert_eq!(message, "message Ok(2)");
    // Later assertions are not affected.
    assert_allocations!(drop(bytes(5)), == 5, blocks == 1);
}

#[test]
fn assertions_nest() {
    let message = failure(|| {
        assert_allocations!(
            {
                assert_allocations!(drop(bytes(100)), == 100);
                drop(bytes(1000));
            },
            bytes < 1100,
            "the outer one",
        );
    });
    let expected = "the allocations of the outer one are outside their limits\n  \
                    bytes < 1.1 KiB (1,100 B): fails with 1.1 KiB (1,100 B)";
    assert!(message.starts_with(expected), "{message}");
    if cfg!(feature = "sites") {
        assert!(message.contains("\n  1.1 KiB (1,100 B) in 2 blocks, allocated "), "{message}");
    }
    // The inner one fails first, and ends both.
    let message = failure(|| assert_allocations!(assert_allocations!(drop(bytes(7)), == 8), == 9));
    assert!(message.contains("`drop(bytes(7))`"), "{message}");
    assert_allocations!(drop(bytes(5)), == 5);
}

#[test]
fn threads_of_the_expression_do_not_count() {
    let spawns = || {
        let usage = measure(|| {
            let ready = thread::spawn(|| drop(bytes(1 << 20))).join();
            ready.expect("the thread does not panic");
        });
        usage.usage.allocated_size as usize
    };
    spawns();
    assert_allocations!(spawns(), < 1 << 20);
}

#[cfg(feature = "sites")]
mod sites {
    use super::*;

    #[inline(never)]
    fn reads() -> (Vec<Vec<u8>>, u32) {
        let (mut blocks, line) = (Vec::with_capacity(3), line!());
        blocks.extend((0..3).map(|_| bytes(100)));
        blocks[0].reserve_exact(300);
        (blocks, line)
    }

    #[test]
    fn a_failure_names_the_call_sites_with_most_bytes_first() {
        let list = 3 * size_of::<Vec<u8>>();
        let (mut line, mut usage) = (0, Default::default());
        let message = failure(|| {
            assert_allocations!(
                {
                    let measured = measure(reads);
                    (line, usage) = (measured.value.1, measured.usage);
                },
                blocks <= 3,
                "reads",
            );
        });
        assert_eq!((usage.allocated_size as usize, usage.allocated_blocks), (300 + 300 + list, 5));
        let rows: Vec<&str> = message.lines().skip(2).collect();
        assert!(rows.len() == 3 || !message.contains(".rs:"), "{message}");
        assert!(rows[0].starts_with("  300 B in 3 blocks, allocated "), "{message}");
        let grown = "  300 B in 1 block (1 resized), allocated ";
        assert!(rows.iter().any(|row| row.starts_with(grown)), "{message}");
        let first = format!("  {list} B in 1 block, allocated at tests/assertions/allocations.rs:{line} (");
        assert!(message.contains(&first) || !message.contains(".rs:"), "{message}");
        assert!(message.contains("reads"), "{message}");
    }

    #[test]
    fn the_rows_add_up_to_the_figures() {
        let message = failure(|| {
            assert_allocations!(
                {
                    let mut list = Vec::new();
                    for number in 0..1000_u64 {
                        list.push(number.to_string());
                    }
                    list.sort();
                    list
                },
                == 0,
                "strings",
            )
        });
        let bytes = |text: &str| -> u64 {
            let text = text.split_once(" B").expect("it has bytes").0;
            let number = text.rsplit(['(', ' ']).next().expect("it has a number");
            number.replace(',', "").parse().expect("it is a number")
        };
        let mut lines = message.lines().skip(1);
        let limit = lines.next().expect("it has a limit");
        let total = bytes(limit.split_once("fails with ").expect("it fails").1);
        assert_eq!(lines.map(bytes).sum::<u64>(), total, "{message}");
    }

    #[test]
    fn traces_with_the_same_call_site_share_a_row() {
        #[inline(never)]
        fn descend(depth: u32) {
            drop(bytes(10));
            if depth > 0 {
                descend(depth - 1);
            }
        }
        let message = failure(|| assert_allocations!(descend(25), == 0));
        assert!(message.contains("\n  260 B in 26 blocks, allocated "), "{message}");
        assert_eq!(message.lines().count(), 3);
    }
}
