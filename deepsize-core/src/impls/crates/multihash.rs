//! `multihash` 0.19: exact. A hash is stored in the value itself.

use multihash::Multihash;

flat! { Multihash<S> where [const S: usize] }
