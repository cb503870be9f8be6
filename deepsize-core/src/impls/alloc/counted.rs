//! What `Rc` and `Arc` have in common: a block of two counters and the value.

use core::alloc::Layout;

use crate::{SharedBlock, layout};

/// Implements `DeepSize` for a pair of a counted handle and its weak companion.
macro_rules! counted_handles {
    ($strong:ident, $weak:ident, $of:ident) => {
        impl crate::SharedBlock {
            #[doc = concat!("The block behind this `", stringify!($strong), "`, for handles that are built on one.")]
            #[inline]
            #[must_use]
            pub fn $of<T: ?Sized>(handle: &$strong<T>) -> Self {
                let block = block($strong::as_ptr(handle), Layout::for_value(&**handle));
                block.with_strong($strong::strong_count(handle)).with_weak($strong::weak_count(handle))
            }
        }

        /// The block of counters and value, once.
        impl<T: crate::DeepSize + ?Sized> crate::DeepSize for $strong<T> {
            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.shared(crate::SharedBlock::$of(self), &**self);
            }

            #[inline]
            fn sum_owned<'v>(&'v self, walker: &mut crate::Walker<'v>) -> usize {
                // The weak count is left out: it is an atomic read that no compiler drops.
                let block = block($strong::as_ptr(self), Layout::for_value(&**self));
                walker.sum_shared(&block.with_strong($strong::strong_count(self)), &**self)
            }

            #[inline]
            fn __evident_sum(&self, before: crate::evident::Evident) -> Option<crate::evident::Evident> {
                before.and_shared(self, $strong::strong_count(self), layout::counted_size(&**self), &**self)
            }

            #[inline]
            fn heap_size(&self) -> usize {
                crate::__private::evident_heap_size(self)
            }

            #[inline]
            fn leads_to(&self) -> usize {
                let offset = layout::counted_offset(align_of_val(&**self));
                $strong::as_ptr(self).cast::<()>().addr().wrapping_sub(offset)
            }

            #[inline]
            fn sum_slice<'v>(elements: &'v [Self], walker: &mut crate::Walker<'v>) -> usize {
                walker.sum_handles(elements, $strong::strong_count, |handle, walker, counts| {
                    walker.sum_one_shared(handle, counts, layout::counted_size(&**handle), &**handle)
                })
            }

            #[inline]
            fn __count_onto<'v>(
                &'v self,
                before: crate::Totals,
                walker: &mut crate::Walker<'v>,
            ) -> crate::Totals {
                let block = block($strong::as_ptr(self), Layout::for_value(&**self));
                let block = block.with_strong($strong::strong_count(self));
                before + walker.sum_shared::<crate::Totals, T>(&block, &**self)
            }

            #[inline]
            fn __count_slice<'v>(elements: &'v [Self], walker: &mut crate::Walker<'v>) -> crate::Totals {
                walker.sum_handles(elements, $strong::strong_count, |handle, walker, counts| {
                    walker.sum_one_shared(handle, counts, layout::counted_size(&**handle), &**handle)
                })
            }
        }

        /// Nothing while the value is alive, the block once it is dead. `Weak::new()` has no block.
        impl<T: ?Sized> crate::DeepSize for $weak<T> {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                // All handles made by `Weak::new` point to one place that is no block.
                if self.as_ptr().cast::<()>() == $weak::<()>::new().as_ptr() {
                    return;
                }
                #[expect(unsafe_code, reason = "see `dead_block`")]
                // SAFETY: the handle is not dangling, so it keeps the block of a `T` alive.
                let value = unsafe { layout_of(self.as_ptr()) };
                let block = block(self.as_ptr(), value);
                walker.weak(match self.strong_count() {
                    // The number of weak handles is not told once the value is dead.
                    0 => block.with_strong(0),
                    strong => block.with_strong(strong).with_weak(self.weak_count()),
                });
            }
        }
    };
}

pub(super) use counted_handles;

/// The block in which a counted value of this layout lies.
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

    use crate::{DeepSize, SharedBlock, layout};

    /// A walk over many handles knows their blocks by what they lead to, and computes no more of them than their size.
    #[test]
    fn handles_lead_to_their_blocks() {
        #[repr(align(64))]
        struct Aligned(#[expect(dead_code, reason = "for its size")] u8);
        impl DeepSize for Aligned {
            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}
        }

        fn assert_leads<T: DeepSize + ?Sized>(handle: &Arc<T>) {
            let block = SharedBlock::of_arc(handle);
            assert_eq!(handle.leads_to(), block.address);
            assert_eq!(layout::counted_size(&**handle), block.layout.size());
        }
        assert_leads(&Arc::new(String::new()));
        assert_leads(&Arc::<str>::from("text"));
        assert_leads(&Arc::new(()));
        assert_leads(&Arc::new(1_u128));
        assert_leads(&Arc::new(Aligned(0)));
        assert_leads(&Arc::<[u16]>::from([1, 2, 3]));
        assert_leads(&Arc::new([0_u8; 3]));
        assert_leads::<dyn DeepSize>(&(Arc::new(Aligned(0)) as Arc<dyn DeepSize>));
        let rc = Rc::<[u16]>::from([1, 2, 3]);
        assert_eq!(rc.leads_to(), SharedBlock::of_rc(&rc).address);
    }
}
