//! `cid` 0.11: exact. An identifier is stored in the value itself.

use cid::{CidGeneric, Version};

flat! { CidGeneric<S> where [const S: usize], Version }
