//! The packages of a lock file, as a program would hold them.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fmt, fs};

use cargo_lock::{Checksum, Lockfile};
use deep_size::DeepSize;

/// All packages of a lock file.
#[derive(DeepSize)]
pub(crate) struct Graph {
    packages: Vec<Arc<Package>>,
    by_name: BTreeMap<Arc<str>, Vec<Arc<Package>>>,
    /// One copy of each text that several packages mention.
    interned: HashSet<Arc<str>>,
}

#[derive(DeepSize)]
struct Package {
    name: Arc<str>,
    version: Version,
    source: Option<Arc<str>>,
    checksum: Option<Box<[u8; 32]>>,
    /// Set once all packages are known, for packages can depend on each other in a circle.
    dependencies: OnceLock<Vec<Arc<Package>>>,
}

#[derive(DeepSize)]
struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    suffix: String,
}

impl Graph {
    pub(crate) fn new(lockfile: &Lockfile) -> Self {
        let mut interned = HashSet::new();
        let packages: Vec<Arc<Package>> =
            lockfile.packages.iter().map(|package| Arc::new(Package::new(package, &mut interned))).collect();
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for package in &packages {
            by_name.entry(package.name.clone()).or_default().push(package.clone());
        }
        for (package, locked) in packages.iter().zip(&lockfile.packages) {
            let named = locked.dependencies.iter().flat_map(|dependency| {
                let same_name = by_name.get(dependency.name.as_str()).into_iter().flatten();
                same_name.filter(|found| found.version.to_string() == dependency.version.to_string())
            });
            // A package can be among those that its own tests need; it need not hold itself for that.
            let others = named.filter(|found| !Arc::ptr_eq(found, package));
            package.dependencies.get_or_init(|| others.cloned().collect());
        }
        Self { packages, by_name, interned }
    }

    pub(crate) fn packages(&self) -> usize {
        self.packages.len()
    }

    pub(crate) fn dependencies(&self) -> usize {
        self.packages.iter().filter_map(|package| package.dependencies.get()).map(Vec::len).sum()
    }
}

impl Package {
    fn new(locked: &cargo_lock::Package, interned: &mut HashSet<Arc<str>>) -> Self {
        let version = Version {
            major: locked.version.major,
            minor: locked.version.minor,
            patch: locked.version.patch,
            suffix: suffix(&locked.version.to_string()).to_owned(),
        };
        Self {
            name: intern(locked.name.as_str(), interned),
            version,
            source: locked.source.as_ref().map(|source| intern(source.url().as_str(), interned)),
            checksum: locked.checksum.as_ref().and_then(Checksum::as_sha256).map(Box::new),
            dependencies: OnceLock::new(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}{}", self.major, self.minor, self.patch, self.suffix)
    }
}

/// What follows the three numbers of a version: `-rc.1+build`.
fn suffix(version: &str) -> &str {
    version.find(['-', '+']).map_or("", |start| &version[start..])
}

/// The one copy of `text`.
fn intern(text: &str, interned: &mut HashSet<Arc<str>>) -> Arc<str> {
    if let Some(known) = interned.get(text) {
        return known.clone();
    }
    let new: Arc<str> = text.into();
    interned.insert(new.clone());
    new
}

/// Reads a lock file; of what is wrong says one line.
pub(crate) fn load(path: &Path) -> Result<Lockfile, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path:?}: {error}"))?;
    let lockfile: Lockfile = text
        .parse()
        .map_err(|error: cargo_lock::Error| format!("{path:?} is not a lock file: {}", one_line(&error)))?;
    if lockfile.packages.is_empty() {
        return Err(format!("{path:?} is not a lock file: it lists no packages"));
    }
    Ok(lockfile)
}

/// Where the error is, and what it is, without the picture of the line in between.
fn one_line(error: &cargo_lock::Error) -> String {
    let text = error.to_string();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or("unknown error");
    lines.next_back().map_or(first.to_owned(), |last| format!("{first}: {last}"))
}
