//! The packages of a lock file, in the shape of an ordinary program's data.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fmt, fs};

use deep_size::DeepSize;
use toml::{Table, Value};

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
    /// Set once all packages exist, because packages can depend on each other in a circle.
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
    pub(crate) fn new(lock_file: &[Locked<'_>]) -> Self {
        let mut interned = HashSet::new();
        let packages: Vec<Arc<Package>> =
            lock_file.iter().map(|locked| Arc::new(Package::new(locked, &mut interned))).collect();
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for package in &packages {
            by_name.entry(package.name.clone()).or_default().push(package.clone());
        }
        for (package, locked) in packages.iter().zip(lock_file) {
            let named = locked.dependencies.iter().flat_map(|dependency| {
                // A name, followed by the version if several packages have that name, and perhaps by the source.
                let mut words = dependency.split(' ');
                let same_name = words.next().and_then(|name| by_name.get(name));
                let version = words.next();
                same_name
                    .into_iter()
                    .flatten()
                    .filter(move |found| version.is_none_or(|version| found.version.to_string() == version))
            });
            // The tests of a package can depend on the package itself. That dependency is left out.
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
    fn new(locked: &Locked<'_>, interned: &mut HashSet<Arc<str>>) -> Self {
        Self {
            name: intern(locked.name, interned),
            version: Version::new(locked.version),
            source: locked.source.map(|source| intern(source, interned)),
            checksum: locked.checksum.map(Box::new),
            dependencies: OnceLock::new(),
        }
    }
}

impl Version {
    fn new(text: &str) -> Self {
        // The suffix of `1.2.3-rc.1+build` is `-rc.1+build`.
        let (numbers, suffix) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
        let mut numbers = numbers.split('.').map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        Self { major: next(), minor: next(), patch: next(), suffix: suffix.to_owned() }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}{}", self.major, self.minor, self.patch, self.suffix)
    }
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

/// A package as the lock file describes it.
#[derive(Debug)]
pub(crate) struct Locked<'t> {
    name: &'t str,
    version: &'t str,
    source: Option<&'t str>,
    checksum: Option<[u8; 32]>,
    dependencies: Vec<&'t str>,
}

/// Reads and parses a TOML file. The error is one line.
pub(crate) fn load(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path:?}: {error}"))?;
    text.parse().map_err(|error| format!("{path:?} is not a lock file: {}", one_line(&error)))
}

/// The packages of a lock file.
pub(crate) fn packages(lock_file: &Table) -> Result<Vec<Locked<'_>>, String> {
    let packages = lock_file.get("package").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if packages.is_empty() {
        return Err(String::from("it lists no packages"));
    }
    packages.iter().map(Locked::new).collect()
}

impl<'t> Locked<'t> {
    fn new(package: &'t Value) -> Result<Self, String> {
        let text = |field| package.get(field).and_then(Value::as_str);
        let required = |field| text(field).ok_or_else(|| format!("a package has no `{field}`"));
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        Ok(Self {
            name: required("name")?,
            version: required("version")?,
            source: text("source"),
            checksum: text("checksum").and_then(digest),
            dependencies: dependencies.into_iter().flatten().filter_map(Value::as_str).collect(),
        })
    }
}

/// The bytes of a SHA-256 digest that is written in hexadecimal.
fn digest(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (position, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * position..2 * position + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The position of the error and its description, without the excerpt between them.
fn one_line(error: &toml::de::Error) -> String {
    let text = error.to_string();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or("unknown error");
    lines.next_back().map_or(first.to_owned(), |last| format!("{first}: {last}"))
}
