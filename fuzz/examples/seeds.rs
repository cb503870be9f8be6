//! Writes the seed corpus of every fuzz target, a few hundred small files: `cargo run --example seeds`.
//!
//! The output is deterministic, so the folder needs no version control.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::{fs, io};

use deep_size::registry::Registry;
use deep_size::{DeepSize, Reason, Report, inspect};

/// The number of random inputs of each target.
const MANY: u64 = 48;

/// The length of the longest random input.
const LONGEST: u64 = 400;

const TARGETS: [&str; 8] = [
    "snapshots",
    "saved_snapshots",
    "saved_censuses",
    "footprints",
    "lock_files",
    "graphs",
    "tracker",
    "unwind",
];

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in TARGETS {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        for (at, input) in (1..=MANY).map(random).chain(known(target)).enumerate() {
            fs::write(folder.join(format!("seed-{at:02}")), input)?;
        }
    }
    Ok(())
}

/// Inputs that a target reads as text, not as choices of a generator.
fn known(target: &str) -> Vec<Vec<u8>> {
    let texts: Vec<String> = match target {
        "snapshots" => reports().iter().map(Report::to_json).collect(),
        "saved_snapshots" => vec![include_str!("../../deepsize-track/tests/saved/version_1.json").into()],
        "saved_censuses" => censuses(),
        // The first two bytes choose the value and the tolerance.
        "footprints" => reports().iter().map(|report| String::from("00") + &report.to_json()).collect(),
        "lock_files" => LOCK_FILES.map(String::from).into(),
        _ => Vec::new(),
    };
    texts.into_iter().map(String::into_bytes).collect()
}

#[derive(DeepSize)]
enum Part {
    Text(String),
    Pair { left: Arc<str>, right: Box<[u16]> },
    Cycle(RefCell<Option<Rc<Part>>>),
}

fn reports() -> Vec<Report> {
    let text: Arc<str> = "shared".into();
    let pair = || Part::Pair { left: text.clone(), right: [1, 2].into() };
    let cycle = Rc::new(Part::Cycle(RefCell::default()));
    let reports = vec![
        inspect(&7_u8),
        inspect(&vec![String::with_capacity(9); 3]),
        inspect(&[pair(), pair(), Part::Text("text".into())]),
        inspect(&BTreeMap::from([(1_u8, vec![Some(Box::new(2_u16))])])),
        inspect(&HashMap::from([("key", Cell::new(String::from("opaque")))])),
    ];
    if let Part::Cycle(next) = &*cycle {
        next.replace(Some(cycle.clone()));
        let report = inspect(&cycle);
        next.take();
        return reports.into_iter().chain([report]).collect();
    }
    reports
}

fn censuses() -> Vec<String> {
    let registry = Registry::new();
    let shared = Arc::new(String::from("shared"));
    let lists = [1, 2, 3].map(|count| Arc::new(vec![shared.clone(); count]));
    for (name, list) in ["cache/texts", "cache/texts/old", "sessions"].into_iter().zip(&lists) {
        registry.register(name, list);
    }
    let _locked = registry.register_with("locked", |walker| walker.opaque(Reason::Locked));
    let mut json = Vec::new();
    registry.census().write_json(&mut json).expect("a vector accepts all bytes");
    vec![String::from_utf8(json).expect("JSON is UTF-8")]
}

const LOCK_FILES: [&str; 4] = [
    "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"a 2.0.0\"]\n\n\
     [[package]]\nname = \"a\"\nversion = \"2.0.0\"\nsource = \"git+https://example.org/a#123\"\n",
    "[root]\nname = \"a\"\nversion = \"1.0.0-rc.1\"\ndependencies = [\"a 1.0.0-rc.1\"]\n\n\
     [metadata]\n\"checksum a 1.0.0-rc.1 ()\" = \"<none>\"\n",
    "[[package]]\nname = \"a\"\nversion = \"x\"\n",
    "package = [1]",
];

/// A random input. If a target reads text, a byte below 8 selects the generator (see `text_from`).
fn random(seed: u64) -> Vec<u8> {
    // The xorshift generator of Marsaglia (2003).
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let length = next() % LONGEST + 1;
    let mut bytes: Vec<u8> = (0..length).map(|_| next() as u8).collect();
    bytes[0] = seed as u8 % 8;
    if let Some(byte) = bytes.get_mut(2) {
        *byte %= 8;
    }
    bytes
}
