//! The state of a `BytesMut`, which no safe function exposes: its own vector, or a block that counts the handles.
//!
//! Source: `BytesMut` in `bytes_mut.rs` of `bytes` 1.12. The field `data` is odd for a vector, and otherwise the block's address.
#![expect(unsafe_code, reason = "reads the words of a `BytesMut`, with its proof")]

use core::ptr::null;

use bytes::BytesMut;

use crate::impls::words::{unknown_word, words};

/// The owner of the buffer.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// This handle alone.
    Vector,
    /// All handles that the block at this address counts. Null if the address is unknown.
    Shared(*const ()),
}

pub(super) fn of(bytes: &BytesMut) -> State {
    // SAFETY: a `BytesMut` has four fields of one word each. Every release so far has these fields, and changes none of them behind
    // a shared reference.
    let Some(words) = (unsafe { words(bytes, &(), 4) }) else { return State::Shared(null()) };
    let data = unknown_word(words, [bytes.as_ptr().addr(), bytes.len(), bytes.capacity()]);
    if data.addr() % 2 == 1 { State::Vector } else { State::Shared(data) }
}
