//! Passing and failing checks, and their messages.

use deep_size::__macros::{Mode, Tolerance};

use crate::Folder;

fn texts(many: usize) -> Vec<String> {
    (0..many).map(|_| "x".repeat(100)).collect()
}

#[test]
fn a_value_of_the_recorded_size_passes() {
    let folder = Folder::new();
    let note = folder.update("texts", &texts(3)).expect("it can be written");
    assert!(note.is_some_and(|note| note.starts_with("wrote the footprint `texts`: ")));
    assert_eq!(folder.check("texts", Tolerance::NONE, &texts(3)), Ok(()));
    // The distribution of the bytes does not matter.
    let same = ["x".repeat(50), "x".repeat(150), "x".repeat(100)].to_vec();
    assert_eq!(folder.check("texts", Tolerance::NONE, &same), Ok(()));
}

#[test]
fn a_failure_shows_the_difference_and_how_to_accept_it() {
    let folder = Folder::new();
    folder.update("texts", &texts(3)).expect("it can be written");
    let file = folder.file("texts").display().to_string();
    let message = folder.check("texts", Tolerance::NONE, &texts(13)).expect_err("there are more");
    assert_eq!(
        message,
        format!(
            "the footprint `texts` has grown by 1,240 B, but no change is allowed
Vec<String>: 396 B -> 1.6 KiB (+1.2 KiB, +10 values, +10 allocations)

  +1.2 KiB  +10 values  []: String

to accept the change, run the test with DEEP_SIZE_FOOTPRINTS=update and commit the file
  {file}"
        )
    );
    let message = folder.check("texts", Tolerance::Bytes(1239), &texts(13)).expect_err("that is one too few");
    assert!(
        message.starts_with("the footprint `texts` has grown by 1,240 B, but at most 1,239 B are allowed\n")
    );
    let message = folder.check("texts", Tolerance::Share(0.1), &texts(2)).expect_err("there are fewer");
    assert!(
        message.starts_with("the footprint `texts` has shrunk by 124 B, but at most 10 % are allowed\n"),
        "{message}"
    );
    assert_eq!(folder.files().len(), 1, "nothing was written");
}

#[test]
fn tolerances_hold_on_both_sides() {
    let folder = Folder::new();
    folder.update("bytes", &vec![0_u8; 976]).expect("it can be written");
    let sizes = |tolerance| {
        let holds = |size: usize| folder.check("bytes", tolerance, &vec![0_u8; size - 24]).is_ok();
        (900..1100).filter(|&size| holds(size)).collect::<Vec<_>>()
    };
    assert_eq!(sizes(Tolerance::NONE), [1000]);
    assert_eq!(sizes(Tolerance::Share(0.0)), [1000]);
    assert_eq!(sizes(Tolerance::Bytes(2)), [998, 999, 1000, 1001, 1002]);
    assert_eq!(sizes(Tolerance::Share(0.05)), (950..=1050).collect::<Vec<_>>());
    assert_eq!(sizes(Tolerance::Bytes(usize::MAX)).len(), 200);
}

#[test]
fn invalid_tolerances_are_rejected() {
    let folder = Folder::new();
    for share in [f64::NAN, f64::INFINITY, -0.1] {
        let message =
            folder.check("name", Tolerance::Share(share), &1_u8).expect_err("the tolerance is invalid");
        assert_eq!(
            message,
            format!(
                "the tolerance {share} of the footprint `name` is not a share; use a number such as 0.05"
            )
        );
    }
}

#[test]
fn names_must_be_portable_file_names() {
    let folder = Folder::new();
    for name in ["a", "A-1", "with_parts.v2", "7"] {
        folder.update(name, &1_u8).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(folder.check(name, Tolerance::NONE, &2_u8), Ok(()));
    }
    let many = folder.files().len();
    for name in ["", ".", "..", ".a", "a.", "a b", "a/b", "../a", "a\\b", "ä", "a\0b", "c:d"] {
        for result in [folder.update(name, &1_u8).map(drop), folder.check(name, Tolerance::NONE, &1_u8)] {
            let message = result.expect_err("the name is invalid");
            let shown = name.replace('\0', "\\0");
            assert!(message.starts_with(&format!("`{shown}` cannot name a footprint; ")), "{message}");
        }
    }
    assert_eq!(folder.files().len(), many);
}

#[test]
fn the_environment_chooses_the_mode() {
    let mode = |value: Option<&str>| Mode::of(value.map(AsRef::as_ref));
    assert_eq!(mode(None), Ok(Mode::Check));
    assert_eq!(mode(Some("")), Ok(Mode::Check));
    assert_eq!(mode(Some("check")), Ok(Mode::Check));
    assert_eq!(mode(Some("update")), Ok(Mode::Update));
    let message = mode(Some("1")).expect_err("the mode is invalid");
    assert_eq!(message, "DEEP_SIZE_FOOTPRINTS is `1`; set it to `update` or `check`, or unset it");
}

#[test]
fn messages_have_no_raw_control_characters() {
    let folder = Folder::new();
    let attack = "\u{1b}[2J\nFORGED";
    let beside = folder.path().join(attack);
    let check = |mode, value: &[u8]| {
        let report = deep_size::inspect(value);
        deep_size::__macros::check(&beside, "name", mode, Tolerance::NONE, &report)
    };
    let missing = check(Mode::Check, &[1]).expect_err("there is no file");
    let written = check(Mode::Update, &[1]).expect("it can be written").expect("it was written");
    let file = std::fs::read_dir(&beside).expect("it was made").next().expect("it was written");
    let file = file.expect("it can be read").path();
    let text = std::fs::read_to_string(&file).expect("it was written");
    let names = text.replace("[u8]", "[\\u001b[2J\\nFORGED]");
    std::fs::write(&file, names).expect("it can be written");
    let changed = check(Mode::Check, &[1, 2]).expect_err("it has grown");
    std::fs::write(&file, text.replace("\"root\"", "\"\\u001b[2J\\nFORGED\"")).expect("it can be written");
    let damaged = check(Mode::Check, &[1]).expect_err("it is damaged");
    let source = deep_size::__macros::folder_beside(attack, attack).expect_err("there is no such file");
    let mode = Mode::of(Some(attack.as_ref())).expect_err("the mode is invalid");
    for message in [missing, written, changed, damaged, source, mode] {
        assert!(message.contains("\\u{1b}[2J\\nFORGED"), "{message}");
        assert!(!message.contains('\u{1b}') && !message.contains("\nFORGED"), "{message:?}");
    }
}
