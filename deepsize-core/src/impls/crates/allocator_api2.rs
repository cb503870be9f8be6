//! `allocator-api2` 0.2: exact with a zero-sized allocator, such as `Global`; otherwise opaque.
//!
//! An allocator with a size, such as `&Bump`, may refer to an arena. The arena owns the memory, and may be part of the measured
//! value. So a collection in it is opaque, including its elements. A zero-sized allocator can refer only to a static, so its
//! memory is counted.
//!
//! With this feature, `hashbrown`'s collections follow the same rule.

use allocator_api2::alloc::{AllocError, Allocator, Global};
use allocator_api2::boxed::Box;
use allocator_api2::vec::Vec;

use crate::impls::is_owned_by;
use crate::{DeepSize, Walker};

flat! { AllocError, Global }

/// Like the `Vec` of the standard library.
impl<T: DeepSize, A: Allocator> DeepSize for Vec<T, A> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if is_owned_by::<A>(walker, self.capacity()) {
            walker.growable_buffer(self.as_ptr(), self.capacity(), self.len());
            walker.slice(self);
        }
    }
}

/// Like the `Box` of the standard library.
impl<T: DeepSize + ?Sized, A: Allocator> DeepSize for Box<T, A> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if is_owned_by::<A>(walker, size_of_val(&**self)) {
            walker.pointee(&**self);
        }
    }
}
