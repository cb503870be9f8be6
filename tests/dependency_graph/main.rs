//! Runs the example `dependency_graph` as a user would, and compares the size it prints with the allocator's count.

mod lock_files;
mod random;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

#[cfg(feature = "exports")]
use deep_size::Report;

use crate::graph::Graph;
use crate::support::report::checked_report;
use crate::support::{assert_exact, live_bytes};

#[path = "../../examples/dependency_graph/graph.rs"]
mod graph;
#[path = "../../examples/dependency_graph/lock_file.rs"]
mod lock_file;

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
    let deps = env::current_exe().expect("the test has a path");
    let target = deps.ancestors().nth(2).expect("tests are built in a folder of the target folder");
    let program = target.join("examples").join(format!("dependency_graph{}", env::consts::EXE_SUFFIX));
    assert!(program.exists(), "`cargo test` without `--package` and `--test` builds the example");
    Command::new(program)
}

/// The graph of a lock file.
fn graph(lock_file: &str) -> Graph {
    lock_file.parse().expect("the lock file is valid")
}

fn our_lock_file() -> String {
    fs::read_to_string(OUR_LOCK_FILE).expect("the lock file exists")
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
    let line = report.lines().find_map(|line| line.strip_prefix(words)).expect("the line exists");
    let number = line.trim().strip_suffix(" B").expect("no remark follows");
    number.parse().expect("a number is printed")
}

/// The printed size without sharing.
fn unshared(report: &str) -> &str {
    let line = report.lines().find_map(|line| line.strip_prefix("without sharing")).expect("the line exists");
    line.split_whitespace().next().expect("a size is printed")
}

/// Asserts that the program says no more than one line, on standard error, and ends with code 2.
#[track_caller]
fn assert_refused(output: &Output, words: &str) {
    let error = std::str::from_utf8(&output.stderr).expect("the error is UTF-8");
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(output.stdout, b"");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(words), "{error}");
    let is_raw = |character: char| character.is_control() || character == '\u{202e}';
    assert!(!error.trim_end_matches('\n').contains(is_raw), "{error:?}");
}

/// Asserts that the deep size in the report equals the allocator's count for the same graph.
#[track_caller]
fn assert_right(report: &str, lock_file: &str) {
    let before = live_bytes();
    let graph = graph(lock_file);
    let allocated = usize::try_from(live_bytes() - before).expect("the graph owns memory");
    assert_eq!(printed(report, "deep size"), size_of_val(&graph) + allocated);
}

#[test]
fn our_own_lock_file_is_the_default() {
    let output = program().output().expect("the program starts");
    let report = stdout(&output);
    assert!(report.starts_with(OUR_LOCK_FILE));
    assert_right(report, &our_lock_file());
}

#[test]
fn the_summary_fits_on_a_screen_and_begins_with_the_savings() {
    let output = program().output().expect("the program starts");
    let report = stdout(&output);
    assert!(report.lines().count() <= 45, "{report}");
    let savings = report.lines().position(|line| line.starts_with("without sharing"));
    assert_eq!(savings, Some(2), "{report}");
    assert!(report.contains("\nby type"), "{report}");
}

#[test]
fn dropping_the_graph_frees_what_was_measured() {
    assert_exact(|| graph(&our_lock_file()));
}

#[test]
fn the_report_measures_the_graph() {
    let expected = checked_report(&graph(&our_lock_file()));
    let output = program().args([OUR_LOCK_FILE, "--all"]).output().expect("the program starts");
    let text = stdout(&output);
    // The positions of the largest values depend on the order of a hash set.
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
fn too_many_arguments_are_refused() {
    assert_refused(
        &program().args(["a", "b"]).output().expect("the program starts"),
        "unexpected argument \"b\"",
    );
}

#[test]
fn a_reader_may_leave_early() {
    let mut child = program().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
}

/// A folder for this test alone, empty.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir(&path).expect("the target folder is writable");
    path
}

fn ran(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program starts")
}

const FORMATS: &[&str] = if cfg!(feature = "exports") {
    &["text", "folded", "dot", "csv", "json", "pprof", "heapsnapshot", "html"]
} else {
    &["text", "folded", "dot", "csv"]
};

#[test]
fn every_format_is_written_to_a_file_as_to_standard_output() {
    let lock_file = write("formats.lock", CIRCULAR);
    let lock_file = lock_file.to_str().expect("the path is UTF-8");
    let folder = folder("formats");
    for &format in FORMATS {
        let printed = ran(&[lock_file, "--format", format]);
        assert!(printed.status.success() && printed.stderr.is_empty(), "{format}: {printed:?}");
        let file = folder.join(format);
        let written = ran(&[lock_file, "--format", format, "--output", file.to_str().expect("UTF-8")]);
        assert!(written.status.success() && written.stdout.is_empty(), "{format}: {written:?}");
        let contents = fs::read(&file).expect("the file exists");
        assert!(!contents.is_empty(), "{format}");
        // The order of a hash set is random, so the rest may differ.
        assert_eq!(contents[..2], printed.stdout[..2], "{format}");
    }
    assert_eq!(
        fs::read_dir(&folder).expect("the folder exists").count(),
        FORMATS.len(),
        "no other file is left"
    );
}

#[cfg(feature = "exports")]
#[test]
fn formats_show_the_size_of_the_graph() {
    let graph = graph(CIRCULAR);
    let deep = checked_report(&graph).deep_size();
    let lock_file = write("sizes.lock", CIRCULAR);
    let lock_file = lock_file.to_str().expect("the path is UTF-8");
    let text = |format| String::from_utf8(ran(&[lock_file, "--format", format]).stdout).expect("it is text");
    let report = Report::from_json(&text("json")).expect("the report can be read");
    assert_eq!(report.deep_size(), deep);
    let last = |line: &str| line.rsplit(' ').next().and_then(|bytes| bytes.parse::<usize>().ok());
    assert_eq!(text("folded").lines().filter_map(last).sum::<usize>(), deep);
    let bytes = |line: &str| line.rsplit(',').nth(5).and_then(|bytes| bytes.parse::<usize>().ok());
    let csv = text("csv");
    let rows: Vec<_> = csv.lines().skip(1).map(bytes).collect();
    assert!(rows.iter().all(Option::is_some), "{csv}");
    assert_eq!(rows.into_iter().flatten().sum::<usize>(), deep, "{csv}");
    assert!(text("html").contains(&format!("<data value=\"{deep}\">")));
}

#[cfg(feature = "exports")]
#[test]
fn two_moments_are_compared() {
    let folder = folder("compared");
    let (old, now) = (folder.join("old.json"), folder.join("now.lock"));
    let (old, now) = (old.to_str().expect("UTF-8"), now.to_str().expect("UTF-8"));
    fs::write(now, CIRCULAR).expect("the target folder is writable");
    assert!(ran(&[now, "--format", "json", "--output", old]).status.success());
    let same = ran(&[now, "--compare", old]);
    assert!(stdout(&same).contains("no change"), "{same:?}");

    let more = format!("{CIRCULAR}\n[[package]]\nname = \"third\"\nversion = \"1.2.3-alpha\"\n");
    fs::write(now, &more).expect("the target folder is writable");
    let grown = ran(&[now, "--compare", old]);
    let text = stdout(&grown);
    assert!(text.contains("packages[].version.suffix") && text.contains("+1 value"), "{text}");
    let json = ran(&[now, "--compare", old, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(stdout(&json)).expect("the difference is JSON");
    let deep = |text: &str| checked_report(&graph(text)).deep_size();
    assert_eq!(json["bytes"], deep(&more) - deep(CIRCULAR), "{json}");
}

#[cfg(feature = "exports")]
#[test]
fn incomparable_reports_are_refused() {
    let later = write("later.json", "{\"format\": \"deep-size report\", \"version\": 9}");
    let later = later.to_str().expect("UTF-8");
    assert_refused(&ran(&["--compare", later]), "version 9");
    assert_refused(&ran(&["--compare", "no/such.json"]), "cannot read \"no/such.json\"");
    assert_refused(&ran(&["--compare", OUR_LOCK_FILE]), "not a deep-size report");
    assert_refused(&ran(&["--compare", later, "--format", "html"]), "--compare writes text or json");
}

#[test]
fn wrong_arguments_are_refused_in_one_line() {
    assert_refused(&ran(&["--format", "xml"]), "unknown format `xml`, expected one of text,");
    assert_refused(&ran(&["--output"]), "missing argument for option '--output'");
    assert_refused(&ran(&["--formats", "csv"]), "invalid option '--formats'");
    assert_refused(&ran(&["--compare", "old.json", "--format", "csv"]), "--compare writes text or json");
    assert!(stdout(&ran(&["--help"])).contains("--compare <OLD>"));
}

#[cfg(not(feature = "exports"))]
#[test]
fn formats_that_need_a_feature_name_it() {
    for format in ["json", "pprof", "heapsnapshot", "html"] {
        assert_refused(&ran(&["--format", format]), "needs `--features exports`");
    }
    assert_refused(&ran(&["--compare", "old.json"]), "needs `--features exports`");
}

#[test]
fn no_half_written_file_is_left_behind() {
    let folder = folder("unwritten");
    let target = folder.join("report.csv");
    let target = target.to_str().expect("UTF-8");
    fs::write(target, "what was there").expect("the target folder is writable");
    assert_refused(&ran(&["no/such.lock", "--format", "csv", "--output", target]), "cannot read");
    assert_eq!(fs::read_to_string(target).expect("it is still there"), "what was there");
    let inside = format!("{target}/report.csv");
    assert_refused(&ran(&["--format", "csv", "--output", &inside]), "cannot write");
    assert_refused(&ran(&["--output", folder.to_str().expect("UTF-8")]), "cannot write");
    assert_eq!(fs::read_dir(&folder).expect("the folder exists").count(), 1);
    assert!(ran(&["--format", "csv", "--output", target]).status.success());
    assert!(fs::read_to_string(target).expect("it exists").contains("Package"));
    assert_eq!(fs::read_dir(&folder).expect("the folder exists").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    // Writing to this device fails as if the disk were full.
    if Path::new("/dev/full").exists() {
        assert_refused(&ran(&["--format", "csv", "--output", "/dev/full"]), "cannot write");
        assert!(Path::new("/dev/full").exists());
    }
    let folder = folder("linked");
    let (target, link) = (folder.join("target"), folder.join("link"));
    fs::write(&target, "").expect("the target folder is writable");
    std::os::unix::fs::symlink(&target, &link).expect("links can be made");
    assert!(ran(&["--format", "csv", "--output", link.to_str().expect("UTF-8")]).status.success());
    assert!(link.is_symlink() && fs::read_to_string(&target).expect("it exists").contains("String"));
    // A link without a target stays a link, too.
    fs::remove_file(&target).expect("it exists");
    fs::remove_file(&link).expect("it exists");
    std::os::unix::fs::symlink("target", &link).expect("links can be made");
    assert!(ran(&["--format", "csv", "--output", link.to_str().expect("UTF-8")]).status.success());
    assert!(link.is_symlink() && fs::read_to_string(&target).expect("it exists").contains("String"));
}

#[cfg(unix)]
#[test]
fn a_file_name_may_have_the_greatest_length() {
    let folder = folder("long");
    let target = folder.join("n".repeat(255));
    assert!(ran(&["--format", "csv", "--output", target.to_str().expect("UTF-8")]).status.success());
    assert_eq!(fs::read_dir(&folder).expect("the folder exists").count(), 1);
}
