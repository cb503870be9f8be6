//! Reads and writes footprint files.

use crate::inspect::Report;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::string::{String, ToString as _};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The reason why a file cannot be used for a comparison.
#[derive(Debug)]
pub(super) enum Unreadable {
    Missing,
    Damaged(String),
}

pub(super) fn read(path: &Path) -> Result<Report, Unreadable> {
    let mut file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Unreadable::Missing),
        Err(error) => return Err(Unreadable::Damaged(error.to_string())),
    };
    let report = Report::read_json(&mut file).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    if report.pointer_width() != usize::BITS {
        let (found, width) = (report.pointer_width(), usize::BITS);
        return Err(Unreadable::Damaged(std::format!(
            "it was written for pointers of {found} bits, but this target has {width}"
        )));
    }
    Ok(report)
}

/// Opens a regular file. To open a pipe would wait for a writer.
fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    File::open(path)
}

/// Replaces a file atomically, so that concurrent readers and writers never see a part of it.
pub(super) fn write(path: &Path, report: &Report) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let (temporary, file) = create_beside(path)?;
    let written = write_all(file, report).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error matters more than an error of the removal.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Creates a temporary file in the same folder.
///
/// Never opens a file that exists: it may be a link to another file.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static CREATED: AtomicUsize = AtomicUsize::new(0);
    loop {
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_extension(std::format!("{}-{number}.tmp", process::id()));
        match File::create_new(&temporary) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            created => return created.map(|file| (temporary, file)),
        }
    }
}

fn write_all(file: File, report: &Report) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    report.write_json(&mut out)?;
    out.flush()
}
