//! Generates crates with the same structs, each with another derive.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::machine;

const STRUCTS: usize = 100;

/// The types of the ten fields.
const FIELDS: [&str; 10] = [
    "u64",
    "String",
    "Option<String>",
    "Vec<u32>",
    "Vec<String>",
    "bool",
    "Box<u64>",
    "(u32, String)",
    "Option<Box<String>>",
    "Vec<Option<u64>>",
];

/// A derive and its call.
pub(super) struct Subject {
    pub(super) name: &'static str,
    dependency: String,
    attribute: &'static str,
    call: &'static str,
}

impl Subject {
    /// The first has no derive.
    pub(super) fn all() -> Vec<Self> {
        let version = |package: &str| format!("{package} = \"={}\"", machine::version(package));
        let ours = format!("deep-size = {{ path = {:?} }}", Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
        vec![
            Self::new("none", String::new(), "", "size_of_val(value)"),
            Self::new("deep-size", ours, "deep_size::DeepSize", "deep_size::DeepSize::deep_size(value)"),
            Self::new(
                "deepsize",
                version("deepsize"),
                "deepsize::DeepSizeOf",
                "deepsize::DeepSizeOf::deep_size_of(value)",
            ),
            Self::new(
                "get-size2",
                format!(
                    "get-size2 = {{ version = \"={}\", features = [\"derive\"] }}",
                    machine::version("get-size2")
                ),
                "get_size2::GetSize",
                "get_size2::GetSize::get_size_with_tracker(value, get_size2::StandardTracker::new()).0",
            ),
            Self::new(
                "mem_dbg",
                version("mem_dbg"),
                "mem_dbg::MemSize",
                "mem_dbg::MemSize::mem_size(value, mem_dbg::SizeFlags::CAPACITY | mem_dbg::SizeFlags::FOLLOW_RCS)",
            ),
            Self::new(
                "allocative",
                version("allocative"),
                "allocative::Allocative",
                "allocative::size_of_unique(value)",
            ),
        ]
    }

    fn new(name: &'static str, dependency: String, attribute: &'static str, call: &'static str) -> Self {
        Self { name, dependency, attribute, call }
    }

    /// Writes the crate into its own folder, and returns the folder.
    pub(super) fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(self.name);
        fs::create_dir_all(path.join("src")).expect("the temporary folder is writable");
        let manifest = format!(
            "[package]\nname = \"with-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
            self.name, self.dependency
        );
        fs::write(path.join("Cargo.toml"), manifest).expect("the temporary folder is writable");
        fs::write(path.join("src/main.rs"), self.source()).expect("the temporary folder is writable");
        path
    }

    fn source(&self) -> String {
        let mut source = String::new();
        let mut main = String::from("fn main() {\n    let mut sum = 0;\n");
        for number in 0..STRUCTS {
            if !self.attribute.is_empty() {
                let _ = writeln!(source, "#[derive({})]", self.attribute);
            }
            let _ = writeln!(source, "#[derive(Default)]\npub struct S{number} {{");
            for (field, ty) in
                FIELDS.iter().cycle().skip(number % FIELDS.len()).take(FIELDS.len()).enumerate()
            {
                let _ = writeln!(source, "    pub field{field}: {ty},");
            }
            let _ = writeln!(source, "}}");
            let _ = writeln!(main, "    sum += measure{number}(build{number}());");
            // Separate functions without drops, so that the crates differ only in the measuring.
            let _ = writeln!(source, "#[inline(never)]\nfn build{number}() -> &'static S{number} {{");
            let _ = writeln!(source, "    Box::leak(Box::default())\n}}\n");
            let _ = writeln!(source, "#[inline(never)]\nfn measure{number}(value: &S{number}) -> usize {{");
            let _ = writeln!(source, "    {}\n}}\n", self.call);
        }
        main.push_str("    println!(\"{sum}\");\n}\n");
        source + &main
    }
}

/// Changes the source, so that cargo rebuilds the crate.
pub(super) fn touch(path: &Path, round: usize) {
    let main = path.join("src/main.rs");
    let source = fs::read_to_string(&main).expect("the source was written before");
    let source = source.split("// Round").next().unwrap_or_default();
    fs::write(&main, format!("{source}// Round {round}.\n")).expect("the temporary folder is writable");
}
