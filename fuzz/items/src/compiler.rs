//! Compiles generated modules with `rustc`. Each line of a crate is one module.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::item::{DERIVE, Module, OURS, Style};

pub(crate) struct Compiler {
    /// The folder of the compiled `deep_size`.
    library: PathBuf,
    folder: PathBuf,
    lints: Vec<String>,
}

/// An error or warning.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    /// The index of the module, or `None` if the place is not in a module.
    pub(crate) module: Option<usize>,
    pub(crate) lint: Option<String>,
    pub(crate) message: String,
    pub(crate) rendered: String,
}

/// The traits that the items derive.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Derive {
    /// Only `Clone` and `Copy`, for types on which every derive requires them.
    Nothing,
    Debug,
    DeepSize,
}

impl Compiler {
    /// Builds `deep_size` and lists the lints.
    pub(crate) fn new(seed: u64, worker: usize) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = root.join("target/fuzz-items");
        let mut build = Command::new("cargo");
        build.args(["build", "--quiet", "--package", "deep-size", "--lib", "--manifest-path"]);
        build.arg(root.join("Cargo.toml")).arg("--target-dir").arg(&target);
        assert!(build.status().expect("cargo runs").success(), "deep-size must compile");
        let folder = target.join(format!("seed{seed}-worker{worker}"));
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        let mut compiler = Self { library: target.join("debug"), folder, lints: Vec::new() };
        compiler.lints = compiler.stable_lints();
        compiler
    }

    fn stable_lints(&self) -> Vec<String> {
        let help = Command::new("rustc").args(["-W", "help"]).output().expect("rustc runs");
        let help = String::from_utf8(help.stdout).expect("the help is UTF-8");
        let lints = help.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, level) = (words.next()?, words.next()?);
            ["allow", "warn", "deny"].contains(&level).then(|| name.replace('-', "_"))
        });
        let lints: BTreeSet<_> = lints.collect();
        // Unstable lints are unknown to the stable compiler.
        let flags: Vec<_> = lints.iter().map(|lint| format!("-W{lint}")).collect();
        let style = Style { edition: 2024, allows: false, hostile: false, wild: false };
        let unknown = self.check(&[], style, Derive::Nothing, &flags);
        let is_known = |lint: &String| unknown.iter().all(|one| !one.message.contains(&format!("`{lint}`")));
        lints.iter().filter(|lint| is_known(lint)).cloned().collect()
    }

    /// Flags that set the level of all lints except some, which are allowed.
    pub(crate) fn levels(&self, level: &str, except: &BTreeSet<String>) -> Vec<String> {
        let flag = |lint: &String| format!("-{}{lint}", if except.contains(lint) { "A" } else { level });
        self.lints.iter().map(flag).collect()
    }

    pub(crate) fn check(
        &self,
        modules: &[&Module],
        style: Style,
        derive: Derive,
        flags: &[String],
    ) -> Vec<Diagnostic> {
        let file = self.folder.join("items.rs");
        std::fs::write(&file, source(modules, style, derive)).expect("the file can be written");
        let output = Command::new("rustc")
            .args(["--crate-type=lib", "--emit=metadata", "--error-format=json", "--edition"])
            .arg(style.edition.to_string())
            .arg("-o")
            .arg(self.folder.join("items.rmeta"))
            .arg("--extern")
            .arg(format!("deep_size={}", self.library.join("libdeep_size.rlib").display()))
            .arg("-L")
            .arg(format!("dependency={}", self.library.join("deps").display()))
            .args(flags)
            .arg(&file)
            .output()
            .expect("rustc runs");
        let text = String::from_utf8_lossy(&output.stderr);
        let mut diagnostics: Vec<_> =
            text.lines().filter_map(|line| diagnostic(line, modules.len())).collect();
        if !output.status.success() && diagnostics.is_empty() {
            let (message, rendered) = ("the compiler failed".to_owned(), text.into_owned());
            diagnostics.push(Diagnostic { module: None, lint: None, message, rendered });
        }
        diagnostics
    }
}

/// The first line of a crate. Each further line is a module.
const HEAD: &str = "macro_rules! ty { ($($t:tt)*) => { $($t)* } } pub type Used = ty!(u8);";

/// The text of a crate.
pub(crate) fn source(modules: &[&Module], style: Style, derive: Derive) -> String {
    let mut text = HEAD.to_owned();
    if style.edition == 2015 {
        text += " extern crate core; extern crate deep_size;";
    }
    for (number, module) in modules.iter().enumerate() {
        text += &format!("\npub mod module{number} {{ {} }}", with_derive(&module.text(), derive));
    }
    text + "\n"
}

fn with_derive(text: &str, derive: Derive) -> String {
    // Derives on packed structs and unions require `Copy`.
    let needs_copy = text.contains("packed") || text.contains("pub union ");
    let traits = [
        needs_copy.then_some("::core::clone::Clone, ::core::marker::Copy"),
        (derive == Derive::Debug).then_some("::core::fmt::Debug"),
        (derive == Derive::DeepSize).then_some("::deep_size::DeepSize"),
    ];
    let traits = traits.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let text = match &*traits {
        "" => text.replace(&format!("#[derive({DERIVE})]"), ""),
        traits => text.replace(DERIVE, traits),
    };
    let mut parts = text.split(OURS);
    let mut result = parts.next().unwrap_or_default().to_owned();
    while let (Some(attribute), Some(rest)) = (parts.next(), parts.next()) {
        if derive == Derive::DeepSize {
            result += attribute;
        }
        result += rest;
    }
    result
}

fn diagnostic(line: &str, count: usize) -> Option<Diagnostic> {
    let value: Value = serde_json::from_str(line).ok()?;
    let message = value["message"].as_str()?.to_owned();
    if !["error", "warning"].contains(&value["level"].as_str()?)
        || message.starts_with("aborting due to")
        || message.contains("emitted")
    {
        return None;
    }
    let primary = value["spans"].as_array()?.iter().find(|span| span["is_primary"] == true);
    Some(Diagnostic {
        module: primary.and_then(module_of).filter(|module| *module < count),
        lint: value["code"]["code"].as_str().map(str::to_owned),
        message,
        rendered: value["rendered"].as_str().unwrap_or_default().to_owned(),
    })
}

/// The module that contains a place, or the call of the macro that contains it.
fn module_of(mut span: &Value) -> Option<usize> {
    loop {
        let line = usize::try_from(span["line_start"].as_u64()?).ok()?;
        if span["file_name"].as_str()?.ends_with("items.rs") && line >= 2 {
            return Some(line - 2);
        }
        span = span["expansion"].get("span")?;
    }
}
