//! Snapshots of single values.

use std::alloc::Layout;
use std::fmt::Write as _;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use deep_size::{DeepSize, Inspector, Report, Walker, inspect};

use super::reader::{Edge, MEMORY, Snapshot, check_blocks};

/// Names, bytes and edges of all nodes except shared blocks.
fn tree(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    for (at, node) in snapshot.nodes.iter().enumerate().filter(|(_, node)| node.kind == "object") {
        let edges: Vec<&str> = snapshot.edges_of(at).map(|edge| edge.name.as_str()).collect();
        writeln!(text, "{} {} {edges:?}", node.name, node.bytes).unwrap();
    }
    text
}

#[track_caller]
fn checked(report: &Report) -> Snapshot {
    let snapshot = Snapshot::of(report);
    check_blocks(report, &snapshot);
    snapshot
}

#[derive(DeepSize)]
struct User {
    name: String,
    friends: Vec<Arc<User>>,
}

#[derive(Default, DeepSize)]
struct Users {
    all: Vec<Arc<User>>,
    admins: Vec<Arc<User>>,
}

fn user(name: &str, friends: &[&Arc<User>]) -> Arc<User> {
    let friends = friends.iter().map(|&friend| friend.clone()).collect();
    Arc::new(User { name: name.into(), friends })
}

#[test]
fn shared_blocks_are_separate_from_the_tree() {
    let (ada, bob) = (user("Ada", &[]), user("Bobby", &[]));
    let cy = user("Cy", &[&ada, &bob]);
    let users = Users { admins: vec![cy.clone(), bob.clone()], all: vec![ada.clone(), bob, cy] };
    drop(ada);
    let snapshot = checked(&inspect(&users));
    // Ada's block has a handle in the value and one in Cy's block. So all three blocks are listed.
    assert_eq!(
        tree(&snapshot),
        "\
Users 0 [\"all\", \"admins\"]
Vec<Arc<User>> 24 [\"[]\"]
Arc<User> 24 [\"*\", \"*\", \"*\"]
Vec<Arc<User>> 24 [\"[]\"]
Arc<User> 16 [\"*\", \"*\"]
"
    );
    let blocks = snapshot.blocks();
    let size = |name: &str, friends: usize| (16 + 48 + name.len() + friends * 8) as u64;
    let sizes: Vec<u64> = blocks.iter().map(|&block| snapshot.nodes[block].bytes).collect();
    assert_eq!(sizes, [size("Cy", 2), size("Bobby", 0), size("Ada", 0)]);
    let from_cy: Vec<(&str, usize)> =
        snapshot.edges_of(blocks[0]).map(|edge| (edge.name.as_str(), edge.to)).collect();
    assert_eq!(from_cy, [("friends[]", blocks[1]), ("friends[]", blocks[2])]);
}

#[test]
fn blocks_with_one_handle_stay_in_the_tree() {
    let texts: Vec<Arc<String>> = (0..10).map(|at| Arc::new("x".repeat(at))).collect();
    let value = (texts[3].clone(), texts);
    let report = inspect(&value);
    let snapshot = checked(&report);
    assert_eq!(report.shared_allocations().len(), 1);
    let block = 16 + 24 + 3;
    assert_eq!(snapshot.named("String").iter().map(|node| node.bytes).collect::<Vec<_>>(), [block]);
    // The shared block of the text counts with the first handle.
    let left: u64 = snapshot.named("Arc<String>").iter().map(|node| node.bytes).sum();
    assert_eq!(left, 8 + 10 * 8 + 9 * 40 + (0..10).sum::<u64>() - 3);
}

#[test]
fn a_recursive_value_adds_up() {
    #[derive(Clone, Default, DeepSize)]
    struct Node {
        payload: [u64; 4],
        children: Vec<Rc<Node>>,
    }
    let leaf = Rc::new(Node::default());
    let mid = Rc::new(Node { children: vec![leaf.clone(), leaf.clone()], ..Node::default() });
    let root = Node { children: vec![mid.clone(), mid, leaf], ..Node::default() };
    let report = inspect(&root);
    let snapshot = checked(&report);
    assert_eq!(snapshot.blocks().len(), 2);
    // The value and the block with three handles remain.
    let in_tree: u64 =
        snapshot.nodes.iter().filter(|node| node.kind == "object").map(|node| node.bytes).sum();
    assert_eq!(in_tree, (size_of::<Node>() + 3 * 8) as u64);
}

#[test]
fn outside_handles_dominate_the_blocks_they_hold() {
    let shared: Rc<String> = Rc::new("kept".into());
    let inner = Rc::new((shared.clone(), 1_u64));
    let value = (inner.clone(), Box::new([0_u64; 8]));
    let report = inspect(&value);
    let snapshot = checked(&report);
    let outside = snapshot.nodes.iter().position(|node| node.name == "(handles outside the value)").unwrap();
    assert_eq!((snapshot.nodes[outside].id, snapshot.nodes[outside].kind.as_str()), (3, "synthetic"));
    let held: Vec<usize> = snapshot.edges_of(outside).map(|edge| edge.to).collect();
    assert_eq!(held, snapshot.blocks());
    assert_eq!(snapshot.retained[1] as usize, report.exclusive_size());
    drop((shared, inner));

    let snapshot = checked(&inspect(&value));
    assert!(snapshot.named("(handles outside the value)").is_empty());
}

#[derive(DeepSize)]
struct Child {
    text: String,
    parent: Weak<Parent>,
}

#[derive(DeepSize)]
struct Parent {
    name: Box<str>,
    children: std::cell::RefCell<Vec<Rc<Child>>>,
}

#[test]
fn weak_handles_below_a_block_are_weak_edges() {
    let parent = Rc::new(Parent { name: "parent".into(), children: Vec::new().into() });
    for at in 0..3 {
        let child = Child { text: "x".repeat(at), parent: Rc::downgrade(&parent) };
        parent.children.borrow_mut().push(Rc::new(child));
    }
    let snapshot = checked(&inspect(&parent));
    // Each child has one handle, so it belongs to the parent, which then points to itself.
    let weak: Vec<&Edge> = snapshot.edges.iter().filter(|edge| edge.kind == "weak").collect();
    let [parent] = snapshot.blocks()[..] else { panic!() };
    assert!(matches!(weak[..], [Edge { from, to, .. }] if (*from, *to) == (parent, parent)));
    assert_eq!(weak[0].name, "children[].parent (weak)");
}

#[test]
fn memory_kept_by_weak_handles_has_its_own_node() {
    let target = Rc::new(String::from("target"));
    let weak = Rc::downgrade(&target);
    let holder = Rc::new((target, 7_u8));
    let value = (holder.clone(), holder, weak);
    let report = inspect(&value);
    let snapshot = checked(&report);
    let memory = snapshot.nodes.iter().position(|node| node.name == format!("String{MEMORY}")).unwrap();
    assert_eq!((snapshot.nodes[memory].bytes, snapshot.dominators[memory]), (16 + 24, 1));
    let into: Vec<(&str, &str)> = snapshot
        .edges
        .iter()
        .filter(|edge| edge.to == memory)
        .map(|edge| (edge.name.as_str(), edge.kind.as_str()))
        .collect();
    assert_eq!(into, [("* (weak)", "property"), ("memory", "internal")]);
}

#[test]
fn dead_blocks_are_held_by_their_weak_handles() {
    let weak = Rc::downgrade(&Rc::new([0_u64; 5]));
    let report = inspect(&[weak.clone(), weak]);
    let snapshot = checked(&report);
    let [block] = snapshot.blocks()[..] else { panic!() };
    assert_eq!(snapshot.nodes[block].bytes, 16 + 40);
}

#[test]
fn two_snapshots_differ_only_in_the_changes() {
    let names = ["Ada", "Bob", "Cy", "Dora"];
    let mut all: Vec<Arc<User>> = names.iter().map(|name| user(name, &[])).collect();
    all.push(user("Eve", &[&all[0], &all[1]]));
    all.shrink_to_fit();
    let mut users = Users { admins: all.clone(), all };
    let (earlier, earlier_deep) = (checked(&inspect(&users)), inspect(&users).deep_size());

    let same = checked(&inspect(&users));
    assert!(same.compared(&earlier).is_empty());
    assert!(same.nodes.iter().zip(&earlier.nodes).all(|(one, other)| one.id == other.id));

    // Grows, so the order of retained sizes changes.
    let new = user("Franklin", &[&users.all[2], &users.all[3]]);
    users.all.push(new.clone());
    let report = inspect(&users);
    let later = checked(&report);
    let changes = later.compared(&earlier);
    let (added, gone) = changes.values().fold((0, 0), |sum, change| (sum.0 + change.0, sum.1 + change.1));
    assert_eq!(added - gone, (report.deep_size() - earlier_deep) as u64);
    assert_eq!(changes["User"], ((16 + 48 + 8 + 16) as u64, 0));
    // Only one handle and some spare capacity are new.
    assert_eq!(changes.keys().collect::<Vec<_>>(), ["Arc<User>", "User", "Vec<Arc<User>>"]);
    assert_eq!(changes["Arc<User>"], (6 * 8, 5 * 8));
    assert_eq!(changes["Vec<Arc<User>>"], (24 + 4 * 8, 24));
    drop(new);

    // Shrinks again.
    users.all.pop();
    users.all.shrink_to_fit();
    let last = checked(&inspect(&users));
    assert!(last.compared(&earlier).is_empty());
}

mod one {
    #[derive(deep_size::DeepSize)]
    pub(super) struct Thing(pub(super) u64);
}

mod two {
    #[derive(deep_size::DeepSize)]
    pub(super) struct Thing(pub(super) [u64; 2]);
}

#[derive(DeepSize)]
struct Object(u64, Array<Object2>);

#[derive(DeepSize)]
struct Array<T>(T);

#[derive(DeepSize)]
struct Object2(u64);

#[test]
fn type_names_are_unique_and_not_reserved() {
    let snapshot = checked(&inspect(&(one::Thing(1), two::Thing([1, 2]), Object(1, Array(Object2(2))))));
    let names: Vec<&str> = snapshot.nodes.iter().map(|node| node.name.as_str()).collect();
    assert!(names.contains(&"export::heapsnapshot::cases::one::Thing"), "{names:?}");
    assert!(names.contains(&"export::heapsnapshot::cases::two::Thing"), "{names:?}");
    assert!(names.iter().all(|name| *name != "Object" && !name.starts_with('<')), "{names:?}");
}

/// Claims to own this many bytes.
struct Huge(usize);

impl DeepSize for Huge {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let layout = Layout::from_size_align(self.0, 1).unwrap();
        walker.allocation(std::ptr::null::<u8>(), layout, 0);
    }
}

#[test]
fn sizes_beyond_32_bits_are_split_over_nodes() {
    const MOST: usize = u32::MAX as usize;
    for (bytes, nodes) in [(MOST - 8, 1), (MOST - 7, 2), (2 * MOST - 8, 2), (2 * MOST - 7, 3), (1 << 40, 257)]
    {
        let snapshot = checked(&inspect(&Huge(bytes)));
        assert_eq!(snapshot.named("Huge").len(), nodes);
        assert_eq!(snapshot.retained[1], (bytes + 8) as u64);
        assert!(snapshot.edges[1..].iter().all(|edge| (edge.from, edge.name.as_str()) == (1, "more")));
    }
    let block = Rc::new(Huge(3 * MOST));
    let snapshot = checked_sizes(&inspect(&[block.clone(), block]));
    assert_eq!(snapshot.retained[snapshot.blocks()[0]], (16 + 8 + 3 * MOST) as u64);
}

/// Skips the sizes of the blocks' nodes, which are split.
fn checked_sizes(report: &Report) -> Snapshot {
    let snapshot = Snapshot::of(report);
    for (block, node) in report.shared_allocations().zip(snapshot.blocks()) {
        assert_eq!(snapshot.retained[node], block.retained_size() as u64);
    }
    snapshot
}

#[test]
fn impossible_sizes_are_noted_in_the_header() {
    let snapshot = Snapshot::of(&inspect(&Huge(isize::MAX as usize)));
    assert_eq!(snapshot.excess, isize::MAX as u64 + 8 - 65_537 * u64::from(u32::MAX));
}

/// Claims parts larger than itself.
struct Boastful;

impl DeepSize for Boastful {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("numbers", &[0_u64; 100]);
        walker.field("text", &String::from("text"));
        walker.field("shared", &Rc::new(1_u8));
    }
}

#[test]
fn claimed_parts_never_exceed_the_value() {
    let report = inspect(&vec![Boastful, Boastful]);
    assert!(report.nodes().map(|node| node.own_size()).sum::<usize>() > report.deep_size());
    checked(&report);
}

#[test]
fn borrowed_memory_adds_up() {
    #[derive(DeepSize)]
    struct Borrows<'a> {
        #[deep_size(borrowed)]
        list: &'a [Rc<String>],
        own: Rc<String>,
    }
    let list = [Rc::new(String::from("one")), Rc::new(String::from("two"))];
    let value = Borrows { list: &list, own: list[0].clone() };
    let report = inspect(&value);
    let snapshot = checked(&report);
    let outside = snapshot.nodes.iter().position(|node| node.id == 3).unwrap();
    assert_eq!(snapshot.edges_of(outside).count(), report.shared_allocations().len());
}

#[test]
fn truncated_reports_add_up() {
    let (ada, bob) = (user("Ada", &[]), user("Bob", &[]));
    let users = Users { all: vec![user("Cy", &[&ada, &bob]), ada, bob.clone()], admins: vec![bob] };
    let reports: Vec<Report> = (1..20).map(|most| Inspector::new().max_nodes(most).inspect(&users)).collect();
    reports.iter().for_each(|report| drop(checked(report)));
    assert!(reports[4].is_truncated() && !reports[18].is_truncated());
}

#[test]
fn a_long_chain_of_blocks_is_exported() {
    #[derive(Default, DeepSize)]
    struct Link {
        next: Option<Rc<Link>>,
        also: Option<Rc<Link>>,
    }
    let mut chain = Rc::new(Link::default());
    let mut all = vec![chain.clone()];
    for _ in 0..20_000 {
        chain = Rc::new(Link { next: Some(chain.clone()), also: Some(chain) });
        all.push(chain.clone());
    }
    drop(all.drain(..all.len() - 1));
    let report = inspect(&all);
    let mut file = Vec::new();
    report.write_heapsnapshot(&mut file).unwrap();
    let snapshot = Snapshot::of(&report);
    let blocks = snapshot.blocks();
    assert_eq!(blocks.len(), 20_000 + 1);
    assert!(blocks.windows(2).all(|pair| snapshot.dominators[pair[1]] == pair[0]));
    // Dropped one at a time, to keep the stack shallow.
    drop(chain);
    let mut next = all.pop();
    while let Some(link) = next {
        next = Rc::into_inner(link).and_then(|link| link.also);
    }
}
