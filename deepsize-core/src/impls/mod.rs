//! The impls, one file per module of the library that defines the types. They add no public names.

use crate::walker::Pointer;

/// The method by which an impl of this crate states that it reports every part with a destructor.
///
/// `hides` lists the types of parts that it does not report if they are flat, or never. `leaves` returns the last part, if
/// there is one. `is_leaf` is the field of `TypeInfo`. `plain` is for types that own nothing and have no parts. `all_fields` states that each field is reported, and lists the variants.
macro_rules! built_in {
    (
        $(all_fields: [$($variant:expr),*],)?
        leaves |$this:pat_param| $part:expr $(, is_leaf: $is_leaf:expr)?
    ) => {
        #[inline(always)]
        fn __type_info(&self) -> crate::type_info::TypeInfo {
            let $this = self;
            crate::type_info::TypeInfo::built_in::<Self>()
                .leaving($part)
                $(.leaf($is_leaf))?
                $(.with_all_fields(&[$($variant),*]))?
        }
    };
    (all_fields: [$($variant:expr),*]) => {
        #[inline(always)]
        fn __type_info(&self) -> crate::type_info::TypeInfo {
            crate::type_info::TypeInfo::built_in::<Self>().with_all_fields(&[$($variant),*])
        }
    };
    ($kind:ident) => {
        #[inline(always)]
        fn __type_info(&self) -> crate::type_info::TypeInfo {
            crate::type_info::TypeInfo::built_in::<Self>().$kind()
        }
    };
    (is_leaf: $is_leaf:expr) => {
        #[inline(always)]
        fn __type_info(&self) -> crate::type_info::TypeInfo {
            crate::type_info::TypeInfo::built_in::<Self>().leaf($is_leaf)
        }
    };
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
            built_in! { plain }

            #[inline(always)]
            fn walk_owned(&self, _: &mut crate::Walker<'_>) {}

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }
        }
    )*};
}

/// Implements `DeepSize` for pointers that the walk does not follow. The expression is `false` for a null pointer.
macro_rules! unfollowed {
    ($kind:ident: $($(#[$attribute:meta])* $type:ty where [$($generics:tt)*] => |$this:pat_param| $is_set:expr;)*) => {$(
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type {
            built_in! { plain }

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                let $this = self;
                walker.unread(($is_set).then_some(crate::walker::Pointer::$kind));
            }

            #[inline(always)]
            fn __sum(&self, before: usize, _: &mut crate::Walker<'_>) -> usize {
                before
            }

            #[inline(always)]
            fn is_flat() -> bool {
                true
            }
        }
    )*};
}

/// Implements `DeepSize` for an unsized text type, which owns nothing. The expression returns its bytes.
macro_rules! text {
    (|$this:ident: $type:ty| $bytes:expr) => {
        impl crate::DeepSize for $type {
            built_in! { is_leaf: true }

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

/// Implements `DeepSize` for types that do not expose their contents: nothing if these are flat, otherwise opaque.
///
/// Flat contents that may hold pointers are reported as one pointer that is not followed.
macro_rules! unseen {
    ($reason:ident: $($(#[$attribute:meta])* $type:ty where [$($generics:tt)*] => $($part:ty),+;)*) => {$(
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type {
            built_in! { hides $($part),+ }

            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                if <Self as crate::DeepSize>::is_flat() {
                    $(walker.unread(crate::impls::pointers_in::<$part>());)+
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

            #[inline]
            fn is_flat() -> bool {
                $(<$part as crate::DeepSize>::is_flat())&&+
            }
        }
    )*};
}

/// Implements `DeepSize` and `Container` for a type that contains at most one value, a `T`.
///
/// The expression calls `visit` with the value and the walker.
macro_rules! holder {
    (
        $(#[$attribute:meta])*
        $type:ty where [$($generics:tt)*] $(, all_fields: $fields:tt)? $(, is_flat: $is_flat:expr)? =>
        |$this:ident, $walker:ident, $visit:ident| $body:expr
    ) => {
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type
        where
            T: crate::DeepSize,
        {
            built_in! { $(all_fields: $fields)? }

            #[inline]
            fn walk_owned(&self, $walker: &mut crate::Walker<'_>) {
                let $this = self;
                let $visit = |value: &T, walker: &mut crate::Walker<'_>| walker.inner(value);
                $body
            }

            $(
                #[inline]
                fn is_flat() -> bool {
                    $is_flat
                }
            )?
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

/// Implements `DeepSize` and `Container` for wrappers with one public field.
macro_rules! newtype {
    ($($type:ident)*) => {$(
        holder! {
            $type<T> where [T], all_fields: [], is_flat: T::is_flat() => |wrapper, walker, visit| visit(&wrapper.0, walker)
        }
    )*};
}

/// Implements `DeepSize` and `Container` for a collection of values of type `T`.
///
/// The expressions report the collection's own memory, and iterate over its elements.
#[cfg(feature = "alloc")]
macro_rules! collection {
    (
        $(#[$attribute:meta])*
        $type:ty where [$($generics:tt)*] => |$this:ident, $walker:ident| $memory:expr, $elements:expr
    ) => {
        $(#[$attribute])*
        impl<$($generics)*> crate::DeepSize for $type
        where
            T: crate::DeepSize,
        {
            built_in! {}

            fn walk_owned(&self, $walker: &mut crate::Walker<'_>) {
                let $this = self;
                $memory;
                $walker.elements($elements);
            }
        }

        impl<$($generics)*> crate::container::Container for $type {
            type Element = T;

            fn walk_each<Walk>(&self, $walker: &mut crate::Walker<'_>, walk: Walk)
            where
                Walk: Fn(&T, &mut crate::Walker<'_>),
            {
                let $this = self;
                $memory;
                $walker.elements_with($elements, walk);
            }
        }
    };
}

/// Implements `DeepSize` and `Map` for an enum with two variants and a value in each.
macro_rules! either {
    ($type:ident { $first:ident, $second:ident }) => {
        impl<A: crate::DeepSize, B: crate::DeepSize> crate::DeepSize for $type<A, B> {
            built_in! { all_fields: [stringify!($first), stringify!($second)] }

            #[inline]
            fn walk_owned(&self, walker: &mut crate::Walker<'_>) {
                match self {
                    Self::$first(value) => {
                        walker.variant(stringify!($first));
                        walker.inner(value);
                    }
                    Self::$second(value) => {
                        walker.variant(stringify!($second));
                        walker.inner(value);
                    }
                }
            }

            #[inline]
            fn is_flat() -> bool {
                A::is_flat() && B::is_flat()
            }
        }

        impl<A, B> crate::container::Map for $type<A, B> {
            type Key = A;
            type Value = B;

            fn walk_entries<F, G>(&self, walker: &mut crate::Walker<'_>, walk_first: F, walk_second: G)
            where
                F: Fn(&A, &mut crate::Walker<'_>),
                G: Fn(&B, &mut crate::Walker<'_>),
            {
                match self {
                    Self::$first(value) => {
                        walker.variant(stringify!($first));
                        walker.descend_with(crate::observer::Role::Inner, value, walk_first);
                    }
                    Self::$second(value) => {
                        walker.variant(stringify!($second));
                        walker.descend_with(crate::observer::Role::Inner, value, walk_second);
                    }
                }
            }
        }
    };
}

/// Implements `DeepSize` and `Container` for cells that are set once.
macro_rules! once {
    ($($type:ident)::+) => {
        holder! {
            /// The value, if it is initialised.
            $($type)::+<T> where [T], is_flat: T::is_flat() => |cell, walker, visit| {
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

/// The kind of pointers that a value of a flat type may hold. `None` is certain.
///
/// The name of a type contains its pointers, except those in fields. So any type outside the standard library may hold
/// references.
pub(crate) fn pointers_in<T>() -> Option<Pointer> {
    if size_of::<T>() < size_of::<usize>() {
        return None;
    }
    pointers_in_type(::core::any::type_name::<T>())
}

// Not generic, so that it is compiled once.
fn pointers_in_type(name: &str) -> Option<Pointer> {
    let is_named = |pointers: &[&str]| pointers.iter().any(|pointer| name.contains(pointer));
    let is_foreign = |path: &str| match path.split_once("::") {
        Some((library, _)) => !matches!(library, "core" | "alloc" | "std"),
        None => false,
    };
    if name.starts_with("fn(") {
        return None;
    }
    if is_named(&["*const ", "*mut ", "::NonNull<", "::AtomicPtr<"]) {
        return Some(Pointer::Raw);
    }
    let mut paths = name.split(|one: char| !one.is_alphanumeric() && one != '_' && one != ':');
    (is_named(&["&"]) || paths.any(is_foreign)).then_some(Pointer::Reference)
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
