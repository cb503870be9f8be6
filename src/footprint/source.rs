//! Where the source of a test lies.

use std::env;
use std::path::{Path, PathBuf};
use std::string::String;

/// The folder for footprints beside a source file, which is given as [`file!`] has it, with the folder of its package.
///
/// Cargo compiles the members of a workspace in the workspace's folder, so the file is known from there, and that is the
/// package's or one around it.
///
/// # Errors
///
/// The file is not there, or is no part of the package, as with doctests.
pub fn folder_beside(manifest_dir: &str, source: &str) -> Result<PathBuf, String> {
    // The tests may run elsewhere than where they were compiled; then the environment says where the package is.
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let packages = core::iter::once(PathBuf::from(manifest_dir)).chain(package);
    let found = packages.filter_map(|package| find(&package, Path::new(source))).next();
    match found.as_deref().and_then(Path::parent) {
        Some(folder) => Ok(folder.join("footprints")),
        None if Path::new(source).is_file() && Path::new(source).is_absolute() => Err(std::format!(
            "there can be no footprint beside the source file {source}: it is no part of the package, as those of doctests \
             are not"
        )),
        None => Err(std::format!(
            "the source file {source} is not there, so the footprints beside it cannot be found; it was looked for in \
             {manifest_dir} and the folders around it"
        )),
    }
}

fn find(package: &Path, source: &Path) -> Option<PathBuf> {
    let found = || package.ancestors().map(|folder| folder.join(source)).filter(|file| file.is_file());
    // A package next to this one may have a file of that name, but the source of a test most often lies in its own.
    let inside = found().find(|file| file.starts_with(package));
    // Cargo gives a whole path to what lies elsewhere; so does rustdoc, which writes doctests to a folder that does not last.
    inside.or_else(|| found().next().filter(|_| source.is_relative()))
}
