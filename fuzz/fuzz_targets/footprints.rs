//! Fuzzes footprints: compares a value with a file of any contents, and updates the file.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use deep_size::__macros::{Mode, Tolerance, check};
use deep_size::inspect;
use deep_size_fuzz::{assert_visible, name, saved_report, text_from};
use libfuzzer_sys::fuzz_target;

/// A folder for this process. It is not removed, because the fuzzer never ends normally.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("deep-size-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("there is room for a folder");
    folder
});

fuzz_target!(|data: &[u8]| {
    let [first, second] = [0, 1].map(|at| data.get(at).copied().unwrap_or_default());
    let report = inspect(&vec![u16::from(first); usize::from(second % 4)]);
    let tolerance = match first % 4 {
        0 => Tolerance::NONE,
        1 => Tolerance::Bytes(usize::from(second)),
        2 => Tolerance::Share(f64::from(second) / 100.0),
        _ => Tolerance::Share(f64::from_bits(u64::from(second) << 52)),
    };
    let file = FOLDER.join(format!("fuzzed.{}.json", usize::BITS));
    match first % 3 {
        // The input is the whole file.
        0 | 1 => {
            fs::write(&file, text_from(&data[data.len().min(2)..], saved_report)).expect("there is room")
        }
        // The input replaces a part of a valid file.
        _ => {
            check(&FOLDER, "fuzzed", Mode::Update, Tolerance::NONE, &report).expect("it can be written");
            let mut text = fs::read(&file).expect("it was written");
            let part = data.get(4..).unwrap_or_default();
            let at = usize::from(data.get(2).copied().unwrap_or_default()) * 4 % text.len();
            let end = (at + usize::from(data.get(3).copied().unwrap_or_default() % 8)).min(text.len());
            text.splice(at..end, part.iter().copied());
            fs::write(&file, text).expect("there is room");
        }
    }
    let before = fs::read(&file).expect("it was written");
    let checked = check(&FOLDER, "fuzzed", Mode::Check, tolerance, &report);
    assert_eq!(fs::read(&file).expect("it exists"), before, "a check writes nothing");
    if let Err(message) = &checked {
        assert_visible(message);
    }
    let name = name(&mut arbitrary::Unstructured::new(data));
    if let Err(message) = check(&FOLDER, &name, Mode::Check, tolerance, &report) {
        assert_visible(&message);
    }
    match check(&FOLDER, "fuzzed", Mode::Update, Tolerance::NONE, &report) {
        Ok(note) => note.iter().for_each(|note| assert_visible(note)),
        Err(message) => panic!("{message}"),
    }
    assert_eq!(check(&FOLDER, "fuzzed", Mode::Check, Tolerance::NONE, &report), Ok(None));
    assert_eq!(
        check(&FOLDER, "fuzzed", Mode::Update, Tolerance::NONE, &report),
        Ok(None),
        "the file is stable"
    );
    assert_eq!(fs::read_dir(&*FOLDER).expect("it exists").count(), 1, "no temporary file is left");
});
