//! Texts that the pages of snapshots and timelines share.

use deep_size_format::{markup, shown};

/// The file name of a program with this path, as markup.
pub(crate) fn program(path: &str) -> String {
    markup(&shown(path.rsplit(['/', '\\']).next().unwrap_or(path)))
}
