//! The machinery of [`assert_footprint!`](crate::assert_footprint): compares a value with a committed file.
//!
//! The file is a report on the value as it should be, without what is of no use to a reviewer or may differ from run to run. The
//! total decides; the paths are only shown when it has changed.

mod file;
mod source;
mod update;

use crate::inspect::Report;
use crate::inspect::units::{Bytes, Count};
use core::fmt;
use std::ffi::OsStr;
use std::path::Path;
use std::string::String;
use std::{env, eprintln};

pub use source::folder_beside;

/// The variable that says whether files are written.
const VARIABLE: &str = "DEEP_SIZE_FOOTPRINTS";

/// What to do with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Compare it with the file.
    Check,
    /// Write the file, if what it says has changed.
    Update,
}

impl Mode {
    /// The mode that the variable asks for.
    ///
    /// # Errors
    ///
    /// It asks for something else.
    pub fn of(variable: Option<&OsStr>) -> Result<Self, String> {
        match variable.map(|value| value.to_str().unwrap_or("?")) {
            None | Some("" | "check") => Ok(Self::Check),
            Some("update") => Ok(Self::Update),
            Some(other) => {
                Err(std::format!("{VARIABLE} is `{other}`, expected `update`, `check`, or no such variable"))
            }
        }
    }
}

/// By how much a deep size may differ from that in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// So many bytes.
    Bytes(usize),
    /// This share of the bytes in the file.
    Share(f64),
}

impl Tolerance {
    /// Not at all.
    pub const NONE: Self = Self::Bytes(0);

    fn admits(self, earlier: usize, later: usize) -> bool {
        let difference = earlier.abs_diff(later);
        match self {
            Self::Bytes(most) => difference <= most,
            Self::Share(share) => difference as f64 <= share * earlier as f64,
        }
    }
}

impl From<usize> for Tolerance {
    fn from(bytes: usize) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<f64> for Tolerance {
    fn from(share: f64) -> Self {
        Self::Share(share)
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(0) => out.write_str("none is tolerated"),
            Self::Bytes(bytes) => write!(out, "{} B are tolerated", Count(*bytes)),
            // Hundredths of a per cent are enough, but must not be rounded up to look like more.
            Self::Share(share) => write!(out, "{} % are tolerated", (share * 1e6).round() / 1e4),
        }
    }
}

/// Panics if a value is not as large as the file says, or writes the file if the environment asks for it.
#[track_caller]
pub fn assert(manifest_dir: &str, source: &str, name: &str, tolerance: Tolerance, report: &Report) {
    let checked = Mode::of(env::var_os(VARIABLE).as_deref())
        .and_then(|mode| Ok((mode, folder_beside(manifest_dir, source)?)))
        .and_then(|(mode, folder)| check(&folder, name, mode, tolerance, report));
    match checked {
        Ok(None) => {}
        Ok(Some(note)) => eprintln!("{note}"),
        Err(message) => panic!("{message}"),
    }
}

/// Compares a value with the file of this name in a folder, or writes the file and returns a note about it.
///
/// # Errors
///
/// The value is larger or smaller than the file says, there is no file, or it cannot be read or written. The message says what
/// to do.
pub fn check(
    folder: &Path,
    name: &str,
    mode: Mode,
    tolerance: Tolerance,
    report: &Report,
) -> Result<Option<String>, String> {
    if !is_name(name) {
        return Err(std::format!(
            "`{name}` is no name for a footprint: it may have letters and digits of ASCII, `-`, `_` and, inside, `.`"
        ));
    }
    if let Tolerance::Share(share) = tolerance {
        if !(share.is_finite() && share >= 0.0) {
            return Err(std::format!("a share of {share} of the footprint `{name}` cannot be tolerated"));
        }
    }
    let path = folder.join(std::format!("{name}.{}.json", usize::BITS));
    let now = update::normalized(report);
    let accept =
        std::format!("run the test with {VARIABLE}=update and commit the file\n  {}", path.display());
    let earlier = file::read(&path);
    if mode == Mode::Update {
        if earlier.as_ref().is_ok_and(|earlier| update::are_same(earlier, &now)) {
            return Ok(None);
        }
        file::write(&path, &now).map_err(|error| {
            std::format!("the footprint `{name}` cannot be written: {error}\n  {}", path.display())
        })?;
        return Ok(Some(std::format!("wrote the footprint `{name}`: {}", path.display())));
    }
    let earlier = match earlier {
        Ok(earlier) => earlier,
        Err(file::Unreadable::Missing) => {
            let size = Bytes(now.deep_size());
            return Err(std::format!("there is no footprint `{name}` yet; to keep the {size}, {accept}"));
        }
        Err(file::Unreadable::Damaged(error)) => {
            return Err(std::format!(
                "the footprint `{name}` cannot be used: {error}; to replace it, {accept}"
            ));
        }
    };
    if tolerance.admits(earlier.deep_size(), now.deep_size()) {
        return Ok(None);
    }
    let (what, difference) = match now.deep_size().checked_sub(earlier.deep_size()) {
        Some(more) => ("grown", more),
        None => ("shrunk", earlier.deep_size() - now.deep_size()),
    };
    let difference = Count(difference);
    Err(std::format!(
        "the footprint `{name}` has {what} by {difference} B, {tolerance}\n{}\nif that is meant, {accept}",
        now.diff(&earlier)
    ))
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.bytes().all(is_part) && !name.starts_with('.') && !name.ends_with('.')
}
