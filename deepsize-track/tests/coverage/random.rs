//! Random roots against an account that is kept while they are built.

use std::collections::BTreeMap;
use std::sync::Arc;

use deep_size_core::{DeepSize, Walker};
use deep_size_track::{Class, Coverage, Recorder};

use crate::shared::{alone, random};
use crate::{Found, assert_adds_up, found};

const FILE: &str = "coverage/random.rs";

/// Owns a block, and reports it this many times. `None` if it is reported in part.
struct Leaf(Vec<u8>, Option<usize>);

impl DeepSize for Leaf {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self.1 {
            Some(times) => (0..times).for_each(|_| walker.field("leaf", &self.0)),
            None => walker.field_with("leaf", &self.0, |leaf, walker| {
                deep_size_core::with::slice_at_least(&leaf[..leaf.len() - 1], walker);
            }),
        }
    }
}

#[derive(Default)]
struct Node {
    own: Vec<Leaf>,
    shared: BTreeMap<usize, Arc<Leaf>>,
    nodes: Option<Box<Node>>,
}

impl DeepSize for Node {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("own", &self.own);
        walker.field("shared", &self.shared);
        walker.field("nodes", &self.nodes);
    }
}

/// The lines that allocate leaves.
#[inline(never)]
fn leaf(which: usize, size: usize) -> (Vec<u8>, u32) {
    match which {
        0 => (vec![1; size], line!()),
        1 => (vec![2; size], line!()),
        _ => (vec![3; size], line!()),
    }
}

/// The expected rows: bytes and blocks by line, class and paths.
type Account = BTreeMap<(u32, Class, String, String), (u64, u64)>;

fn add(account: &mut Account, line: u32, (class, path, again): (Class, &str, &str), size: usize) {
    let sum = account.entry((line, class, path.into(), again.into())).or_default();
    *sum = (sum.0 + size as u64, sum.1 + 1);
}

/// The class of a leaf and its paths, if it is reported at a path.
fn verdict(times: Option<usize>, path: &str) -> (Class, &str, &str) {
    match times {
        None => (Class::Opaque, path, ""),
        Some(0) => (Class::Unclaimed, "", ""),
        Some(1) => (Class::Once, path, ""),
        Some(_) => (Class::Twice, path, path),
    }
}

#[test]
fn rows_are_equal_to_an_independent_account() {
    let _alone = alone();
    let mut random = random();
    for _ in 0..60 {
        let recording = Recorder::all().start();
        let mut account = Account::new();
        let names: Vec<String> = (0..1 + random(5)).map(|root| format!("db/root-{root}")).collect();
        let mut roots: Vec<Node> = names.iter().map(|_| Node::default()).collect();
        let mut kept = Vec::new();
        for at in 0..random(200) {
            let (block, line) = leaf(random(3), 2 + random(500));
            let size = block.capacity();
            let times = [Some(0), Some(1), Some(1), Some(1), Some(2), None][random(6)];
            let root = random(roots.len());
            match random(4) {
                0 => {
                    add(&mut account, line, (Class::Unclaimed, "", ""), size);
                    kept.push(block);
                }
                1 => {
                    // The first root with a handle has the block.
                    let leaf = Arc::new(Leaf(block, times));
                    let holders: Vec<usize> =
                        (0..roots.len()).filter(|&other| other == root || random(2) == 0).collect();
                    let path = format!("{}.shared.values[].leaf", names[holders[0]]);
                    add(&mut account, line, verdict(times, &path), size);
                    for holder in holders {
                        roots[holder].shared.insert(at, leaf.clone());
                    }
                }
                2 => {
                    let path = format!("{}.nodes.own[].leaf", names[root]);
                    add(&mut account, line, verdict(times, &path), size);
                    let mut inner = roots[root].nodes.get_or_insert_default();
                    for _ in 0..random(4) {
                        inner = inner.nodes.get_or_insert_default();
                    }
                    inner.own.push(Leaf(block, times));
                }
                _ => {
                    let path = format!("{}.own[].leaf", names[root]);
                    add(&mut account, line, verdict(times, &path), size);
                    roots[root].own.push(Leaf(block, times));
                }
            }
        }
        let coverage = Coverage::of(names.iter().map(|name| &**name).zip(&roots));
        assert_adds_up(&coverage);
        let mut rows = Account::new();
        for line in [0, 1, 2].map(|which| leaf(which, 1).1) {
            for (class, path, again, size, blocks) in found(&coverage, FILE, line) as Vec<Found> {
                rows.insert((line, class, path, again), (size, blocks));
            }
        }
        assert_eq!(rows, account, "{coverage:#}");
        drop((roots, kept, recording));
    }
}
