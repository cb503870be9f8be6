//! Measures the dependency graph of a Cargo.lock: how large it is, where the bytes are, and what sharing saves.
//!
//! ```text
//! cargo run --release --example dependency_graph [path to a Cargo.lock]
//! ```
//!
//! It prints a report: the tree of all paths with their bytes, the bytes by type, the largest values, and how much is shared.
//! While a long walk is under way, a line on the terminal says how far it is.
//!
//! Without a path it reads this repository's own lock file. A file that cannot be read, or is no lock file, ends the program
//! with one line on standard error and exit code 2.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::{env, fs};

use cargo_lock::{Checksum, Lockfile};
use deep_size::{Allocation, DeepSize, Inspector, Meeting, Node, Observer, Report, Role, Tally};

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

/// Watches the walk over a graph to learn which shared block leads to which.
#[derive(Default)]
struct Sharing {
    /// The block around each value that the walk is in; 0 around what is not shared.
    inside: Vec<usize>,
    /// Every shared block, and beside them, under address 0, what is not shared.
    blocks: HashMap<usize, Block>,
    /// The handle met last, which leads into its block if it is followed.
    last_handle: usize,
    handles: usize,
}

#[derive(Default)]
struct Block {
    bytes: usize,
    /// The blocks to which handles in this one lead, one for each handle.
    leads_to: Vec<usize>,
}

impl Sharing {
    fn here(&mut self) -> &mut Block {
        let block = self.inside.last().copied().unwrap_or_default();
        self.blocks.entry(block).or_default()
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

impl Observer for Sharing {
    fn enter(&mut self, node: &Node) {
        let block = match node.role {
            Role::Shared => self.last_handle,
            _ => self.inside.last().copied().unwrap_or_default(),
        };
        self.inside.push(block);
        if node.role == Role::Root {
            self.here().bytes += node.shallow;
        }
    }

    fn exit(&mut self) {
        self.inside.pop();
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.here().bytes += allocation.layout.size();
    }

    fn shared(&mut self, meeting: &Meeting) {
        let block = meeting.block.address;
        self.handles += 1;
        self.last_handle = block;
        self.here().leads_to.push(block);
        if meeting.counted {
            self.blocks.entry(block).or_default().bytes += meeting.block.layout.size();
        }
    }
}

/// What is worth knowing about the graph's memory.
fn describe(path: &Path, graph: &Graph) -> Result<String, fmt::Error> {
    let report = inspect(graph);
    let mut text = String::new();
    let out = &mut text;
    let (packages, dependencies) = (graph.packages.len(), graph.dependencies());
    writeln!(out, "{}: {packages} packages, {dependencies} dependencies", path.display())?;
    writeln!(out)?;
    writeln!(out, "shallow size  {:>12} B", report.shallow())?;
    writeln!(
        out,
        "deep size     {:>12} B{}",
        report.deep(),
        if report.is_exact() { "" } else { "  (a lower bound)" }
    )?;
    writeln!(out)?;
    write!(out, "{report:#}")?;
    writeln!(out)?;
    sharing(out, graph, &report)?;
    Ok(text)
}

/// Makes a report; on a terminal a long walk says how far it is.
fn inspect(graph: &Graph) -> Report {
    let is_terminal = io::stderr().is_terminal();
    let mut told = false;
    let report = Inspector::new()
        .on_progress(|progress| {
            if is_terminal {
                eprint!("\r{} values, {} MiB so far", progress.values, progress.bytes >> 20);
                told = true;
            }
        })
        .inspect(graph);
    if told {
        // Back to the start, and erase the line.
        eprint!("\r\x1b[K");
    }
    report
}

/// What is behind shared handles, and what it would be if they were taken for owners.
fn sharing(out: &mut String, graph: &Graph, report: &Report) -> fmt::Result {
    let mut sharing = Sharing::default();
    Tally::new().add_observed(graph, &mut sharing);
    let (shared, blocks, handles) = (report.shared(), sharing.blocks.len() - 1, sharing.handles);
    writeln!(out, "behind shared handles: {shared} B in {blocks} blocks, which {handles} handles lead to")?;
    let (freed, leaked) = (report.exclusive(), report.cyclic());
    writeln!(out, "dropping the graph frees {freed} B and leaks {leaked} B")?;
    match sharing.naive(0, &mut HashMap::new()) {
        Some(naive) => {
            let factor = naive as f64 / report.deep() as f64;
            writeln!(
                out,
                "counting every handle's target anew would say {naive} B: {factor:.1} times as much"
            )
        }
        None => writeln!(
            out,
            "counting every handle's target anew would never end: packages depend on each other in a circle"
        ),
    }
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
    let text = describe(path, &graph).map_err(|error| format!("cannot write a report: {error}"))?;
    match io::stdout().write_all(text.as_bytes()) {
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
