//! Compares the layouts in reports with the compiler's layouts of random types.
//!
//! Run it from the root of the repository:
//!
//! ```text
//! cargo run --release --manifest-path fuzz/layouts/Cargo.toml -- --seed 1 --types 400
//! ```
//!
//! The seed and the number of types determine every type and value, on any machine. Programs with 50 types each are compiled with
//! `-Zprint-type-sizes`. They print the layouts in reports on values of their types. Each layout must agree with the compiler's: size,
//! alignment, variants, discriminant, the fields with their offsets and sizes, and so all padding and unused bytes. The exit code
//! is 1 if one does not agree, and 3 if the compiler does not print layouts.

mod check;
mod compiler;
mod program;
#[path = "../../items/src/random.rs"]
mod random;
mod types;
mod values;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::check::{Findings, check};
use crate::compiler::Compiler;
use crate::program::Program;
use crate::random::Random;

const TYPES: u64 = 50;

fn main() -> ExitCode {
    let (mut seed, mut types) = (1, 400);
    let mut arguments = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        let value = value.parse().expect("the value is a number");
        match &*name {
            "--seed" => seed = value,
            "--types" => types = value,
            other => panic!("unknown argument `{other}`, expected `--seed` or `--types`"),
        }
    }
    let Some(compiler) = Compiler::new() else {
        println!("skipped: the compiler does not print layouts");
        return ExitCode::from(3);
    };
    let findings = Mutex::new(Findings::default());
    let next = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index * TYPES >= types {
                        break;
                    }
                    let found = batch(&compiler, seed, index, TYPES.min(types - index * TYPES));
                    findings.lock().expect("no worker has panicked").add(index, found);
                }
            });
        }
    });
    let findings = findings.into_inner().expect("no worker has panicked");
    findings.texts.iter().for_each(|text| println!("{text}"));
    println!(
        "{} layouts of {} types, {} findings",
        findings.layouts,
        findings.types.len(),
        findings.texts.len()
    );
    println!("enums by discriminant: {:?}", findings.discriminants);
    if findings.texts.is_empty() && findings.layouts > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tries one program.
fn batch(compiler: &Compiler, seed: u64, index: u64, count: u64) -> Findings {
    let program =
        Program::new(&mut Random(seed << 32 | index), usize::try_from(count).expect("a small number"));
    let name = format!("seed{seed}_{index}");
    let result =
        compiler.compile(&name, &program.source).and_then(|printed| Ok((printed, compiler.run(&name)?)));
    match result {
        Ok((printed, output)) => check(&program, printed, &output),
        Err(message) => Findings { texts: vec![message], ..Findings::default() },
    }
}

impl Findings {
    fn add(&mut self, program: u64, other: Self) {
        self.texts.extend(other.texts.into_iter().map(|text| format!("program {program}: {text}")));
        self.layouts += other.layouts;
        self.types.extend(other.types.into_iter().map(|key| format!("{program} {key}")));
        for (name, count) in other.discriminants {
            *self.discriminants.entry(name).or_default() += count;
        }
    }
}
