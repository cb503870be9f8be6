//! `ordermap` 1: as `indexmap`, which it wraps.

use ordermap::{OrderMap, OrderSet};

ordered! { OrderMap, OrderSet }
