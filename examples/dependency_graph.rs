//! Measures the dependency graph of a Cargo.lock: how large it is, where the bytes are, and what sharing saves.
//!
//! ```text
//! cargo run --release --example dependency_graph [path to a Cargo.lock]
//! ```
//!
//! Without a path it reads this repository's own lock file. A file that cannot be read, or is no lock file, ends the program
//! with one line on standard error and exit code 2.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::{env, fs};

use cargo_lock::{Checksum, Lockfile};
use deep_size::{Allocation, DeepSize, Meeting, Node, Observer, Role, Tally};

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
            package.dependencies.get_or_init(|| named.cloned().collect());
        }
        Self { packages, by_name, interned }
    }

    fn dependencies(&self) -> usize {
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

/// Watches the walk over a graph and sorts the bytes by field, and by the shared block they lie in.
#[derive(Default)]
struct Breakdown {
    /// The fields and blocks around the place where the walk is.
    inside: Vec<Place>,
    /// What the fields of the two top structs hold, without what deeper fields of these structs hold.
    fields: BTreeMap<(&'static str, &'static str), usize>,
    /// Every shared block, and beside them, under address 0, what is not shared.
    blocks: HashMap<usize, Block>,
    /// The handle met last, which leads into its block if it is followed.
    last_handle: usize,
    handles: usize,
}

/// Where the walk is.
#[derive(Clone, Copy, Default)]
struct Place {
    owner: &'static str,
    field: Option<(&'static str, &'static str)>,
    block: usize,
}

#[derive(Default)]
struct Block {
    bytes: usize,
    /// The blocks to which handles in this one lead, one for each handle.
    leads_to: Vec<usize>,
}

impl Breakdown {
    fn place(&self) -> Place {
        self.inside.last().copied().unwrap_or_default()
    }

    fn count(&mut self, block: usize, bytes: usize) {
        self.blocks.entry(block).or_default().bytes += bytes;
        if let Some(field) = self.place().field {
            *self.fields.entry(field).or_default() += bytes;
        }
    }

    /// The bytes in and below a block if the target of every handle is counted as often as it is met; none if there is no
    /// end to them.
    fn naive(&self, block: usize, known: &mut HashMap<usize, Option<u128>>) -> Option<u128> {
        if let Some(&bytes) = known.get(&block) {
            return bytes;
        }
        known.insert(block, None);
        let Block { bytes, leads_to } = &self.blocks[&block];
        let below: Option<u128> = leads_to.iter().map(|&next| self.naive(next, known)).sum();
        let bytes = below.map(|below| below + *bytes as u128);
        known.insert(block, bytes);
        bytes
    }
}

impl Observer for Breakdown {
    fn enter(&mut self, node: &Node) {
        let mut place = self.place();
        match node.role {
            Role::Root => self.count(0, node.shallow),
            Role::Shared => place.block = self.last_handle,
            Role::Field(name) if matches!(place.owner, "Graph" | "Package") => {
                place.field = Some((place.owner, name));
            }
            _ => {}
        }
        place.owner = short(node.type_name);
        self.inside.push(place);
    }

    fn exit(&mut self) {
        self.inside.pop();
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.count(self.place().block, allocation.layout.size());
    }

    fn shared(&mut self, meeting: &Meeting) {
        self.handles += 1;
        self.last_handle = meeting.block.address;
        self.blocks.entry(self.place().block).or_default().leads_to.push(meeting.block.address);
        if meeting.counted {
            self.count(meeting.block.address, meeting.block.layout.size());
        }
    }
}

/// A type's name without the path to it.
fn short(type_name: &'static str) -> &'static str {
    let generics = type_name.find('<').unwrap_or(type_name.len());
    type_name[..generics].rfind("::").map_or(type_name, |path| &type_name[path + 2..])
}

/// What is worth knowing about the graph's memory.
fn report(path: &Path, graph: &Graph) -> Result<String, fmt::Error> {
    let mut tally = Tally::new();
    let mut breakdown = Breakdown::default();
    let deep = tally.add_observed(graph, &mut breakdown);
    let percent = |bytes: usize| 100.0 * bytes as f64 / deep as f64;
    let shared: usize =
        breakdown.blocks.iter().filter(|(address, _)| **address != 0).map(|(_, block)| block.bytes).sum();

    let mut text = String::new();
    let out = &mut text;
    writeln!(
        out,
        "{}: {} packages, {} dependencies",
        path.display(),
        graph.packages.len(),
        graph.dependencies()
    )?;
    writeln!(out)?;
    writeln!(out, "shallow size  {:>12} B", size_of_val(graph))?;
    writeln!(out, "deep size     {deep:>12} B{}", if tally.is_exact() { "" } else { "  (a lower bound)" })?;
    writeln!(out)?;
    writeln!(out, "held by each field, what is shared under the first field that leads to it:")?;
    for (&(owner, field), &bytes) in &breakdown.fields {
        writeln!(out, "  {:<24}{bytes:>8} B  {:>5.1} %", format!("{owner}.{field}"), percent(bytes))?;
    }
    writeln!(out)?;
    let (blocks, handles) = (breakdown.blocks.len() - 1, breakdown.handles);
    writeln!(out, "behind shared handles: {shared} B in {blocks} blocks, which {handles} handles lead to")?;
    match breakdown.naive(0, &mut HashMap::new()) {
        Some(naive) => {
            let factor = naive as f64 / deep as f64;
            writeln!(
                out,
                "counting every handle's target anew would say {naive} B: {factor:.1} times as much"
            )?;
        }
        None => writeln!(
            out,
            "counting every handle's target anew would never end: packages depend on each other in a circle"
        )?,
    }
    Ok(text)
}

fn load(path: &Path) -> Result<Lockfile, String> {
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

fn run(path: &Path) -> Result<(), String> {
    let graph = Graph::new(&load(path)?);
    let report = report(path, &graph).map_err(|error| format!("cannot write a report: {error}"))?;
    match io::stdout().write_all(report.as_bytes()) {
        // Whoever reads the output has seen enough of it.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| format!("cannot print: {error}")),
    }
}

fn main() -> ExitCode {
    let done = match env::args_os().skip(1).collect::<Vec<_>>().as_slice() {
        [] => run(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"))),
        [path] if path.as_os_str() != "--help" => run(Path::new(path)),
        _ => Err(String::from("usage: dependency_graph [path to a Cargo.lock]")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
