//! The packages of a lock file, in the shape of an ordinary program's data.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::mem;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use deep_size::DeepSize;

use super::lock_file::{self, Locked, Version, error_at, without_commit};

/// All packages of a lock file.
#[derive(DeepSize)]
pub(crate) struct Graph {
    packages: Vec<Arc<Package>>,
    /// The packages of each name, sorted by version and source.
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

impl FromStr for Graph {
    type Err = String;

    /// Reads the text of a lock file. An error is one line.
    fn from_str(text: &str) -> Result<Self, String> {
        let lock_file = lock_file::parse(text)?;
        let mut interned = HashSet::new();
        let packages: Vec<_> =
            lock_file.iter().map(|locked| Arc::new(Package::new(locked, &mut interned))).collect();
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for package in &packages {
            by_name.entry(package.name.clone()).or_default().push(package.clone());
        }
        let graph = Self { packages, by_name, interned };
        for (package, locked) in graph.packages.iter().zip(&lock_file) {
            let found = locked.dependencies.iter().map(|reference| {
                let package = graph.find(reference.get_ref());
                package.cloned().map_err(|error| error_at(text, reference.span().start, &error))
            });
            let dependencies = found.collect::<Result<_, _>>()?;
            package.dependencies.get_or_init(|| dependencies);
        }
        Ok(graph)
    }
}

impl Graph {
    /// The package that a dependency refers to, by the rules of Cargo.
    ///
    /// A reference is a name. A version follows if several packages share the name, and a source if they share both.
    fn find(&self, reference: &str) -> Result<&Arc<Package>, String> {
        let mut words = reference.splitn(3, ' ');
        let mut found = words.next().and_then(|name| self.by_name.get(name)).map_or(&[][..], Vec::as_slice);
        if let Some(version) = words.next() {
            let version = Version::parse(version);
            found = equal(found, |package| Some(&package.version).cmp(&version.as_ref()));
        }
        if let Some(source) = words.next() {
            let source = source.strip_prefix('(').and_then(|source| source.strip_suffix(')'));
            let source = source.map(without_commit);
            found = equal(found, |package| package.source.as_deref().map(without_commit).cmp(&source));
        }
        match found {
            [] => Err(format!("no package matches {reference:?}")),
            [package] => Ok(package),
            // References to packages of the workspace have no source.
            [package, .., last] if package.source.is_none() && package.version == last.version => Ok(package),
            _ => Err(format!("several packages match {reference:?}")),
        }
    }

    pub(crate) fn packages(&self) -> usize {
        self.packages.len()
    }

    pub(crate) fn dependencies(&self) -> usize {
        self.packages.iter().filter_map(|package| package.dependencies.get()).map(Vec::len).sum()
    }
}

/// The packages for which `order` returns `Equal`. `packages` is sorted by it.
fn equal(packages: &[Arc<Package>], order: impl Fn(&Package) -> Ordering) -> &[Arc<Package>] {
    let start = packages.partition_point(|package| order(package).is_lt());
    let end = packages.partition_point(|package| order(package).is_le());
    packages.get(start..end).unwrap_or_default()
}

impl Drop for Graph {
    /// Drops the packages in a loop, because a long chain would overflow the stack.
    fn drop(&mut self) {
        self.by_name.clear();
        let mut packages = mem::take(&mut self.packages);
        while let Some(package) = packages.pop() {
            let last = Arc::into_inner(package);
            packages.extend(last.and_then(|package| package.dependencies.into_inner()).into_iter().flatten());
        }
    }
}

impl Package {
    fn new(locked: &Locked, interned: &mut HashSet<Arc<str>>) -> Self {
        Self {
            name: intern(locked.name.get_ref(), interned),
            version: locked.version.clone(),
            source: locked.source.as_deref().map(|source| intern(source, interned)),
            checksum: locked.checksum.as_ref().map(|digest| Box::new(digest.0)),
            dependencies: OnceLock::new(),
        }
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
