//! Random graphs between roots, compared with a search of the graph and with the allocator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use deep_size::census::{Budget, Census};
use deep_size::registry::Registry;
use deep_size::{DeepSize, Walker};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{live_bytes, random_cases};

#[derive(DeepSize)]
struct Block {
    bytes: Vec<u8>,
    strong: Mutex<Vec<Arc<Block>>>,
    weak: Mutex<Vec<Weak<Block>>>,
    /// Boxed, so that the handles are deeper in the memory of the block.
    boxed: Mutex<Option<Box<[Arc<Block>]>>>,
}

/// A graph of blocks, and roots that hold some of them.
#[derive(Clone, Debug)]
struct Plan {
    sizes: Vec<usize>,
    /// From one block to another, and whether the handle is strong.
    edges: Vec<(usize, usize, bool)>,
    /// A name, the blocks that the root holds, and whether the root is one of these blocks.
    roots: Vec<(String, Vec<usize>, bool)>,
    /// Blocks without their own root.
    rootless: Vec<usize>,
}

fn plan() -> impl Strategy<Value = Plan> {
    const NAMES: [&str; 7] = ["a", "a/b", "a/c", "b/c/d", "b/c/e", "b/f", "ab"];
    let sizes = prop::collection::vec(0..100_usize, 1..12);
    sizes.prop_flat_map(|sizes| {
        let blocks = sizes.len();
        let edges = prop::collection::vec((0..blocks, 0..blocks, prop::bool::weighted(0.7)), 0..24);
        let root = (0..NAMES.len(), prop::collection::vec(0..blocks, 0..4), any::<bool>());
        let roots = prop::collection::vec(
            root.prop_map(|(name, held, is_block)| (NAMES[name].to_owned(), held, is_block)),
            0..8,
        );
        let rootless = prop::collection::vec(0..blocks, 0..6);
        (Just(sizes), edges, roots, rootless).prop_map(|(sizes, edges, roots, rootless)| Plan {
            sizes,
            edges,
            roots,
            rootless,
        })
    })
}

struct Graph {
    blocks: Vec<Arc<Block>>,
    /// The values behind the roots.
    lists: Vec<Arc<Vec<Arc<Block>>>>,
}

impl Graph {
    fn new(plan: &Plan) -> Self {
        let block = |&bytes: &usize| {
            Arc::new(Block {
                bytes: vec![0; bytes],
                strong: Mutex::default(),
                weak: Mutex::default(),
                boxed: Mutex::default(),
            })
        };
        let blocks: Vec<_> = plan.sizes.iter().map(block).collect();
        for &(from, to, is_strong) in &plan.edges {
            if is_strong && (from + to) % 3 == 0 {
                let mut boxed = blocks[from].boxed.lock().unwrap();
                let before = boxed.take().unwrap_or_default().into_vec();
                *boxed = Some(before.into_iter().chain([blocks[to].clone()]).collect());
            } else if is_strong {
                let mut handles = blocks[from].strong.lock().unwrap();
                handles.push(blocks[to].clone());
                handles.shrink_to_fit();
            } else {
                let mut handles = blocks[from].weak.lock().unwrap();
                handles.push(Arc::downgrade(&blocks[to]));
                handles.shrink_to_fit();
            }
        }
        let lists = plan
            .roots
            .iter()
            .map(|(_, held, _)| Arc::new(held.iter().map(|&at| blocks[at].clone()).collect()));
        let lists = lists.collect();
        Self { blocks, lists }
    }

    fn register(&self, plan: &Plan, registry: &Registry, root: usize) {
        let (name, held, is_block) = &plan.roots[root];
        match held.first() {
            Some(&first) if *is_block => registry.register(name.clone(), &self.blocks[first]),
            _ => registry.register(name.clone(), &self.lists[root]),
        }
    }
}

impl Drop for Graph {
    /// Breaks all cycles.
    fn drop(&mut self) {
        for block in &self.blocks {
            block.strong.lock().unwrap().clear();
            *block.boxed.lock().unwrap() = None;
        }
    }
}

/// Groups of bytes, by the names of the roots that reach them. Found by one search for each name.
fn groups(plan: &Plan) -> BTreeMap<BTreeSet<String>, usize> {
    const COUNTS: usize = 16;
    let strong = |from: usize| plan.edges.iter().filter(move |edge| edge.0 == from && edge.2);
    let own = |at: usize| {
        let weak = plan.edges.iter().filter(|edge| edge.0 == at && !edge.2).count();
        COUNTS + size_of::<Block>() + plan.sizes[at] + 8 * (strong(at).count() + weak)
    };
    // A list that is a root, or a block.
    let mut reached: BTreeMap<(bool, usize), BTreeSet<String>> = BTreeMap::new();
    let mut bytes: BTreeMap<(bool, usize), usize> = BTreeMap::new();
    for (index, (name, held, is_block)) in plan.roots.iter().enumerate() {
        let mut open = held.clone();
        if *is_block && !held.is_empty() {
            open.truncate(1);
        } else {
            reached.entry((true, index)).or_default().insert(name.clone());
            bytes.insert((true, index), COUNTS + 24 + 8 * held.len());
        }
        let mut done = BTreeSet::new();
        while let Some(at) = open.pop() {
            if done.insert(at) {
                reached.entry((false, at)).or_default().insert(name.clone());
                bytes.insert((false, at), own(at));
                open.extend(strong(at).map(|edge| edge.1));
            }
        }
    }
    let mut groups = BTreeMap::new();
    for (key, names) in reached {
        *groups.entry(names).or_insert(0) += bytes[&key];
    }
    groups
}

fn is_below(name: &str, item: &str) -> bool {
    name == item || name.strip_prefix(item).is_some_and(|rest| rest.starts_with('/'))
}

fn check(census: &Census, plan: &Plan) {
    let groups = groups(plan);
    assert_eq!(census.deep_size(), groups.values().sum::<usize>());
    let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
    for (names, bytes) in &groups {
        // Sorted by the parts of the names, as the shares of bytes that remain.
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_by_key(|name| name.split('/').collect::<Vec<_>>());
        for (at, name) in names.iter().enumerate() {
            *shares.entry(*name).or_default() += (bytes + names.len() - 1 - at) / names.len();
        }
    }
    let names: BTreeSet<&str> = plan.roots.iter().map(|root| root.0.as_str()).collect();
    assert_eq!(census.roots().map(|root| root.name()).collect::<BTreeSet<_>>(), names);
    for item in census.items() {
        let has = |name: &String| {
            if item.is_root() { name == item.name() } else { is_below(name, item.name()) }
        };
        let sum = |filter: &dyn Fn(&BTreeSet<String>) -> bool| -> usize {
            groups.iter().filter(|(names, _)| filter(names)).map(|(_, bytes)| bytes).sum()
        };
        assert_eq!(item.deep_size(), sum(&|names| names.iter().any(has)), "{}: {census}", item.name());
        assert_eq!(item.exclusive_size(), sum(&|names| names.iter().all(has)), "{}: {census}", item.name());
        let share: usize =
            shares.iter().filter(|(name, _)| has(&(**name).to_owned())).map(|(_, share)| share).sum();
        assert_eq!(item.proportional_size(), share, "{}: {census}", item.name());
        assert!(item.size().is_exact());
    }
    for one in &names {
        for other in &names {
            let reach = |names: &BTreeSet<String>, item: &str| names.iter().any(|name| is_below(name, item));
            let both = groups.iter().filter(|(names, _)| reach(names, one) && reach(names, other));
            assert_eq!(census.shared_size(one, other), both.map(|(_, bytes)| bytes).sum::<usize>());
        }
    }
}

#[test]
fn shares_in_random_graphs_agree_with_a_graph_search() {
    let config = Config { cases: random_cases(20_000), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&plan(), |plan| {
            let graph = Graph::new(&plan);
            let [forward, backward] = [Registry::new(), Registry::new()];
            for root in 0..plan.roots.len() {
                graph.register(&plan, &forward, root);
                graph.register(&plan, &backward, plan.roots.len() - 1 - root);
            }
            let census = forward.census();
            check(&census, &plan);
            check(&backward.census(), &plan);
            // Roots with a last figure are walked in another order.
            check(&forward.census(), &plan);
            // A census with a budget reports each value to the collector, other censuses only blocks.
            let mut budget = Budget::default();
            budget.total = Some(Duration::from_secs(3600));
            check(&forward.census_within(budget), &plan);
            Ok(())
        })
        .unwrap();
}

#[cfg(feature = "html")]
#[test]
fn pages_of_random_graphs_have_the_figures_of_the_census() {
    let config = Config { cases: random_cases(2_000), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&plan(), |plan| {
            let graph = Graph::new(&plan);
            let registry = Registry::new();
            (0..plan.roots.len()).for_each(|root| graph.register(&plan, &registry, root));
            crate::page::check(&registry.census());
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_union_of_all_roots_has_the_bytes_of_the_allocator() {
    let config = Config { cases: random_cases(5000), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&plan(), |plan| {
            let before = live_bytes();
            let graph = Graph::new(&plan);
            let registry = Registry::new();
            (0..plan.roots.len()).for_each(|root| graph.register(&plan, &registry, root));
            // Some blocks do not have their own root.
            for (at, block) in graph.blocks.iter().enumerate() {
                if !plan.rootless.contains(&at) {
                    registry.register("blocks", block);
                }
            }
            let union = registry.census().deep_size();
            drop(registry);
            let live = usize::try_from(live_bytes() - before).unwrap();
            let handles = 8 * (graph.blocks.capacity() + graph.lists.capacity());
            assert_eq!(union + unreached(&plan) + handles, live);
            Ok(())
        })
        .unwrap();
}

/// The bytes of the blocks and lists that no root reaches.
fn unreached(plan: &Plan) -> usize {
    let mut open: Vec<usize> = (0..plan.sizes.len()).filter(|at| !plan.rootless.contains(at)).collect();
    let mut lists = 0;
    for (_, held, is_block) in &plan.roots {
        let is_block = *is_block && !held.is_empty();
        lists += if is_block { 16 + 24 + 8 * held.len() } else { 0 };
        open.extend(held.iter().take(if is_block { 1 } else { usize::MAX }));
    }
    let mut done = BTreeSet::new();
    while let Some(at) = open.pop() {
        if done.insert(at) {
            open.extend(plan.edges.iter().filter(|edge| edge.0 == at && edge.2).map(|edge| edge.1));
        }
    }
    let left = (0..plan.sizes.len()).filter(|at| !done.contains(at)).map(|at| {
        let handles = plan.edges.iter().filter(|edge| edge.0 == at).count();
        16 + size_of::<Block>() + plan.sizes[at] + 8 * handles
    });
    lists + left.sum::<usize>()
}

static BYTES: [u8; 64] = [7; 64];

/// A value that owns some handles alone.
#[derive(DeepSize)]
enum Value {
    Bytes(Vec<u8>),
    Borrowed(#[deep_size(borrowed)] &'static [u8]),
    Part(#[deep_size(with = walk_part)] &'static [u8]),
    Handles(Vec<Arc<Value>>),
    Next(Option<Arc<Value>>),
    Boxed(Box<(Vec<Arc<Value>>, u64)>),
    Weak(Weak<Value>),
}

fn walk_part(part: &&'static [u8], walker: &mut Walker<'_>) {
    walker.shared_slice(part, part.len() == 1);
}

/// Values, each with its kind, a number, and earlier values. These are moved into it or cloned.
type Values = Vec<(u8, usize, Vec<(usize, bool)>)>;

fn built(plan: &Values) -> Vec<Arc<Value>> {
    let mut built: Vec<Option<Arc<Value>>> = Vec::new();
    for (kind, number, parts) in plan {
        let mut handles = parts.iter().filter_map(|&(at, is_moved)| {
            let count = built.len().max(1);
            let part = built.get_mut(at % count)?;
            if is_moved { part.take() } else { part.clone() }
        });
        let bytes = &BYTES[number % 60..];
        let bytes = &bytes[..(number / 60 % 9).min(bytes.len())];
        let value = match kind {
            0 => Value::Bytes(vec![0; *number]),
            1 => Value::Borrowed(bytes),
            2 => Value::Part(bytes),
            3 | 4 => Value::Handles(handles.collect()),
            5 | 6 => Value::Next(handles.next()),
            7 => Value::Boxed(Box::new((handles.collect(), 7))),
            _ => Value::Weak(handles.next().map_or_else(Weak::new, |value| Arc::downgrade(&value))),
        };
        built.push(Some(Arc::new(value)));
    }
    built.into_iter().flatten().collect()
}

/// The handle at the end of a path from one of these values.
fn handle_at<'v>(values: &'v [Arc<Value>], path: &[usize]) -> Option<&'v Arc<Value>> {
    let (first, rest) = path.split_first()?;
    let handle = values.get(first % values.len().max(1))?;
    let inner = match &**handle {
        Value::Handles(handles) => &handles[..],
        Value::Boxed(handles) => &handles.0[..],
        Value::Next(next) => next.as_slice(),
        _ => &[],
    };
    handle_at(inner, rest).or(Some(handle))
}

#[test]
fn a_census_without_a_limit_equals_one_with_a_limit() {
    let part = prop::collection::vec((0..40_usize, any::<bool>()), 0..4);
    let values = prop::collection::vec((0..10_u8, 0..540_usize, part), 1..40);
    let path = prop::collection::vec(0..40_usize, 1..5);
    let roots = prop::collection::vec((0..6_usize, path), 1..8);
    let config = Config { cases: random_cases(20_000), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(values, roots), |(values, roots)| {
            let values = Arc::new(built(&values));
            let [with, without] = [Some(Duration::from_secs(3600)), None].map(|total| {
                let registry = Registry::new();
                let register = |(name, path): &(usize, Vec<usize>)| {
                    let (values, path) = (values.clone(), path.clone());
                    let name = ["a", "a/b", "a/c", "b/d", "b/e", "c"][*name];
                    registry.register_with(name, move |walker| {
                        handle_at(&values, &path).into_iter().for_each(|handle| walker.inner(handle));
                    })
                };
                let _roots: Vec<_> = roots.iter().map(register).collect();
                let mut budget = Budget::default();
                budget.total = total;
                let census = registry.census_within(budget);
                let items: Vec<_> = census
                    .items()
                    .map(|item| (item.proportional_size(), item.exclusive_size(), item.size()))
                    .collect();
                let shared: Vec<_> = census
                    .shared()
                    .map(|(roots, bytes)| {
                        (roots.iter().map(|root| root.name().to_owned()).collect::<Vec<_>>(), bytes)
                    })
                    .collect();
                (items, shared)
            });
            assert_eq!(with, without);
            Ok(())
        })
        .unwrap();
}
