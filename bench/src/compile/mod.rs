//! The build time and code size that a derive adds.

mod generate;
mod text;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use self::generate::Subject;
use crate::sample::median;

const ROUNDS: usize = 5;

/// Debug and release: the folder of the program, and the arguments to cargo.
const PROFILES: [(&str, &[&str]); 2] = [("debug", &[]), ("release", &["--release"])];

pub(crate) fn print() {
    println!(
        "Build time and code size that a derive adds to 100 structs of 10 fields. Dependencies are already built."
    );
    println!("Figures are medians of {ROUNDS} builds minus the build without a derive.\n");
    println!("{:10} {:8} {:>10} {:>12}", "derive", "profile", "seconds", "bytes .text");
    let folder = Folder::new();
    for (profile, arguments) in PROFILES {
        eprintln!("{profile}: building the dependencies");
        let subjects = Subject::all();
        let crates: Vec<PathBuf> = subjects.iter().map(|subject| subject.write(&folder.0)).collect();
        crates.iter().for_each(|path| build(path, &folder, arguments));
        let mut seconds = vec![Vec::new(); subjects.len()];
        for round in 1..=ROUNDS {
            eprintln!("{profile}: round {round} of {ROUNDS}");
            for (path, seconds) in crates.iter().zip(&mut seconds) {
                generate::touch(path, round);
                let start = Instant::now();
                build(path, &folder, arguments);
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
        let texts: Vec<u64> =
            subjects.iter().map(|subject| text::bytes(&folder.program(profile, subject.name))).collect();
        for (index, subject) in subjects.iter().enumerate().skip(1) {
            let added =
                seconds[index].iter().zip(&seconds[0]).map(|(with, without)| with - without).collect();
            let text = texts[index] as i64 - texts[0] as i64;
            println!("{:10} {profile:8} {:>10.2} {text:>12}", subject.name, median(added));
        }
    }
}

/// A temporary folder for the generated crates and their builds.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("deep-size-compile-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        Self(path)
    }

    fn program(&self, profile: &str, name: &str) -> PathBuf {
        self.0.join("target").join(profile).join(format!("with-{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn build(path: &Path, folder: &Folder, arguments: &[&str]) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet"])
        .args(arguments)
        .arg("--manifest-path")
        .arg(path.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", folder.0.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        // Overrides this workspace's flags, which align functions.
        .env("RUSTFLAGS", "")
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{} builds", path.display());
}
