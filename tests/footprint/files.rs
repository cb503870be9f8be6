//! The contents of footprint files, and the handling of unusable ones.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::rc::Rc;
use std::thread;

use deep_size::__macros::{Tolerance, folder_beside};
use deep_size::{DeepSize, Report};

use crate::Folder;

#[test]
fn a_missing_file_is_created_only_on_request() {
    let folder = Folder::new();
    let message = folder.check("none", Tolerance::Bytes(1000), &[7_u64; 4]).expect_err("there is no file");
    let file = folder.file("none").display().to_string();
    assert_eq!(
        message,
        format!(
            "there is no footprint `none` yet; the value takes 32 B; to create it, run the test with \
             DEEP_SIZE_FOOTPRINTS=update and commit the file\n  {file}"
        )
    );
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn a_damaged_file_is_an_error_and_is_replaced_on_request() {
    let folder = Folder::new();
    let file = folder.file("damaged");
    folder.update("damaged", &1_u8).expect("it can be written");
    let whole = fs::read_to_string(&file).expect("it was written");
    for (text, expected) in [
        ("", "the report is damaged at line 1, column 0: EOF while parsing a value"),
        ("{\"format\": \"another\"}", "not a deep-size report"),
        (&whole[..whole.len() / 2], "the report is damaged at line "),
        (&whole.replace("\"version\": 1", "\"version\": 9"), "report version 9 is not supported"),
    ] {
        fs::write(&file, text).expect("it can be written");
        let message = folder.check("damaged", Tolerance::Share(10.0), &1_u8).expect_err("it is damaged");
        assert!(
            message.starts_with(&format!("the footprint `damaged` cannot be read: {expected}")),
            "{message}"
        );
        assert!(
            message.contains("; to replace it, run the test with DEEP_SIZE_FOOTPRINTS=update"),
            "{message}"
        );
        assert_eq!(fs::read_to_string(&file).expect("it exists"), text, "it is left alone");
        folder.update("damaged", &1_u8).expect("it can be replaced");
        assert_eq!(fs::read_to_string(&file).expect("it was written"), whole);
    }
    fs::remove_file(&file).expect("it exists");
    fs::create_dir(&file).expect("its place is free");
    assert!(folder.check("damaged", Tolerance::NONE, &1_u8).is_err());
    let message = folder.update("damaged", &1_u8).expect_err("a folder is in the way");
    assert!(message.starts_with("the footprint `damaged` cannot be written: "), "{message}");
    assert_eq!(folder.files().len(), 1, "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn a_link_at_the_temporary_name_is_not_followed() {
    let folder = Folder::new();
    let other = folder.path().join("other");
    fs::write(&other, "untouched").expect("there is room");
    for number in 0..200 {
        let name = format!("linked.{}.{}-{number}.tmp", usize::BITS, std::process::id());
        std::os::unix::fs::symlink(&other, folder.path().join(name)).expect("there is room");
    }
    folder.update("linked", &1_u8).expect("another name is free");
    assert_eq!(fs::read_to_string(&other).expect("it exists"), "untouched");
    assert!(fs::symlink_metadata(folder.file("linked")).expect("it was written").is_file());
    assert_eq!(folder.check("linked", Tolerance::NONE, &1_u8), Ok(()));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_file_is_an_error() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.file("pipe")).status();
    assert!(made.expect("`mkfifo` is part of POSIX").success());
    let message = folder.check("pipe", Tolerance::NONE, &1_u8).expect_err("it is a pipe");
    assert!(
        message.starts_with("the footprint `pipe` cannot be read: it is not a regular file"),
        "{message}"
    );
}

#[test]
fn each_pointer_width_has_its_own_file() {
    let folder = Folder::new();
    folder.update("wide", &1_u8).expect("it can be written");
    let ours = folder.file("wide");
    let other = if usize::BITS == 64 { 32 } else { 64 };
    let text = fs::read_to_string(&ours).expect("it was written");
    let width = |bits| format!("\"pointer_width\": {bits}");
    assert!(text.contains(&width(usize::BITS)));
    let theirs = folder.path().join(format!("wide.{other}.json"));
    fs::write(&theirs, text.replace(&width(usize::BITS), &width(other))).expect("it can be written");
    assert_eq!(folder.check("wide", Tolerance::NONE, &1_u8), Ok(()));
    // A copied file of another target is rejected.
    fs::copy(&theirs, &ours).expect("it can be copied");
    let message = folder.check("wide", Tolerance::NONE, &1_u8).expect_err("its pointer width differs");
    let expected =
        format!("it was written for pointers of {other} bits, but this target has {}", usize::BITS);
    assert!(message.contains(&expected), "{message}");
}

#[derive(DeepSize)]
enum Word {
    Short([u8; 4]),
    Long(String),
    Shared(Rc<str>),
}

#[derive(DeepSize)]
enum Level {
    Low,
    High(u16, u64),
}

#[test]
fn the_order_of_sampled_values_changes_nothing() {
    let folder = Folder::new();
    let level = |at: u32| if at % 3 == 0 { Level::Low } else { Level::High(1, 2) };
    // Each map has its own order, so each report has another sample.
    let values = || {
        let levels: HashMap<u32, Level> = (0..20_000).map(|at| (at, level(at))).collect();
        let options: HashMap<u32, Option<(u8, u32)>> =
            (0..20_000).map(|at| (at, (at % 3 == 0).then_some((1, 2)))).collect();
        (levels, options)
    };
    let counts = |value: &(HashMap<u32, Level>, _)| {
        deep_size::inspect(&value.0).nodes().map(|node| node.count()).collect::<Vec<_>>()
    };
    let first = values();
    assert!((0..20).any(|_| counts(&values()) != counts(&first)));
    assert!(folder.update("sampled", &first).expect("it can be written").is_some());
    for _ in 0..20 {
        let value = values();
        assert_eq!(folder.update("sampled", &value), Ok(None));
        assert_eq!(folder.check("sampled", Tolerance::NONE, &value), Ok(()));
    }
    let text = fs::read_to_string(folder.file("sampled")).expect("it was written");
    assert!(!text.contains("padding") && !text.contains("unused\"") && text.contains("\"layouts\": []"));
    assert!(text.lines().count() < 60, "{text}");
}

type Words = HashMap<u32, Word>;
type Texts = HashMap<String, Vec<Rc<str>>>;

/// Equal values, except for the order of their maps.
fn shuffled() -> (Words, Texts) {
    let shared: Vec<Rc<str>> = (0..10).map(|length| "x".repeat(length).into()).collect();
    let word = |at: u32| match at % 3 {
        0 => Word::Short([0; 4]),
        1 => Word::Long("x".repeat(at as usize)),
        _ => Word::Shared(shared[at as usize % 10].clone()),
    };
    let words = (0..60).map(|at| (at, word(at))).collect();
    (words, shared.iter().map(|text| (text.to_string(), shared.clone())).collect())
}

#[test]
fn the_order_of_a_hash_map_changes_nothing() {
    let folder = Folder::new();
    folder.update("shuffled", &shuffled()).expect("it can be written");
    let first = fs::read_to_string(folder.file("shuffled")).expect("it was written");
    for _ in 0..30 {
        assert_eq!(folder.check("shuffled", Tolerance::NONE, &shuffled()), Ok(()));
        assert_eq!(folder.update("shuffled", &shuffled()), Ok(None));
    }
    assert_eq!(fs::read_to_string(folder.file("shuffled")).expect("it exists"), first);
    // The order stays, unless memory is shared.
    for at in 0..30 {
        let folder = Folder::new();
        let words: Words =
            shuffled().0.into_iter().filter(|(_, word)| !matches!(word, Word::Shared(_))).collect();
        folder.update("words", &words).expect("it can be written");
        let text = fs::read_to_string(folder.file("words")).expect("it was written");
        assert!(text.contains("\"name\": \"Long\""));
        thread_local! {
            static FIRST: std::cell::OnceCell<String> = const { std::cell::OnceCell::new() };
        }
        FIRST.with(|first| assert_eq!(*first.get_or_init(|| text.clone()), text, "{at}"));
    }
}

#[test]
fn renames_alone_are_written_on_request() {
    mod before {
        #[derive(deep_size::DeepSize)]
        pub(super) struct Page {
            pub(super) title: String,
        }
    }
    #[derive(DeepSize)]
    struct Page {
        heading: String,
    }
    let folder = Folder::new();
    folder.update("page", &before::Page { title: "text".into() }).expect("it can be written");
    let page = Page { heading: "text".into() };
    assert_eq!(folder.check("page", Tolerance::NONE, &page), Ok(()));
    assert!(folder.update("page", &page).is_ok_and(|note| note.is_some()));
    assert!(fs::read_to_string(folder.file("page")).is_ok_and(|text| text.contains("\"heading\"")));
    assert_eq!(folder.update("page", &page), Ok(None));
}

#[test]
fn a_file_is_short_and_readable_as_a_report() {
    let shared: Vec<Rc<str>> = (0..500).map(|length| "x".repeat(length).into()).collect();
    let value = (shared.clone(), shared, BTreeMap::from([(1_u8, vec![1_u16])]));
    let folder = Folder::new();
    folder.update("shared", &value).expect("it can be written");
    let text = fs::read_to_string(folder.file("shared")).expect("it was written");
    assert!(text.lines().count() < 50, "{text}");
    let report = Report::from_json(&text).expect("it is a report");
    assert_eq!(report.deep_size(), value.deep_size());
    crate::support::report::assert_adds_up(&report);
    let paths: Vec<String> = report.nodes().map(|node| node.path()).collect();
    assert_eq!(
        paths,
        [".", "0", "0[]", "1", "1[]", "1[] (shared)", "2", "2.keys[]", "2.values[]", "2.values[][]"]
    );
    let reference = report.nodes().nth(5).and_then(|node| node.refers_to());
    assert_eq!(reference.map(|node| node.path()).as_deref(), Some("0[]"));
}

#[test]
fn concurrent_writers_leave_a_complete_file() {
    let folder = Folder::new();
    thread::scope(|scope| {
        for at in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                for round in 0..20 {
                    let value = vec![vec![at; 10]; round];
                    folder.update("contested", &value).expect("it can be written");
                    let text = fs::read_to_string(folder.file("contested")).expect("it exists at all times");
                    assert!(Report::from_json(&text).is_ok(), "{text}");
                }
            });
        }
    });
    assert_eq!(folder.files(), [format!("contested.{}.json", usize::BITS)]);
}

#[test]
fn the_folder_is_next_to_the_source_file() {
    let root = Folder::new();
    let package = root.path().join("members/one");
    for folder in ["tests", "members/one/tests/deep", "members/two/tests"] {
        fs::create_dir_all(root.path().join(folder)).expect("there is room");
    }
    for file in
        ["tests/a.rs", "members/one/tests/a.rs", "members/one/tests/deep/main.rs", "members/two/tests/b.rs"]
    {
        fs::write(root.path().join(file), "").expect("there is room");
    }
    let beside = |source: &str| {
        let folder = folder_beside(package.to_str().expect("paths are UTF-8"), source);
        folder.map(|folder| folder.strip_prefix(root.path()).expect("it is inside").to_path_buf())
    };
    // The paths of Cargo, for a member of a workspace and for a single package.
    assert_eq!(beside("members/one/tests/a.rs"), Ok("members/one/tests/footprints".into()));
    assert_eq!(beside("tests/a.rs"), Ok("members/one/tests/footprints".into()));
    assert_eq!(beside("tests/deep/main.rs"), Ok("members/one/tests/deep/footprints".into()));
    // From another folder, as with `#[path]`.
    assert_eq!(beside("members/two/tests/b.rs"), Ok("members/two/tests/footprints".into()));
    let absolute = package.join("tests/a.rs");
    assert_eq!(
        beside(absolute.to_str().expect("paths are UTF-8")),
        Ok("members/one/tests/footprints".into())
    );
    let message = beside("tests/gone.rs").expect_err("there is no such file");
    assert!(message.starts_with("the source file tests/gone.rs does not exist in "), "{message}");
}

#[test]
fn the_source_of_a_doctest_has_no_folder() {
    // Rustdoc writes it to a temporary folder.
    let (package, elsewhere) = (Folder::new(), Folder::new());
    let source = elsewhere.path().join("doctest_bundle_2024.rs");
    fs::write(&source, "").expect("there is room");
    let path = |path: &std::path::Path| path.to_str().expect("paths are UTF-8").to_owned();
    let message = folder_beside(&path(package.path()), &path(&source)).expect_err("it does not stay");
    assert!(
        message.ends_with(
            "is outside the package, as in doctests; move the assertion into a test of the package"
        ),
        "{message}"
    );
}
