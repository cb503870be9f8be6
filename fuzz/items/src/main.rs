//! Finds items that the compiler accepts and `#[derive(DeepSize)]` does not.
//!
//! Run it from the root of the repository:
//!
//! ```text
//! cargo run --release --manifest-path fuzz/items/Cargo.toml -- --seed 1 --crates 300
//! ```
//!
//! The seed and the number of crates determine every item, on any machine. Each crate consists of random modules with one item
//! each. Modules that do not compile without the derive are dropped. With the derive, the others must compile without a warning,
//! or fail with a message of the derive or of `#[derive(Debug)]`. Any other module is a finding: the program minimizes it, prints
//! it and exits with code 1.

mod compiler;
mod item;
mod random;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::compiler::{Compiler, Derive, Diagnostic, source};
use crate::item::{Module, Style};
use crate::random::Random;

const MODULES: usize = 40;

/// Parts of the messages with which the derive rejects a field.
const MESSAGES: &[&str] = &[
    "does not implement `DeepSize`",
    "a field of a packed struct must be `Copy`",
    "a field of a union must be `Copy`",
    "cannot be marked `borrowed`",
    "the derive cannot measure",
    "cannot be visited",
    "takes no value",
    "cannot be combined with",
    "cannot be used in a union",
    "because `",
    // The documented message if an alias or a macro hides a function pointer from the derive.
    "is not general enough",
];

#[derive(Default)]
struct Findings {
    known: BTreeSet<String>,
    accepted: usize,
    refused: usize,
    dropped: usize,
}

fn main() -> ExitCode {
    let (mut seed, mut crates) = (1, 250);
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        let value = value.parse().expect("the value is a number");
        match &*name {
            "--seed" => seed = value,
            "--crates" => crates = value,
            other => panic!("unknown argument `{other}`, expected `--seed` or `--crates`"),
        }
    }
    let findings = Mutex::new(Findings::default());
    let next = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let compilers: Vec<_> = (0..workers).map(|worker| Compiler::new(seed, worker)).collect();
    std::thread::scope(|scope| {
        for compiler in &compilers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= crates {
                        break;
                    }
                    batch(compiler, &mut Random(seed << 32 | index), &findings);
                }
            });
        }
    });
    let Findings { known, accepted, refused, dropped } =
        findings.into_inner().expect("no worker has panicked");
    println!(
        "{accepted} items accepted, {refused} refused with a message, {dropped} not valid, {} findings",
        known.len()
    );
    if known.is_empty() && accepted > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tries one crate.
fn batch(compiler: &Compiler, random: &mut Random, findings: &Mutex<Findings>) {
    let edition = [2015, 2018, 2021, 2024][random.below(4)];
    let style =
        Style { edition, allows: random.one_in(3), hostile: random.one_in(2), wild: random.one_in(2) };
    let modules: Vec<_> = (0..MODULES).map(|_| item::module(random, style)).collect();
    let mut modules: Vec<_> = modules.iter().collect();

    // Lints that report the items even without the derive are allowed.
    let no_lints = BTreeSet::new();
    let reported = without_errors(compiler, &mut modules, style, &compiler.levels("W", &no_lints));
    let lints = reported.iter().filter_map(|one| one.lint.clone()).collect();
    let flags = compiler.levels(if style.allows { "D" } else { "F" }, &lints);
    without_errors(compiler, &mut modules, style, &flags);

    let (mut refused, valid) = (0, modules.len());
    while !modules.is_empty() {
        let diagnostics = compiler.check(&modules, style, Derive::DeepSize, &flags);
        if diagnostics.is_empty() {
            break;
        }
        let mut removed = BTreeSet::new();
        for one in &diagnostics {
            let Some(module) = one.module else { continue };
            if is_ours(one) {
                refused += usize::from(removed.insert(module));
            }
        }
        for one in diagnostics.iter().filter(|one| !is_ours(one)) {
            let Some(module) = one.module else { continue };
            if removed.insert(module) {
                report(compiler, modules[module], style, one, &flags, findings);
            }
        }
        if removed.is_empty() {
            let mut findings = findings.lock().expect("no worker has panicked");
            if findings.known.insert(key(&diagnostics[0])) {
                println!("without a place:\n{}", diagnostics[0].rendered);
            }
            return;
        }
        remove(&mut modules, &removed);
    }
    let mut findings = findings.lock().expect("no worker has panicked");
    findings.accepted += modules.len();
    findings.refused += refused;
    findings.dropped += MODULES - valid;
}

/// Removes the modules with errors, and returns the warnings about the others.
fn without_errors(
    compiler: &Compiler,
    modules: &mut Vec<&Module>,
    style: Style,
    flags: &[String],
) -> Vec<Diagnostic> {
    loop {
        let diagnostics = compiler.check(modules, style, Derive::Nothing, flags);
        let is_error = |one: &&Diagnostic| one.rendered.starts_with("error");
        let errors: BTreeSet<_> = diagnostics.iter().filter(is_error).map(|one| one.module).collect();
        if errors.is_empty() {
            return diagnostics;
        }
        let removed: BTreeSet<_> = errors.into_iter().flatten().collect();
        if removed.is_empty() {
            modules.clear();
            return Vec::new();
        }
        remove(modules, &removed);
    }
}

fn remove(modules: &mut Vec<&Module>, removed: &BTreeSet<usize>) {
    let mut index = 0;
    modules.retain(|_| {
        index += 1;
        !removed.contains(&(index - 1))
    });
}

fn is_ours(diagnostic: &Diagnostic) -> bool {
    MESSAGES.iter().any(|message| diagnostic.message.contains(message))
}

/// The kind of a message: its text without the names in it.
fn key(diagnostic: &Diagnostic) -> String {
    let text: Vec<_> = diagnostic.message.split('`').step_by(2).collect();
    format!("{} {}", diagnostic.lint.as_deref().unwrap_or_default(), text.join("`"))
}

/// Minimizes and prints a module with an unexpected message, unless the message is known.
fn report(
    compiler: &Compiler,
    module: &Module,
    style: Style,
    diagnostic: &Diagnostic,
    flags: &[String],
    findings: &Mutex<Findings>,
) {
    let key = key(diagnostic);
    let of_debug = compiler.check(&[module], style, Derive::Debug, flags);
    if of_debug.iter().any(|one| self::key(one) == key)
        || !findings.lock().expect("no worker has panicked").known.insert(key.clone())
    {
        return;
    }
    let fails = |module: &Module| {
        let has_error = compiler
            .check(&[module], style, Derive::Nothing, flags)
            .iter()
            .any(|one| one.rendered.starts_with("error"));
        let of_debug = compiler.check(&[module], style, Derive::Debug, flags);
        if has_error || of_debug.iter().any(|one| self::key(one) == key) {
            return None;
        }
        let found = compiler.check(&[module], style, Derive::DeepSize, flags);
        found.into_iter().find(|one| self::key(one) == key)
    };
    let mut smallest = Module(module.0.clone());
    let mut shown = diagnostic.clone();
    let mut index = 0;
    while index < smallest.0.len() {
        let mut smaller = Module(smallest.0.clone());
        smaller.0.remove(index);
        if let Some(found) = fails(&smaller) {
            (smallest, shown) = (smaller, found);
        } else {
            index += 1;
        }
    }
    println!(
        "edition {}, {}",
        style.edition,
        if style.allows { "all lints denied" } else { "all lints forbidden" }
    );
    println!("{}{}", source(&[&smallest], style, Derive::DeepSize), shown.rendered);
}
