//! Random graphs with cycles: without the advised handles, a drop also frees the advised bytes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use deep_size::advice::{AdviceKind, Certainty};
use deep_size::{DeepSize, inspect};

use crate::contexts::Dice;
use crate::support::{live_bytes, random_cases};

/// Handles from three declarations. `owner` and `next` have the same type.
#[derive(DeepSize, Default)]
struct Node {
    parts: RefCell<Vec<Rc<Node>>>,
    owner: RefCell<Option<Rc<Node>>>,
    next: RefCell<Option<Rc<Node>>>,
    text: Box<str>,
}

type Graph = Vec<Rc<Node>>;

/// Up to seven nodes with up to two children each, and random handles between the nodes.
fn random(dice: &mut Dice) -> Graph {
    let node = |dice: &mut Dice| Rc::new(Node { text: "a".repeat(dice.below(30)).into(), ..Node::default() });
    let count = 1 + dice.below(7);
    let roots: Graph = (0..count).map(|_| node(dice)).collect();
    let any = |dice: &mut Dice| roots[dice.below(count)].clone();
    // Each node owns its children. The `owner` of a child closes a cycle.
    for parent in &roots {
        for _ in 0..dice.below(3) {
            let child = node(dice);
            if dice.below(3) > 0 {
                *child.owner.borrow_mut() = Some(parent.clone());
            }
            parent.parts.borrow_mut().push(child);
        }
    }
    let links = [0, 1, count][dice.below(3)];
    for _ in 0..links {
        let (from, to) = (any(dice), any(dice));
        match dice.below(4) {
            0 => from.parts.borrow_mut().push(to),
            1 => *from.owner.borrow_mut() = Some(to),
            _ => *from.next.borrow_mut() = Some(to),
        }
    }
    let kept = 1 + dice.below(count);
    let mut value: Graph = Vec::with_capacity(count);
    value.extend(roots.iter().take(kept).cloned());
    // Nodes that the value does not reach must not leak.
    let reached: BTreeSet<_> = nodes(&value).iter().map(Rc::as_ptr).collect();
    for node in nodes(&roots).iter().filter(|node| !reached.contains(&Rc::as_ptr(node))) {
        unlink(node);
    }
    value
}

fn unlink(node: &Node) {
    drop((node.parts.take(), node.owner.take(), node.next.take()));
}

/// All nodes of a graph.
fn nodes(graph: &Graph) -> Graph {
    let mut found: BTreeMap<*const Node, Rc<Node>> = BTreeMap::new();
    let mut open: Graph = graph.clone();
    while let Some(node) = open.pop() {
        if found.insert(Rc::as_ptr(&node), node.clone()).is_none() {
            open.extend(node.parts.borrow().iter().cloned());
            open.extend(node.owner.borrow().iter().cloned());
            open.extend(node.next.borrow().iter().cloned());
        }
    }
    found.into_values().collect()
}

/// The bytes that a drop frees without the handles of a declaration, and the bytes of the whole graph.
fn freed(dice: &Dice, declaration: &str) -> (usize, usize) {
    let before = live_bytes();
    let graph = random(&mut dice.clone());
    let built = live_bytes();
    // Keeps the leaked nodes reachable, but not their contents.
    let all: Vec<_> = nodes(&graph).iter().map(Rc::downgrade).collect();
    let taken: Vec<_> = nodes(&graph)
        .iter()
        .map(|node| match declaration {
            "Node::parts[]" => (node.parts.take(), None),
            "Node::owner" => (Vec::new(), node.owner.take()),
            "Node::next" => (Vec::new(), node.next.take()),
            _ => Default::default(),
        })
        .collect();
    drop((taken, graph));
    // Dropping the weak handles frees the blocks of dropped nodes.
    let leaked: Graph = all.iter().filter_map(|node| node.upgrade()).collect();
    drop(all);
    let extra = leaked.capacity() * size_of::<Rc<Node>>();
    let freed = built - live_bytes() + extra as isize;
    leaked.iter().for_each(|node| unlink(node));
    drop(leaked);
    assert_eq!(live_bytes(), before, "the test frees everything");
    (freed as usize, (built - before) as usize)
}

#[test]
fn without_the_handles_a_drop_frees_the_advised_bytes() {
    let (mut given, mut exact, mut leaks) = (0, 0, 0);
    for seed in 0..random_cases(10_000).into() {
        let dice = Dice::new(seed);
        let graph = random(&mut dice.clone());
        let report = inspect(&graph);
        let (kept, all) = freed(&dice, "");
        assert_eq!(kept + report.cyclic_size(), all, "seed {seed}");
        leaks += usize::from(report.cyclic_size() > 0);
        let cycles = report.advice().filter(|one| matches!(one.kind(), AdviceKind::BreakCycle { .. }));
        for one in cycles {
            let (without, _) = freed(&dice, one.declaration());
            let (saved, claimed) = (without - kept, one.saved_size());
            let is_exact = one.certainty() == Certainty::Exact;
            assert!(claimed <= saved, "seed {seed}: {saved} saved: {one}\n{report:#}");
            assert!(claimed == saved || !is_exact, "seed {seed}: {saved} saved: {one}\n{report:#}");
            given += 1;
            exact += usize::from(is_exact);
        }
        nodes(&graph).iter().for_each(|node| unlink(node));
    }
    println!("{leaks} leak, {given} pieces of advice, {exact} exact");
    assert!(exact > 0 && given > exact && given > leaks / 4, "{leaks} leak, {given}, {exact} exact");
}
