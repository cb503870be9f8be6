//! Unions and packed structs.

use std::mem::ManuallyDrop;

use deep_size::{DeepSize, Walker};

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
fn the_fields_of_a_packed_struct_are_copied_out() {
    #[derive(DeepSize)]
    #[repr(C, packed)]
    struct Header<'a> {
        kind: u8,
        length: u64,
        name: &'a str,
    }
    let header = Header { kind: 1, length: 2, name: "n" };

    assert_eq!(header.deep_size(), 1 + 8 + 16);
    assert_eq!(parts(&header), ["kind", "length", "name!"]);
    assert_flat(header);
}

#[test]
fn a_packed_struct_can_be_a_tuple_of_any_packing() {
    #[derive(DeepSize)]
    #[repr(Rust, packed(2))]
    struct Pair(u8, #[allow(dead_code, reason = "only its size matters")] u64);

    assert_eq!(parts(&Pair(1, 2)), ["0", "1"]);
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
    assert_eq!(parts(&record), ["kind"]);
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
    assert_eq!(parts(&record), ["kind", "page", "name", "&8"]);
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
    assert_eq!(parts(&packed), ["kind", "value"]);
    assert_flat(packed);
}
