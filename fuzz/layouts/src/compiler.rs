//! Compiles and runs programs, and reads the layouts that the compiler prints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::key;

pub(crate) struct Compiler {
    /// The folder of the compiled `deep_size`.
    library: PathBuf,
    folder: PathBuf,
}

/// A type as the compiler lays it out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Printed {
    pub(crate) size: usize,
    pub(crate) alignment: usize,
    /// The size of the tag, if there is one.
    pub(crate) tag: Option<usize>,
    /// A struct or tuple has one variant.
    pub(crate) variants: Vec<PrintedVariant>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PrintedVariant {
    pub(crate) name: String,
    pub(crate) fields: Vec<PrintedField>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PrintedField {
    pub(crate) name: String,
    pub(crate) offset: usize,
    pub(crate) size: usize,
}

impl Compiler {
    /// Builds `deep_size`. `None` if the compiler does not print layouts.
    pub(crate) fn new() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        // The same build as for `fuzz/items`.
        let target = root.join("target/fuzz-items");
        let mut build = Command::new("cargo");
        build.args(["build", "--quiet", "--package", "deep-size", "--lib", "--manifest-path"]);
        build.arg(root.join("Cargo.toml")).arg("--target-dir").arg(&target);
        assert!(build.status().expect("cargo runs").success(), "deep-size must compile");
        let folder = root.join("target/fuzz-layouts");
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let compiler = Self { library: target.join("debug"), folder };
        let source = "pub enum Known { A(u8), B(u32) } fn main() { drop(Known::B(1)); drop(Known::A(1)) }";
        let printed = compiler.compile("probe", source).ok()?;
        printed.contains_key("Known").then_some(compiler)
    }

    /// Compiles a program. Returns the printed layouts by the key of the type, or the compiler's messages.
    pub(crate) fn compile(&self, name: &str, source: &str) -> Result<BTreeMap<String, Printed>, String> {
        let file = self.folder.join(format!("{name}.rs"));
        std::fs::write(&file, source).expect("the file can be written");
        let output = Command::new("rustc")
            // The stable compiler accepts the option too.
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["-Zprint-type-sizes", "-Awarnings", "--edition", "2024", "-o"])
            .arg(self.folder.join(name))
            .arg("--extern")
            .arg(format!("deep_size={}", self.library.join("libdeep_size.rlib").display()))
            .arg("-L")
            .arg(format!("dependency={}", self.library.join("deps").display()))
            .arg(&file)
            .output()
            .expect("rustc runs");
        if output.status.success() {
            Ok(read(&String::from_utf8_lossy(&output.stdout)))
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// Runs a compiled program and returns its output.
    pub(crate) fn run(&self, name: &str) -> Result<String, String> {
        let output = Command::new(self.folder.join(name)).output().expect("the program runs");
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

/// Reads the output of `-Zprint-type-sizes`.
///
/// Fields are printed by offset, after a tag. A gap is a line `padding`, and a field before the end of the last field has an
/// offset.
fn read(text: &str) -> BTreeMap<String, Printed> {
    let mut types = BTreeMap::new();
    let (mut name, mut ty, mut reached) = (String::new(), Printed::default(), 0);
    for line in text.lines().filter_map(|line| line.strip_prefix("print-type-size ")) {
        let line = line.trim_start();
        let (what, rest) = line.split_once(": ").unwrap_or((line, ""));
        if what == "type" {
            types.insert(std::mem::take(&mut name), std::mem::take(&mut ty));
            let (quoted, rest) = rest[1..].rsplit_once("`: ").expect("the type has a size");
            name = key(quoted);
            ty.size = number(rest);
            ty.alignment = rest.split_once("alignment: ").map_or(0, |(_, rest)| number(rest));
            reached = 0;
            continue;
        }
        let (kind, quoted) = what.split_once(' ').unwrap_or((what, ""));
        let quoted = quoted.trim_matches(['`', '.']);
        match kind {
            "discriminant" => ty.tag = Some(number(rest)),
            "variant" => {
                ty.variants.push(PrintedVariant { name: quoted.into(), fields: Vec::new() });
                reached = ty.tag.unwrap_or(0);
            }
            "padding" => reached += number(rest),
            "field" => {
                let offset = rest.split_once("offset: ").map_or(reached, |(_, rest)| number(rest));
                let size = number(rest);
                reached = offset + size;
                if ty.variants.is_empty() {
                    ty.variants.push(PrintedVariant::default());
                }
                let fields = &mut ty.variants.last_mut().expect("there is a variant").fields;
                fields.push(PrintedField { name: quoted.into(), offset, size });
            }
            // `end padding`, and the parts of closures and futures.
            _ => {}
        }
    }
    types.insert(name, ty);
    types
}

/// The number at the beginning of a text.
fn number(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().expect("the text begins with a number")
}
