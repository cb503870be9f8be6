use core::hash::Hasher;
use std::collections::hash_map::DefaultHasher;
use std::vec::Vec;

use super::std_types::counted_text;
use crate::ownership::hash::NumberMap;
use crate::tree::samples::scaled_by;

/// Facts of a walk besides the sums at each place.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// By place.
    shrunk: Vec<Packed>,
    rebuilt: Vec<Packed>,
    nones: Vec<usize>,
    integers: Vec<Option<Integers>>,
    /// Texts by the hash of their bytes and their place. Two different texts collide with a probability of 2^-64.
    texts: NumberMap<u64, HeldText>,
}

/// Sums over the calls of [`shrunk_size`](deep_size_core::Observer::shrunk_size) or
/// [`rebuilt_size`](deep_size_core::Observer::rebuilt_size) at one place.
///
/// Only collections of known layout report these sizes. So a report proves the type, which a name alone does not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packed {
    /// The number of reports.
    pub(super) times: usize,
    /// The number of collections that own more than they need.
    pub(super) loose: usize,
    /// The bytes of the blocks of these collections.
    pub(super) blocks: usize,
    /// The bytes that these collections need.
    pub(super) bytes: usize,
}

/// The integers at one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Integers {
    pub(crate) smallest: i128,
    pub(crate) largest: i128,
    pub(crate) count: usize,
}

/// A text held at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldText {
    pub(super) hash: u64,
    pub(super) place: u32,
    pub(super) copies: u32,
    /// The bytes of the blocks of all copies.
    pub(super) blocks: usize,
    /// The size of the block of an `Arc<str>` with this text.
    pub(super) shared: usize,
}

impl Notes {
    /// Records that a collection at this place owns `blocks` bytes, and needs `bytes` after `shrink_to_fit`.
    pub(crate) fn shrunk(&mut self, place: u32, blocks: usize, bytes: usize) {
        at(&mut self.shrunk, place).add(blocks, bytes);
    }

    /// Records that a B-tree at this place owns `blocks` bytes, and needs `bytes` after a rebuild.
    pub(crate) fn rebuilt(&mut self, place: u32, blocks: usize, bytes: usize) {
        at(&mut self.rebuilt, place).add(blocks, bytes);
    }

    /// Records `Option`s at this place that are `None`.
    pub(crate) fn none(&mut self, place: u32, count: usize) {
        let nones = at(&mut self.nones, place);
        *nones = nones.saturating_add(count);
    }

    /// Records the value of an integer at this place.
    pub(crate) fn integer(&mut self, place: u32, value: i128) {
        let integers = at(&mut self.integers, place).get_or_insert(Integers {
            smallest: value,
            largest: value,
            count: 0,
        });
        integers.smallest = integers.smallest.min(value);
        integers.largest = integers.largest.max(value);
        integers.count += 1;
    }

    /// Changes the number of `None`s at a place in this proportion.
    pub(crate) fn scale_nones(&mut self, place: u32, numerator: usize, denominator: usize) {
        if let Some(nones) = self.nones.get_mut(place as usize) {
            // The other options are rounded down.
            let others = denominator.saturating_sub(*nones);
            *nones = numerator.saturating_sub(scaled_by(others, numerator, denominator));
        }
    }

    pub(super) fn shrunk_at(&self, place: u32) -> Packed {
        self.shrunk.get(place as usize).copied().unwrap_or_default()
    }

    pub(super) fn rebuilt_at(&self, place: u32) -> Packed {
        self.rebuilt.get(place as usize).copied().unwrap_or_default()
    }

    pub(crate) fn nones_at(&self, place: u32) -> usize {
        self.nones.get(place as usize).copied().unwrap_or_default()
    }

    /// The integers at each place, in the order of the walk.
    pub(crate) fn integers(&self) -> impl Iterator<Item = (u32, &Integers)> {
        (0..).zip(&self.integers).filter_map(|(place, integers)| Some((place, integers.as_ref()?)))
    }

    /// Records a text at this place, in a block of `block` bytes.
    pub(crate) fn text(&mut self, place: u32, bytes: &[u8], block: usize) {
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        let hash = hasher.finish();
        hasher.write_u32(place);
        let text = HeldText { hash, place, copies: 0, blocks: 0, shared: counted_text(bytes.len()) };
        let text = self.texts.entry(hasher.finish()).or_insert(text);
        text.copies = text.copies.saturating_add(1);
        text.blocks = text.blocks.saturating_add(block);
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &HeldText> {
        self.texts.values()
    }
}

impl Packed {
    fn add(&mut self, blocks: usize, bytes: usize) {
        self.times += 1;
        self.loose += usize::from(blocks > bytes);
        self.blocks = self.blocks.saturating_add(blocks);
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// The entry of a place. Inserts default entries up to it.
fn at<T: Clone + Default>(entries: &mut Vec<T>, place: u32) -> &mut T {
    let place = place as usize;
    if place >= entries.len() {
        entries.resize(place + 1, T::default());
    }
    &mut entries[place]
}
