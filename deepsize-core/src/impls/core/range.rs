//! The ranges of `core::range`, stable since Rust 1.95.

use core::range::RangeInclusive;

use crate::{DeepSize, Walker};

#[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
impl<T: DeepSize> DeepSize for RangeInclusive<T> {
    built_in! { all_fields: [] }

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("start", &self.start);
        walker.field("last", &self.last);
    }

    fn is_flat() -> bool {
        T::is_flat()
    }
}
