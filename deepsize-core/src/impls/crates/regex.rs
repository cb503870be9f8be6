//! `regex` 1: exact for the patterns, which count once for all clones. The compiled programs and caches are opaque.
//!
//! Source: `Regex` in `src/regex/string.rs` and `RegexSet` in `src/regexset/string.rs` of 1.13.2. A clone shares the program and
//! the patterns.

use core::alloc::Layout;

use crate::layout::counted_block;
use crate::{DeepSize, Reason, SharedBlock, Walker};

/// Reports the block of an `Arc` that holds `value`. Its counts are not exposed.
fn walk_arc<T: DeepSize + ?Sized>(walker: &mut Walker<'_>, value: &T) {
    let (layout, offset) = counted_block(Layout::for_value(value));
    let block = core::ptr::from_ref(value).cast::<u8>().wrapping_sub(offset);
    walker.shared(SharedBlock::new(block, layout), value);
}

/// Implements `DeepSize` for the types of a module.
macro_rules! regexes {
    ($($module:ident)::*) => {
        /// The pattern. The program and its caches are opaque.
        impl DeepSize for $($module)::*::Regex {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_arc(walker, self.as_str());
                walker.opaque(Reason::Hidden);
            }
        }

        /// The patterns. The program and its caches are opaque.
        impl DeepSize for $($module)::*::RegexSet {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_arc(walker, self.patterns());
                walker.opaque(Reason::Hidden);
            }
        }

        opaque! {
            Hidden:
            $($module)::*::CaptureLocations,
            /// Owns the positions of the groups.
            $($module)::*::Captures<'_>,
            $($module)::*::RegexBuilder,
            $($module)::*::RegexSetBuilder,
            $($module)::*::SetMatches,
        }

        // They borrow the text.
        flat! { $($module)::*::Match<'_>, $($module)::*::NoExpand<'_> }
    };
}

regexes! { regex }
regexes! { regex::bytes }

/// The message of a syntax error.
impl DeepSize for regex::Error {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Self::Syntax(message) => walker.inner(message),
            Self::CompiledTooBig(_) => {}
            _ => walker.opaque(Reason::Hidden),
        }
    }
}
