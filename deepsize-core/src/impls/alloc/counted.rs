//! `Rc` and `Arc`: a block with two counters and the value.

use core::alloc::Layout;

use crate::observer::{Handle, SharedEvent};
use crate::{DeepSize, SharedBlock, Walker, layout};

/// Implements `DeepSize` for a reference-counted handle and its weak handle.
macro_rules! counted_handles {
    ($strong:ident, $weak:ident, $of:ident) => {
        impl crate::SharedBlock {
            #[doc = concat!("The block behind this `", stringify!($strong), "`, with both handle counts.")]
            ///
            /// Pass it to [`Walker::shared`](crate::Walker::shared) in the impl of a type that wraps such a handle.
            #[inline]
            #[must_use]
            pub fn $of<T: ?Sized>(handle: &$strong<T>) -> Self {
                let block = block($strong::as_ptr(handle), Layout::for_value(&**handle));
                block
                    .with_strong_count($strong::strong_count(handle))
                    .with_weak_count($strong::weak_count(handle))
            }
        }

        /// The block with counters and value, counted once.
        impl<T: crate::DeepSize + ?Sized> crate::DeepSize for $strong<T> {
            built_in! { leaves |this| Some(&**this), is_leaf: false }

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.shared(crate::SharedBlock::$of(self), &**self);
            }

            #[inline]
            fn __walk_but_last(&self, walker: &mut crate::Walker<'_>) -> crate::walker::LastPart<'_> {
                let is_first =
                    walker.visit_shared(crate::SharedBlock::$of(self), crate::observer::Handle::Strong);
                is_first.then(|| crate::walker::Part::new(crate::observer::Role::Shared, &**self))
            }

            #[inline]
            fn __sum(&self, before: usize, walker: &mut crate::Walker<'_>) -> usize {
                let [address, _] = self.__next_reads();
                let counts = ($strong::strong_count(self), $strong::weak_count(self));
                match walker
                    .is_first(address, Some(counts), |walker| walk_unrecorded(&**self, counts, walker))
                {
                    false => before,
                    true => walker.sum_target(before, layout::counted_size(&**self), &**self),
                }
            }

            #[inline]
            fn __sum_slice(handles: &[Self], before: usize, walker: &mut crate::Walker<'_>) -> usize {
                walker.sum_handles(handles, before)
            }

            #[inline]
            fn __next_reads(&self) -> crate::prefetch::NextReads {
                let offset = layout::counted_offset(align_of_val(&**self));
                [$strong::as_ptr(self).addr().wrapping_sub(offset), 0]
            }
        }

        impl<T: ?Sized> crate::container::Container for $strong<T> {
            type Element = T;

            fn walk_each<F>(&self, walker: &mut crate::Walker<'_>, walk: F)
            where
                F: Fn(&T, &mut crate::Walker<'_>),
            {
                walker.shared_value_with(crate::SharedBlock::$of(self), &**self, walk);
            }
        }

        /// The block if the value was dropped; nothing while it is alive. `Weak::new()` has no block.
        impl<T: ?Sized> crate::DeepSize for $weak<T> {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                // All handles from `Weak::new` have one dangling address.
                if self.as_ptr().cast::<()>() == $weak::<()>::new().as_ptr() {
                    return;
                }
                #[expect(unsafe_code, reason = "see `weak_layout`")]
                // SAFETY: the handle does not dangle, so it keeps the block of a `T` alive.
                let value = unsafe { layout_of(self.as_ptr()) };
                let block = block(self.as_ptr(), value);
                walker.weak(match self.strong_count() {
                    // Once the value is dropped, `Weak` does not expose the weak count.
                    0 => block.with_strong_count(0),
                    strong => block.with_strong_count(strong).with_weak_count(self.weak_count()),
                });
            }
        }
    };
}

pub(super) use counted_handles;

/// Walks over a handle whose block the visited set of a plain walk did not record. Returns whether the caller should count the block.
// Takes the value, because a plain walk does not keep the handle in a register.
#[cold]
#[inline(never)]
pub(super) fn walk_unrecorded<T: DeepSize + ?Sized>(
    value: &T,
    counts: (usize, usize),
    walker: &mut Walker<'_>,
) -> bool {
    let block = block(value, Layout::for_value(value));
    let is_new = walker.record_elsewhere(block.address);
    // A block with a single handle belongs to the memory around it.
    let is_unique = counts == (1, 0);
    if is_new && !is_unique {
        walker.count_shared(&SharedEvent::new(block, Handle::Strong, true));
        walker.shared_contents(block, value);
    }
    is_new && is_unique
}

/// The block around a reference-counted value of this layout.
#[inline]
pub(super) fn block<T: ?Sized>(value: *const T, value_layout: Layout) -> SharedBlock {
    let (layout, offset) = layout::counted_block(value_layout);
    SharedBlock::new(value.cast::<u8>().wrapping_sub(offset), layout)
}

#[cfg(test)]
mod tests {
    use alloc::rc::Rc;
    use alloc::string::String;
    use alloc::sync::Arc;

    use super::*;

    /// The plain walk computes the address and the size of a block without its layout.
    #[test]
    fn the_plain_walk_agrees_with_shared_block() {
        #[repr(align(64))]
        struct Aligned(#[expect(dead_code, reason = "for its size")] u8);
        impl DeepSize for Aligned {
            built_in! {}

            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}
        }

        fn assert_block<T: DeepSize + ?Sized>(handle: &Arc<T>) {
            let block = SharedBlock::of_arc(handle);
            assert_eq!(handle.__next_reads()[0], block.address);
            assert_eq!(layout::counted_size(&**handle), block.layout.size());
        }
        assert_block(&Arc::new(String::new()));
        assert_block(&Arc::<str>::from("text"));
        assert_block(&Arc::new(()));
        assert_block(&Arc::new(1_u128));
        assert_block(&Arc::new(Aligned(0)));
        assert_block(&Arc::<[u16]>::from([1, 2, 3]));
        assert_block(&Arc::new([0_u8; 3]));
        assert_block::<dyn DeepSize>(&(Arc::new(Aligned(0)) as Arc<dyn DeepSize>));
        let rc = Rc::<[u16]>::from([1, 2, 3]);
        assert_eq!(rc.__next_reads()[0], SharedBlock::of_rc(&rc).address);
    }
}
