//! The last part of a value, which is visited after the impl of the value has returned.
//!
//! An observed walk over a list would otherwise need stack for each node.
#![expect(unsafe_code, reason = "stores a reference to a value of any type, also an unsized one")]

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use super::observed::Chain;
use crate::DeepSize;
use crate::observer::Role;

/// The last part of a value, if its impl leaves that part to the walk.
pub type LastPart<'a> = Option<Part<'a>>;

/// A part of a value that the walk has not visited.
#[derive(Debug)]
pub struct Part<'a> {
    role: Role,
    reference: Words,
    /// Must be called with the `reference` of the same part.
    visit: unsafe fn(Words, Role, bool, &mut Chain<'_, '_>) -> LastPart<'a>,
    value: PhantomData<&'a ()>,
}

/// A reference to a sized value, or to a slice or trait object.
type Words = MaybeUninit<[*const (); 2]>;

impl<'a> Part<'a> {
    #[inline(always)]
    pub(crate) fn new<T: DeepSize + ?Sized>(role: Role, value: &'a T) -> Self {
        const { assert!(size_of::<&T>() <= size_of::<Words>() && align_of::<&T>() <= align_of::<Words>()) };
        let mut reference = Words::uninit();
        // SAFETY: `reference` is large enough and sufficiently aligned, as asserted above.
        unsafe { reference.as_mut_ptr().cast::<&'a T>().write(value) };
        Self { role, reference, visit: visit::<T>, value: PhantomData }
    }

    /// Visits the part, except for its own last part.
    #[inline]
    pub(super) fn visit(self, is_last: bool, chain: &mut Chain<'_, '_>) -> LastPart<'a> {
        // SAFETY: `new` stored the reference and the function for the same type.
        unsafe { (self.visit)(self.reference, self.role, is_last, chain) }
    }
}

/// # Safety
///
/// `reference` must contain a `&'a T`.
unsafe fn visit<'a, T: DeepSize + ?Sized + 'a>(
    reference: Words,
    role: Role,
    is_last: bool,
    chain: &mut Chain<'_, '_>,
) -> LastPart<'a> {
    // SAFETY: the caller guarantees that `reference` contains a `&'a T`.
    let value = unsafe { reference.as_ptr().cast::<&'a T>().read() };
    chain.visit(role, value, is_last)
}
