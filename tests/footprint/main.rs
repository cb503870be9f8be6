//! Values compared with committed files.
#![cfg(feature = "json")]

mod checks;
mod committed;
mod files;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use deep_size::__macros::{Mode, Tolerance, check};
use deep_size::{DeepSize, inspect};

/// A temporary folder, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("deep-size-{}-{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("there is room for a folder");
        Self(folder)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// The files in the folder, by name.
    fn files(&self) -> Vec<String> {
        let entries = self.0.read_dir().expect("the folder can be read");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("it can be read").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).into_string().expect("names are UTF-8")).collect();
        names.sort();
        names
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.{}.json", usize::BITS))
    }

    fn update<T: DeepSize>(&self, name: &str, value: &T) -> Result<Option<String>, String> {
        check(self.path(), name, Mode::Update, Tolerance::NONE, &inspect(value))
    }

    fn check<T: DeepSize>(&self, name: &str, tolerance: Tolerance, value: &T) -> Result<(), String> {
        check(self.path(), name, Mode::Check, tolerance, &inspect(value)).map(|note| assert_eq!(note, None))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the folder for temporary files is harmless.
        let _ = fs::remove_dir_all(&self.0);
    }
}
