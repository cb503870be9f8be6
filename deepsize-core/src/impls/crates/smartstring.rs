//! `smartstring` 1: exact. Version 2 needs Rust 1.93.
//!
//! Source: `BoxedString` in `src/boxed.rs` of 1.0.1. The address of a boxed text is even, so its block is aligned to 2 bytes.

use core::alloc::Layout;

use smartstring::{SmartString, SmartStringMode};

use crate::{DeepSize, Walker};

/// Capacity in bytes, unless the text is inline.
impl<Mode: SmartStringMode> DeepSize for SmartString<Mode> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !self.is_inline() {
            if let Ok(block) = Layout::from_size_align(self.capacity(), 2) {
                walker.allocation(self.as_ptr(), block, self.len());
            }
        }
        walker.emit_content(self.as_bytes());
    }
}
