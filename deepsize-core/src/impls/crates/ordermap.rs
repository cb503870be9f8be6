//! `ordermap` 1: like `indexmap`, which it wraps.

use ordermap::{OrderMap, OrderSet};

ordered! { OrderMap, OrderSet }
