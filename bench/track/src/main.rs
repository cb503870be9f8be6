//! The overhead of the tracker, compared with the bare allocator of the system, with `dhat` and with `heaptrack`.
//!
//! `cargo run --release -p deep-size-track-bench`, in `bench`, prints the table and the goals; `-- --write` also writes
//! `docs/tracking-overhead.md`. `--rounds 15` takes more rounds, `--check` fails if a goal is missed.
//!
//! Each run is a separate process. In each round, every variant runs once, in a new order. The result is the median of the ratios
//! within the rounds, so that noise affects all variants alike.

mod machine;
mod page;
mod race;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use programs::{Program, Times};

use crate::race::{Race, Variant};

#[derive(Debug)]
struct Args {
    rounds: usize,
    write: bool,
    check: bool,
}

impl Args {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self { rounds: 9, write: false, check: false };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--write" => args.write = true,
                "--check" => args.check = true,
                "--rounds" => {
                    let rounds = words.next().and_then(|word| word.parse().ok());
                    args.rounds = rounds.filter(|&rounds| rounds > 0).ok_or("`--rounds` needs a number")?;
                }
                _ => return Err(format!("unknown argument `{word}`")),
            }
        }
        Ok(args)
    }
}

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let folder = build();
    let races = Program::ALL.map(|program| race(&folder, program, args.rounds));
    println!("{}\n", machine::describe());
    print!("{}", page::table(&races));
    if args.write {
        page::write(&races, args.rounds);
    }
    let met =
        races.iter().all(|race| Variant::ALL.iter().all(|&variant| race.is_met(variant) != Some(false)));
    if args.check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Builds the binaries that run the programs. Returns their folder, which also contains this program.
fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--bins", "--manifest-path"]).arg(manifest);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    assert!(command.status().expect("cargo runs").success(), "the build succeeds");
    let this = std::env::current_exe().expect("the path of this program is known");
    this.parent().expect("the path has a folder").to_owned()
}

/// The times of a variant that cannot run here.
const ABSENT: Times = Times { wall: f64::NAN, cpu: f64::NAN };

fn race(folder: &Path, program: Program, rounds: usize) -> Race {
    let mut order = Variant::ALL;
    let rounds = (0..rounds)
        .map(|round| {
            let mut times = [ABSENT; Variant::ALL.len()];
            order.rotate_left(1 + round % 2);
            for variant in order {
                times[variant as usize] = once(folder, program, variant);
            }
            times
        })
        .collect();
    Race { program, rounds }
}

fn once(folder: &Path, program: Program, variant: Variant) -> Times {
    let (binary, name) = variant.command();
    let turns = program.turns(variant.is_slow()).to_string();
    let mut command = if variant == Variant::Heaptrack {
        let mut command = Command::new("heaptrack");
        command.arg("--output").arg(folder.join("heaptrack")).arg(folder.join(binary));
        command
    } else {
        Command::new(folder.join(binary))
    };
    let output = match command.args([program.name(), &turns, name]).output() {
        Err(error) if error.kind() == ErrorKind::NotFound && variant == Variant::Heaptrack => return ABSENT,
        output => output.expect("the program starts"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    programs::parse(&String::from_utf8_lossy(&output.stdout)).expect("the program prints its times")
}
