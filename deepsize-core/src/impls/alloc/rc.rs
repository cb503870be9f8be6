use alloc::rc::{Rc, Weak};
use core::alloc::Layout;

use super::counted::{block, counted_handles, walk_unrecorded};
use crate::layout;
use crate::weak_layout::layout_of;

counted_handles!(Rc, Weak, of_rc);
