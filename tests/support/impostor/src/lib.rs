//! Types that `type_name` cannot distinguish from types of `alloc`.
//!
//! Each has a hand-written impl and a layout that differs from the real type's.

use std::alloc::Layout;

use deep_size_core::__private::TypeInfo;
use deep_size_core::{DeepSize, Walker};

/// Blocks of two words, the contents, and an equal spare part.
#[derive(Debug)]
struct Header {
    block: std::boxed::Box<[u8]>,
    used: usize,
}

impl Header {
    fn new(used: usize) -> Self {
        Self { block: std::vec![0; 16 + 2 * used].into(), used }
    }

    fn walk(&self, walker: &mut Walker<'_>) {
        walker.allocation(self.block.as_ptr(), Layout::for_value(&*self.block), self.used);
    }
}

/// As `alloc::vec`.
pub mod vec {
    use super::{DeepSize, Header, Walker};

    /// A vector that cannot shrink.
    #[derive(Debug)]
    pub struct Vec<T> {
        header: Header,
        elements: std::vec::Vec<T>,
    }

    impl<T> Vec<T> {
        /// Takes over the elements, which count as part of the block.
        #[must_use]
        pub fn new(elements: std::vec::Vec<T>) -> Self {
            Self { header: Header::new(size_of_val(elements.as_slice())), elements }
        }
    }

    impl<T: DeepSize> DeepSize for Vec<T> {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            self.header.walk(walker);
            walker.elements(&self.elements);
        }
    }
}

/// As `alloc::string`.
pub mod string {
    use super::{DeepSize, Header, TypeInfo, Walker};

    /// A text that cannot shrink.
    #[derive(Debug)]
    pub struct String(Header);

    impl String {
        /// A text of `len` bytes.
        #[must_use]
        pub fn new(len: usize) -> Self {
            Self(Header::new(len))
        }
    }

    impl DeepSize for String {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            self.0.walk(walker);
        }
    }

    /// A name of two parts, each in its own block.
    #[derive(Debug)]
    pub struct Pair(pub std::string::String, pub std::string::String);

    impl DeepSize for Pair {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            self.0.walk_owned(walker);
            self.1.walk_owned(walker);
        }

        fn __type_info(&self) -> TypeInfo {
            TypeInfo { name: "alloc::string::String", ..TypeInfo::manual::<Self>() }
        }
    }
}

/// As `alloc::boxed`.
pub mod boxed {
    use super::{DeepSize, Header, Walker};

    /// A box with a header before the value.
    #[derive(Debug)]
    pub struct Box<T>(std::boxed::Box<(Header, T)>);

    impl<T> Box<T> {
        /// Boxes a value.
        pub fn new(value: T) -> Self {
            Self(std::boxed::Box::new((Header::new(size_of::<T>()), value)))
        }
    }

    impl<T: DeepSize> DeepSize for Box<T> {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            self.0.0.walk(walker);
            walker.pointee(&self.0.1);
        }
    }
}

/// As `alloc::rc`.
pub mod rc {
    use std::marker::PhantomData;

    use deep_size_core::SharedBlock;

    use super::{DeepSize, Layout, Walker};

    /// A handle on a block of bytes without a value.
    #[derive(Debug)]
    pub struct Weak<T>(std::boxed::Box<[u8; 3]>, PhantomData<T>);

    impl<T> Weak<T> {
        /// A handle on a new block.
        #[must_use]
        pub fn new() -> Self {
            Self(std::boxed::Box::default(), PhantomData)
        }
    }

    impl<T> Default for Weak<T> {
        fn default() -> Self {
            Self::new()
        }
    }

    impl<T> DeepSize for Weak<T> {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            let block = SharedBlock::new(&*self.0, Layout::new::<[u8; 3]>());
            walker.weak(block.with_strong_count(0).with_weak_count(1));
        }
    }
}

/// Named like a slice, but a vector with two words before its elements.
#[derive(Debug)]
pub struct Slice<T>(pub vec::Vec<T>);

impl<T: DeepSize> DeepSize for Slice<T> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        self.0.walk_owned(walker);
    }

    fn __type_info(&self) -> TypeInfo {
        TypeInfo { name: "[T]", ..TypeInfo::manual::<Self>() }
    }
}
