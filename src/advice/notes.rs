use core::hash::Hasher;
use std::collections::hash_map::DefaultHasher;
use std::vec::Vec;

use super::std_types::counted_text;
use crate::ownership::hash::NumberMap;

/// Facts of a walk besides the sums at each place.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// By place.
    shrunk: Vec<Shrunk>,
    /// Texts by the hash of their bytes and their place. Two different texts collide with a probability of 2^-64.
    texts: NumberMap<u64, HeldText>,
}

/// The reports of [`Observer::shrunk_size`](deep_size_core::Observer::shrunk_size) at one place.
///
/// Only collections of known layout send them, so they prove the type that a name only suggests.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shrunk {
    /// The number of reports.
    pub(super) times: usize,
    /// The bytes of the blocks of these collections.
    pub(super) blocks: usize,
    /// The bytes that these collections need.
    pub(super) bytes: usize,
}

/// A text held at one place.
#[derive(Clone, Copy, Debug)]
struct HeldText {
    place: u32,
    copies: u32,
    /// The bytes of the blocks of all copies.
    blocks: usize,
    /// The bytes of its block behind an `Arc<str>`.
    shared: usize,
}

/// All texts at one place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PlaceTexts {
    pub(super) place: u32,
    pub(super) copies: usize,
    pub(super) distinct: usize,
    /// The bytes of all blocks.
    pub(super) blocks: usize,
    /// The bytes of the blocks if each text were held once, behind an `Arc<str>`.
    pub(super) shared: usize,
}

impl Notes {
    /// Records that a collection at this place owns `blocks` bytes and needs `bytes`.
    pub(crate) fn shrunk(&mut self, place: u32, blocks: usize, bytes: usize) {
        let place = place as usize;
        if place >= self.shrunk.len() {
            self.shrunk.resize(place + 1, Shrunk::default());
        }
        let shrunk = &mut self.shrunk[place];
        shrunk.times += 1;
        shrunk.blocks += blocks;
        shrunk.bytes += bytes;
    }

    pub(super) fn shrunk_at(&self, place: u32) -> Shrunk {
        self.shrunk.get(place as usize).copied().unwrap_or_default()
    }

    /// Records a text at this place, in a block of `block` bytes.
    pub(crate) fn text(&mut self, place: u32, bytes: &[u8], block: usize) {
        let mut hasher = DefaultHasher::new();
        hasher.write_u32(place);
        hasher.write(bytes);
        let text = HeldText { place, copies: 0, blocks: 0, shared: counted_text(bytes.len()) };
        let text = self.texts.entry(hasher.finish()).or_insert(text);
        text.copies = text.copies.saturating_add(1);
        text.blocks += block;
    }

    /// The sums over the texts of each place, by place.
    pub(super) fn texts(&self) -> Vec<PlaceTexts> {
        let mut all: Vec<HeldText> = self.texts.values().copied().collect();
        all.sort_unstable_by_key(|text| text.place);
        let sum = |texts: &[HeldText]| PlaceTexts {
            place: texts[0].place,
            copies: texts.iter().map(|text| text.copies as usize).sum(),
            distinct: texts.len(),
            blocks: texts.iter().map(|text| text.blocks).sum(),
            shared: texts.iter().map(|text| text.shared).sum(),
        };
        all.chunk_by(|one, other| one.place == other.place).map(sum).collect()
    }
}
