//! The functions of `deep_size::with`, and the macros `by_capacity!` and `flat_types!`.

use std::ops::Deref;

use deep_size::{DeepSize, Reason, by_capacity, flat_types, with};

use crate::support::{Sum, assert_exact, assert_flat};
use crate::trace::parts;

/// Represents another crate: no type here has an impl.
mod other {
    pub(super) struct Clock(pub(super) u64);
    pub(super) struct Name(pub(super) Box<str>);
    pub(super) struct Stack<T>(pub(super) Vec<T>);
    pub(super) struct Key<T>(pub(super) u32, pub(super) std::marker::PhantomData<T>);

    impl<T> Stack<T> {
        pub(super) fn capacity(&self) -> usize {
            self.0.capacity()
        }
    }
    impl<T> AsRef<[T]> for Stack<T> {
        fn as_ref(&self) -> &[T] {
            &self.0
        }
    }
}

impl Deref for other::Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<T> Deref for other::Stack<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

by_capacity! {
    /// The block of a text.
    fn text(String) as u8;
    pub(crate) fn stack(other::Stack<T>) as T where [T: DeepSize];
}

#[test]
fn ready_made_functions_measure_fields_to_the_byte() {
    #[derive(DeepSize)]
    struct Fields {
        #[deep_size(with = with::flat)]
        clock: other::Clock,
        #[deep_size(with = with::text)]
        name: other::Name,
        #[deep_size(with = with::slice::<String>)]
        boxed: Box<[String]>,
        #[deep_size(with = text)]
        text: String,
        #[deep_size(with = stack)]
        stack: other::Stack<String>,
    }
    let build = || {
        let mut strings = Vec::with_capacity(10);
        strings.push(String::with_capacity(7));
        let stack = other::Stack(strings);
        let boxed = Box::new([String::with_capacity(5)]);
        let text = String::with_capacity(100);
        Fields { clock: other::Clock(1), name: other::Name("Ada".into()), boxed, text, stack }
    };
    assert_exact(build);
    let fields = build();
    assert_eq!(parts(&fields), ["clock", "name", "boxed", "text", "stack"]);
    assert_eq!((fields.heap_size(), fields.clock.0), (3 + (24 + 5) + 100 + (240 + 7), 1));
}

#[test]
fn an_empty_value_has_no_block() {
    #[derive(DeepSize)]
    struct Empty(
        #[deep_size(with = with::text)] Box<str>,
        #[deep_size(with = stack)] other::Stack<u8>,
        #[deep_size(with = stack)] other::Stack<()>,
    );
    assert_exact(|| Empty("".into(), other::Stack(Vec::new()), other::Stack(vec![(); 9])));
}

#[test]
fn a_lower_bound_is_reported_as_one() {
    #[derive(DeepSize)]
    struct Hidden {
        #[deep_size(with = with::text_at_least)]
        text: String,
        #[deep_size(with = with::slice_at_least::<String>)]
        stack: other::Stack<String>,
        #[deep_size(with = with::opaque)]
        nothing: other::Stack<u8>,
    }
    let build = || Hidden {
        text: "four".to_owned(),
        stack: other::Stack(vec![String::with_capacity(3)]),
        nothing: other::Stack(vec![1; 100]),
    };
    let hidden = build();
    assert_eq!(hidden.heap_size(), 4 + 24 + 3);
    let sum = Sum::of(&hidden);
    assert_eq!(sum.opaque, [Reason::Hidden]);
    assert_eq!(sum.lower_bounds, [(Reason::Capacity, None); 2]);
    assert_eq!(hidden.text.len() + hidden.stack.0.len() + hidden.nothing.0.len(), 105);
}

struct Time(other::Clock);
struct Place<'a, T: Copy>(&'a T, other::Key<T>);
struct Row<const N: usize>([other::Key<String>; N]);

flat_types! {
    /// Nothing.
    Time,
    Place<'a, T> where ['a, T: Copy],
    Row<N> where [const N: usize],
}

#[test]
fn types_declared_flat_own_nothing() {
    let key = || other::Key(7, std::marker::PhantomData);
    assert_flat(Time(other::Clock(1)));
    let place = Place(&1_u8, other::Key(7, std::marker::PhantomData));
    assert_eq!((*place.0, place.1.0), (1, 7));
    assert_flat(place);
    assert_flat(Row([key(), key()]));
    assert_exact(|| vec![Time(other::Clock(1)), Time(other::Clock(2))]);

    #[derive(DeepSize)]
    struct Log {
        times: Vec<Time>,
        last: Option<Time>,
        row: Row<2>,
    }
    let log = Log { times: Vec::with_capacity(3), last: None, row: Row([key(), key()]) };
    assert_eq!(log.heap_size(), 3 * 8);
    assert_eq!(log.last.map_or(0, |time| time.0.0) + u64::from(log.row.0[0].0), 7);
}

/// Only the imported names are in scope, and they mean other items.
mod barren {
    #![no_implicit_prelude]
    #![allow(dead_code, non_camel_case_types, reason = "the names must not affect the macros")]

    mod core {}
    mod std {}
    mod deep_size {}
    mod with {}
    struct bool;
    struct u8;
    struct usize;
    struct Walker;
    struct AsRef;
    trait DeepSize {}

    pub(super) struct Own(pub(super) ::std::primitive::u64);

    ::deep_size::flat_types! { Own }

    ::deep_size::by_capacity! {
        pub(super) fn own(::std::vec::Vec<Own>) as Own;
    }

    #[derive(::deep_size::DeepSize)]
    pub(super) struct Struct {
        #[deep_size(with = own)]
        pub(super) own: ::std::vec::Vec<Own>,
        #[deep_size(with = ::deep_size::with::flat)]
        pub(super) flat: Own,
        #[deep_size(with = ::deep_size::with::each(|_: &Own, _| ()))]
        pub(super) each: ::std::vec::Vec<Own>,
    }
}

#[test]
fn the_macros_use_no_name_in_scope() {
    let value =
        barren::Struct { own: Vec::with_capacity(5), flat: barren::Own(1), each: Vec::with_capacity(2) };
    assert_eq!((value.heap_size(), value.own.len(), value.flat.0), (40 + 16, 0, 1));
    assert!(value.each.is_empty());
}
