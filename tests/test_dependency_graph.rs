//! Runs the example `dependency_graph` as a user would, and holds the size it prints against the allocator.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use cargo_lock::Lockfile;

use crate::support::report::checked_report;
use crate::support::{assert_exact, live_bytes};

#[allow(dead_code, reason = "the test needs the graph and not the rest of the program")]
#[path = "../examples/dependency_graph/graph.rs"]
mod example;

const OUR_LOCK_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock");

const CIRCULAR: &str = r#"
version = 4

[[package]]
name = "left"
version = "1.0.0"
dependencies = ["right"]

[[package]]
name = "right"
version = "2.0.0-rc.1+build"
dependencies = ["left"]
"#;

/// The program, which `cargo test` has built next to this test.
fn program() -> Command {
    let deps = env::current_exe().expect("the test knows itself");
    let target = deps.ancestors().nth(2).expect("tests are built in a folder of the target folder");
    let program = target.join("examples").join(format!("dependency_graph{}", env::consts::EXE_SUFFIX));
    assert!(program.exists(), "`cargo test` builds the examples, if it is not told otherwise");
    Command::new(program)
}

fn run(path: impl AsRef<Path>) -> Output {
    program().arg(path.as_ref()).output().expect("the program starts")
}

/// A file for this test alone.
fn write(name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, contents).expect("the target folder is writable");
    path
}

fn stdout(output: &Output) -> &str {
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
    std::str::from_utf8(&output.stdout).expect("the report is UTF-8")
}

/// The number of bytes on the line that begins with these words.
fn printed(report: &str, words: &str) -> usize {
    let line = report.lines().find_map(|line| line.strip_prefix(words)).expect("the line is there");
    let number = line.trim().strip_suffix(" B").expect("no remark follows");
    number.parse().expect("a number is printed")
}

/// Asserts that the program says no more than one line, on standard error, and ends with code 2.
#[track_caller]
fn assert_refused(output: &Output, words: &str) {
    let error = std::str::from_utf8(&output.stderr).expect("the error is UTF-8");
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(output.stdout, b"");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(words), "{error}");
}

/// Asserts that the deep size in the report is what the allocator counts for the same graph.
#[track_caller]
fn assert_right(report: &str, lock_file: &str) {
    let lock_file: Lockfile = lock_file.parse().expect("the program could read it");
    let before = live_bytes();
    let graph = example::Graph::new(&lock_file);
    let allocated = usize::try_from(live_bytes() - before).expect("the graph owns memory");
    assert_eq!(printed(report, "shallow size"), size_of_val(&graph));
    assert_eq!(printed(report, "deep size"), size_of_val(&graph) + allocated);
}

#[test]
fn our_own_lock_file_is_the_default() {
    let output = program().output().expect("the program starts");
    let report = stdout(&output);
    assert!(report.starts_with(OUR_LOCK_FILE));
    assert_right(report, &fs::read_to_string(OUR_LOCK_FILE).expect("the lock file is there"));
}

#[test]
fn dropping_the_graph_frees_what_was_measured() {
    let lock_file = Lockfile::load(OUR_LOCK_FILE).expect("the lock file is valid");
    assert_exact(|| example::Graph::new(&lock_file));
}

#[test]
fn the_report_is_that_of_the_graph() {
    let lock_file = Lockfile::load(OUR_LOCK_FILE).expect("the lock file is valid");
    let expected = checked_report(&example::Graph::new(&lock_file));
    let output = run(OUR_LOCK_FILE);
    let text = stdout(&output);
    // The order in which a hash set is walked decides where in it the largest values are.
    let expected = format!("{expected:#}");
    let (expected, _) = expected.split_once("\nlargest values").expect("there are large values");
    assert!(text.contains(expected), "{text}\nshould contain\n{expected}");
}

#[test]
fn nothing_is_coloured_for_a_pipe() {
    let output = program().output().expect("the program starts");
    assert!(!stdout(&output).contains('\x1b'));
}

#[test]
fn packages_may_depend_on_each_other_in_a_circle() {
    let output = run(write("circular.lock", CIRCULAR));
    let report = stdout(&output);
    assert!(report.contains(": 2 packages, 2 dependencies\n"));
    assert!(report.contains("would never end"));
    assert_right(report, CIRCULAR);
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    assert_refused(&run("no/such/file.lock"), "\"no/such/file.lock\"");
    assert_refused(&run(""), "a value is required");
    assert_refused(&run(env!("CARGO_MANIFEST_DIR")), "cannot read");
    assert_refused(&run(write("binary.lock", [0, 0xff, 0xfe, 0x80])), "UTF-8");
}

#[test]
fn a_file_that_is_no_lock_file_is_refused() {
    assert_refused(&run(write("empty.lock", "")), "lists no packages");
    assert_refused(&run(write("malformed.lock", "not [ toml")), "line 1, column 5");
    assert_refused(
        &run(write("nameless.lock", "[[package]]\nversion = \"1.0.0\"\n")),
        "missing field `name`",
    );
    assert_refused(&run(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), "is not a lock file");
}

#[test]
fn too_many_arguments_are_refused() {
    assert_refused(&program().args(["a", "b"]).output().expect("the program starts"), "unexpected argument 'b'");
}

#[test]
fn a_reader_may_leave_early() {
    let mut child = program().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
}
