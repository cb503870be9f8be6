//! Small graphs with figures derived by hand, and large graphs.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use deep_size::ownership::DropOutcome;
use deep_size::{DeepSize, Report, SharedBlock, Walker, inspect};

use crate::support::live_bytes;
use crate::watch::watch;

/// The two counters of an `Rc`.
const COUNTS: usize = 2 * size_of::<usize>();

#[track_caller]
fn freed_by(action: impl FnOnce()) -> usize {
    let before = live_bytes();
    action();
    usize::try_from(before - live_bytes()).expect("memory is freed")
}

/// The paths that hold a block, with their numbers of strong and weak handles.
fn holders(report: &Report, block: usize) -> Vec<(String, usize, usize)> {
    let block = report.shared_allocations().nth(block).expect("the block exists");
    block.holders().map(|holder| (holder.node().path(), holder.strong_count(), holder.weak_count())).collect()
}

#[derive(Default, DeepSize)]
struct Tree {
    label: String,
    children: RefCell<Vec<Rc<Tree>>>,
    parent: RefCell<Weak<Tree>>,
}

fn tree(depth: usize) -> Rc<Tree> {
    let tree = Rc::new(Tree { label: "a label".into(), ..Tree::default() });
    if depth > 0 {
        for _ in 0..3 {
            let child = self::tree(depth - 1);
            *child.parent.borrow_mut() = Rc::downgrade(&tree);
            tree.children.borrow_mut().push(child);
        }
    }
    tree
}

#[test]
fn a_tree_node_retains_its_subtree() {
    let value = tree(4);
    let report = watch(&value);
    assert!(report.is_exact());
    assert_eq!(report.exclusive_size(), value.deep_size());
    // The leaves have no weak handle, so they belong to the nodes above.
    assert_eq!(report.shared_allocations().len(), 1 + 3 + 9 + 27);
    let top = report.shared_allocations().next().expect("the tree has nodes");
    assert_eq!(top.retained_size(), value.heap_size());
    assert_eq!(top.type_name(), std::any::type_name::<Tree>());
    assert_eq!((top.weak_count(), top.inside_weak_count(), top.outside_weak_count()), (Some(3), 3, Some(0)));
    for block in report.shared_allocations().skip(1).take(3) {
        assert_eq!(block.dominator().expect("the top reaches all").retained_size(), top.retained_size());
        assert_eq!(3 * block.retained_size(), top.retained_size() - top.own_size());
    }
    drop(report);
    let heap = value.heap_size();
    assert_eq!(freed_by(|| drop(value)), heap);
}

#[test]
fn a_block_held_outside_keeps_everything_it_holds() {
    #[derive(DeepSize)]
    struct Service {
        config: Arc<Vec<Arc<str>>>,
        names: Vec<Arc<str>>,
    }
    let name: Arc<str> = "a name".into();
    let config = Arc::new(vec![name.clone()]);
    let value = Service { config: config.clone(), names: vec![name.clone(), name, "x".into()] };
    let report = watch(&value);

    // The configuration, which is held outside, holds the name.
    let (text, list) = (COUNTS + 8, COUNTS + 24 + 16);
    assert_eq!(report.external_size(), text + list);
    assert_eq!(report.exclusive_size(), size_of::<Service>() + 3 * 16 + COUNTS + 8);
    assert_eq!(report.cyclic_size(), 0);
    assert_eq!(holders(&report, 0), [("config".to_owned(), 1, 0)]);
    assert_eq!(holders(&report, 1), [("config[]".to_owned(), 1, 0), ("names[]".to_owned(), 2, 0)]);
    let blocks: Vec<_> = report.shared_allocations().collect();
    assert_eq!(blocks.len(), 2);
    assert_eq!(
        (blocks[0].strong_count(), blocks[0].inside_strong_count(), blocks[0].outside_strong_count()),
        (Some(2), 1, Some(1))
    );
    assert_eq!(
        (blocks[1].strong_count(), blocks[1].inside_strong_count(), blocks[1].outside_strong_count()),
        (Some(3), 3, Some(0))
    );
    assert_eq!(
        (blocks[0].block_size(), blocks[0].own_size(), blocks[0].retained_size()),
        (COUNTS + 24, list, list)
    );
    assert!(blocks[1].dominator().is_none(), "two paths reach the name");
    assert_eq!((blocks[1].contents_outcome(), blocks[1].type_name()), (DropOutcome::External, "str"));

    let exclusive = report.exclusive_size();
    drop(blocks);
    drop(report);
    assert_eq!(freed_by(|| drop(value)), exclusive - size_of::<Service>());
    assert_eq!(config.len(), 1);
}

#[test]
fn an_outside_weak_handle_keeps_the_block_without_its_contents() {
    let value = Rc::new(String::from("contents"));
    let outside = Rc::downgrade(&value);
    let report = watch(&value);
    assert_eq!((report.exclusive_size(), report.external_size()), (8 + 8, COUNTS + 24));
    let block = report.shared_allocations().next().expect("the block is listed");
    assert_eq!(
        (block.contents_outcome(), block.block_outcome()),
        (DropOutcome::Freed, DropOutcome::External)
    );
    assert_eq!(freed_by(|| drop(value)), 8);
    assert_eq!(freed_by(|| drop(outside)), COUNTS + 24);
}

#[test]
fn memory_held_by_weak_handles_is_not_retained_with_the_contents() {
    // The registry keeps the listener's block after its owner is dropped, but not the text.
    let listener = Rc::new((String::from("listener"), Cell::new(0_u8)));
    let registry = vec![Rc::downgrade(&listener)];
    let owner = Rc::new(vec![listener]);
    let value = (owner.clone(), owner, registry);
    let report = watch(&value);
    let blocks: Vec<_> = report.shared_allocations().collect();
    assert_eq!(blocks[0].retained_size(), COUNTS + 24 + 8 + 8);
    assert_eq!(blocks[1].retained_size(), blocks[1].own_size());
    assert_eq!(blocks[1].own_size(), COUNTS + 32 + 8);
    assert_eq!(blocks[1].dominator().map(|block| block.block_size()), Some(COUNTS + 24));
    assert_eq!(report.exclusive_size(), value.deep_size());
}

#[test]
fn dead_blocks_are_assumed_to_be_held_inside() {
    let (inside, outside) = (Rc::new([1_u64; 4]), Rc::new([2_u64; 4]));
    let value = vec![Rc::downgrade(&inside), Rc::downgrade(&outside), Rc::downgrade(&outside)];
    let kept = Rc::downgrade(&outside);
    drop((inside, outside));
    let report = watch(&value);
    let block = COUNTS + 32;
    assert_eq!((report.exclusive_size(), report.external_size()), (24 + 3 * 8 + 2 * block, 0));
    assert_eq!(report.uncertain_size(), 2 * block);
    let listed: Vec<_> = report.shared_allocations().collect();
    assert_eq!(listed[1].type_name(), "[u64; 4]");
    assert_eq!(
        (listed[1].strong_count(), listed[1].weak_count(), listed[1].inside_weak_count()),
        (Some(0), None, 2)
    );
    assert_eq!((listed[1].outside_strong_count(), listed[1].outside_weak_count()), (Some(0), None));
    assert_eq!(holders(&report, 1), [("[]".to_owned(), 0, 2)]);
    drop(listed);
    drop(report);
    assert_eq!(freed_by(|| drop(value)), 3 * 8 + block, "within the bounds");
    assert_eq!(freed_by(|| drop(kept)), block);
}

#[test]
fn pinned_handles_have_unknown_counts() {
    let value = Rc::pin(String::from("pinned"));
    let report = watch(&value);
    assert_eq!((report.exclusive_size(), report.external_size()), (8, COUNTS + 24 + 6));
    assert_eq!(report.uncertain_size(), COUNTS + 24 + 6);

    let plain = Rc::new(String::from("plain"));
    let value = (Pin::new(plain.clone()), plain);
    let report = watch(&value);
    assert_eq!((report.exclusive_size(), report.uncertain_size()), (value.deep_size(), 0));
    assert!(report.is_exact());
}

#[test]
fn borrowed_memory_keeps_everything_it_holds() {
    #[derive(DeepSize)]
    struct View<'a> {
        #[deep_size(borrowed)]
        list: &'a Vec<Rc<str>>,
        own: Vec<Rc<str>>,
    }
    let list: Vec<Rc<str>> = vec!["first".into(), "second".into()];
    let value = View { list: &list, own: vec![list[0].clone(), "third".into()] };
    let report = watch(&value);
    let text = COUNTS + 8;
    assert_eq!(report.external_size(), 24 + 2 * 16 + 2 * text);
    assert_eq!(report.exclusive_size(), size_of::<View<'_>>() + 2 * 16 + text);
    assert_eq!(report.shared_allocations().len(), 1, "borrowed memory is not a shared block");
    let own = value.own;
    assert_eq!(freed_by(|| drop(own)), 2 * 16 + text);
}

#[derive(DeepSize)]
struct Person {
    name: String,
    friends: RefCell<Vec<Rc<Person>>>,
}

fn person(name: &str) -> Rc<Person> {
    Rc::new(Person { name: name.into(), friends: RefCell::default() })
}

fn befriend(one: &Rc<Person>, other: &Rc<Person>) {
    // One at a time, so that there is no spare capacity.
    one.friends.borrow_mut().reserve_exact(1);
    one.friends.borrow_mut().push(other.clone());
}

#[test]
fn a_leaking_cycle_is_found_with_its_paths() {
    let [ada, grace, edsger] = ["Ada", "Grace", "Edsger"].map(person);
    befriend(&ada, &grace);
    befriend(&grace, &ada);
    befriend(&grace, &edsger);
    let value = vec![ada];
    let outside = Rc::downgrade(&grace);
    drop((grace, edsger));
    let report = watch(&value);

    let block = COUNTS + size_of::<Person>();
    // A weak handle outside keeps Grace's block, but not its contents.
    assert_eq!(report.external_size(), block);
    assert_eq!(report.cyclic_size(), 2 * block + "AdaGraceEdsger".len() + 3 * 8);
    assert_eq!(report.exclusive_size(), 24 + 8);
    let cycle = report.cycles().next().expect("they leak");
    assert_eq!((report.cycles().len(), cycle.block_count(), cycle.size()), (1, 2, report.cyclic_size()));
    // Edsger's block has one handle, so it belongs to Grace's.
    let links: Vec<_> = cycle.links().map(|link| (link.block().own_size(), link.node().path())).collect();
    // Both have one path, because friends of friends fold.
    let path = || "[].friends…[]".to_owned();
    assert_eq!(links, [(block + 3 + 8, path()), (block + 5 + 16 + block + 6, path())]);
    let kept = report.cyclic_size();
    drop((links, report));
    assert_eq!(freed_by(|| drop(value)), 8);
    // Breaking the cycle frees it.
    let grace = outside.upgrade().expect("the block has leaked");
    let friends = grace.friends.take();
    assert_eq!(freed_by(|| drop((friends, grace))), kept);
    assert_eq!(freed_by(|| drop(outside)), block);
}

#[test]
fn a_cycle_behind_another_has_its_own_size() {
    let [first, second, tail, shared] = ["first", "second", "tail", "shared"].map(person);
    for person in [&first, &second] {
        befriend(person, person);
        befriend(person, &shared);
    }
    befriend(&first, &second);
    befriend(&second, &tail);
    drop((second, tail, shared));
    let value = [first];
    let report = watch(&value);
    let own = |name: &str, friends: usize| COUNTS + size_of::<Person>() + name.len() + 8 * friends;
    let kept: Vec<_> = report.cycles().map(|cycle| (cycle.block_count(), cycle.size())).collect();
    assert_eq!(kept, [(1, own("second", 3) + own("tail", 0)), (1, own("first", 3))]);
    assert_eq!(report.cyclic_size(), own("second", 3) + own("tail", 0) + own("first", 3) + own("shared", 0));

    let [first] = value;
    let second = first.friends.borrow()[2].clone();
    drop((first.friends.take(), second.friends.take()));
}

#[test]
fn handles_beyond_the_kept_places_are_counted() {
    let block = Rc::new(0_u8);
    let handle = || [block.clone(), block.clone()];
    let value = (
        (handle(), handle(), handle(), handle(), handle(), handle(), handle(), handle(), handle()),
        (handle(), handle(), handle(), handle(), handle(), handle(), handle(), handle(), handle()),
    );
    let report = watch(&value);
    let listed = report.shared_allocations().next().expect("there is one block");
    assert_eq!((listed.holders().len(), listed.unlisted_handle_count()), (16, 4));
    assert_eq!(holders(&report, 0)[1], ("0.1[]".to_owned(), 2, 0));
    assert_eq!((listed.inside_strong_count(), listed.outside_strong_count()), (36, Some(1)));
}

#[test]
fn opaque_parts_make_a_report_inexact() {
    let lock = Mutex::new(Arc::new(1_u64));
    let held = lock.lock().expect("no thread panicked");
    let value = (held.clone(), &held);
    assert!(watch(&value).is_exact());
    assert!(!watch(&lock).is_exact());
}

#[test]
fn custom_handles_without_a_weak_count_keep_their_block() {
    struct Interned(Rc<String>, bool);
    impl DeepSize for Interned {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            let block = SharedBlock::of_rc(&self.0);
            let block = SharedBlock::new(&raw const *self.0, block.layout)
                .with_strong_count(Rc::strong_count(&self.0));
            walker.shared(if self.1 { block.with_weak_count(0) } else { block }, &*self.0);
        }
    }
    let block = COUNTS + 24;
    let report = watch(&Interned(Rc::new("text".into()), false));
    assert_eq!(
        (report.exclusive_size(), report.external_size(), report.uncertain_size()),
        (16 + 4, block, block)
    );
    let report = watch(&Interned(Rc::new("text".into()), true));
    assert_eq!(
        (report.exclusive_size(), report.external_size(), report.uncertain_size()),
        (16 + 4 + block, 0, 0)
    );
}

#[test]
fn memory_does_not_grow_with_values_or_handles() {
    let blocks: Vec<Rc<u64>> = (0..5).map(Rc::new).collect();
    let value: Vec<(Box<u64>, Rc<u64>)> =
        (0..300_000).map(|number| (Box::new(number), blocks[number as usize % 5].clone())).collect();
    let before = live_bytes();
    let report = inspect(&value);
    assert!(live_bytes() - before < 8192, "{} bytes", live_bytes() - before);
    assert_eq!(report.shared_allocations().map(|block| block.inside_strong_count()).sum::<usize>(), 300_000);
}

#[derive(DeepSize)]
struct Link {
    next: RefCell<Option<Rc<Link>>>,
    back: RefCell<Option<Rc<Link>>>,
    weak: Weak<Link>,
}

/// A chain of a million blocks. Each may be held by the next one too.
fn chain(count: usize, both_ways: bool) -> Rc<Link> {
    let last = Rc::new(Link { next: RefCell::default(), back: RefCell::default(), weak: Weak::new() });
    (1..count).fold(last, |next, _| {
        let weak = Rc::downgrade(&next);
        let back = next.clone();
        let link = Rc::new(Link { next: RefCell::new(Some(next)), back: RefCell::default(), weak });
        if both_ways {
            *back.back.borrow_mut() = Some(link.clone());
        }
        link
    })
}

/// Takes the chain apart. Dropping it as a whole would overflow the stack.
fn unlink(chain: Rc<Link>) {
    let mut next = Some(chain);
    while let Some(link) = next {
        link.back.take();
        next = link.next.take();
    }
}

#[test]
fn a_chain_of_a_million_blocks_is_measured() {
    // A debug build is slow.
    let count = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };
    for both_ways in [false, true] {
        let value = chain(count, both_ways);
        let report = inspect(&value);
        assert_eq!(report.deep_size(), value.deep_size());
        let block = COUNTS + size_of::<Link>();
        let cyclic = if both_ways { count * block } else { 0 };
        assert_eq!((report.cyclic_size(), report.external_size()), (cyclic, 0));
        assert_eq!(report.cycles().len(), usize::from(both_ways));
        assert!(report.cycles().all(|cycle| cycle.links().len() == 2 && cycle.block_count() == count));
        assert!(report.shared_allocations().zip(0..).all(|(block_at, at)| {
            // Without a weak handle, the first block belongs to the value alone.
            let before = if both_ways { 0 } else { 1 };
            block_at.retained_size() == (count - before - at) * block
        }));
        unlink(value);
    }
}

#[test]
fn retainers_are_the_blocks_that_hold_a_handle() {
    let leaf = Rc::new(7_u64);
    let middle = Rc::new((leaf.clone(), leaf.clone(), Rc::downgrade(&leaf)));
    let value = (vec![leaf.clone(), leaf.clone()], middle.clone(), middle);
    drop(leaf);
    let report = watch(&value);
    let block = |ending: &str| report.shared_allocations().find(|block| block.type_name().ends_with(ending));
    let leaf = block("u64").expect("the number is shared");
    let retainers: Vec<_> = leaf
        .retainers()
        .map(|one| {
            (one.block().map(|from| from.position()), one.node().path(), one.strong_count(), one.weak_count())
        })
        .collect();
    let middle = block(")").expect("the tuple is shared").position();
    assert_eq!(retainers, [(None, String::from("0[]"), 2, 0), (Some(middle), String::from("1.0"), 2, 1)]);
}
