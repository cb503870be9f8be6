//! The machinery of [`assert_footprint!`](crate::assert_footprint): compares a value with a committed file.
//!
//! The file is a report on the expected value, without parts that differ from run to run or do not help a reviewer. Only the
//! total is checked. The paths explain a change of it.

mod file;
mod source;
mod update;

use crate::inspect::Report;
use crate::inspect::units::{Bytes, Count};
use crate::visible::{Visible, visible};
use core::fmt;
use std::ffi::OsStr;
use std::path::Path;
use std::string::String;
use std::{env, eprintln};

pub use source::folder_beside;

/// The environment variable that switches from checking to writing.
const VARIABLE: &str = "DEEP_SIZE_FOOTPRINTS";

/// Whether to compare a value with its file, or to write the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Compare it with the file.
    Check,
    /// Write the file, if its contents have changed.
    Update,
}

impl Mode {
    /// The mode for a value of the variable.
    ///
    /// # Errors
    ///
    /// Fails if the value is not a mode.
    pub fn of(variable: Option<&OsStr>) -> Result<Self, String> {
        match variable.map(|value| value.to_str().unwrap_or("?")) {
            None | Some("" | "check") => Ok(Self::Check),
            Some("update") => Ok(Self::Update),
            Some(other) => {
                let other = Visible(other);
                Err(std::format!("{VARIABLE} is `{other}`; set it to `update` or `check`, or unset it"))
            }
        }
    }
}

/// The difference allowed between a deep size and the size in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// A number of bytes.
    Bytes(usize),
    /// A share of the size in the file.
    Share(f64),
}

impl Tolerance {
    /// No difference.
    pub const NONE: Self = Self::Bytes(0);

    fn admits(self, earlier: usize, later: usize) -> bool {
        let difference = earlier.abs_diff(later);
        match self {
            Self::Bytes(most) => difference <= most,
            Self::Share(share) => difference as f64 <= share * earlier as f64,
        }
    }
}

/// A value that the macro accepts as a tolerance.
#[diagnostic::on_unimplemented(
    message = "a tolerance cannot be of type `{Self}`",
    label = "expected a share of the size, an `f64`, or a number of bytes, a `usize`"
)]
pub trait IntoTolerance {
    /// The tolerance.
    fn into_tolerance(self) -> Tolerance;
}

impl IntoTolerance for usize {
    fn into_tolerance(self) -> Tolerance {
        Tolerance::Bytes(self)
    }
}

impl IntoTolerance for f64 {
    fn into_tolerance(self) -> Tolerance {
        Tolerance::Share(self)
    }
}

/// The tolerance for a value in a call of the macro.
pub fn tolerance(value: impl IntoTolerance) -> Tolerance {
    value.into_tolerance()
}

impl fmt::Display for Tolerance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(0) => out.write_str("but no change is allowed"),
            Self::Bytes(bytes) => write!(out, "but at most {} B are allowed", Count(*bytes)),
            Self::Share(share) => write!(out, "but at most {} % are allowed", (share * 1e6).round() / 1e4),
        }
    }
}

/// Panics if a value differs in size from the file, or writes the file, depending on the environment variable.
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
/// Fails if the value has a size that the file does not allow, or if the file is missing or cannot be read or written. The
/// message gives the fix.
pub fn check(
    folder: &Path,
    name: &str,
    mode: Mode,
    tolerance: Tolerance,
    report: &Report,
) -> Result<Option<String>, String> {
    if !is_name(name) {
        return Err(std::format!(
            "`{}` cannot name a footprint; use ASCII letters and digits, `-`, `_`, and `.` between them",
            Visible(name)
        ));
    }
    if let Tolerance::Share(share) = tolerance {
        if !(share.is_finite() && share >= 0.0) {
            return Err(std::format!(
                "the tolerance {share} of the footprint `{name}` is not a share; use a number such as 0.05"
            ));
        }
    }
    let path = folder.join(std::format!("{name}.{}.json", usize::BITS));
    let place = visible(&path.to_string_lossy());
    let now = update::normalized(report);
    let accept = std::format!("run the test with {VARIABLE}=update and commit the file\n  {place}");
    let earlier = file::read(&path);
    if mode == Mode::Update {
        if earlier.as_ref().is_ok_and(|earlier| update::are_same(earlier, &now)) {
            return Ok(None);
        }
        file::write(&path, &now)
            .map_err(|error| std::format!("the footprint `{name}` cannot be written: {error}\n  {place}"))?;
        return Ok(Some(std::format!("wrote the footprint `{name}`: {place}")));
    }
    let earlier = match earlier {
        Ok(earlier) => earlier,
        Err(file::Unreadable::Missing) => {
            let size = Bytes(now.deep_size());
            return Err(std::format!(
                "there is no footprint `{name}` yet; the value takes {size}; to create it, {accept}"
            ));
        }
        Err(file::Unreadable::Damaged(error)) => {
            return Err(std::format!(
                "the footprint `{name}` cannot be read: {error}; to replace it, {accept}"
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
        "the footprint `{name}` has {what} by {difference} B, {tolerance}\n{}\nto accept the change, {accept}",
        now.diff(&earlier)
    ))
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.bytes().all(is_part) && !name.starts_with('.') && !name.ends_with('.')
}
