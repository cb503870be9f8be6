//! `string_cache` 0.11: a lower bound. A text that is neither short nor static is interned. It counts once for all its handles.
//!
//! The entry with the reference count is a second block, which is not counted. The table of all entries is global.
//!
//! Source: `Entry` in `src/dynamic_set.rs` of 0.11.0, and `MAX_INLINE_LEN` in `src/atom.rs`.

use core::alloc::Layout;

use string_cache::{Atom, EmptyStaticAtomSet, StaticAtomSet};

use crate::{DeepSize, Reason, SharedBlock, Walker};

/// The length of the longest inline text, in bytes.
const INLINE: usize = 7;

/// The size of an entry: the text, a hash, a reference count, and the next entry.
const ENTRY: usize = size_of::<(&str, u64, isize, Option<&()>)>();

flat! { EmptyStaticAtomSet }

/// The block of an interned text, without the block of its entry.
impl<Static: StaticAtomSet> DeepSize for Atom<Static> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let text: &str = self;
        if text.len() > INLINE && Self::try_static(text).is_none() {
            let block = SharedBlock::new(text, Layout::for_value(text));
            if walker.shared_with::<str, _>(block, text.len(), |walker| walker.emit_content(text.as_bytes()))
            {
                walker.lower_bound(Reason::Hidden, Some(ENTRY));
            }
        }
    }
}
