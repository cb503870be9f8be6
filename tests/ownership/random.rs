//! Random graphs: a drop of the value frees exactly the predicted bytes.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use arbitrary::Unstructured;
use deep_size::observer::{Allocation, Handle, Node, SharedEvent};
use deep_size::{Observer, Tally};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};

use crate::graph::{Alive, Graph, Handles, random};
use crate::support::{live_bytes, random_cases};
use crate::watch::watch;

/// The number of random graphs in each test.
fn cases() -> u32 {
    random_cases(10_000)
}

/// The blocks of a value with their sizes, the blocks behind weak handles, and the addresses of the values that were entered.
#[derive(Default)]
struct Blocks {
    sizes: HashMap<usize, usize>,
    weak: HashSet<usize>,
    entered: HashSet<usize>,
}

impl Observer for Blocks {
    fn enter(&mut self, node: &Node) {
        self.entered.insert(node.address);
    }

    fn allocation(&mut self, allocation: &Allocation) {
        let address = allocation.address.expect("every block in the graphs has an address");
        self.sizes.insert(address, allocation.layout.size());
    }

    fn shared(&mut self, event: &SharedEvent) {
        if event.counted {
            self.sizes.insert(event.block.address, event.block.layout.size());
        }
        if event.handle == Handle::Weak {
            self.weak.insert(event.block.address);
        }
    }
}

/// The predicted heap bytes.
struct Foretold {
    exclusive: usize,
    external: usize,
    cyclic: usize,
    uncertain: usize,
    is_exact: bool,
    groups: usize,
    kept_by_groups: usize,
}

fn foretell(value: &Handles) -> Foretold {
    let report = watch(value);
    Foretold {
        exclusive: report.exclusive_size() - size_of_val(value),
        external: report.external_size(),
        cyclic: report.cyclic_size(),
        uncertain: report.uncertain_size(),
        is_exact: report.is_exact() && report.uncertain_size() == 0,
        groups: report.cycles().len(),
        kept_by_groups: report.cycles().map(|cycle| cycle.size()).sum(),
    }
}

fn freed_by(action: impl FnOnce()) -> usize {
    let before = live_bytes();
    action();
    usize::try_from(before - live_bytes()).expect("memory is freed")
}

/// Whether there is a weak handle with dead contents, which reports no weak count.
fn has_dead(graph: &Graph) -> bool {
    let mut found = graph.value.weak().iter().any(|weak| weak.is_dead())
        || graph.outside.weak().iter().any(|weak| weak.is_dead());
    Alive::for_each(|node| found |= node.weak.borrow().iter().any(|weak| weak.is_dead()));
    found
}

/// Whether such a handle is outside the value that owns `blocks`.
fn has_dead_outside(graph_outside: &Handles, blocks: &Blocks) -> bool {
    let mut found = graph_outside.weak().iter().any(|weak| weak.is_dead());
    Alive::for_each(|node| {
        if !blocks.entered.contains(&std::ptr::from_ref(node).addr()) {
            found |= node.weak.borrow().iter().any(|weak| weak.is_dead());
        }
    });
    found
}

/// Drops a value, and then everything else. Returns whether a cycle leaked, and whether all counts were known.
fn check(source: &mut Unstructured<'_>, clean: bool) -> (bool, bool) {
    Alive::forget();
    let before = live_bytes();
    let graph = random(source, clean);
    let all_known = !graph.has_pins && !has_dead(&graph);
    assert!(!clean || all_known);
    let Graph { value, outside, has_pins, .. } = graph;

    let foretold = foretell(&value);
    assert!(foretold.is_exact || !all_known, "all counts are known");
    assert_eq!(foretold.cyclic > 0, foretold.groups > 0);
    let mut blocks = Blocks::default();
    Tally::new().add_observed(&value, &mut blocks);

    let is_exact = foretold.is_exact || (!has_pins && !has_dead_outside(&outside, &blocks));
    let freed = freed_by(|| drop(value));
    if is_exact {
        assert_eq!(freed, foretold.exclusive, "freed by the drop");
    } else {
        assert!(
            freed.abs_diff(foretold.exclusive) <= foretold.uncertain,
            "{freed} freed, {} predicted",
            foretold.exclusive
        );
    }

    // The kept blocks: walk from outside, and from the nodes that were never part of the value.
    let mut after = Blocks::default();
    let mut tally = Tally::new();
    tally.add_observed(&outside, &mut after);
    Alive::for_each(|node| {
        if !blocks.entered.contains(&std::ptr::from_ref(node).addr()) {
            tally.add_observed(&*node.strong.borrow(), &mut after);
            tally.add_observed(&*node.weak.borrow(), &mut after);
        }
    });
    if foretold.is_exact {
        // A weak handle keeps a block even if a cycle keeps the contents.
        let held = |address: &usize| after.sizes.contains_key(address) || after.weak.contains(address);
        let stayed = blocks.sizes.iter().filter(|(address, _)| held(address)).map(|(_, size)| size);
        assert_eq!(stayed.sum::<usize>(), foretold.external, "reached from outside after the drop");
        let is_leaked = |node: &crate::graph::Node| {
            let address = std::ptr::from_ref(node).addr();
            blocks.entered.contains(&address) && !after.entered.contains(&address)
        };
        assert_eq!(freed_by(|| Alive::unlink(is_leaked)), foretold.cyclic, "freed by breaking the cycles");
        if foretold.groups == 1 {
            assert_eq!(foretold.kept_by_groups, foretold.cyclic);
        }
    }
    drop((blocks, after, tally));
    Alive::unlink(|_| true);
    drop(outside);
    assert_eq!(live_bytes(), before, "the test frees what it built");
    (foretold.cyclic > 0, foretold.is_exact)
}

fn for_random_graphs(clean: bool) -> (u32, u32) {
    let (cyclic, exact) = (Cell::new(0), Cell::new(0));
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&vec(any::<u8>(), 0..256), |bytes| {
        let (is_cyclic, is_exact) = check(&mut Unstructured::new(&bytes), clean);
        cyclic.set(cyclic.get() + u32::from(is_cyclic));
        exact.set(exact.get() + u32::from(is_exact));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    (cyclic.get(), exact.get())
}

#[test]
fn a_drop_frees_exactly_what_is_exclusive() {
    let (cyclic, exact) = for_random_graphs(true);
    assert_eq!(exact, cases());
    assert!(cyclic > cases() / 20, "only {cyclic} cases leak");
}

#[test]
fn with_unknown_counts_a_drop_stays_within_the_uncertain_size() {
    let (cyclic, exact) = for_random_graphs(false);
    assert!(exact > cases() / 20 && exact < cases(), "{exact} cases are exact");
    assert!(cyclic > cases() / 20, "only {cyclic} cases leak");
}
