//! Random lock files, as Cargo writes them: each dependency refers to the right package, and the printed sizes are right.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use deep_size::observer::{Allocation, Node, Role, SharedEvent};
use deep_size::{DeepSize as _, Observer, observe};
use proptest::collection::{btree_set, vec};
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};

use crate::support::random_cases;
use crate::{assert_right, graph, run, stdout, unshared, write};

const NAMES: [&str; 3] = ["a", "a-b", "b"];
const VERSIONS: [&str; 4] = ["1.0.0", "1.0.0-rc.1+build", "1.10.0", "2.0.0"];
const SOURCES: [Option<&str>; 4] = [
    None,
    Some("git+https://example.org/a"),
    Some("git+https://example.org/a?tag=v1"),
    Some("registry+https://example.org/index"),
];

/// Indices into the three lists above. They sort like the packages in the graph.
type Package = (usize, usize, usize);

fn identity((name, version, source): Package) -> (&'static str, &'static str, Option<&'static str>) {
    (NAMES[name], VERSIONS[version], SOURCES[source])
}

/// A source as in a package's entry, with the commit.
fn locked(source: &str) -> String {
    let commit = if source.starts_with("git") { "#0123456789abcdef" } else { "" };
    format!("{source}{commit}")
}

/// The reference that Cargo writes. Format 1 always has all parts.
fn reference(package: Package, packages: &BTreeSet<Package>, first_format: bool) -> String {
    let (name, version, source) = identity(package);
    let same_name: Vec<_> = packages.iter().filter(|other| other.0 == package.0).collect();
    let same_version = same_name.iter().filter(|other| other.1 == package.1).count();
    match source {
        Some(source) if first_format || same_version > 1 => format!("{name} {version} ({source})"),
        _ if first_format || same_name.len() > same_version || same_version > 1 => {
            format!("{name} {version}")
        }
        _ => name.to_owned(),
    }
}

/// The lock file of these packages, the last of them first.
fn lock_file(packages: &BTreeSet<Package>, dependencies: &[Vec<usize>], first_format: bool) -> String {
    let (mut text, mut metadata) = (String::new(), String::from("\n[metadata]\n"));
    let order: Vec<_> = packages.iter().copied().collect();
    let mut heading = if first_format { "[root]" } else { "version = 4\n\n[[package]]" };
    for (&package, dependencies) in packages.iter().zip(dependencies).rev() {
        let (name, version, source) = identity(package);
        writeln!(text, "{heading}\nname = \"{name}\"\nversion = \"{version}\"").unwrap();
        heading = "\n[[package]]";
        if let Some(source) = source {
            writeln!(text, "source = \"{}\"", locked(source)).unwrap();
            let key = format!("checksum {name} {version} ({source})");
            let checksum = format!("{:064x}", package.0 * 0xabc + package.1);
            match (source.starts_with("registry"), first_format) {
                (true, true) => writeln!(metadata, "\"{key}\" = \"{checksum}\"").unwrap(),
                (true, false) => writeln!(text, "checksum = \"{checksum}\"").unwrap(),
                (false, true) => writeln!(metadata, "\"{key}\" = \"<none>\"").unwrap(),
                (false, false) => {}
            }
        }
        let references = dependencies.iter().map(|&index| reference(order[index], packages, first_format));
        writeln!(text, "dependencies = {:?}", references.collect::<Vec<_>>()).unwrap();
    }
    if first_format {
        text += &metadata;
    }
    text
}

/// The handles in each shared block, and outside all blocks (address 0).
#[derive(Default)]
struct Handles {
    inside: Vec<usize>,
    last: usize,
    blocks: HashMap<usize, Block>,
}

#[derive(Default)]
struct Block {
    bytes: usize,
    targets: Vec<usize>,
}

impl Handles {
    fn here(&mut self) -> &mut Block {
        let block = self.inside.last().copied().unwrap_or_default();
        self.blocks.entry(block).or_default()
    }

    /// The bytes of a block if each of its handles owned a copy. `None` if infinite.
    fn unshared(&self, block: usize, around: &mut Vec<usize>) -> Option<usize> {
        if around.contains(&block) {
            return None;
        }
        around.push(block);
        let Block { bytes, targets } = &self.blocks[&block];
        let behind: Option<usize> = targets.iter().map(|&target| self.unshared(target, around)).sum();
        around.pop();
        Some(bytes + behind?)
    }
}

impl Observer for Handles {
    fn enter(&mut self, node: &Node) {
        let around = self.inside.last().copied().unwrap_or_default();
        self.inside.push(if node.role == Role::Shared { self.last } else { around });
        if node.role == Role::Root {
            self.here().bytes += node.shallow_size;
        }
    }

    fn exit(&mut self) {
        self.inside.pop();
    }

    fn allocation(&mut self, allocation: &Allocation) {
        self.here().bytes += allocation.layout.size();
    }

    fn shared(&mut self, event: &SharedEvent) {
        self.last = event.block.address;
        self.here().targets.push(event.block.address);
        if event.counted {
            self.blocks.entry(event.block.address).or_default().bytes += event.block.layout.size();
        }
    }
}

#[test]
fn every_dependency_is_on_the_right_package() {
    let packages = btree_set((0..NAMES.len(), 0..VERSIONS.len(), 0..SOURCES.len()), 1..9);
    let dependencies = vec(vec(any::<usize>(), 0..4), 9);
    let lock_files = (packages, dependencies, any::<bool>(), any::<bool>());
    let config = Config { cases: random_cases(1_000), failure_persistence: None, ..Config::default() };
    let tested =
        TestRunner::new(config).run(&lock_files, |(packages, mut dependencies, circular, first_format)| {
            for (index, dependencies) in dependencies.iter_mut().enumerate() {
                let targets = if circular { packages.len() } else { index };
                if targets == 0 {
                    dependencies.clear();
                }
                dependencies.iter_mut().for_each(|target| *target %= targets);
            }
            dependencies.truncate(packages.len());
            let text = lock_file(&packages, &dependencies, first_format);
            let graph = graph(&text);
            let mut handles = Handles::default();
            observe(&graph, &mut handles);

            // The first handles of the graph are on its packages. The last handles of a package are on its dependencies.
            let addresses = &handles.blocks[&0].targets[..packages.len()];
            for (&(_, _, source), (address, expected)) in
                packages.iter().zip(addresses.iter().zip(&dependencies))
            {
                let found = &handles.blocks[address].targets[1 + usize::from(source > 0)..];
                let expected: Vec<_> = expected.iter().map(|&index| addresses[index]).collect();
                assert_eq!(found, expected, "{text}");
            }

            let other_format = lock_file(&packages, &dependencies, !first_format);
            assert_eq!(graph.deep_size(), crate::graph(&other_format).deep_size(), "{text}\n{other_format}");

            let output = run(write("random.lock", &text));
            let report = stdout(&output);
            assert_right(report, &text);
            let expected = handles.unshared(0, &mut Vec::new());
            let expected = expected.map_or(String::from("infinite"), |bytes| bytes.to_string());
            assert_eq!(unshared(report), expected, "{text}");
            Ok(())
        });
    if let Err(error) = tested {
        panic!("{error}");
    }
}
