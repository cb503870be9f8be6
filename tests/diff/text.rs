//! The exact text of printed differences.

use std::cell::Cell;
use std::rc::Rc;

use deep_size::{DeepSize, Inspector, inspect};

use crate::checked;

#[derive(DeepSize)]
struct Catalogue {
    books: Vec<Book>,
    newest: Option<Rc<str>>,
    lent: Vec<u32>,
}

#[derive(DeepSize)]
struct Book {
    title: Rc<str>,
    notes: Vec<String>,
}

mod next {
    use super::*;

    #[derive(DeepSize)]
    pub(super) struct Catalogue {
        pub(super) books: Vec<Book>,
        pub(super) latest: Option<Rc<str>>,
        pub(super) lent: Vec<u64>,
    }
}

fn books(many: usize) -> Vec<Book> {
    let title = |number: usize| format!("Volume {number}").into();
    (0..many).map(|number| Book { title: title(number), notes: Vec::with_capacity(4) }).collect()
}

#[track_caller]
fn assert_reads(text: &str, expected: &str) {
    let expected = expected.trim_start_matches('\n');
    assert!(text == expected, "it reads:\n{text}\nand not:\n{expected}");
}

#[test]
fn largest_changes_come_first_and_small_ones_are_summed_up() {
    let earlier = Catalogue { books: books(10), newest: None, lent: vec![1; 10] };
    let books = books(100);
    let latest = books.last().map(|book| book.title.clone());
    let later = next::Catalogue { books, latest, lent: vec![] };
    let diff = checked(&inspect(&earlier), &inspect(&later));
    assert_reads(
        &diff.to_string(),
        "
Catalogue: 1.7 KiB -> 16.4 KiB (+14.7 KiB, +351 values, +179 allocations)
spare +8.4 KiB

 +10.5 KiB  +90 values  books[].notes: Vec<String>  (spare +8.4 KiB)
  +4.2 KiB  +90 values  books[].title: Rc<str>  (shared +2.8 KiB)
       0 B              latest: Option<Rc<str>>  (was newest)
     -40 B  +80 values  … 5 more
",
    );
    assert_reads(
        &format!("{diff:#}"),
        "
Catalogue: 1.7 KiB -> 16.4 KiB (+14.7 KiB, +351 values, +179 allocations)
spare +8.4 KiB

 +10.5 KiB  +90 values  books[].notes: Vec<String>  (spare +8.4 KiB)
  +4.2 KiB  +90 values  books[].title: Rc<str>  (shared +2.8 KiB)
     -40 B  -10 values  lent[]: u32  (removed)
       0 B              the value itself: Catalogue  (type moved)
       0 B  +90 values  books[]: Book
       0 B              latest: Option<Rc<str>>  (was newest)
       0 B   +1 handle  latest (shared)  (added)
       0 B              lent: Vec<u64>  (was of type Vec<u32>)

by type
 +10.5 KiB  +90 values  Vec<String>
  +3.4 KiB  +91 values  Rc<str>
    +810 B  +90 values  str
     -40 B  -10 values  u32  (removed)
     -24 B    -1 value  Vec<u32>  (removed)
     +24 B    +1 value  Vec<u64>  (added)
     -16 B              Option<Rc<str>>
       0 B              Catalogue  (was diff::text::Catalogue)
       0 B  +90 values  Book
",
    );
}

#[test]
fn an_empty_difference_prints_one_line() {
    let report = inspect(&books(3));
    assert_reads(&report.diff(&report).to_string(), "Vec<Book>: 504 B -> 504 B (no change in total)\n");
    assert_reads(&format!("{:#}", report.diff(&report)), "Vec<Book>: 504 B -> 504 B (no change in total)\n");
}

#[test]
fn inexact_and_truncated_reports_are_noted() {
    let cells = inspect(&(vec![Cell::new(String::new())], vec![1_u8]));
    let few = Inspector::new().max_nodes(2).inspect(&(Vec::<Cell<String>>::new(), vec![1_u8]));
    assert_reads(
        &checked(&cells, &few).to_string(),
        "
(Vec<Cell<String>>, Vec<u8>): 73 B -> 49 B (-24 B, -1 value, -1 allocation)
the earlier is a lower bound, because some parts were not counted in full
the later is truncated, because there were too many paths

     +25 B  +2 values  …  (added)
     -24 B   -1 value  0[]: Cell<String>  (removed)
     -24 B   -1 value  1: Vec<u8>  (removed)
      -1 B   -1 value  1[]: u8  (removed)
       0 B             0: Vec<Cell<String>>
",
    );
    let text = few.diff(&few).to_string();
    assert!(text.ends_with("\nboth are truncated, because there were too many paths\n"), "{text}");
}

#[derive(DeepSize)]
enum Job {
    Idle,
    Small(u8),
    #[allow(dead_code, reason = "no value has this variant")]
    Big([u8; 100]),
}

fn jobs(count: usize, idle_share: usize) -> Vec<Job> {
    (0..count).map(|at| if at % idle_share == 0 { Job::Idle } else { Job::Small(1) }).collect()
}

#[test]
fn differences_of_estimates_are_marked() {
    let earlier = inspect(&(jobs(1000, 1), vec![1_u8; 10]));
    let later = inspect(&(jobs(20_000, 1), vec![1_u8; 30]));
    assert_reads(
        &checked(&earlier, &later).to_string(),
        "
(Vec<Job>, Vec<u8>): 98.7 KiB -> 1.9 MiB (+1.8 MiB, +19,020 values)

 ≈+1.8 MiB  ≈+19,000 values  0[]::Idle
     +20 B   +19,020 values  … 2 more
",
    );
    let diff = checked(&later, &inspect(&(jobs(20_000, 2), vec![1_u8; 30])));
    let text = format!("{diff:#}");
    let marked = |end: &str| {
        let line = text.lines().find(|line| line.ends_with(end)).unwrap_or_else(|| panic!("{text}"));
        (line.trim_start().starts_with('≈'), line.matches('≈').count())
    };
    assert_eq!(marked("0[]::Idle"), (true, 2));
    assert_eq!(marked("0[]::Small  (added)"), (true, 2));
    assert_eq!(marked("  Job"), (true, 1));
    assert!(text.contains(" (≈+"), "the number of values: {text}");
    assert_eq!(diff.deep_size_change(), 0);
    let exact = inspect(&jobs(1000, 2)).diff(&inspect(&jobs(10, 3)));
    assert!(!format!("{exact:#}").contains('≈'));
}

#[test]
fn debug_output_of_a_change_omits_the_trees() {
    let (earlier, later) = (inspect(&books(1)), inspect(&books(2)));
    let change = format!("{:?}", later.diff(&earlier).paths().next().expect("there is one more"));
    assert!(change.starts_with("Change { kind: Grown, path: \"[]") && change.len() < 500, "{change}");
    let node = format!("{:?}", later.root().children().next().expect("there are books"));
    assert!(node.starts_with("TreeNode { path: \"[]\", type_name: ") && node.len() < 200, "{node}");
}

#[test]
fn bytes_that_hidden_handles_may_hold_are_possibly_held_elsewhere() {
    let text: Rc<str> = "x".repeat(1000).into();
    let value = |other| (text.clone(), Cell::new(other));
    let seen = inspect(&(text.clone(), 0_usize));
    let empty = inspect(&(Rc::<str>::from(""), Cell::new(None::<Rc<str>>)));
    let hidden = inspect(&value(Some(text.clone())));
    assert!(
        hidden.diff(&empty).to_string().contains("possibly held elsewhere +1016 B"),
        "{}",
        hidden.diff(&empty)
    );
    let before = inspect(&(Rc::<str>::from(""), 0_usize));
    assert!(seen.diff(&before).to_string().contains("\nheld elsewhere +1016 B"), "{}", seen.diff(&before));
}
