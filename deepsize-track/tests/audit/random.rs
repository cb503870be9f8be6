//! Random trees, with and without a planted fault.

use std::alloc::Layout;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use deep_size_core::{DeepSize, Walker};

use crate::{audited, expected, found};

/// The fault in the impl of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    Forgets,
    Doubles,
    TakesLength,
    AddsHeader,
}

struct Leaf {
    bytes: Vec<u8>,
    wrong: Wrong,
}

impl DeepSize for Leaf {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let claim = |size: usize, walker: &mut Walker<'_>| {
            let layout = Layout::array::<u8>(size).expect("the layout is valid");
            walker.allocation(self.bytes.as_ptr(), layout, 0);
        };
        match self.wrong {
            Wrong::Nothing => claim(self.bytes.capacity(), walker),
            Wrong::Forgets => {}
            Wrong::Doubles => (0..2).for_each(|_| claim(self.bytes.capacity(), walker)),
            Wrong::TakesLength => claim(self.bytes.len(), walker),
            Wrong::AddsHeader => claim(self.bytes.capacity() + 16, walker),
        }
    }
}

enum Tree {
    Leaf(Leaf),
    List(Vec<Tree>),
    Pointer(Box<Tree>),
    Shared(Rc<Tree>, Rc<Tree>),
    Sorted(BTreeMap<u32, Tree>),
    Table(HashMap<u32, Tree>),
}

impl DeepSize for Tree {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Leaf(leaf) => walker.field("leaf", leaf),
            Self::List(list) => walker.field("list", list),
            Self::Pointer(pointer) => walker.field("pointer", pointer),
            Self::Shared(one, other) => {
                walker.field("one", one);
                walker.field("other", other);
            }
            Self::Sorted(sorted) => walker.field("sorted", sorted),
            Self::Table(table) => walker.field("table", table),
        }
    }
}

/// The xorshift generator of Marsaglia (2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }
}

/// Grows a tree with one faulty leaf.
struct Grower {
    dice: Dice,
    wrong: Wrong,
    /// The number of leaves before the faulty one.
    left: i64,
    /// The path of the faulty leaf, its capacity and its length.
    planted: Option<(String, usize, usize)>,
}

impl Grower {
    fn grow(&mut self, depth: u64, path: &str) -> Tree {
        let count = 1 + self.dice.below(5) as u32;
        match self.dice.below(if depth == 0 { 1 } else { 7 }) {
            0 | 1 => Tree::Leaf(self.leaf(path)),
            2 => Tree::List(
                (0..count).map(|at| self.grow(depth - 1, &join(path, &format!("list[{at}]")))).collect(),
            ),
            3 => Tree::Pointer(Box::new(self.grow(depth - 1, &join(path, "pointer")))),
            4 => {
                let one = Rc::new(self.grow(depth - 1, &join(path, "one")));
                Tree::Shared(one.clone(), one)
            }
            5 => {
                // Keys ascend, so the walk visits them in this order.
                let entry = |at| (at, self.grow(depth - 1, &join(path, &format!("sorted.values[{at}]"))));
                Tree::Sorted((0..count).map(entry).collect())
            }
            _ => Tree::Table([(7, self.grow(depth - 1, &join(path, "table.values[0]")))].into()),
        }
    }

    fn leaf(&mut self, path: &str) -> Leaf {
        let size = 10 + self.dice.below(1000) as usize;
        let mut bytes = Vec::with_capacity(size);
        bytes.resize(1 + self.dice.below(size as u64 - 1) as usize, 0);
        self.left -= 1;
        let wrong = if self.left == -1 { self.wrong } else { Wrong::Nothing };
        if self.left == -1 {
            self.planted = Some((join(path, "leaf"), size, bytes.len()));
        }
        Leaf { bytes, wrong }
    }
}

fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.into() } else { format!("{path}.{step}") }
}

#[test]
fn a_fault_is_found_at_any_place() {
    let faults = [Wrong::Nothing, Wrong::Forgets, Wrong::Doubles, Wrong::TakesLength, Wrong::AddsHeader];
    let mut met = 0;
    for seed in 1..400_u64 {
        let wrong = faults[seed as usize % faults.len()];
        let grow = || {
            let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let mut grower = Grower { dice, wrong, left: (seed % 7) as i64, planted: None };
            let tree = grower.grow(5, "");
            (tree, grower.planted)
        };
        let planted = grow().1;
        let audit = audited(|| grow().0);
        let expected = match (&planted, wrong) {
            (None, _) | (_, Wrong::Nothing) => None,
            (Some((_, size, _)), Wrong::Forgets) => Some(expected("never", "", "", 0, *size)),
            (Some((path, size, _)), Wrong::Doubles) => Some(expected("twice", path, path, *size, *size)),
            (Some((path, size, used)), Wrong::TakesLength) => Some(expected("size", path, "", *used, *size)),
            (Some((path, size, _)), Wrong::AddsHeader) => Some(expected("size", path, "", size + 16, *size)),
        };
        met += usize::from(expected.is_some());
        assert_eq!(found(&audit), expected.into_iter().collect::<Vec<_>>(), "seed {seed}: {audit}");
    }
    assert!(met > 100, "too few faults: {met}");
}
