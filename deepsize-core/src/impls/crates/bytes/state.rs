//! The state of a `BytesMut`, which no safe function exposes: its own vector, or a block that counts the handles.
//!
//! Source: `BytesMut` in `bytes_mut.rs` of `bytes` 1.12. The field `data` is odd for a vector, and otherwise the block's address.
#![expect(unsafe_code, reason = "reads the words of a `BytesMut`, with its proof")]

use core::ptr::null;

use bytes::BytesMut;

use crate::impls::words::{unknown_word, words};

/// Where the buffer belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// To this handle alone.
    Vector,
    /// To the handles that this block counts. Null if its address is unknown.
    Shared(*const ()),
}

pub(super) fn of(bytes: &BytesMut) -> State {
    // SAFETY: a `BytesMut` has four fields of one word each. Every release so far has these fields, and changes none of them behind
    // a shared reference.
    let Some(words) = (unsafe { words(bytes, &(), 4) }) else { return State::Shared(null()) };
    let data = unknown_word(words, [bytes.as_ptr().addr(), bytes.len(), bytes.capacity()]);
    if data.addr() % 2 == 1 { State::Vector } else { State::Shared(data) }
}
