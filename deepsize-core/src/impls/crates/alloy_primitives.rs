//! `alloy-primitives` 1: integers and hashes own nothing. `Bytes` is measured like `bytes::Bytes`. A log is a lower bound.

use alloy_primitives::{
    Address, Bloom, Bytes, FixedBytes, Function, Log, LogData, Sealed, Sign, Signature, Signed, TxKind,
};

use crate::{DeepSize, Walker, with};

flat! {
    Address, Bloom, FixedBytes<N> where [const N: usize], Function, Sign, Signature,
    Signed<B, L> where [const B: usize, const L: usize], TxKind,
}

fields! {
    Bytes { 0 }
    Log<T> where [T: DeepSize] { address, data }
}

/// The topics and the data. The capacity of the vector of topics is not exposed.
impl DeepSize for LogData {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        with::slice_at_least(self.topics(), walker);
        walker.field("data", &self.data);
    }
}

delegates! { |this: Sealed<T> where [T: DeepSize]| this.inner() => T; }
