use alloc::sync::{Arc, Weak};
use core::alloc::Layout;

use super::counted::{block, counted_handles, walk_unrecorded};
use crate::layout;
use crate::weak_layout::layout_of;

counted_handles!(Arc, Weak, of_arc);
