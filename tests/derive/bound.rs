//! The inferred bounds. Most tests only check that the code compiles.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use deep_size::DeepSize;

use crate::support::{assert_exact, assert_flat};

/// Does not implement `DeepSize`.
#[derive(Clone, Debug)]
struct Foreign;

fn assert_measurable<T: DeepSize>() {}

// impl<K, V, M> DeepSize for Table<K, V, M>
// where
//     K: DeepSize,
//     V: DeepSize,
//     PhantomData<M>: DeepSize,
// {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.field("entries", &self.entries);
//         walker.field("marker", &self.marker);
//     }
//     fn is_flat() -> bool {
//         <BTreeMap<K, Vec<(V, u8)>>>::is_flat() && <PhantomData<M>>::is_flat()
//     }
// }
#[test]
fn a_nested_parameter_gets_a_bound_and_a_phantom_one_does_not() {
    #[derive(DeepSize)]
    struct Table<K, V, M> {
        entries: BTreeMap<K, Vec<(V, u8)>>,
        marker: PhantomData<M>,
    }
    assert_measurable::<Table<u8, String, Foreign>>();
    assert_exact(|| Table {
        entries: BTreeMap::from([(1, vec![("a".to_owned(), 2)])]),
        marker: PhantomData::<Foreign>,
    });
}

// impl<'a, T> DeepSize for Text<'a, T>
// where
//     T: ?Sized + ToOwned + DeepSize,
//     <T as ToOwned>::Owned: DeepSize,
// { … }
#[test]
fn the_owned_form_of_a_parameter_gets_a_bound() {
    use std::borrow::{Cow, ToOwned};

    #[derive(DeepSize)]
    struct Text<'a, T: ?Sized + ToOwned> {
        text: Cow<'a, T>,
    }
    #[derive(DeepSize)]
    enum Choice<'a, T, U>
    where
        T: std::borrow::ToOwned + ?Sized,
        U: Clone,
    {
        Texts(Vec<Option<std::borrow::Cow<'a, T>>>, Cow<'a, T>),
        Slice(Cow<'a, [U]>),
    }
    assert_exact(|| Text::<str> { text: "owned".to_owned().into() });
    assert_exact(|| Text::<[String]> { text: Cow::Owned(vec!["owned".to_owned()]) });
    assert_exact(|| Choice::<str, u8>::Texts(vec![Some("borrowed".into()), None], Cow::Owned("o".into())));
    assert_exact(|| Choice::<str, String>::Slice(vec!["owned".to_owned()].into()));
}

#[test]
fn a_users_type_can_have_the_name_of_the_standard_one() {
    trait ToOwned {
        type Owned;
    }
    impl ToOwned for u8 {
        type Owned = String;
    }
    mod marked {
        #[derive(deep_size::DeepSize)]
        pub(super) struct Cow<'a, T>(pub(super) &'a u8, pub(super) Vec<T>);
    }
    #[derive(DeepSize)]
    struct Own<'a, T: ToOwned> {
        cow: marked::Cow<'a, T>,
        owned: Option<T::Owned>,
    }
    #[derive(DeepSize)]
    struct Cow<'a, T: Clone>(Option<Box<Cow<'a, T>>>, &'a u8, T);

    assert_exact(|| Own { cow: marked::Cow(&1, vec![1_u8]), owned: Some("owned".to_owned()) });
    assert_exact(|| Cow(Some(Box::new(Cow(None, &1, "a".to_owned()))), &1, "b".to_owned()));
}

#[test]
fn a_phantom_parameter_gets_no_bound_by_any_path() {
    #[derive(DeepSize)]
    struct Id<T>(u32, std::marker::PhantomData<fn() -> (T, T)>);
    #[derive(DeepSize)]
    struct Typed<T: ?Sized>(u32, ::core::marker::PhantomData<T>);

    assert_flat(Id::<Foreign>(1, PhantomData));
    assert_flat(Typed::<dyn Fn(Foreign)>(1, PhantomData));
}

// impl<I: Iterator> DeepSize for Peekable<I>
// where
//     I: DeepSize,
//     I::Item: DeepSize,
// { … }
#[test]
fn an_associated_type_gets_a_bound() {
    #[derive(DeepSize)]
    struct Peekable<I: Iterator> {
        iterator: I,
        peeked: Option<I::Item>,
    }
    #[derive(Clone, DeepSize)]
    struct Strings;
    impl Iterator for Strings {
        type Item = String;
        fn next(&mut self) -> Option<String> {
            Some(String::with_capacity(10))
        }
    }
    let peekable = Peekable { peeked: Strings.next(), iterator: Strings };
    assert_eq!(peekable.heap_size(), 10);
    assert_flat(peekable.iterator);
}

// impl<I> DeepSize for Collected<I>
// where
//     I: Iterator,
//     I::Item: DeepSize,
//     <I as Iterator>::Item: DeepSize,
// { … }
#[test]
fn a_parameter_used_only_for_its_associated_type_gets_no_bound() {
    #[derive(DeepSize)]
    struct Collected<I>
    where
        I: Iterator,
    {
        short: Vec<I::Item>,
        qualified: Option<<I as Iterator>::Item>,
        again: [I::Item; 1],
    }
    struct Foreigners;
    impl Iterator for Foreigners {
        type Item = u16;
        fn next(&mut self) -> Option<u16> {
            None
        }
    }
    let collected =
        Collected::<Foreigners> { short: Vec::with_capacity(4), qualified: Foreigners.next(), again: [1] };
    assert_eq!(collected.heap_size(), 8);
    assert_eq!((collected.qualified, collected.again), (None, [1]));
}

#[test]
fn an_associated_type_of_a_type_with_a_parameter_gets_a_bound() {
    #[derive(DeepSize)]
    struct First<T>
    where
        Vec<T>: IntoIterator,
    {
        first: Option<<Vec<T> as IntoIterator>::Item>,
        number: <u8 as std::ops::Add>::Output,
    }
    let first = First { first: Some(String::with_capacity(3)), number: 1 };
    assert_eq!((first.heap_size(), first.number), (3, 1));
}

#[test]
fn an_associated_type_can_have_parameters() {
    trait Lend {
        type Lent<'a>
        where
            Self: 'a;
    }
    impl Lend for Foreign {
        type Lent<'a> = Vec<&'a u8>;
    }
    #[derive(DeepSize)]
    struct Lending<'a, L: Lend + 'a> {
        lent: L::Lent<'a>,
    }
    assert_eq!(Lending::<'_, Foreign> { lent: Vec::with_capacity(2) }.heap_size(), 16);
}

#[test]
fn the_parameters_of_a_trait_object_get_no_bound() {
    trait Sink<T>: DeepSize {
        fn drain(&self) -> Option<T>;
    }
    #[derive(DeepSize)]
    struct Buffer(Vec<u8>);
    impl Sink<Foreign> for Buffer {
        fn drain(&self) -> Option<Foreign> {
            None
        }
    }
    #[derive(DeepSize)]
    struct Pipe<T> {
        sink: Box<dyn Sink<T>>,
    }
    let pipe = Pipe { sink: Box::new(Buffer(Vec::with_capacity(9))) };
    assert!(pipe.sink.drain().is_none());
    assert_eq!(pipe.heap_size(), size_of::<Buffer>() + 9);
}

#[test]
fn a_bound_on_the_type_replaces_all_inferred_bounds() {
    /// Implements the trait for any `T`.
    #[derive(DeepSize)]
    struct Counter<T>(u8, PhantomData<T>);

    // The inferred bound `T: DeepSize` would be too strict.
    #[derive(DeepSize)]
    #[deep_size(bound = "")]
    struct Holder<T> {
        counter: Counter<T>,
    }
    #[derive(DeepSize)]
    #[deep_size(bound = "T: Iterator, T::Item: deep_size::DeepSize")]
    struct Items<T: Iterator>(Vec<T::Item>);

    assert_flat(Holder::<Foreign> { counter: Counter(1, PhantomData) });
    assert_measurable::<Items<std::ops::Range<u8>>>();
}

#[test]
fn a_bound_on_a_field_replaces_its_inferred_bounds() {
    #[derive(DeepSize)]
    struct Counter<T>(u8, PhantomData<T>);

    #[derive(DeepSize)]
    struct Holder<T, U> {
        #[deep_size(bound = "")]
        counter: Counter<T>,
        value: U,
    }
    assert_exact(|| Holder { counter: Counter::<Foreign>(1, PhantomData), value: vec![1] });
}

#[test]
fn a_bound_on_a_variant_replaces_its_inferred_bounds() {
    #[derive(DeepSize)]
    struct Counter<T>(u8, PhantomData<T>);

    #[derive(DeepSize)]
    enum Holder<T, U> {
        #[deep_size(bound = "U: deep_size::DeepSize + Clone")]
        Both(Counter<T>, U),
        One(U),
    }
    assert_exact(|| [Holder::Both(Counter::<Foreign>(1, PhantomData), vec![1]), Holder::One(vec![2])]);
}

#[test]
fn a_parameter_in_a_macro_type_gets_a_bound() {
    macro_rules! list {
        ($item:ty) => { Vec<$item> };
    }
    #[derive(DeepSize)]
    struct Listed<T> {
        items: list![T],
    }
    assert_exact(|| Listed { items: vec![String::from("one")] });
}

#[test]
fn a_parameter_captured_by_a_macro_gets_a_bound() {
    macro_rules! holder {
        ($name:ident<$param:ident>, $type:ty, $whole:ty) => {
            #[derive(DeepSize)]
            struct $name<$param: Iterator> {
                vector: Vec<$type>,
                item: Option<<$type as Iterator>::Item>,
                whole: $whole,
            }
        };
    }
    holder!(Holder<T>, T, (T, T::Item));

    assert_measurable::<Holder<std::ops::Range<u8>>>();
    let holder = Holder { vector: Vec::with_capacity(2), item: Some(1), whole: (0..1_u64, 7) };
    assert_eq!(holder.heap_size(), 2 * size_of::<std::ops::Range<u64>>());
    assert_eq!((holder.item, holder.whole.1), (Some(1), 7));
}

#[test]
fn a_const_parameter_gets_no_bound() {
    #[derive(DeepSize)]
    struct Matrix<T, const ROWS: usize, const COLUMNS: usize>([[T; COLUMNS]; ROWS]);
    #[derive(DeepSize)]
    struct Nested<const N: usize>(Matrix<u8, N, { 1 + 1 }>);

    assert_flat(Nested::<2>(Matrix([[1, 2], [3, 4]])));
    assert_exact(|| Matrix([[String::from("one")]]));
}
