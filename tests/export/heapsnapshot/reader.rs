//! Parses heap snapshots, and derives the figures that the developer tools show.

use std::collections::{BTreeMap, HashSet};

use deep_size::Report;
use deep_size::ownership::DropOutcome;
use serde_json::Value;

/// The suffix of the name of a node that represents a block's memory without its contents.
pub(super) const MEMORY: &str = " (memory that weak handles keep)";

pub(super) struct Snapshot {
    pub(super) nodes: Vec<Node>,
    /// Grouped by source node.
    pub(super) edges: Vec<Edge>,
    pub(super) excess: u64,
    /// The last node on all strong paths from the root to each node.
    pub(super) dominators: Vec<usize>,
    pub(super) retained: Vec<u64>,
}

pub(super) struct Node {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) id: u64,
    pub(super) bytes: u64,
}

pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: String,
    pub(super) name: String,
}

impl Snapshot {
    /// Writes and parses a report, and checks the invariants of all snapshots.
    #[track_caller]
    pub(super) fn of(report: &Report) -> Self {
        let mut file = Vec::new();
        report.write_heapsnapshot(&mut file).unwrap();
        let snapshot = Self::read(&file);
        snapshot.check();
        let sum: u128 = snapshot.nodes.iter().map(|node| u128::from(node.bytes)).sum();
        assert_eq!(sum + u128::from(snapshot.excess), report.deep_size() as u128);
        snapshot
    }

    fn read(file: &[u8]) -> Self {
        let text = std::str::from_utf8(file).unwrap();
        // The loader searches for these in this order, before it reads the data between them.
        let tokens = [
            "\"snapshot\":{",
            "\"nodes\":[",
            "\"edges\":[",
            "\"samples\":[",
            "\"locations\":[",
            "\"strings\":[",
        ];
        let found: Vec<_> = tokens.iter().map(|token| text.find(token).unwrap()).collect();
        assert!(found.is_sorted());

        let file: Value = serde_json::from_slice(file).unwrap();
        let (header, meta) = (&file["snapshot"], &file["snapshot"]["meta"]);
        let names = |value: &Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let numbers = |value: &Value| -> Vec<u32> {
            let number = |number: &Value| u32::try_from(number.as_u64().unwrap()).unwrap();
            value.as_array().unwrap().iter().map(number).collect()
        };
        assert_eq!(
            names(&meta["node_fields"]),
            ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"]
        );
        assert_eq!(names(&meta["edge_fields"]), ["type", "name_or_index", "to_node"]);
        let (node_kinds, edge_kinds) = (names(&meta["node_types"][0]), names(&meta["edge_types"][0]));
        assert_eq!(meta["node_types"].as_array().unwrap().len(), 7);
        let strings = names(&file["strings"]);
        assert_eq!(strings.iter().collect::<HashSet<_>>().len(), strings.len(), "each text once");

        let (raw_nodes, raw_edges) = (numbers(&file["nodes"]), numbers(&file["edges"]));
        assert_eq!(raw_nodes.len() as u64, 7 * header["node_count"].as_u64().unwrap());
        assert_eq!(raw_edges.len() as u64, 3 * header["edge_count"].as_u64().unwrap());
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        let mut rest = raw_edges.chunks_exact(3);
        for (from, fields) in raw_nodes.chunks_exact(7).enumerate() {
            let &[kind, name, id, bytes, edge_count, 0, 0] = fields else { panic!("{fields:?}") };
            nodes.push(Node {
                kind: node_kinds[kind as usize].clone(),
                name: strings[name as usize].clone(),
                id: id.into(),
                bytes: bytes.into(),
            });
            for _ in 0..edge_count {
                let &[kind, name, to] = rest.next().expect("as many edges as nodes say") else { panic!() };
                assert_eq!(to % 7, 0);
                edges.push(Edge {
                    from,
                    to: to as usize / 7,
                    kind: edge_kinds[kind as usize].clone(),
                    name: strings[name as usize].clone(),
                });
            }
        }
        assert_eq!(rest.len(), 0);
        let excess = header.get("extra_native_bytes").map_or(0, |excess| excess.as_u64().unwrap());
        let mut snapshot = Self { nodes, edges, excess, dominators: Vec::new(), retained: Vec::new() };
        snapshot.dominate();
        snapshot
    }

    fn check(&self) {
        let [root, value, ..] = &self.nodes[..] else { panic!("a root and a value") };
        assert_eq!((root.kind.as_str(), root.id, root.bytes), ("synthetic", 1, 0));
        assert_eq!((value.kind.as_str(), self.edges[0].from, self.edges[0].to), ("object", 0, 1));
        let ids: HashSet<u64> = self.nodes.iter().map(|node| node.id).collect();
        assert_eq!(ids.len(), self.nodes.len(), "each id once");
        assert!(ids.iter().all(|id| id % 2 == 1));
        for node in &self.nodes {
            assert!(["object", "native", "synthetic"].contains(&node.kind.as_str()), "{}", node.kind);
            assert!(node.kind != "synthetic" || node.bytes == 0);
        }
        for edge in &self.edges {
            assert!(edge.to < self.nodes.len() && edge.to != 0);
            assert!(["property", "internal", "weak"].contains(&edge.kind.as_str()), "{}", edge.kind);
        }
    }

    /// Dominators as the largest solution of their equations: slow and simple.
    fn dominate(&mut self) {
        let count = self.nodes.len();
        let mut before = vec![Vec::new(); count];
        let mut after = vec![Vec::new(); count];
        for edge in self.edges.iter().filter(|edge| edge.kind != "weak" && edge.from != edge.to) {
            before[edge.to].push(edge.from);
            after[edge.from].push(edge.to);
        }
        // In post-order, reversed.
        let (mut order, mut seen, mut stack) = (Vec::new(), vec![false; count], vec![(0, 0)]);
        seen[0] = true;
        while let Some((node, next)) = stack.last_mut() {
            match after[*node].get(*next) {
                Some(&to) => {
                    *next += 1;
                    if !std::mem::replace(&mut seen[to], true) {
                        stack.push((to, 0));
                    }
                }
                None => {
                    order.push(*node);
                    stack.pop();
                }
            }
        }
        assert_eq!(order.len(), count, "every node is reached, or the developer tools complain");
        order.reverse();
        let mut rank = vec![0; count];
        order.iter().enumerate().for_each(|(at, &node)| rank[node] = at);
        let mut dominators = vec![usize::MAX; count];
        dominators[0] = 0;
        let mut is_changed = true;
        while std::mem::take(&mut is_changed) {
            for &node in &order[1..] {
                let known = before[node].iter().copied().filter(|&from| dominators[from] != usize::MAX);
                let common = known.reduce(|mut one, mut other| {
                    while one != other {
                        if rank[one] > rank[other] {
                            one = dominators[one];
                        } else {
                            other = dominators[other];
                        }
                    }
                    one
                });
                is_changed |= dominators[node] != common.unwrap();
                dominators[node] = common.unwrap();
            }
        }
        self.retained = self.nodes.iter().map(|node| node.bytes).collect();
        for &node in order[1..].iter().rev() {
            self.retained[dominators[node]] += self.retained[node];
        }
        self.dominators = dominators;
    }

    /// The nodes for the contents of shared blocks, in the order of the report.
    pub(super) fn blocks(&self) -> Vec<usize> {
        let mut is_part = vec![false; self.nodes.len()];
        for edge in self.edges.iter().filter(|edge| edge.kind == "internal") {
            is_part[edge.to] = true;
        }
        (0..self.nodes.len()).filter(|&at| self.nodes[at].kind == "native" && !is_part[at]).collect()
    }

    /// The node for the memory of a block, if it is separate from the contents.
    pub(super) fn memory(&self, block: usize) -> Option<usize> {
        self.edges_of(block).find(|edge| edge.kind == "internal" && edge.name == "memory").map(|edge| edge.to)
    }

    pub(super) fn edges_of(&self, node: usize) -> impl Iterator<Item = &Edge> {
        let first = self.edges.partition_point(|edge| edge.from < node);
        self.edges[first..].iter().take_while(move |edge| edge.from == node)
    }

    pub(super) fn named(&self, name: &str) -> Vec<&Node> {
        self.nodes.iter().filter(|node| node.name == name).collect()
    }

    /// The *Comparison* view of the developer tools: for each name, the bytes of new nodes and of deleted ones.
    pub(super) fn compared(&self, earlier: &Self) -> BTreeMap<String, (u64, u64)> {
        let mut changes: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let known = |snapshot: &Self| -> HashSet<(String, u64)> {
            let nodes = snapshot.nodes.iter().filter(|node| node.bytes > 0);
            nodes.map(|node| (node.name.clone(), node.id)).collect()
        };
        let (new, old) = (known(self), known(earlier));
        for node in self.nodes.iter().filter(|node| node.bytes > 0) {
            if !old.contains(&(node.name.clone(), node.id)) {
                changes.entry(node.name.clone()).or_default().0 += node.bytes;
            }
        }
        for node in earlier.nodes.iter().filter(|node| node.bytes > 0) {
            if !new.contains(&(node.name.clone(), node.id)) {
                changes.entry(node.name.clone()).or_default().1 += node.bytes;
            }
        }
        changes
    }
}

/// Compares the snapshot with the report's shared blocks.
#[track_caller]
pub(super) fn check_blocks(report: &Report, snapshot: &Snapshot) {
    let blocks = snapshot.blocks();
    assert_eq!(blocks.len(), report.shared_allocations().len());
    let mut is_block = vec![false; snapshot.nodes.len()];
    blocks.iter().for_each(|&block| is_block[block] = true);
    let mut into: Vec<Vec<&Edge>> = vec![Vec::new(); snapshot.nodes.len()];
    snapshot.edges.iter().for_each(|edge| into[edge.to].push(edge));
    let mut stays = 0;
    for (block, &node) in report.shared_allocations().zip(&blocks) {
        let memory = snapshot.memory(node);
        let apart = if memory.is_some() { block.block_size() } else { 0 };
        assert_eq!(snapshot.nodes[node].bytes, (block.own_size() - apart) as u64);
        assert_eq!(snapshot.retained[node], (block.retained_size() - apart) as u64, "retained");

        let mut dominator = snapshot.dominators[node];
        while dominator != 0 && !is_block[dominator] {
            dominator = snapshot.dominators[dominator];
        }
        let expected = block.dominator().map(|block| blocks[block.position()]);
        assert_eq!(dominator, expected.unwrap_or(0), "dominator");
        if let Some(memory) = memory {
            assert_eq!(snapshot.nodes[memory].name, snapshot.nodes[node].name.clone() + MEMORY);
            assert_eq!(snapshot.nodes[memory].bytes, block.block_size() as u64);
            assert_ne!(Some(snapshot.dominators[memory]), expected, "otherwise it need not be separate");
        }
        for retainer in block.retainers() {
            let is_from = |edge: &&Edge| match retainer.block() {
                Some(from) => edge.from == blocks[from.position()],
                None => snapshot.nodes[edge.from].kind == "object",
            };
            let edges = into[node].iter().chain(memory.iter().flat_map(|&memory| &into[memory])).copied();
            let edges: Vec<&Edge> = edges.filter(is_from).filter(|edge| edge.kind != "internal").collect();
            assert_eq!(retainer.strong_count() > 0, edges.iter().any(|edge| !edge.name.ends_with(" (weak)")));
            assert_eq!(retainer.weak_count() > 0, edges.iter().any(|edge| edge.name.ends_with(" (weak)")));
        }
        // While the contents of a block stay alive, the whole block does.
        let is_dead = block.strong_count() == Some(0);
        let (fate, memory_fate) = (block.contents_outcome(), block.block_outcome());
        let whole_fate = if is_dead { memory_fate } else { fate };
        stays += if whole_fate == DropOutcome::External { block.own_size() - apart } else { 0 };
        stays += if memory_fate == DropOutcome::External { apart } else { 0 };
    }
    assert_eq!(snapshot.retained[1] as usize, report.deep_size() - stays, "retained by the value");
}
