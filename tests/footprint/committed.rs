//! The macro, with committed files next to this one.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use deep_size::{DeepSize, assert_footprint};

#[derive(DeepSize)]
struct Site {
    title: String,
    pages: BTreeMap<String, Page>,
    start: Option<Arc<str>>,
}

#[derive(DeepSize)]
struct Page {
    text: Arc<str>,
    links: Vec<String>,
    state: State,
}

#[derive(DeepSize)]
enum State {
    Draft { notes: Vec<String> },
    Public,
}

/// Without spare capacity, which depends on the version of `format!`.
fn exact(text: String) -> String {
    String::from(text.into_boxed_str())
}

/// A value with a part of every kind.
fn site() -> Site {
    let page = |number: usize| {
        let text: Arc<str> = "a paragraph ".repeat(number).into();
        let links = (0..number).map(|link| exact(format!("page {link}"))).collect();
        let notes = vec![String::from("too short")];
        let state = if number < 2 { State::Draft { notes } } else { State::Public };
        (exact(format!("page {number}")), Page { text, links, state })
    };
    let pages: BTreeMap<String, Page> = (0..20).map(page).collect();
    let start = pages.get("page 1").map(|page| page.text.clone());
    Site { title: "a title".into(), pages, start }
}

#[test]
fn a_committed_footprint_holds() {
    let site = site();
    assert_footprint!("site", site);
    assert_footprint!("site", &site,);
    assert_footprint!("site", site, tolerance = 0.05);
    assert_footprint!("site", &site, tolerance = 64 bytes,);
    let bytes = 64;
    assert_footprint!("site", { &site }, tolerance = bytes);
    assert_footprint!("title", site.title, tolerance = 3 * 8);
    let reference = &mut site.title.clone();
    assert_footprint!("title", reference);
    assert_eq!(reference.pop(), Some('e'));
}

/// Runs a test of this file in a child process, in the given mode. A variable marks the child.
fn child(test: &str, mode: &str) -> String {
    let output = Command::new(env::current_exe().expect("the test binary has a path"))
        .args(["--exact", &format!("committed::{test}"), "--nocapture"])
        .env(IS_CHILD, "1")
        .env("DEEP_SIZE_FOOTPRINTS", mode)
        .output()
        .expect("the test starts");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).replace('\\', "/")
}

const IS_CHILD: &str = "DEEP_SIZE_TEST_CHILD";

#[test]
fn a_failed_assertion_says_what_has_changed() {
    if env::var_os(IS_CHILD).is_some() {
        let mut site = site();
        if let Some(page) = site.pages.get_mut("page 7") {
            page.links = vec![String::from("a link that is longer than those before"); 30];
        }
        assert_footprint!("site", site);
    }
    let text = child("a_failed_assertion_says_what_has_changed", "check");
    assert!(text.contains("\nthe footprint `site` has grown by "), "{text}");
    assert!(text.contains(" values  pages.values[].links[]: String\n"), "{text}");
    let advice = "to accept the change, run the test with DEEP_SIZE_FOOTPRINTS=update and commit the file\n";
    let file = format!("/tests/footprint/footprints/site.{}.json\n", usize::BITS);
    assert!(text.contains(advice) && text.contains(&file), "{text}");
}

/// The location of the panic is the location of the assertion.
#[test]
fn a_panic_has_the_location_of_the_assertion() {
    if env::var_os(IS_CHILD).is_some() {
        assert_footprint!("title", [0_u8; 999]);
    }
    let file = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/footprint/committed.rs"));
    let file = file.expect("this file exists");
    let line = 1 + file.lines().position(|line| line.contains("[0_u8; 999]")).expect("it is above");
    for (mode, expected) in [("", "has grown by"), ("anything", "is `anything`; set it to `update`")] {
        let text = child("a_panic_has_the_location_of_the_assertion", mode);
        assert!(text.contains(&format!("tests/footprint/committed.rs:{line}:")), "{text}");
        assert!(text.contains(expected), "{text}");
    }
}
