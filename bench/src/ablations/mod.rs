//! The gain of each optimisation: a build of the benchmark without it races the unchanged one.
//!
//! Textual edits in a copy of the repository remove the optimisation. Each text must occur exactly once, so an outdated
//! edit is an error. Both programs run each row in turn, so noise affects both.

mod edit;
mod list;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::edit::{apply, code_lines};
use self::list::{ABLATIONS, Ablation, Row};
use crate::apart;
use crate::args::Args;
use crate::sample::{Effort, geometric_mean, median};
use crate::workloads;

/// The number of runs of each row in each program.
const TURNS: usize = 3;

/// An optimisation must reach this ratio on one of its rows.
const LEAST: f64 = 1.10;

/// Prints the table. Returns `true` if each optimisation reaches `LEAST` on one of its rows.
pub(crate) fn print(args: &Args) -> Result<bool, String> {
    let ablations: Vec<&Ablation> = ABLATIONS.iter().filter(|ablation| args.names(ablation.name)).collect();
    if ablations.is_empty() {
        return Err("no optimisation has this text in its name".to_owned());
    }
    let build = Build::new()?;
    let with = build.program(None)?;
    println!("| optimisation | lines | time without it ÷ time with it | mean |\n| --- | --: | --- | --: |");
    let mut losers = Vec::new();
    for ablation in ablations {
        let without = build.program(Some(ablation))?;
        let mut ratios = Vec::new();
        let mut text = String::new();
        for row in ablation.rows {
            let ratio = slowdown(row, &with, &without)?;
            let separator = if text.is_empty() { "" } else { "; " };
            text += &format!("{separator}`{}` {} {} {ratio:.2}", row.workload, row.count, row.age);
            ratios.push(ratio);
        }
        let lines =
            ablation.code.iter().map(|code| code_lines(&build.root, code)).sum::<Result<usize, _>>()?;
        if ratios.iter().all(|ratio| *ratio < LEAST) {
            losers.push(ablation.name);
        }
        println!("| {} | {lines} | {text} | {:.2} |", ablation.name, geometric_mean(ratios.into_iter()));
    }
    for name in &losers {
        println!("\nMISSED   {name}: gains less than a tenth on each of its rows");
    }
    Ok(losers.is_empty())
}

/// Only applies the edits and checks that the result compiles.
pub(crate) fn check() -> Result<bool, String> {
    let build = Build::new()?;
    for ablation in &ABLATIONS {
        build.cargo(&build.copy(Some(ablation))?, &["check", "--quiet"])?;
        ablation.code.iter().map(|code| code_lines(&build.root, code)).sum::<Result<usize, _>>()?;
        println!("{}: its edits apply", ablation.name);
    }
    Ok(true)
}

/// The median time without the optimisation divided by the median time with it.
fn slowdown(row: &Row, with: &Path, without: &Path) -> Result<f64, String> {
    let workloads = workloads::all();
    let workload = workloads.iter().find(|workload| workload.name() == row.workload);
    let workload = workload.ok_or_else(|| format!("there is no workload `{}`", row.workload))?;
    let race = |program: &Path| {
        eprintln!("  {} × {}, {} heap", row.workload, row.count, row.age);
        apart::race_in(program, workload.as_ref(), row.count, row.age, Effort::QUICK)
    };
    let ratios = (0..TURNS).map(|_| {
        let (with, without) = (race(with), race(without));
        assert_eq!(with.ours().bytes, without.ours().bytes, "no optimisation changes a result");
        without.ours().time() / with.ours().time()
    });
    Ok(median(ratios.collect()))
}

/// The folders of the copies and of their builds.
struct Build {
    root: PathBuf,
    folder: PathBuf,
}

impl Build {
    fn new() -> Result<Self, String> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = bench.parent().ok_or("the benchmark is not in a folder")?.to_owned();
        Ok(Self { root, folder: bench.join("target/ablations") })
    }

    /// The benchmark without this optimisation, or unchanged.
    fn program(&self, ablation: Option<&Ablation>) -> Result<PathBuf, String> {
        let name = ablation.map_or("none", |ablation| ablation.name);
        eprintln!("building without: {name}");
        let copy = self.copy(ablation)?;
        self.cargo(&copy, &["build", "--quiet", "--release"])?;
        let kept = self.folder.join(format!("program-{}", slug(name)));
        let built = self.folder.join("target/release/deep-size-bench");
        fs::copy(&built, &kept).map_err(|error| format!("{}: {error}", built.display()))?;
        Ok(kept)
    }

    /// A copy of the repository's files with the edits applied.
    fn copy(&self, ablation: Option<&Ablation>) -> Result<PathBuf, String> {
        let to = self.folder.join("copy");
        let _ = fs::remove_dir_all(&to);
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&self.root)
            .output()
            .map_err(|error| format!("git: {error}"))?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        for file in listed.split_terminator('\0') {
            let (from, to) = (self.root.join(file), to.join(file));
            if from.is_file() {
                let parent = to.parent().ok_or("a file is not in a folder")?;
                fs::create_dir_all(parent)
                    .and_then(|()| fs::copy(&from, &to).map(drop))
                    .map_err(|error| format!("{file}: {error}"))?;
            }
        }
        for edit in ablation.map_or(&[][..], |ablation| ablation.edits) {
            apply(&to, edit)?;
        }
        Ok(to)
    }

    fn cargo(&self, copy: &Path, arguments: &[&str]) -> Result<(), String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(arguments)
            .current_dir(copy.join("bench"))
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            // Edits may leave unused code, which causes warnings.
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        if status.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&status.stderr).into_owned())
    }
}

fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
