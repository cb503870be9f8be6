//! The impls, one file per module of the library that defines the types. They add no public names.

/// Defines what the type may contain by its parts: `contents! { T, E }`.
macro_rules! contents {
    ($($part:ty),+) => {
        #[inline]
        fn is_flat() -> bool {
            $(<$part as crate::DeepSize>::is_flat())&&+
        }

        #[inline]
        fn __contents() -> u8 {
            $(<$part as crate::DeepSize>::__contents())|+
        }
    };
}

/// The method by which an impl of this crate states that it reports every part with a destructor.
///
/// `hides` lists the types of parts that it does not report if they are flat, or never.
macro_rules! built_in {
    ($(hides $($part:ty),+)?) => {
        #[inline(always)]
        fn __type_info(&self) -> crate::type_info::TypeInfo {
            $(if $(::core::mem::needs_drop::<$part>())||+ {
                return crate::type_info::TypeInfo::manual::<Self>();
            })?
            crate::type_info::TypeInfo::built_in::<Self>()
        }
    };
}

/// Implements `DeepSize` for types with values that never own memory outside themselves.
///
/// The generic parameters of a type follow it: `Wrapper<T> where [T: ?Sized]`.
macro_rules! flat {
    ($($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            built_in! {}

            #[inline(always)]
            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }

            #[inline(always)]
            fn __contents() -> u8 {
                0
            }
        }
    )*};
}

/// Implements `DeepSize` for pointers that the walk does not follow. The expression is `false` for a null pointer.
macro_rules! unfollowed {
    ($contents:ident: $($(#[$attribute:meta])* $type:ty where [$($generics:tt)*] => |$this:pat_param| $is_set:expr;)*) => {$(
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let $this = self;
                if $is_set {
                    walker.unread(crate::__private::$contents);
                }
            }

            #[inline(always)]
            fn __sum(&self, before: usize, _: &mut crate::Walker<'_>) -> usize {
                before
            }

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }

            #[inline(always)]
            fn __contents() -> u8 {
                crate::__private::$contents
            }
        }
    )*};
}

/// Implements `DeepSize` for an unsized text type, which owns nothing. The expression returns its bytes.
macro_rules! text {
    (|$this:ident: $type:ty| $bytes:expr) => {
        impl crate::DeepSize for $type {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let $this = self;
                walker.emit_content($bytes);
            }

            #[inline(always)]
            fn __sum(&self, before: usize, _: &mut crate::Walker<'_>) -> usize {
                before
            }
        }
    };
}

/// The methods of an owned text type.
///
/// The arguments are the walker method that reports the block, the size of the block, and its used bytes.
#[cfg(feature = "alloc")]
macro_rules! owned_text {
    ($buffer:ident: |$this:ident| $size:expr, $bytes:expr) => {
        #[inline]
        fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
            let $this = self;
            walker.$buffer($bytes.as_ptr(), $size, $bytes.len());
            walker.emit_content($bytes);
        }

        #[inline(always)]
        fn __sum(&self, before: usize, _: &mut crate::Walker<'_>) -> usize {
            let $this = self;
            before.wrapping_add($size)
        }

        // Not inlined, so the loop is compiled once instead of once per type with a slice of texts.
        fn __sum_slice(elements: &[Self], before: usize, _: &mut crate::Walker<'_>) -> usize {
            before.wrapping_add(crate::impls::sum_of(elements, |$this| $size))
        }
    };
}

/// Implements `DeepSize` for types that own memory of unknown size.
macro_rules! opaque {
    ($reason:ident: $($(#[$attribute:meta])* $type:ty $(where [$($generics:tt)*])?),* $(,)?) => {$(
        $(#[$attribute])*
        impl $(<$($generics)*>)? crate::DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.opaque(crate::Reason::$reason);
            }
        }
    )*};
}

/// Implements `DeepSize` for wrappers with one public field.
macro_rules! newtype {
    ($($type:ident)*) => {$(
        impl<T: DeepSize> DeepSize for $type<T> {
            built_in! {}

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                walker.inner(&self.0);
            }

            contents! { T }
        }
    )*};
}

/// Implements `DeepSize` for types that do not expose their contents: nothing if these are flat, otherwise opaque.
///
/// Flat contents that may have pointers are reported as one pointer that is not followed.
macro_rules! unseen {
    ($reason:ident: $($(#[$attribute:meta])* $type:ty where [$($generics:tt)*] => $($part:ty),+;)*) => {$(
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type {
            built_in! { hides $($part),+ }

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if <Self as crate::DeepSize>::is_flat() {
                    $(walker.unread(<$part as crate::DeepSize>::__contents());)+
                } else {
                    walker.opaque(crate::Reason::$reason);
                }
            }

            #[inline]
            fn __sum(&self, before: usize, walker: &mut crate::Walker<'_>) -> usize {
                if !<Self as crate::DeepSize>::is_flat() {
                    walker.opaque(crate::Reason::$reason);
                }
                before
            }

            contents! { $($part),+ }
        }
    )*};
}

/// Implements `DeepSize` and `Container` for a type that contains at most one value, a `T`.
///
/// The expression calls `visit` with the value and the walker.
macro_rules! holder {
    (
        $(#[$attribute:meta])*
        $type:ty where [$($generics:tt)*] $(, $contents:ident)? =>
        |$this:ident, $walker:ident, $visit:ident| $body:expr
    ) => {
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type
        where
            T: crate::DeepSize,
        {
            built_in! {}

            #[inline]
            fn walk_owned(&self, $walker: &mut crate::Walker<'_>) {
                let $this = self;
                let $visit = |value: &T, walker: &mut crate::Walker<'_>| walker.inner(value);
                $body
            }

            $(contents! { $contents })?
        }

        impl<$($generics)*> crate::container::Container for $type {
            type Element = T;

            fn walk_each<Walk>(&self, $walker: &mut crate::Walker<'_>, walk: Walk)
            where
                Walk: Fn(&T, &mut crate::Walker<'_>),
            {
                let $this = self;
                let $visit = |value: &T, walker: &mut crate::Walker<'_>| {
                    walker.descend_with(crate::observer::Role::Inner, value, walk);
                };
                $body
            }
        }
    };
}

/// Implements `DeepSize` and `Container` for cells that are set once.
macro_rules! once {
    ($type:ident) => {
        holder! {
            /// The value, if it is initialised.
            $type<T> where [T], T => |cell, walker, visit| {
                if let Some(value) = cell.get() {
                    visit(value, walker);
                }
            }
        }
    };
}

/// Implements `DeepSize` and `Container` for lazy cells, without forcing them.
macro_rules! lazy {
    ($type:ident) => {
        holder! {
            /// The value, if it is initialised. Measuring never forces the cell.
            ///
            /// An initialiser that has not run is opaque if it needs drop, and otherwise owns nothing. Before Rust 1.94, the
            /// state of a lazy cell cannot be read, so every lazy cell is opaque.
            $type<T, F> where [T, F] => |cell, walker, visit| {
                #[cfg(lazy_get)]
                #[expect(clippy::incompatible_msrv, reason = "behind a `cfg` that build.rs sets")]
                match $type::get(cell) {
                    Some(value) => visit(value, walker),
                    None if core::mem::needs_drop::<F>() => walker.opaque(crate::Reason::TypeErased),
                    None => {}
                }
                #[cfg(not(lazy_get))]
                {
                    let _ = (cell, visit);
                    walker.opaque(crate::Reason::Hidden);
                }
            }
        }
    };
}

/// Implements `DeepSize` for trait objects of traits from the standard library. Their concrete types are unknown.
///
/// A zero-sized value, such as a closure without captures, owns nothing.
macro_rules! erased {
    (@one [$($generics:tt)*] $type:ty) => {
        impl<'erased, $($generics)*> crate::DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if size_of_val(self) > 0 {
                    walker.opaque(crate::Reason::TypeErased);
                }
            }
        }
    };
    // For payloads that cross `catch_unwind`. Each further auto trait would double the number of impls.
    (unwind_safe: $trait:path) => {
        erased! { @one [] dyn $trait + ::core::panic::UnwindSafe + 'erased }
        erased! { @one [] dyn $trait + Send + ::core::panic::UnwindSafe + 'erased }
        erased! { @one [] dyn $trait + Send + Sync + ::core::panic::UnwindSafe + 'erased }
        erased! { @one [] dyn $trait + ::core::panic::UnwindSafe + ::core::panic::RefUnwindSafe + 'erased }
        erased! { @one [] dyn $trait + Send + ::core::panic::UnwindSafe + ::core::panic::RefUnwindSafe + 'erased }
        erased! { @one [] dyn $trait + Send + Sync + ::core::panic::UnwindSafe + ::core::panic::RefUnwindSafe + 'erased }
    };
    ($($trait:path $(where [$($generics:tt)*])?),* $(,)?) => {$(
        erased! { @one [$($($generics)*)?] dyn $trait + 'erased }
        erased! { @one [$($($generics)*)?] dyn $trait + Send + 'erased }
        erased! { @one [$($($generics)*)?] dyn $trait + Sync + 'erased }
        erased! { @one [$($($generics)*)?] dyn $trait + Send + Sync + 'erased }
    )*};
}

/// Whether a collection in this allocator owns its memory. If it does not, reports it as opaque, unless it is empty.
#[cfg(feature = "allocator-api2_0_2")]
#[inline]
fn is_owned_by<A>(walker: &mut crate::Walker<'_>, capacity: usize) -> bool {
    let is_owned = size_of::<A>() == 0;
    if !is_owned && capacity > 0 {
        walker.opaque(crate::Reason::Other("in an arena"));
    }
    is_owned
}

/// The sum of `number` over the elements.
///
/// Four partial sums avoid a chain of dependent additions.
#[cfg(feature = "alloc")]
#[inline]
fn sum_of<T>(elements: &[T], number: impl Fn(&T) -> usize) -> usize {
    let fours = elements.chunks_exact(4);
    let rest: usize = fours.remainder().iter().map(&number).sum();
    let mut sums = [0; 4];
    for four in fours {
        sums.iter_mut().zip(four).for_each(|(sum, element)| *sum += number(element));
    }
    rest + sums.iter().sum::<usize>()
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
