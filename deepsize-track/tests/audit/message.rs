//! The exact messages of failures.

use std::alloc::Layout;
use std::panic::{AssertUnwindSafe, catch_unwind};

use deep_size_core::{DeepSize, Walker};
use deep_size_track::assert_audit;

use crate::audited;

struct Book {
    title: String,
    pages: Vec<u8>,
    #[expect(dead_code, reason = "the impl forgets this field")]
    author: String,
}

impl DeepSize for Book {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("title", &self.title);
        walker.field_with("pages", &self.pages, |pages, walker| {
            let layout = Layout::array::<u8>(pages.len()).expect("the layout is valid");
            walker.allocation(pages.as_ptr(), layout, pages.len());
        });
        // Forgets the author.
    }
}

/// Makes a book. Returns the lines that allocate its pages and its author.
#[inline(never)]
fn book() -> (Book, u32, u32) {
    let title = "title".repeat(2);
    let (mut pages, pages_at) = (Vec::with_capacity(4096), line!());
    pages.extend([1; 1000]);
    let (author, author_at) = ("author".repeat(10), line!());
    (Book { title, pages, author }, pages_at, author_at)
}

fn failure(code: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(code)).expect_err("the assertion fails");
    panic.downcast_ref::<String>().expect("the message is a string").clone()
}

/// The expected text for a line of this file. It depends on the debug information: functions may have only the last part of their
/// names, or there may be no lines.
fn at(message: &str, line: u32, function: &str) -> String {
    let last = function.rsplit("::").next().unwrap_or(function);
    match (message.contains(".rs:"), message.contains(function)) {
        (true, true) => format!("at tests/audit/message.rs:{line} ({function})"),
        (true, false) => format!("at tests/audit/message.rs:{line} ({last})"),
        (false, _) => format!("in {function}"),
    }
}

#[test]
fn the_audit_of_an_expression_names_each_block() {
    let (_, pages_at, author_at) = book();
    let message = failure(|| {
        assert_audit!(vec![book().0]);
    });
    let function = "audit::message::book";
    let expected = format!(
        "the audit of `vec![book().0]` failed\n\
         2 findings; 2 blocks ({} B) are right\n  \
         wrong size: 1000 B at `[0].pages` (Vec<u8>), but the block has 4.0 KiB (4,096 B); allocated {}\n  \
         never counted: 60 B, allocated {}, after `[0].pages` (Vec<u8>)",
        10 + size_of::<Book>(),
        at(&message, pages_at, function),
        at(&message, author_at, function),
    );
    assert_eq!(message, expected);
}

#[test]
fn a_message_comes_first_and_no_more_than_20_lines_follow() {
    struct Forgets(Vec<u8>);
    impl DeepSize for Forgets {
        fn walk_owned(&self, _: &mut Walker<'_>) {
            assert!(!self.0.is_empty());
        }
    }
    #[inline(never)]
    fn makes(number: usize) -> (Forgets, u32) {
        (Forgets(vec![1; number]), line!())
    }
    let line = makes(1).1;
    let message = failure(|| {
        assert_audit!((1..=30).map(|number| makes(number).0).collect::<Vec<_>>(), "list {}", 7);
    });
    let mut lines = message.lines();
    assert_eq!(lines.next(), Some("the audit of list 7 failed"));
    let right = format!("30 findings; 1 block ({} B) is right", 30 * size_of::<Forgets>());
    assert_eq!(lines.next(), Some(&*right));
    let place =
        at(&message, line, "audit::message::a_message_comes_first_and_no_more_than_20_lines_follow::makes");
    for number in (11..=30).rev() {
        let expected =
            format!("  never counted: {number} B, allocated {place}, after the value itself (Vec<Forgets>)");
        assert_eq!(lines.next(), Some(expected.as_str()));
    }
    assert_eq!((lines.next(), lines.next()), (Some("  and 10 more"), None));
}

#[test]
fn a_reference_is_refused() {
    let words = vec![String::from("one")];
    let expected = " is a reference, which owns nothing; pass an expression that builds the value";
    assert_eq!(failure(|| _ = assert_audit!(&words)), format!("`&words`{expected}"));
    assert_eq!(failure(|| _ = assert_audit!("one", "a text")), format!("a text{expected}"));
}

#[test]
fn the_alternate_form_prints_all_findings() {
    let audit = audited(|| {
        std::mem::forget((0..30).map(|number| vec![1_u8; number + 1]).collect::<Vec<_>>());
    });
    assert_eq!(audit.findings().len(), 31);
    assert_eq!((format!("{audit}").lines().count(), format!("{audit:#}").lines().count()), (22, 32));
}

#[test]
fn a_proven_value_is_returned() {
    let book = assert_audit!(vec![String::from("a"), String::new()], "never {}", "seen");
    assert_eq!(book, ["a", ""]);
    let text = assert_audit!(String::from("one argument"),);
    assert_eq!(text.len(), 12);
}

#[test]
fn an_expression_may_return_from_the_function() {
    fn first(texts: &[&str]) -> Option<usize> {
        let text = assert_audit!(texts.first()?.to_string());
        Some(text.len())
    }
    assert_eq!((first(&["one"]), first(&[])), (Some(3), None));
}
