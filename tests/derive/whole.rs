//! `#[deep_size(flat)]` and `#[deep_size(opaque)]` on a type.
#![expect(dead_code, reason = "a type that is measured as a whole does not read its fields")]

use deep_size::{DeepSize, Reason};

use crate::support::{Sum, assert_flat, assert_opaque};
use crate::trace::parts;

/// Does not implement `DeepSize`.
#[derive(Clone, Copy)]
struct Foreign(u32);

/// Does not implement `DeepSize`, and owns memory.
struct Owner(Vec<u8>);

bitflags::bitflags! {
    #[derive(Clone, Copy, DeepSize)]
    #[deep_size(flat)]
    struct Access: u32 {
        const READ = 1;
        const WRITE = 2;
    }
}

#[test]
fn bit_flags_own_nothing() {
    assert_flat(Access::READ | Access::WRITE);
    assert_eq!(vec![Access::all(); 10].heap_size(), 40);
}

#[test]
fn types_of_all_shapes_can_be_flat() {
    #[derive(DeepSize)]
    #[deep_size(flat)]
    struct Struct(Foreign, Vec<u8>);

    #[derive(DeepSize)]
    #[deep_size(flat, crate = deep_size)]
    enum Enum {
        Empty,
        Full { foreign: Foreign },
    }

    #[derive(DeepSize)]
    #[deep_size(flat)]
    enum Never {}

    #[derive(DeepSize)]
    #[deep_size(flat)]
    union Union {
        foreign: std::mem::ManuallyDrop<Foreign>,
        byte: u8,
    }

    #[derive(DeepSize)]
    #[deep_size(flat)]
    #[repr(Rust, packed)]
    struct Packed(u8, std::cell::Cell<Foreign>);

    #[derive(DeepSize)]
    #[deep_size(flat)]
    struct Tail(u8, [Foreign]);

    let (value, foreign) = (Struct(Foreign(1), Vec::new()), Foreign(1));
    assert_eq!(parts(&value), [""; 0]);
    assert_flat(value);
    assert_flat([Enum::Empty, Enum::Full { foreign }]);
    assert_flat(None::<Never>);
    assert_flat([Union { byte: 1 }, Union { foreign: std::mem::ManuallyDrop::new(foreign) }]);
    assert_flat(Packed(1, std::cell::Cell::new(foreign)));
    fn is_measured<T: DeepSize + ?Sized>() {}
    is_measured::<Tail>();
}

// impl<'a, T> DeepSize for Key<'a, T>
// where
//     T: Iterator,
// { … }
#[test]
fn no_bounds_are_inferred() {
    #[derive(DeepSize)]
    #[deep_size(flat)]
    struct Key<'a, T>(Option<T::Item>, &'a T)
    where
        T: Iterator;

    #[derive(DeepSize)]
    #[deep_size(opaque)]
    struct Cache<T, const N: usize>([T; N]);

    assert_flat(Key(Some(Foreign(1)), &[Foreign(2)].into_iter()));
    let size = assert_opaque(Reason::Hidden, || Cache([Owner(vec![1, 2, 3]), Owner(vec![4])]));
    assert_eq!(size, 0);
}

#[test]
fn types_of_all_shapes_can_be_opaque() {
    #[derive(DeepSize)]
    #[deep_size(opaque)]
    enum Enum {
        Empty,
        Full(Owner),
    }

    #[derive(DeepSize)]
    #[deep_size(opaque)]
    union Union {
        owner: std::mem::ManuallyDrop<Owner>,
    }

    assert_opaque(Reason::Hidden, || [Enum::Empty, Enum::Full(Owner(vec![1, 2, 3]))]);
    let union = Union { owner: std::mem::ManuallyDrop::new(Owner(Vec::new())) };
    assert_eq!((union.heap_size(), Union::is_flat()), (0, false));
    let sum = Sum::of(&vec![Enum::Empty, Enum::Full(Owner(vec![1]))]);
    assert_eq!(sum.opaque, [Reason::Hidden; 2]);
}
