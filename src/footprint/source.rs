//! Finds the source file of a test.

use std::env;
use std::path::{Path, PathBuf};
use std::string::String;

use crate::visible::Visible;

/// The folder for footprints beside a source file, from the paths that [`file!`] and Cargo give.
///
/// Cargo compiles the members of a workspace in the folder of the workspace. So `source` is relative to the folder of the package or to
/// one around it.
///
/// # Errors
///
/// Fails if the file does not exist or is outside the package, as doctests are.
pub fn folder_beside(manifest_dir: &str, source: &str) -> Result<PathBuf, String> {
    // Tests may be moved after compilation. Then the variable contains the package.
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let packages = core::iter::once(PathBuf::from(manifest_dir)).chain(package);
    let found = packages.filter_map(|package| find(&package, Path::new(source))).next();
    let [shown, folder] = [source, manifest_dir].map(Visible);
    match found.as_deref().and_then(Path::parent) {
        Some(folder) => Ok(folder.join("footprints")),
        None if Path::new(source).is_file() && Path::new(source).is_absolute() => Err(std::format!(
            "the source file {shown} is outside the package, as in doctests; move the assertion into a test \
             of the package"
        )),
        None => Err(std::format!(
            "the source file {shown} does not exist in {folder} or the folders around it; set `CARGO_MANIFEST_DIR` \
             to the package of the test"
        )),
    }
}

fn find(package: &Path, source: &Path) -> Option<PathBuf> {
    let found = || package.ancestors().map(|folder| folder.join(source)).filter(|file| file.is_file());
    // Another package may have a file of that name, but a test is usually in its own package.
    let inside = found().find(|file| file.starts_with(package));
    // Files elsewhere have absolute paths. Doctests do as well, and rustdoc deletes their folder.
    inside.or_else(|| found().next().filter(|_| source.is_relative()))
}
