//! `assert_no_growth!`.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hint::black_box;
use std::thread;

use deep_size_track::assert_no_growth;

use super::{bytes, failure};

#[test]
fn work_that_keeps_nothing_does_not_grow() {
    assert_no_growth!(|| bytes(1000));
    assert_no_growth!(|| bytes(1000).len(), turns = 8, warm_up = 0,);
    let mut calls = 0;
    assert_no_growth!(|| calls += 1, warm_up = 3, turns = 100);
    assert_eq!(calls, 103);
    // A closure with its own state, and a function.
    let mut number = 0;
    assert_no_growth!(move || {
        number += 1;
        bytes(number)
    });
    assert_no_growth!(String::new, "message {}", 1);
}

#[test]
fn one_block_of_16_bytes_a_turn_is_found() {
    let mut kept = Vec::with_capacity(100);
    let message = failure(|| assert_no_growth!(|| kept.push(Box::new([0_u8; 16]))));
    let (line, expected) = (
        line!() - 2,
        "the memory of `|| kept.push(Box::new([0_u8; 16]))` grows by 16 B a turn: 512 B in 32 turns\n  \
         512 B in 32 blocks, allocated ",
    );
    assert!(message.starts_with(expected), "{message}");
    assert!(
        message.contains(&format!("at tests/assertions/growth.rs:{line} (")) || !message.contains(".rs:")
    );
    assert_eq!((message.lines().count(), kept.len()), (2, 42));
    assert_no_growth!(|| kept.push(Box::new([0_u8; 16])), <= 16);
    let message =
        failure(|| assert_no_growth!(|| kept.push(Box::new([0_u8; 16])), <= 15, turns = 3, "seed {}", 7));
    let expected = "the memory of seed 7 grows by 16 B a turn, but only 15 B are allowed: 48 B in 3 turns\n  48 B in 3 blocks, ";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn a_block_in_every_fourth_turn_is_found() {
    let (mut kept, mut turn) = (Vec::with_capacity(100), 0);
    let message = failure(|| {
        assert_no_growth!(|| {
            turn += 1;
            if turn % 4 == 0 {
                kept.push(bytes(10));
            }
        });
    });
    assert!(
        message.contains("grows by about 2 B a turn: 80 B in 32 turns\n  80 B in 8 blocks, "),
        "{message}"
    );
}

#[test]
fn a_buffer_that_grows_in_each_turn_is_found() {
    let mut buffer = Vec::<u8>::new();
    let message = failure(|| assert_no_growth!(|| buffer.reserve_exact(buffer.capacity() + 3)));
    assert!(message.contains(" a turn: 96 B in 32 turns\n  96 B in 0 blocks, allocated "), "{message}");
}

/// None of these grows without end, or only by a factor.
#[test]
fn amortised_growth_is_not_reported() {
    let mut numbers = Vec::new();
    assert_no_growth!(|| numbers.push(1_u64));
    let mut many = Vec::new();
    assert_no_growth!(|| many.extend([1_u8; 1000]));
    let mut map = HashMap::new();
    assert_no_growth!(|| map.insert(map.len(), 1_u64));
    let mut text = String::new();
    assert_no_growth!(|| text.push_str("a few words"), warm_up = 8, turns = 200);
    // Grows by half.
    let mut slow = Vec::<u8>::with_capacity(10);
    assert_no_growth!(|| {
        if slow.len() + 10 > slow.capacity() {
            slow.reserve_exact(slow.len() / 2 + 10);
        }
        slow.extend([0; 10]);
    });
    let mut cache = VecDeque::new();
    assert_no_growth!(|| {
        cache.push_back(bytes(100));
        if cache.len() > 30 {
            cache.pop_front();
        }
    });
    let mut last = None;
    let mut turn = 0;
    assert_no_growth!(|| {
        turn += 1;
        last = Some(bytes(turn * 7919 % 1000));
    });
    thread_local! {
        static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    assert_no_growth!(|| SCRATCH.with_borrow_mut(|scratch| scratch.resize(5000, 0)));
    drop((numbers, many, map, text, slow, cache, last));
}

/// A cache for the same line fluctuates by more than the leak.
#[test]
fn a_leak_beside_a_cache_of_the_same_line_is_found() {
    #[inline(never)]
    fn block(size: usize) -> Vec<u8> {
        bytes(size)
    }
    let (mut kept, mut cached, mut turn) = (Vec::with_capacity(100), Vec::new(), 0);
    let message = failure(|| {
        assert_no_growth!(|| {
            turn += 1;
            kept.push(block(16));
            cached = block(1 + turn * 7919 % 10_000);
        });
    });
    assert!(message.contains(" in 32 blocks, allocated "), "{message}");
    drop(cached);
}

/// The trace is the same too.
#[test]
fn a_leak_beside_a_block_of_changing_size_is_found() {
    let mut random = super::shared::random();
    for _ in 0..50 {
        let (mut kept, mut cached) = (Vec::with_capacity(100), Vec::new());
        let message = failure(|| {
            assert_no_growth!(|| for size in [16, 1 + random(10_000)] {
                let block = bytes(size);
                if size == 16 {
                    kept.push(block);
                } else {
                    cached = block;
                }
            });
        });
        assert!(
            message.contains(" in 32 blocks, allocated ") && message.contains("in 32 turns"),
            "{message}"
        );
        drop(cached);
    }
}

#[test]
fn blocks_of_other_threads_do_not_count() {
    thread::scope(|threads| {
        for number in 0..8_usize {
            threads.spawn(move || {
                let mut kept = Vec::with_capacity(100);
                let mut run = || assert_no_growth!(|| kept.push(bytes(number + 1)), <= number);
                let message = failure(&mut run);
                let expected = format!(" in 32 turns\n  {} B in 32 blocks, ", 32 * (number + 1));
                assert!(message.contains(&expected), "{message}");
                assert_no_growth!(|| bytes(number));
            });
        }
    });
    let mut kept = Vec::with_capacity(100);
    assert_no_growth!(|| kept.push(thread::spawn(|| bytes(10)).join().expect("the thread does not panic")), <= 200);
}

#[test]
fn a_turn_may_panic() {
    let mut turn = 0;
    let message = failure(|| {
        assert_no_growth!(|| {
            turn += 1;
            assert!(turn < 20, "turn {turn}");
        });
    });
    assert_eq!(message, "turn 20");
    assert_no_growth!(|| bytes(10));
}

#[test]
fn without_turns_nothing_is_asserted() {
    let message = failure(|| assert_no_growth!(|| bytes(10), turns = 0));
    assert_eq!(message, "the growth of `|| bytes(10)` cannot be checked: `turns` is 0");
}

/// Each line fills a cache. A random choice of lines also leaks a block in every first to fourth turn.
#[test]
fn each_random_leak_is_named_with_its_bytes() {
    let mut random = super::shared::random();
    for case in 0..100 {
        // Each closure is a separate call site.
        type Allocate = fn(usize) -> Vec<u8>;
        let lines: [(u32, Allocate); 6] = [
            (line!(), |size| black_box(Vec::with_capacity(size))),
            (line!(), |size| black_box(Vec::with_capacity(size))),
            (line!(), |size| black_box(Vec::with_capacity(size))),
            (line!(), |size| black_box(Vec::with_capacity(size))),
            (line!(), |size| black_box(Vec::with_capacity(size))),
            (line!(), |size| black_box(Vec::with_capacity(size))),
        ];
        let every: Vec<usize> =
            lines.iter().map(|_| if random(2) == 0 { 0 } else { 1 + random(4) }).collect();
        let sizes: Vec<usize> = lines.iter().map(|_| 1 + random(100)).collect();
        let bounds: Vec<usize> = lines.iter().map(|_| 1 + random(20)).collect();
        let (mut leaks, mut caches) = (Vec::with_capacity(1000), lines.map(|_| VecDeque::with_capacity(30)));
        let (mut expected, mut turn) = (BTreeMap::<u32, usize>::new(), 0);
        let mut run = || {
            assert_no_growth!(
                || {
                    for (at, (line, allocate)) in lines.iter().enumerate() {
                        if every[at] > 0 && turn % every[at] == 0 {
                            leaks.push(allocate(sizes[at]));
                            *expected.entry(*line).or_default() += if turn < 10 { 0 } else { sizes[at] };
                        }
                        caches[at].push_back(allocate(1000));
                        if caches[at].len() > bounds[at] {
                            caches[at].pop_front();
                        }
                    }
                    turn += 1;
                },
                "case {case}"
            )
        };
        if every.iter().all(|every| *every == 0) {
            run();
            continue;
        }
        let message = failure(run);
        if !message.contains(".rs:") {
            // Without debug information.
            continue;
        }
        let total: usize = expected.values().sum();
        assert!(message.starts_with(&format!("the memory of case {case} grows by ")), "{message}");
        let first = message.lines().next().unwrap_or_default();
        let bytes = |text: &str| {
            let text = text.strip_suffix(" B)").or(text.strip_suffix(" B")).expect("the unit is B");
            text.rsplit([' ', '('])
                .next()
                .unwrap_or_default()
                .replace(',', "")
                .parse::<usize>()
                .expect("a number")
        };
        let figure =
            first.split_once(": ").expect("it has a figure").1.split_once(" in ").expect("it has turns");
        assert_eq!((bytes(figure.0), figure.1), (total, "32 turns"), "{message}");
        let rows = message.lines().skip(1).map(|row| {
            let (bytes_text, rest) = row.split_once(" in ").expect("it has bytes");
            let line =
                rest.rsplit_once(".rs:").expect("it has a line").1.split(' ').next().unwrap_or_default();
            (line.parse().expect("a number"), bytes(bytes_text))
        });
        assert_eq!(rows.collect::<BTreeMap<u32, usize>>(), expected, "{message}");
    }
}

#[cfg(feature = "audit")]
mod paths {
    use super::*;
    use deep_size_core::{DeepSize, Walker};

    #[derive(Default)]
    struct State {
        log: Vec<Box<[u8]>>,
        cache: Vec<Box<[u8]>>,
    }

    impl DeepSize for State {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("log", &self.log);
            walker.field("cache", &self.cache);
        }
    }

    #[test]
    fn the_path_of_a_leak_is_named() {
        let mut state = State { log: Vec::with_capacity(100), cache: Vec::with_capacity(100) };
        let message = failure(|| {
            assert_no_growth!(
                || {
                    state.cache = vec![bytes(70).into()];
                    state.log.push(vec![0; 100].into());
                },
                state,
                turns = 10,
                "requests"
            );
        });
        let expected = "grows by 100 B a turn: 1000 B in 10 turns\n  1000 B in 10 blocks, at `log[*]` (";
        assert!(message.contains(expected), "{message}");
        assert_eq!(message.lines().count(), 2, "{message}");
    }

    #[test]
    fn blocks_outside_the_value_have_no_path() {
        let (mut state, mut elsewhere) = (State::default(), Vec::with_capacity(100));
        state.log.reserve(100);
        let message = failure(|| {
            assert_no_growth!(
                || for at in 0..2 {
                    let block: Box<[u8]> = vec![0; 10].into();
                    if at == 0 { state.log.push(block) } else { elsewhere.push(block) }
                },
                <= 19,
                state,
                "requests",
            );
        });
        let rows: Vec<&str> = message.lines().skip(1).collect();
        assert!(
            rows.len() == 2 && rows.iter().all(|row| row.starts_with("  320 B in 32 blocks, ")),
            "{message}"
        );
        assert_eq!(rows.iter().filter(|row| row.contains("at `log[*]` (")).count(), 1, "{message}");
    }

    /// Without `DeepSize`, the message has call sites only.
    #[test]
    fn the_place_may_have_any_type() {
        struct Plain(Vec<Vec<u8>>);
        let mut plain = Plain(Vec::with_capacity(100));
        let message = failure(|| assert_no_growth!(|| plain.0.push(bytes(10)), plain));
        assert!(message.contains("\n  320 B in 32 blocks, allocated "), "{message}");
    }
}
