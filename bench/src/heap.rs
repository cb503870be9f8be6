//! The heaps in which values are built: one of a new process, and one of a long-running process.

use std::fmt;
use std::hint::black_box;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// The addresses of blocks ascend in the order of the walk.
    Fresh,
    /// Blocks were allocated among others and shuffled, and some were freed, so that pointers jump.
    Aged,
}

impl Age {
    pub(crate) const BOTH: [Self; 2] = [Self::Fresh, Self::Aged];
}

impl FromStr for Age {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let age = Self::BOTH.into_iter().find(|age| age.to_string() == word);
        age.ok_or_else(|| format!("`{word}` is not an age of a heap"))
    }
}

impl fmt::Display for Age {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Fresh => "fresh",
            Self::Aged => "aged",
        })
    }
}

/// Builds the parts of a value, equal on every run.
pub(crate) struct Heap {
    pub(crate) age: Age,
    pub(crate) rng: Rng,
    /// Unrelated blocks, which live as long as the value.
    others: Vec<Box<[u8]>>,
}

impl Heap {
    pub(crate) fn new(age: Age) -> Self {
        Self { age, rng: Rng::new(0x5EED), others: Vec::new() }
    }

    /// Makes `count` elements from distinct numbers. On an aged heap they are shuffled by number and address, and half of
    /// them fill holes between other blocks.
    pub(crate) fn collect<T>(&mut self, count: usize, mut make: impl FnMut(&mut Rng, usize) -> T) -> Vec<T> {
        if self.age == Age::Fresh {
            return (0..count).map(|number| make(&mut self.rng, number)).collect();
        }
        let mut elements = Vec::with_capacity(count);
        let mut others = Vec::with_capacity(count);
        for number in 0..count {
            elements.push(make(&mut self.rng, number));
            let size = 16 + self.rng.below(113);
            others.push(vec![0; size].into_boxed_slice());
        }
        self.rng.shuffle(&mut elements);
        self.rng.shuffle(&mut others);
        let kept = count.div_ceil(2);
        elements.truncate(kept);
        others.truncate(kept);
        self.others.append(&mut others);
        elements.extend((count..2 * count - kept).map(|number| make(&mut self.rng, number)));
        self.rng.shuffle(&mut elements);
        elements
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        black_box(&self.others);
    }
}

/// SplitMix64, by Steele, Lea and Flood: <https://doi.org/10.1145/2714064.2660195>.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    pub(crate) fn shuffle<T>(&mut self, elements: &mut [T]) {
        for last in (1..elements.len()).rev() {
            elements.swap(last, self.below(last + 1));
        }
    }

    /// A text of 8 to 40 bytes that begins with `number`.
    pub(crate) fn text(&mut self, number: usize) -> String {
        let mut text = format!("{number:08}");
        let length = 8 + self.below(33);
        text.truncate(length);
        text.extend(std::iter::repeat_n('x', length - text.len()));
        text.shrink_to_fit();
        text
    }
}
