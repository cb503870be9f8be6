//! Wrappers that implement the trait around values of any type.

use core::ops::{Deref, DerefMut};

use crate::{DeepSize, Walker, with};

/// Implements the traits of a transparent wrapper.
macro_rules! wrapper {
    ($type:ident) => {
        impl<T> Deref for $type<T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> DerefMut for $type<T> {
            #[inline]
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T> From<T> for $type<T> {
            #[inline]
            fn from(value: T) -> Self {
                Self(value)
            }
        }
    };
}

/// A value of any type, measured as if it owns nothing.
///
/// Wrap a type from another crate that owns no memory, as in `HashMap<u32, Flat<Foreign>>`. The contents are not checked: memory
/// that they own is not counted.
///
/// # Examples
///
/// ```
/// use deep_size_core::DeepSize;
/// use deep_size_core::with::Flat;
///
/// /// Belongs to another crate.
/// struct Foreign(u64);
///
/// let values = vec![Flat(Foreign(1)), Flat(Foreign(2))];
/// assert_eq!(values.heap_size(), 16);
/// assert_eq!(values[1].0.0, 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Flat<T>(pub T);

wrapper! { Flat }

crate::flat_types! { Flat<T> where [T] }

/// A value of any type, reported as opaque unless it is zero-sized.
///
/// The value itself is counted, but not the memory that it owns. See [`with::opaque`].
///
/// # Examples
///
/// ```
/// use deep_size_core::Size;
/// use deep_size_core::with::Opaque;
///
/// /// Belongs to another crate.
/// struct Foreign(Vec<u8>);
///
/// let size = Size::of(&[Opaque(Foreign(vec![1])), Opaque(Foreign(vec![]))]);
/// assert_eq!((size.deep_size, size.opaque_part_count), (48, 2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Opaque<T>(pub T);

wrapper! { Opaque }

impl<T> DeepSize for Opaque<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !Self::is_flat() {
            with::opaque(&self.0, walker);
        }
    }

    #[inline]
    fn is_flat() -> bool {
        size_of::<T>() == 0
    }
}
