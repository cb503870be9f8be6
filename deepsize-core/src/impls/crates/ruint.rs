//! `ruint` 1: exact. An integer is stored in the value itself. Versions from 1.18 need Rust 1.90.

use ruint::{BaseConvertError, Bits, FromUintError, ParseError, ToUintError, Uint};

flat! {
    BaseConvertError, ParseError, FromUintError<T> where [T],
    Bits<B, L> where [const B: usize, const L: usize],
    ToUintError<T> where [T],
    Uint<B, L> where [const B: usize, const L: usize],
}
