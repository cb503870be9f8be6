use alloc::sync::{Arc, Weak};
use core::alloc::Layout;

use super::counted::{block, counted_handles};
use crate::dead_block::layout_of;
use crate::layout;

counted_handles!(Arc, Weak, of_arc);
