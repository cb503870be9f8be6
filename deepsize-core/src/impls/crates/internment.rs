//! `internment` 0.8: exact. Each interned value counts once for all handles.
//!
//! - `Intern`: the box of the value. It is never freed, so reports assume that it outlives the handle.
//! - `ArcIntern`: the box of a counter and the value, freed with the last handle.
//!
//! The lookup tables belong to the process and to no value.
//!
//! Source: `intern.rs` and `arc.rs` of `internment` 0.8.6.

use core::alloc::Layout;
use core::hash::Hash;

use internment::{ArcIntern, Intern};

use crate::{DeepSize, SharedBlock, Walker};

impl<T: DeepSize + Eq + Hash + Send + Sync + ?Sized> DeepSize for Intern<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let value: &T = self;
        walker.shared(SharedBlock::new(value, Layout::for_value(value)).with_weak_count(0), value);
    }
}

impl<T: DeepSize + Eq + Hash + Send + Sync + ?Sized> DeepSize for ArcIntern<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let value: &T = self;
        let value_layout = Layout::for_value(value);
        // In any order, the two fields take the same size.
        if let Ok((layout, _)) = Layout::new::<usize>().extend(value_layout) {
            let block = SharedBlock::new(value, layout.pad_to_align());
            walker.shared(block.with_strong_count(self.refcount()).with_weak_count(0), value);
        }
    }
}
