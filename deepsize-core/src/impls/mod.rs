//! The impls, one file per module of the library a type comes from; they add no public names.

#[cfg(feature = "alloc")]
use crate::Totals;

/// Implements `DeepSize` for types whose values can never own memory outside themselves; the generic parameters of a type
/// follow it: `Wrapper<T> where [T: ?Sized]`.
macro_rules! flat {
    ($($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            #[inline(always)]
            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}

            // Less to compile than what is provided.
            #[inline(always)]
            fn sum_slice<'v>(_: &'v [Self], _: &mut crate::Walker<'v>) -> usize
            where
                Self: Sized,
            {
                0
            }

            #[inline]
            fn __walk_node(&self, role: crate::Role, walker: &mut crate::Walker<'_>) {
                walker.flat_leaf(role, self);
            }

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }

            #[inline(always)]
            fn __is_bare(&self) -> bool {
                true
            }

            #[inline(always)]
            fn __evident_sum(
                &self,
                before: crate::evident::Evident,
            ) -> core::option::Option<crate::evident::Evident> {
                core::option::Option::Some(before)
            }
        }
    )*};
}

/// Implements `DeepSize` for an unsized text, which owns nothing; the expression gives its bytes.
macro_rules! text {
    (|$this:ident: $type:ty| $bytes:expr) => {
        impl crate::DeepSize for $type {
            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if walker.wants_content() {
                    let $this = self;
                    walker.content($bytes);
                }
            }

            #[inline(always)]
            fn sum_owned<'v>(&'v self, _: &mut crate::Walker<'v>) -> usize {
                0
            }

            #[inline(always)]
            fn __count_onto<'v>(&'v self, before: crate::Totals, _: &mut crate::Walker<'v>) -> crate::Totals {
                before
            }

            #[inline(always)]
            fn __evident_sum(&self, before: crate::evident::Evident) -> Option<crate::evident::Evident> {
                Some(before)
            }
        }
    };
}

/// The methods of types whose values own one block of bytes at most: its size, and the bytes of it that are in use.
#[cfg(feature = "alloc")]
macro_rules! leaf {
    ($type:ty: |$this:ident| $size:expr, $bytes:expr) => {
        #[inline]
        fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
            let $this = self;
            walker.block(&crate::Allocation::of_buffer($bytes.as_ptr(), $size, $bytes.len()));
            if walker.wants_content() {
                walker.content($bytes);
            }
        }

        #[inline]
        fn __walk_node(&self, role: crate::Role, walker: &mut crate::Walker<'_>) {
            let $this = self;
            let block = crate::Allocation::of_buffer($bytes.as_ptr(), $size, $bytes.len());
            walker.leaf(role, self, &block, None);
        }

        #[inline]
        fn sum_owned<'v>(&'v self, _: &mut crate::Walker<'v>) -> usize {
            let $this = self;
            $size
        }

        #[inline]
        fn sum_slice<'v>(elements: &'v [Self], _: &mut crate::Walker<'v>) -> usize {
            // Compiled once, and not for each type with a field that holds many.
            #[inline(never)]
            fn sum(elements: &[$type]) -> usize {
                crate::impls::sum_of(elements, |$this| $size)
            }
            // Written out, which is what a compiler makes of a loop over so few, in much more time, wherever there is one.
            let bytes = |$this: &$type| $size;
            if elements.len() > 4 {
                return sum(elements);
            }
            let [one, rest @ ..] = elements else { return 0 };
            let sum = bytes(one);
            let [one, rest @ ..] = rest else { return sum };
            let sum = sum.wrapping_add(bytes(one));
            let [one, rest @ ..] = rest else { return sum };
            let sum = sum.wrapping_add(bytes(one));
            let [one, ..] = rest else { return sum };
            sum.wrapping_add(bytes(one))
        }

        #[inline]
        fn __is_bare(&self) -> bool {
            let $this = self;
            $size == 0
        }

        #[inline]
        fn __evident_sum(&self, before: crate::evident::Evident) -> Option<crate::evident::Evident> {
            let $this = self;
            Some(before.and_block($size))
        }

        #[inline]
        fn __count_onto<'v>(&'v self, before: crate::Totals, _: &mut crate::Walker<'v>) -> crate::Totals {
            let $this = self;
            before.and_block($size)
        }

        #[inline]
        fn __count_slice<'v>(elements: &'v [Self], _: &mut crate::Walker<'v>) -> crate::Totals {
            #[inline(never)]
            fn count(elements: &[$type]) -> crate::Totals {
                crate::impls::count_of(elements, |$this| $size)
            }
            if elements.len() <= 4 {
                elements.iter().fold(crate::Totals::NONE, |before, $this| before.and_block($size))
            } else {
                count(elements)
            }
        }

        #[inline]
        fn __leaf() -> Option<crate::observer::Leaf> {
            Some(crate::observer::Leaf { contents: None })
        }

        #[inline]
        fn __leaf_bytes(&self) -> (usize, usize) {
            let $this = self;
            ($size, $bytes.len())
        }
    };
}

/// Implements `DeepSize` for types that hold memory but do not show how much.
macro_rules! opaque {
    ($reason:ident: $($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.opaque(crate::Reason::$reason);
            }
        }
    )*};
}

/// Implements `DeepSize` for wrappers with one public field, which own what it owns.
macro_rules! newtype {
    ($($type:ident)*) => {$(
        impl<T: DeepSize> DeepSize for $type<T> {
            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.inner(&self.0);
            }

            #[inline]
            fn is_flat() -> bool {
                T::is_flat()
            }
        }
    )*};
}

/// Implements `DeepSize` for types that do not show the values in them: if those are all flat there is nothing to see,
/// otherwise the contents are opaque.
macro_rules! unseen {
    ($reason:ident: $($(#[$attribute:meta])* $type:ty where [$($generics:tt)*] => $($part:ty),+;)*) => {$(
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type {
            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if !<Self as crate::DeepSize>::is_flat() {
                    walker.opaque(crate::Reason::$reason);
                }
            }

            #[inline]
            fn is_flat() -> bool {
                $(<$part as crate::DeepSize>::is_flat())&&+
            }
        }
    )*};
}

/// Implements `DeepSize` for cells that are set once: the value, if there is one yet.
macro_rules! once {
    ($type:ident) => {
        /// The value, if there is one yet.
        impl<T: crate::DeepSize> crate::DeepSize for $type<T> {
            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if let Some(value) = self.get() {
                    walker.inner(value);
                }
            }

            #[inline]
            fn is_flat() -> bool {
                T::is_flat()
            }
        }
    };
}

/// Implements `DeepSize` for cells that are set when first looked at, which measuring must not do.
macro_rules! lazy {
    ($type:ident) => {
        /// The value, if there is one yet; the cell is never forced.
        ///
        /// An initialiser that has not run owns nothing unless it has something to drop, in which case it is opaque. Before
        /// Rust 1.94 none of them can be looked into, and all are opaque.
        impl<T: crate::DeepSize, F> crate::DeepSize for $type<T, F> {
            #[cfg(lazy_get)]
            #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                match $type::get(self) {
                    Some(value) => walker.inner(value),
                    None if core::mem::needs_drop::<F>() => walker.opaque(crate::Reason::TypeErased),
                    None => {}
                }
            }

            #[cfg(not(lazy_get))]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.opaque(crate::Reason::Hidden);
            }
        }
    };
}

/// Implements `DeepSize` for trait objects of traits from the standard library, behind which the concrete type can no
/// longer be found. A value of no bytes owns nothing, such as a closure without captures.
macro_rules! erased {
    (@one [$($generics:tt)*] $type:ty) => {
        impl<'erased, $($generics)*> crate::DeepSize for $type {
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if size_of_val(self) > 0 {
                    walker.opaque(crate::Reason::TypeErased);
                }
            }
        }
    };
    ($($trait:path $(where [$($generics:tt)*])?),* $(,)?) => {$(
        erased! { @one [$($($generics)*)?] dyn $trait + 'erased }
        erased! { @one [$($($generics)*)?] dyn $trait + Send + 'erased }
        erased! { @one [$($($generics)*)?] dyn $trait + Sync + 'erased }
        erased! { @one [$($($generics)*)?] dyn $trait + Send + Sync + 'erased }
    )*};
}

/// The sum of what each element says of itself.
///
/// Four at a time, for else each addition waits for the one before.
#[cfg(feature = "alloc")]
#[inline]
fn sum_of<T>(elements: &[T], bytes: impl Fn(&T) -> usize) -> usize {
    if elements.len() < 4 {
        return elements.iter().map(bytes).sum();
    }
    let fours = elements.chunks_exact(4);
    let rest: usize = fours.remainder().iter().map(&bytes).sum();
    let mut sums = [0; 4];
    for four in fours {
        sums.iter_mut().zip(four).for_each(|(sum, element)| *sum += bytes(element));
    }
    rest + sums.iter().sum::<usize>()
}

/// The same, with the number of elements that say anything.
#[cfg(feature = "alloc")]
#[inline]
fn count_of<T>(elements: &[T], bytes: impl Fn(&T) -> usize) -> Totals {
    // A vector of counts beside one of bytes, which takes no more instructions than that.
    let fours = elements.chunks_exact(4);
    let rest =
        fours.remainder().iter().fold(Totals::NONE, |before, element| before.and_block(bytes(element)));
    let mut sums = [Totals::NONE; 4];
    for four in fours {
        sums.iter_mut().zip(four).for_each(|(sum, element)| *sum = sum.and_block(bytes(element)));
    }
    sums.into_iter().fold(rest, Totals::and)
}

#[cfg(hash_map)]
#[macro_use]
mod hash_map;
#[cfg(hash_table)]
mod hash_table;

#[cfg(feature = "alloc")]
mod alloc;
mod core;
mod crates;
#[cfg(feature = "std")]
mod std;
