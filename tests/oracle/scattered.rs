//! Trees whose nodes are scattered over the heap.
#![expect(clippy::vec_box, reason = "the boxes are scattered")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Mutex;

use deep_size::DeepSize;

use crate::fastrand;
use crate::support::{assert_exact, random_cases};

/// A node with every kind of owning pointer to further nodes.
#[derive(DeepSize, Default)]
struct Node {
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
    behind_a_cell: RefCell<Option<Box<Node>>>,
    behind_a_lock: Option<Box<Mutex<Box<Node>>>>,
    many: Vec<Option<Box<Node>>>,
    unsized_node: Option<Box<dyn DeepSize>>,
    name: String,
    shared: Option<Rc<String>>,
    /// Makes the tree larger than a cache.
    _padding: [[u64; 16]; 3],
}

/// Nodes in random order of their addresses.
fn nodes(count: usize, random: &mut impl FnMut() -> u64) -> Vec<Box<Node>> {
    let names: Vec<Rc<String>> = (0..50).map(|number| Rc::new(format!("{number:030}"))).collect();
    let mut nodes: Vec<Box<Node>> = (0..count)
        .map(|_| {
            let number = random() as usize;
            let shared = (number % 3 == 0).then(|| names[number % names.len()].clone());
            Box::new(Node { name: "x".repeat(number % 7), shared, ..Node::default() })
        })
        .collect();
    for place in (1..nodes.len()).rev() {
        nodes.swap(place, random() as usize % (place + 1));
    }
    nodes
}

/// A tree of all nodes with a random shape that uses every kind of pointer.
fn tree(count: usize, seed: u64) -> Box<Node> {
    fn grow(nodes: &mut Vec<Box<Node>>, count: usize, random: &mut impl FnMut() -> u64) -> Option<Box<Node>> {
        let left = count.checked_sub(1)?;
        let mut node = nodes.pop()?;
        let part = left / 2 - random() as usize % (left / 8 + 1);
        match random() % 12 {
            0 => node.behind_a_cell = RefCell::new(grow(nodes, part, random)),
            1 => node.behind_a_lock = grow(nodes, part, random).map(|node| Box::new(Mutex::new(node))),
            2 => node.unsized_node = grow(nodes, part, random).map(|node| node as Box<dyn DeepSize>),
            3 => {
                let children = random() as usize % 20 + 1;
                node.many.extend((0..children).map(|_| grow(nodes, part / children, random)));
            }
            _ => node.left = grow(nodes, part, random),
        }
        node.right = grow(nodes, left - part, random);
        Some(node)
    }

    let mut random = fastrand(seed);
    let mut nodes = nodes(count, &mut random);
    grow(&mut nodes, count, &mut random).expect("there are nodes")
}

#[test]
fn scattered_trees_are_exact() {
    for seed in 1..=u64::from(random_cases(5)) {
        assert_exact(|| tree(60_000, seed));
    }
}

/// More pointers in one node than any queue or batch holds.
#[test]
fn scattered_nodes_with_thousands_of_children_are_exact() {
    let build = |seed| {
        let mut random = fastrand(seed);
        let mut nodes = nodes(60_000, &mut random);
        let mut root: Option<Box<Node>> = None;
        while let Some(mut node) = nodes.pop() {
            // A chain in which every other node has many children.
            if random() % 2 == 0 {
                let many = nodes.len().saturating_sub(random() as usize % 3000);
                node.many = nodes.split_off(many).into_iter().map(Some).collect();
            }
            node.left = root;
            root = Some(node);
        }
        root
    };
    for seed in 1..=u64::from(random_cases(5)) {
        assert_exact(|| build(seed));
    }
}
