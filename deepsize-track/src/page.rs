//! Texts that the pages of snapshots and timelines share.

use std::{env, path};

use deep_size_format::{markup, shown};

/// The file name of the program, as markup.
pub(crate) fn program() -> String {
    let path = env::args_os().next().unwrap_or_default();
    let name = path::Path::new(&path).file_name().unwrap_or(&path);
    markup(&shown(&name.to_string_lossy()))
}
