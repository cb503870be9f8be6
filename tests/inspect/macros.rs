//! `dbg_deep_size!` and `assert_deep_size!`.

use std::collections::HashMap;
use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::process::Command;

use deep_size::{DeepSize, assert_deep_size, dbg_deep_size};

/// The message of a panic.
#[track_caller]
fn message(run: impl FnOnce()) -> String {
    let panicked = panic::catch_unwind(AssertUnwindSafe(run)).expect_err("the assertion fails");
    *panicked.downcast::<String>().expect("a text is given")
}

#[derive(DeepSize)]
struct Cache {
    names: Vec<String>,
    map: HashMap<u8, Vec<u8>>,
}

fn cache() -> Cache {
    let names = vec!["x".repeat(100), String::new(), String::from("ab")];
    Cache { names, map: HashMap::from([(7, vec![0; 1000])]) }
}

#[test]
fn passing_assertions_do_not_move_the_value() {
    let cache = cache();
    let size = cache.deep_size();
    assert_deep_size!(cache <= 24 * 1024);
    assert_deep_size!(cache <= size);
    assert_deep_size!(cache < size + 1);
    assert_deep_size!(cache == size);
    assert_deep_size!(cache >= size);
    assert_deep_size!(cache > size - 1);
    assert_deep_size!(cache in size..=size);
    assert_deep_size!(cache in ..size + 1,);
    assert_deep_size!(cache in 10.., "with a message {size}");
    assert_deep_size!(cache.names[0] == 124, "and with {}", "arguments",);
    assert_deep_size!(cache.map.get(&7).unwrap() == 24 + 1000);
    assert_deep_size!(&cache.names[2] <= 4 << 10);
    assert_deep_size!({ vec![1_u8; 3] } == 27);
    assert_deep_size!(vec![1_u8; 3] == 27);
    assert_deep_size!((Vec::<u8>::with_capacity(3)) == 27);
    assert_deep_size!(7_u8 == 1);
    let mut counter = 0;
    let mut count = || {
        counter += 1;
        1_u32
    };
    assert_deep_size!(count() == 4);
    assert_eq!(counter, 1, "the expression is evaluated once");
    let reference = &mut Box::new(1_u64);
    assert_deep_size!(reference == 16);
    **reference += 1;
    assert_eq!(cache.names.len(), 3);
}

#[test]
fn a_failed_assertion_shows_the_excess_and_its_paths() {
    let names = vec!["x".repeat(100), String::new(), String::from("ab")];
    assert_eq!(
        message(|| assert_deep_size!(names <= 2 * 50)),
        "assertion failed: deep size of `names <= 2 * 50`
  198 B, 98 B too many
  largest paths:
       174 B   87.9 %  []: String × 3
        24 B   12.1 %  .: Vec<String>"
    );
    let large = [vec![0_u8; 5000]];
    assert_eq!(
        message(|| assert_deep_size!(large < 5024, "a buffer of {} bytes", large[0].len())),
        "assertion failed: deep size of `large < 5024`: a buffer of 5000 bytes
  4.9 KiB (5,024 B), 1 B too many
  largest paths:
     4.9 KiB   99.5 %  [][]: u8 × 5,000
        24 B    0.5 %  []: Vec<u8>"
    );
}

#[test]
fn a_failed_assertion_shows_the_five_largest_paths() {
    #[derive(DeepSize)]
    struct Many {
        a: u8,
        b: [u8; 20],
        c: [u8; 30],
        d: Vec<u8>,
        e: [u8; 50],
        f: u64,
    }
    let many = Many { a: 0, b: [0; 20], c: [0; 30], d: Vec::with_capacity(99), e: [0; 50], f: 0 };
    let text = message(|| assert_deep_size!(many == 1));
    let paths: Vec<&str> = text.lines().skip(3).filter_map(|line| line.split(" %  ").nth(1)).collect();
    assert_eq!(paths, ["d: Vec<u8>", "e[]: u8 × 50", "c[]: u8 × 30", "b[]: u8 × 20", "f: u64"], "{text}");
}

#[test]
fn both_ends_of_a_range_are_checked() {
    let number = 1_u64;
    for (text, second_line) in [
        (message(|| assert_deep_size!(number > 8)), "  8 B, 1 B too few"),
        (message(|| assert_deep_size!(number >= 10)), "  8 B, 2 B too few"),
        (message(|| assert_deep_size!(number == 5)), "  8 B, 3 B too many"),
        (message(|| assert_deep_size!(number in 9..=10)), "  8 B, 1 B too few"),
        (message(|| assert_deep_size!(number in 2..8)), "  8 B, 1 B too many"),
        (message(|| assert_deep_size!(number in ..=3)), "  8 B, 5 B too many"),
    ] {
        assert_eq!(text.lines().nth(1), Some(second_line), "{text}");
    }
}

/// The output that the child process below prints to standard error.
const PRINTED: &str = "\
[tests/inspect/macros.rs:LINE:COLUMN] words.clone() = Vec<String>: 78 B (24 B + 54 B on the heap in 3 allocations)
     bytes      %       count
      78 B  100.0           1  Vec<String>
      54 B   69.2           2  └─ []: String
[tests/inspect/macros.rs:LINE:COLUMN] &words = Vec<String>: 78 B (24 B + 54 B on the heap in 3 allocations)
     bytes      %       count
      78 B  100.0           1  Vec<String>
      54 B   69.2           2  └─ []: String
[tests/inspect/macros.rs:LINE:COLUMN] 1_u8 = u8: 1 B, nothing on the heap
     bytes      %       count
       1 B  100.0           1  u8
[tests/inspect/macros.rs:LINE:COLUMN]
";

#[test]
fn values_are_printed_and_returned() {
    let is_child = "DEEP_SIZE_TEST_CHILD";
    if env::var_os(is_child).is_some() {
        let words = vec![String::from("one"), String::from("two")];
        assert_eq!(dbg_deep_size!(words.clone()), words);
        let (reference, number) = dbg_deep_size!(&words, 1_u8,);
        assert_eq!((reference.len(), number), (2, 1));
        dbg_deep_size!();
        return;
    }
    let output = Command::new(env::current_exe().expect("the test binary has a path"))
        .args(["--exact", "macros::values_are_printed_and_returned", "--nocapture"])
        .env(is_child, "1")
        .output()
        .expect("the test starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stderr).expect("a text is printed").replace('\\', "/");
    let place = |line: &str| {
        let Some((place, rest)) =
            line.strip_prefix("[tests/inspect/macros.rs:").and_then(|it| it.split_once(']'))
        else {
            return line.to_owned();
        };
        let (row, column) = place.split_once(':').expect("line and column");
        assert!(row.parse::<u32>().is_ok() && column.parse::<u32>().is_ok(), "{line}");
        format!("[tests/inspect/macros.rs:LINE:COLUMN]{rest}")
    };
    let found: Vec<String> = text.lines().map(place).collect();
    assert_eq!(found, PRINTED.lines().collect::<Vec<_>>());
}

#[test]
fn the_largest_limits_do_not_overflow() {
    let words = vec![String::from("one"), String::from("two")];
    let text = message(|| assert_deep_size!(words > usize::MAX));
    assert!(text.contains("B too few"), "{text}");
    let mut words = words;
    let by_reference = &mut words;
    assert_deep_size!(by_reference <= usize::MAX);
    by_reference.clear();
}

/// Claims a block of every address.
struct Everything;

impl DeepSize for Everything {
    fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
        (0..3).for_each(|_| walker.allocations(1, usize::MAX, 0));
    }
}

#[test]
fn limits_of_the_largest_size_are_compared_without_overflow() {
    assert_deep_size!(Everything == usize::MAX);
    assert_deep_size!(Everything > usize::MAX - 1);
    assert!(message(|| assert_deep_size!(Everything < usize::MAX)).contains("1 B"));
    assert!(message(|| assert_deep_size!(Everything > usize::MAX)).contains("1 B"));
}
