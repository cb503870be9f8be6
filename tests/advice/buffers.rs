//! Random collections shrink by the advised bytes.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};

use deep_size::advice::{AdviceKind, Certainty};
use deep_size::{DeepSize, inspect};

use crate::contexts::Dice;
use crate::support::{live_bytes, random_cases};

/// A random value with unused memory, and the changes that free it.
trait Loose: DeepSize {
    fn make(dice: &mut Dice, depth: usize) -> Self;

    /// Follows all advice inside this value.
    fn tighten(&mut self);
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Loose for $type {
            fn make(dice: &mut Dice, _: usize) -> Self {
                dice.below(100) as $type
            }

            fn tighten(&mut self) {}
        }
    )*};
}

numbers! { u8 u16 u64 u128 }

/// The length and the capacity of a collection.
fn sizes(dice: &mut Dice, depth: usize) -> (usize, usize) {
    let len = dice.below([40, 12, 6].get(depth).copied().unwrap_or(4));
    (len, len + [0, 0, 1, 30][dice.below(4)])
}

impl Loose for String {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        let (len, capacity) = sizes(dice, depth);
        let mut text = Self::with_capacity(capacity);
        text.extend(std::iter::repeat_n('a', len));
        text
    }

    fn tighten(&mut self) {
        self.shrink_to_fit();
    }
}

macro_rules! sequences {
    ($($type:ident: $tighten:expr;)*) => {$(
        impl<T: Loose + Ord> Loose for $type<T> {
            fn make(dice: &mut Dice, depth: usize) -> Self {
                let (len, capacity) = sizes(dice, depth);
                let mut sequence = Self::with_capacity(capacity);
                sequence.extend((0..len).map(|_| T::make(dice, depth + 1)));
                sequence
            }

            fn tighten(&mut self) {
                let tighten: fn(&mut Self) = $tighten;
                tighten(self);
                self.shrink_to_fit();
            }
        }
    )*};
}

sequences! {
    Vec: |all| all.iter_mut().for_each(T::tighten);
    VecDeque: |all| all.iter_mut().for_each(T::tighten);
    BinaryHeap: |all| {
        let mut elements = std::mem::take(all).into_vec();
        elements.iter_mut().for_each(T::tighten);
        *all = elements.into();
    };
}

impl<V: Loose> Loose for HashMap<u64, V> {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        let (len, capacity) = sizes(dice, depth);
        let mut map = Self::with_capacity(capacity);
        map.extend((0..len).map(|key| (key as u64, V::make(dice, depth + 1))));
        let kept = dice.below(len + 1) as u64;
        map.retain(|key, _| *key <= kept);
        map
    }

    fn tighten(&mut self) {
        self.values_mut().for_each(V::tighten);
        self.shrink_to_fit();
    }
}

impl Loose for HashSet<u16> {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        HashMap::<u64, u8>::make(dice, depth).into_keys().map(|key| key as u16).collect()
    }

    fn tighten(&mut self) {
        self.shrink_to_fit();
    }
}

impl<V: Loose> Loose for BTreeMap<u16, V> {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        let mut map = Self::new();
        let kept = 1 + dice.below(5);
        for key in 0..dice.below(200 / (depth + 1)) {
            map.insert(key as u16, V::make(dice, depth + 1));
        }
        map.retain(|&key, _| usize::from(key) % kept == 0);
        map
    }

    fn tighten(&mut self) {
        self.values_mut().for_each(V::tighten);
        *self = std::mem::take(self).into_iter().collect();
    }
}

impl Loose for BTreeSet<u64> {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        BTreeMap::<u16, u8>::make(dice, depth)
            .into_keys()
            .map(u64::from)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .fold(Self::new(), |mut set, key| {
                set.insert(key);
                set
            })
    }

    fn tighten(&mut self) {
        *self = std::mem::take(self).into_iter().collect();
    }
}

impl<A: Loose, B: Loose> Loose for (A, B) {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        (A::make(dice, depth), B::make(dice, depth))
    }

    fn tighten(&mut self) {
        self.0.tighten();
        self.1.tighten();
    }
}

impl<T: Loose> Loose for Option<Box<T>> {
    fn make(dice: &mut Dice, depth: usize) -> Self {
        (dice.below(3) > 0).then(|| Box::new(T::make(dice, depth)))
    }

    fn tighten(&mut self) {
        self.iter_mut().for_each(|value| value.tighten());
    }
}

/// Follows all advice on spare capacity and trees at once.
#[track_caller]
fn follow<T: Loose>() {
    // Creates the thread-local keys of the standard library.
    drop(HashMap::<u8, u8>::new());
    let mut given = 0;
    for seed in 0..random_cases(5_000).into() {
        let mut value = T::make(&mut Dice::new(seed), 0);
        let report = inspect(&value);
        let advice: Vec<_> = report
            .advice()
            .filter(|one| matches!(one.kind(), AdviceKind::ShrinkToFit | AdviceKind::Rebuild))
            .collect();
        let claimed: usize = advice.iter().map(|one| one.saved_size()).sum();
        let is_exact = advice.iter().all(|one| one.certainty() == Certainty::Exact);
        // Advice to use boxed slices replaces advice to shrink.
        let is_complete = report.advice().len() == advice.len();
        let before = live_bytes();
        value.tighten();
        let saved = usize::try_from(before - live_bytes()).expect("nothing grows");
        assert!(claimed <= saved, "seed {seed}: {claimed} claimed, {saved} saved\n{report:#}");
        // Removals can hide a part of a table. A tree with few empty slots gets no advice.
        let is_loose = ["BTree", "Hash"].iter().any(|name| std::any::type_name::<T>().contains(name));
        assert!(
            claimed == saved || !is_exact || !is_complete || is_loose,
            "seed {seed}: {claimed} claimed, {saved} saved\n{report:#}"
        );
        given += usize::from(claimed > 0);
    }
    assert!(given > 0);
}

#[test]
fn random_buffers_shrink_by_the_advised_bytes() {
    follow::<String>();
    follow::<Vec<u128>>();
    follow::<Vec<Vec<String>>>();
    follow::<(VecDeque<Vec<u8>>, BinaryHeap<String>)>();
    follow::<Vec<Option<Box<VecDeque<u16>>>>>();
}

#[test]
fn random_tables_shrink_by_the_advised_bytes_or_more() {
    follow::<HashMap<u64, String>>();
    follow::<(HashSet<u16>, Vec<u8>)>();
    follow::<Option<Box<HashMap<u64, HashMap<u64, Vec<u8>>>>>>();
}

#[test]
fn random_trees_are_rebuilt() {
    follow::<BTreeSet<u64>>();
    follow::<BTreeMap<u16, u128>>();
    follow::<BTreeMap<u16, Vec<u8>>>();
    follow::<HashMap<u64, BTreeMap<u16, String>>>();
}
