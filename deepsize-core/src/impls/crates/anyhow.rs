//! `anyhow` 1: the block is exact, its contents are opaque.
//!
//! A message, as from `anyhow!("…")`, is exact: a literal owns nothing, and a formatted message is a `String`. A captured
//! backtrace is opaque.
//!
//! Source: `ErrorImpl` in `error.rs` of `anyhow` 1.0.104.

use alloc::string::String;
use core::alloc::Layout;
use core::error::Error as StdError;
use core::fmt::{Debug, Display};
use std::backtrace::{Backtrace, BacktraceStatus};

use anyhow::Error;

use crate::{DeepSize, Reason, Walker};

/// The header before the error in its block.
#[repr(C)]
struct Header {
    _vtable: &'static (),
    _backtrace: Option<Backtrace>,
}

/// The error as a value of type `T`, if it contains nothing else.
fn message<'e, T>(error: &'e Error, object: &(dyn StdError + 'static)) -> Option<&'e T>
where
    T: Display + Debug + Send + Sync + 'static,
{
    // `downcast_ref` also finds a context, and a value in the block of an inner error. The check of the address excludes
    // the inner error. The check of the size excludes a context, unless the error behind it is zero-sized and so owns
    // nothing.
    let lies_in_object = |value: &&T| {
        let object = core::ptr::from_ref(object).cast::<u8>().addr();
        core::ptr::from_ref::<T>(value).addr() == object
    };
    error.downcast_ref::<T>().filter(lies_in_object).filter(|_| size_of_val(object) == size_of::<T>())
}

impl DeepSize for Error {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let object: &(dyn StdError + 'static) = &**self;
        if let Ok((layout, _)) = Layout::new::<Header>().extend(Layout::for_value(object)) {
            let layout = layout.pad_to_align();
            walker.allocation(object, layout, layout.size());
        }
        if let Some(text) = message::<String>(self, object) {
            walker.inner(text);
        } else if message::<&'static str>(self, object).is_none() && size_of_val(object) > 0 {
            walker.opaque(Reason::TypeErased);
        }
        if self.backtrace().status() == BacktraceStatus::Captured {
            walker.opaque(Reason::Handle);
        }
    }
}
