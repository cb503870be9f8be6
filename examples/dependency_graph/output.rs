//! Atomic writes to files, and text for the terminal.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Replaces a file only after all of the new contents are on the disk. On an error the old file stays.
///
/// Pipes and devices are written to in place.
pub(crate) fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    let known = match fs::metadata(path) {
        Ok(known) if !known.is_file() => return fs::write(path, contents),
        Ok(known) => Some(known.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // A link stays, and its target is replaced. `metadata` has failed if links form a circle.
    let mut target = path.to_owned();
    while let Ok(next) = fs::read_link(&target) {
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    let draft = draft(&target)?;
    let written = (|| {
        let mut file = File::create_new(&draft)?;
        if let Some(permissions) = known {
            file.set_permissions(permissions)?;
        }
        file.write_all(contents)?;
        file.sync_all()?;
        fs::rename(&draft, &target)
    })();
    if written.is_err() {
        // The first error is reported, whether or not the draft can be removed.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// A path in the same folder that no other process uses. The name is short, because the file's may have the maximum length.
fn draft(target: &Path) -> io::Result<PathBuf> {
    match target.file_name() {
        Some(_) => Ok(target.with_file_name(format!(".{}.part", std::process::id()))),
        None => Err(io::Error::new(ErrorKind::InvalidInput, "the path does not end with a file name")),
    }
}

/// A text as one line, in which characters that a terminal interprets are escaped.
pub(crate) fn visible(text: &str) -> String {
    let escaped = |character: char| match character {
        '"' | '\'' | '\\' => String::from(character),
        _ => character.escape_debug().to_string(),
    };
    text.chars().map(escaped).collect()
}

/// Writes to standard output.
pub(crate) fn print(contents: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(contents).and_then(|()| out.flush()) {
        // The reader, such as `head`, has closed the pipe.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
