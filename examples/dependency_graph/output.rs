//! Writing all or nothing.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file as a whole: until all is written, the old one stays, and if that fails, for good.
///
/// What is no regular file, such as a pipe, is written to as it is.
pub(crate) fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    let known = match fs::metadata(path) {
        Ok(known) if !known.is_file() => return fs::write(path, contents),
        Ok(known) => Some(known.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // Of a link, what it leads to is replaced, or made. Links in a circle were an error above.
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
        // Best effort: the first error is the one to tell.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// A name beside the file that nobody else uses, and that is short, since the file's may be as long as can be.
fn draft(target: &Path) -> io::Result<PathBuf> {
    match target.file_name() {
        Some(_) => Ok(target.with_file_name(format!(".{}.part", std::process::id()))),
        None => Err(io::Error::new(ErrorKind::InvalidInput, "this is no file name")),
    }
}

/// Writes to standard output.
pub(crate) fn print(contents: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(contents).and_then(|()| out.flush()) {
        // Whoever reads the output has seen enough of it.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
