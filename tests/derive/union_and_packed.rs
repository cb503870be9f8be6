//! Unions and packed structs.

use std::mem::ManuallyDrop;

use deep_size::{DeepSize, Size, Walker};

use crate::support::assert_flat;
use crate::trace::parts;

#[test]
fn a_union_of_copies_is_flat() {
    #[derive(DeepSize)]
    union Number {
        _int: u64,
        _float: f64,
        _text: &'static str,
        _function: fn(String),
    }
    let number = Number { _int: 1 };

    assert!(parts(&number).is_empty());
    assert_flat(number);
}

#[test]
fn a_skipped_field_of_a_union_need_not_be_copy() {
    #[derive(DeepSize)]
    union Slot {
        _empty: (),
        // Counted by the slot's owner.
        #[deep_size(skip)]
        _full: ManuallyDrop<String>,
        _next: &'static mut u8,
    }
    assert!(Slot::is_flat());
    assert_eq!(Slot { _empty: () }.deep_size(), size_of::<String>());
}

// impl<T> DeepSize for Slot<T>
// where
//     T: Copy,
// { … }
#[test]
fn the_parameters_of_a_union_get_the_bound_copy() {
    #[derive(DeepSize)]
    union Slot<T> {
        _empty: (),
        _full: ManuallyDrop<T>,
    }
    /// `Copy`, but not `DeepSize`.
    #[derive(Clone, Copy)]
    struct Foreign;

    assert_flat(Slot::<Foreign> { _empty: () });
}

#[test]
fn the_fields_of_a_packed_struct_are_measured() {
    #[derive(DeepSize)]
    #[repr(C, packed)]
    struct Header<'a> {
        kind: u8,
        length: u64,
        name: &'a str,
    }
    let header = Header { kind: 1, length: 2, name: "n" };

    assert_eq!(header.deep_size(), 1 + 8 + 16);
    assert_eq!(parts(&header), ["kind!", "length!", "name!"]);
    assert_flat(header);
}

#[test]
fn a_packed_struct_can_be_a_tuple_of_any_packing() {
    #[derive(DeepSize)]
    #[repr(Rust, packed(2))]
    struct Pair(u8, #[allow(dead_code, reason = "only its size matters")] u64);

    assert_eq!(parts(&Pair(1, 2)), ["0!", "1!"]);
    assert_eq!(Pair(1, 2).deep_size(), 10);
}

#[test]
fn a_skipped_field_of_a_packed_struct_need_not_be_copy() {
    #[derive(DeepSize)]
    #[repr(Rust, packed)]
    struct Record<'a> {
        kind: u8,
        #[deep_size(skip)]
        _name: String,
        _cursor: &'a mut u8,
    }
    let record = Record { kind: 1, _name: String::new(), _cursor: &mut 1 };
    assert_eq!(parts(&record), ["kind!", "_name!", "_cursor!"]);
}

#[test]
fn the_attributes_of_a_packed_field_work_on_a_copy() {
    fn thousand(_: &u32, walker: &mut Walker<'_>) {
        walker.field("page", &Box::new([0_u8; 1000]));
    }

    #[derive(DeepSize)]
    #[repr(Rust, packed)]
    struct Record<'a> {
        kind: u8,
        #[deep_size(with = thousand)]
        page: u32,
        #[deep_size(borrowed)]
        name: &'a str,
    }
    let record = Record { kind: 1, page: 2, name: "borrowed" };
    assert_eq!(record.heap_size(), 1000 + "borrowed".len());
    assert_eq!(parts(&record), ["kind!", "page", "name", "&8"]);
}

// impl<T> DeepSize for Packed<T>
// where
//     T: DeepSize + Copy,
// { … }
#[test]
fn the_parameters_of_a_packed_struct_get_the_bound_copy() {
    #[derive(DeepSize)]
    #[repr(Rust, packed)]
    struct Packed<T> {
        kind: u8,
        value: T,
    }
    let packed = Packed { kind: 1, value: 2_u64 };
    assert_eq!(parts(&packed), ["kind!", "value!"]);
    assert_flat(packed);
}

const MIB: usize = 1 << 20;

/// A zeroed value on the heap. Its type can be larger than a stack.
///
/// # Safety
///
/// A `T` whose bytes are all zero must be valid.
unsafe fn zeroed<T>() -> Box<T> {
    let layout = std::alloc::Layout::new::<T>();
    assert!(layout.size() > 0);
    // SAFETY: the size is not zero, the layout is the type's, and the caller guarantees that the value is valid.
    unsafe { Box::from_raw(std::alloc::alloc_zeroed(layout).cast()) }
}

fn on_small_stack(test: fn()) {
    std::thread::Builder::new().stack_size(MIB).spawn(test).expect("it starts").join().expect("it passes");
}

/// A `Copy` type that is not flat. Its impl reports as many bytes as its number.
#[derive(Clone, Copy)]
struct Owner(u32);

impl DeepSize for Owner {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.allocations(1, self.0 as usize, 0);
    }
}

#[test]
fn a_packed_field_that_owns_nothing_can_be_larger_than_the_stack() {
    #[derive(Clone, Copy, DeepSize)]
    #[repr(Rust, packed)]
    struct Packed<T> {
        _tag: u8,
        _samples: T,
    }
    #[derive(DeepSize)]
    #[repr(Rust, packed(2))]
    struct Functions([Option<fn(String)>; MIB], Option<&'static str>, Owner);
    type Inner = Packed<[u32; MIB]>;
    #[derive(DeepSize)]
    struct Outer {
        owner: Option<Box<u8>>,
        packed: Packed<Inner>,
        functions: Functions,
    }

    assert!(Packed::<Inner>::is_flat());
    on_small_stack(|| {
        // SAFETY: integers and options of pointers can be zero.
        let (packed, mut outer) = unsafe { (zeroed::<Packed<Inner>>(), zeroed::<Outer>()) };
        assert_eq!(parts(&*packed), ["_tag!", "_samples!"]);
        assert_eq!(vec![packed].heap_size(), size_of::<usize>() + size_of::<Packed<Inner>>());

        outer.owner = Some(Box::new(1));
        outer.functions.2 = Owner(10);
        assert_eq!(parts(&*outer), ["owner", "packed", "functions"]);
        assert_eq!(parts(&outer.functions), ["0!", "1!", "2"]);
        assert_eq!(outer.heap_size(), size_of::<Outer>() + 1 + 10);
        assert_eq!(vec![outer].heap_size(), size_of::<usize>() + size_of::<Outer>() + 1 + 10);
    });
}

#[test]
fn a_packed_field_that_may_own_memory_is_copied_to_a_sufficient_stack() {
    #[derive(DeepSize)]
    #[repr(Rust, packed)]
    struct Packed<const N: usize>(u8, [Owner; N]);

    on_small_stack(|| {
        // SAFETY: the types consist of integers.
        let (mut small, mut large) = unsafe { (zeroed::<Packed<25_000>>(), zeroed::<Packed<MIB>>()) };
        small.1 = [Owner(1); 25_000];
        if cfg!(feature = "stack-growth") {
            let deep_size = size_of_val(&small) + size_of_val(&*small) + 25_000;
            assert_eq!(Size::of(&small).deep_size, deep_size);
            assert!(Size::of(&small).is_exact());
        }

        large.0 = 1;
        let size = Size::of(&large);
        assert_eq!(size.deep_size, size_of_val(&large) + size_of_val(&*large));
        assert_eq!(size.opaque_part_count, 1);
        assert_eq!(parts(&*large), ["0!"]);
    });
}
