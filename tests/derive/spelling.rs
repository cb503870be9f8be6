//! The result does not depend on how a type is spelled, imported or re-exported.

use std::cell::Cell;

use deep_size::{DeepSize, Tally, inspect};

use crate::support::{assert_exact, assert_flat};

/// Does not implement `DeepSize`.
struct Foreign;

fn assert_measurable<T: DeepSize>() {}

/// Asserts that the type is flat. Then even a `Cell`, whose contents cannot be read, is measured exactly.
#[track_caller]
fn assert_flat_in_a_cell<T: DeepSize>(build: impl Fn() -> T) {
    assert_flat(build());
    let cell = Cell::new(build());
    let mut tally = Tally::new();
    assert_eq!(tally.add(&cell), size_of::<T>());
    assert!(tally.is_exact(), "a `Cell<{}>` is measured exactly", std::any::type_name::<T>());
}

/// The type, bytes, values and blocks of each part in a report.
fn reported<T: DeepSize>(value: &T) -> Vec<String> {
    let report = inspect(value);
    let parts = report.nodes().filter(|node| !node.type_name().contains("spelling"));
    parts
        .map(|node| {
            let figures =
                (node.deep_size(), node.own_size(), node.spare_size(), node.count(), node.allocation_count());
            format!("{}: {} {figures:?}", node.name(), node.type_name())
        })
        .collect()
}

/// Asserts that two types with different spellings of the same fields give the same results.
#[track_caller]
fn assert_same<A: DeepSize, B: DeepSize>(spelled: impl Fn() -> A, plain: impl Fn() -> B) {
    assert_eq!(A::is_flat(), B::is_flat());
    let values = (spelled(), plain());
    assert_eq!(values.0.deep_size(), values.1.deep_size());
    assert_eq!(reported(&values.0), reported(&values.1));
    assert_exact(&spelled);
    assert_exact(&plain);
    assert_exact(|| [vec![spelled(), spelled()], vec![spelled()]]);
    assert_exact(|| Some(Box::new(spelled())));
}

/// Asserts that a struct and an enum give the same results with a field of the first type as with one of the second, both as written
/// and as captured by a macro.
macro_rules! assert_same_as {
    ([$($spelled:tt)*], $plain:ty, $value:expr) => {{
        #[derive(DeepSize)]
        struct Spelled {
            first: u8,
            value: $($spelled)*,
            last: u64,
        }
        assert_same_as!(@captured $($spelled)*);
        #[derive(DeepSize)]
        struct Plain {
            first: u8,
            value: $plain,
            last: u64,
        }
        assert_same(
            || Spelled { first: 1, value: $value, last: 2 },
            || Plain { first: 1, value: $value, last: 2 },
        );
        assert_same(
            || Captured { first: 1, value: $value, last: 2 },
            || Plain { first: 1, value: $value, last: 2 },
        );
        assert_same(|| [Choice::One($value, 1), Choice::None], || [PlainChoice::One($value, 1), PlainChoice::None]);

        #[derive(DeepSize)]
        enum Choice {
            One($($spelled)*, u8),
            None,
        }
        #[derive(DeepSize)]
        enum PlainChoice {
            One($plain, u8),
            None,
        }
    }};
    (@captured $spelled:ty) => {
        #[derive(DeepSize)]
        struct Captured {
            first: u8,
            value: $spelled,
            last: u64,
        }
    };
}

#[test]
fn an_import_can_be_renamed() {
    use std::boxed::Box as Own;
    use std::cell::Cell as Slot;
    use std::collections::{BTreeMap as Tree, BTreeSet as Sorted, HashMap as Table, HashSet as Bag};
    use std::marker::PhantomData as Ph;
    use std::option::Option as Maybe;
    use std::rc::Rc as Local;
    use std::string::String as Text;
    use std::sync::{Arc as Shared, Mutex as Lock};
    use std::vec::Vec as List;

    let text = || "text".to_owned();
    assert_same_as!([List<u8>], Vec<u8>, vec![1, 2]);
    assert_same_as!([Own<u64>], Box<u64>, Own::new(1));
    assert_same_as!([Shared<Text>], std::sync::Arc<String>, Shared::new(text()));
    assert_same_as!([Local<Text>], std::rc::Rc<String>, Local::new(text()));
    assert_same_as!([Table<u8, Text>], std::collections::HashMap<u8, String>, Table::from([(1, text())]));
    assert_same_as!([Bag<Text>], std::collections::HashSet<String>, Bag::from([text()]));
    assert_same_as!([Tree<u8, Text>], std::collections::BTreeMap<u8, String>, Tree::from([(1, text())]));
    assert_same_as!([Sorted<Text>], std::collections::BTreeSet<String>, Sorted::from([text()]));
    assert_same_as!([Text], String, text());
    assert_same_as!([Maybe<Own<[u8; 3]>>], Option<Box<[u8; 3]>>, Some(Own::new([1; 3])));
    assert_same_as!([Lock<Text>], std::sync::Mutex<String>, Lock::new(text()));
    assert_same_as!([Slot<u32>], Cell<u32>, Slot::new(1));
    assert_same_as!([Ph<Foreign>], std::marker::PhantomData<Foreign>, Ph);
}

#[test]
fn an_alias_gives_the_same_result() {
    use std::collections::HashMap;

    type Bytes = Vec<u8>;
    type Many<T> = Vec<T>;
    type Link<T> = Option<Box<T>>;
    type Index<V, K = u8> = HashMap<K, Many<V>>;
    type Flags<const N: usize> = [bool; N];
    type Name = &'static str;

    let text = || "text".to_owned();
    assert_same_as!([Bytes], Vec<u8>, vec![1, 2]);
    assert_same_as!([Many<Bytes>], Vec<Vec<u8>>, vec![vec![1], vec![]]);
    assert_same_as!([Link<Link<u16>>], Option<Box<Option<Box<u16>>>>, Some(Box::new(Some(Box::new(1)))));
    assert_same_as!([Index<String>], HashMap<u8, Vec<String>>, HashMap::from([(1, vec![text()])]));
    assert_same_as!([Flags<3>], [bool; 3], [true; 3]);
    assert_same_as!([Name], &'static str, "name");
}

mod reexported {
    pub(super) use std::boxed;
    pub(super) use std::rc::{self, Rc};
    pub(super) use std::sync::Arc as Handle;
    pub(super) use std::vec::Vec;
    pub(super) mod deeper {
        pub(in super::super) use std::collections::*;
        pub(in super::super) use std::string::String as Box;
    }
}

#[test]
fn a_reexport_gives_the_same_result() {
    let text = || "text".to_owned();
    assert_same_as!([reexported::Vec<u8>], Vec<u8>, vec![1, 2]);
    assert_same_as!([self::reexported::boxed::Box<u8>], Box<u8>, Box::new(1));
    assert_same_as!(
        [crate::spelling::reexported::Rc<String>],
        std::rc::Rc<String>,
        reexported::Rc::new(text())
    );
    assert_same_as!([reexported::rc::Rc<u8>], std::rc::Rc<u8>, reexported::Rc::new(1));
    assert_same_as!([reexported::Handle<String>], std::sync::Arc<String>, reexported::Handle::new(text()));
    assert_same_as!(
        [reexported::deeper::BTreeMap<u8, reexported::deeper::Box>],
        std::collections::BTreeMap<u8, String>,
        reexported::deeper::BTreeMap::from([(1, text())])
    );
}

#[test]
#[allow(unused_parens, reason = "the test includes a type in parentheses")]
fn a_full_path_gives_the_same_result() {
    let text = || "text".to_owned();
    assert_same_as!([::std::vec::Vec<::core::primitive::u8>], Vec<u8>, vec![1, 2]);
    assert_same_as!([::std::option::Option<::std::boxed::Box<u8>>], Option<Box<u8>>, Some(Box::new(1)));
    assert_same_as!([::std::string::String], String, text());
    assert_same_as!([::std::sync::Arc<str>], std::sync::Arc<str>, text().into());
    assert_same_as!(
        [::core::marker::PhantomData<Foreign>],
        std::marker::PhantomData<Foreign>,
        Default::default()
    );
    assert_same_as!([(Vec<(u8)>)], Vec<u8>, vec![1, 2]);
    assert_same_as!([<Vec<String> as IntoIterator>::Item], String, text());
}

#[test]
fn a_macro_can_generate_the_type() {
    macro_rules! list {
        ($item:ty) => { Vec<$item> };
    }
    macro_rules! text {
        () => {
            String
        };
    }
    assert_same_as!([list!(u8)], Vec<u8>, vec![1, 2]);
    assert_same_as!([list![list! {Box<u8>}]], Vec<Vec<Box<u8>>>, vec![vec![Box::new(1)]]);
    assert_same_as!([Option<text!()>], Option<String>, Some("text".to_owned()));
}

#[test]
fn a_parameter_is_found_in_any_spelling_of_the_field() {
    use std::boxed::Box as Own;
    use std::vec::Vec as List;

    type Link<T> = Option<Own<T>>;

    #[derive(DeepSize)]
    struct Spelled<T> {
        list: List<T>,
        link: Link<T>,
        path: ::std::collections::BTreeMap<u8, reexported::Vec<T>>,
    }
    #[derive(DeepSize)]
    struct Plain<T> {
        list: Vec<T>,
        link: Option<Box<T>>,
        path: std::collections::BTreeMap<u8, Vec<T>>,
    }
    let text = || "text".to_owned();
    assert_same(
        || Spelled { list: vec![text()], link: Some(Box::new(text())), path: [(1, vec![text()])].into() },
        || Plain { list: vec![text()], link: Some(Box::new(text())), path: [(1, vec![text()])].into() },
    );
}

/// Types that own nothing, with the names of owners.
mod flat {
    use deep_size::DeepSize;

    macro_rules! flat {
        ($($name:ident)*) => {$(
            #[derive(DeepSize)]
            pub(super) struct $name<T>(pub(super) T);
        )*};
    }
    flat! { Vec Box Arc Rc HashMap HashSet BTreeMap BTreeSet Option Cell PhantomData Mutex }

    #[derive(DeepSize)]
    pub(super) struct String(pub(super) u8);
}

#[test]
fn flat_types_named_like_owners_are_flat() {
    use flat::{
        Arc, BTreeMap, BTreeSet, Box, Cell, HashMap, HashSet, Mutex, Option, PhantomData, Rc, String, Vec,
    };

    #[derive(DeepSize)]
    struct Imported {
        vec: Vec<u8>,
        boxed: Box<Rc<u16>>,
        arc: Arc<[u8; 2]>,
        string: String,
        hashed: (HashMap<u8>, HashSet<u8>),
        sorted: [BTreeMap<BTreeSet<u64>>; 2],
        option: Option<Cell<u8>>,
        phantom: PhantomData<Mutex<u8>>,
    }
    #[derive(DeepSize)]
    enum ByPath {
        One(flat::Vec<flat::Box<u8>>, self::flat::String),
        Two { arc: crate::spelling::flat::Arc<u8> },
    }
    let sorted = || BTreeMap(BTreeSet(1));
    assert_flat_in_a_cell(|| Imported {
        vec: Vec(1),
        boxed: Box(Rc(2)),
        arc: Arc([3, 4]),
        string: String(5),
        hashed: (HashMap(6), HashSet(7)),
        sorted: [sorted(), sorted()],
        option: Option(Cell(8)),
        phantom: PhantomData(Mutex(9)),
    });
    assert_flat_in_a_cell(|| {
        [ByPath::One(flat::Vec(flat::Box(1)), flat::String(2)), ByPath::Two { arc: Arc(3) }]
    });
}

/// Types that own memory, with the names of flat types.
mod owning {
    use deep_size::DeepSize;

    macro_rules! owning {
        ($($name:ident($type:ty))*) => {$(
            #[derive(DeepSize)]
            pub(super) struct $name<T>(pub(super) $type);
        )*};
    }
    owning! {
        Vec(std::boxed::Box<T>) Box(std::vec::Vec<T>) Arc(std::vec::Vec<T>) Rc(std::boxed::Box<T>) HashMap(std::boxed::Box<T>)
        HashSet(std::vec::Vec<T>) BTreeMap(std::vec::Vec<T>) BTreeSet(std::boxed::Box<T>) Option(std::vec::Vec<T>)
        Cell(std::boxed::Box<T>) PhantomData(std::vec::Vec<T>) Mutex(std::vec::Vec<T>)
    }

    #[derive(DeepSize)]
    #[expect(non_camel_case_types, reason = "the test needs such names")]
    pub(super) struct u8(pub(super) std::string::String);
}

#[test]
fn owners_named_like_other_types_are_counted_exactly() {
    use owning::{
        Arc, BTreeMap, BTreeSet, Box, Cell, HashMap, HashSet, Mutex, Option, PhantomData, Rc, Vec, u8,
    };

    #[derive(DeepSize)]
    struct Imported<T> {
        vec: Vec<T>,
        boxed: Box<Rc<T>>,
        arc: Arc<u8>,
        hashed: (HashMap<u16>, HashSet<u16>),
        sorted: [BTreeMap<BTreeSet<T>>; 1],
        option: Option<Cell<T>>,
        phantom: PhantomData<Mutex<T>>,
        number: u8,
    }
    let text = || "text".to_owned();
    assert!(!Imported::<u32>::is_flat());
    assert_exact(|| Imported {
        vec: Vec(std::boxed::Box::new(text())),
        boxed: Box(vec![Rc(std::boxed::Box::new(text()))]),
        arc: Arc(std::vec::Vec::with_capacity(3)),
        hashed: (HashMap(std::boxed::Box::new(1)), HashSet(vec![2])),
        sorted: [BTreeMap(vec![BTreeSet(std::boxed::Box::new(text()))])],
        option: Option(vec![Cell(std::boxed::Box::new(text()))]),
        phantom: PhantomData(vec![Mutex(vec![text()])]),
        number: u8(text()),
    });
}

#[test]
fn a_struct_can_have_the_name_of_its_field_type() {
    #[derive(DeepSize)]
    struct Vec {
        inner: std::vec::Vec<u8>,
    }
    #[derive(DeepSize)]
    struct Box<T>(std::boxed::Box<T>);
    #[derive(DeepSize)]
    struct Option<T> {
        inner: std::option::Option<T>,
    }
    #[derive(DeepSize)]
    struct String(std::string::String);
    #[derive(DeepSize)]
    struct HashMap<K, V>(std::collections::HashMap<K, V>);

    assert_exact(|| Vec { inner: vec![1, 2, 3] });
    assert_exact(|| Box(std::boxed::Box::new(String("text".to_owned()))));
    assert_exact(|| HashMap([(1, Vec { inner: vec![1] })].into()));
    assert_exact(|| Option { inner: Some(vec![1]) });
    assert_flat_in_a_cell(|| Option { inner: Some(1) });
}

#[test]
fn a_recursive_type_can_hide_its_pointer() {
    use std::boxed::Box as Own;

    type Link<T> = Option<Box<T>>;

    #[derive(DeepSize)]
    struct ByAlias<T> {
        value: T,
        next: Link<Self>,
    }
    #[derive(DeepSize)]
    struct ByRename<T> {
        value: T,
        next: Option<Own<ByRename<T>>>,
    }
    #[derive(DeepSize)]
    struct Plain<T> {
        value: T,
        next: Option<Box<Plain<T>>>,
    }
    macro_rules! list {
        ($name:ident) => {
            (0..100).fold($name { value: "last".to_owned(), next: None }, |next, number| $name {
                value: number.to_string(),
                next: Some(Box::new(next)),
            })
        };
    }
    assert_same(|| list!(ByAlias), || list!(Plain));
    assert_same(|| list!(ByRename), || list!(Plain));
}

#[test]
fn a_tree_can_hide_its_pointers() {
    use std::boxed::Box as Own;

    type Branch<T> = Option<Own<T>>;

    #[derive(DeepSize)]
    enum Tree {
        Leaf(String),
        Both(Own<Self>, Own<Tree>),
        Maybe { left: Branch<Self>, right: Branch<Tree> },
    }
    fn tree(depth: u8) -> Box<Tree> {
        Box::new(match depth {
            0 => Tree::Leaf("leaf".to_owned()),
            _ if depth % 2 == 0 => Tree::Both(tree(depth - 1), tree(depth / 2)),
            _ => Tree::Maybe { left: Some(tree(depth - 1)), right: None },
        })
    }
    assert_exact(|| tree(9));
    assert_exact(|| *tree(8));
}

/// The standard library's marker needs no bound on its parameter, by any path and with any lifetime.
mod markers {
    use std::marker::{self, PhantomData};

    use deep_size::DeepSize;

    #[derive(DeepSize)]
    pub(super) struct Plain<T: ?Sized>(
        PhantomData<T>,
        ::core::marker::PhantomData<[u8; 2]>,
        marker::PhantomData<*const T>,
    );

    #[derive(DeepSize)]
    pub(super) struct Lifetimes<'a, 'b, T: 'static> {
        one: PhantomData<&'a T>,
        other: PhantomData<&'b T>,
        long: PhantomData<&'static T>,
    }

    type Alias<'b, T> = PhantomData<&'b T>;

    #[derive(DeepSize)]
    pub(super) struct Aliased<'a, 'b, T> {
        plain: PhantomData<&'a T>,
        alias: Alias<'b, T>,
    }

    #[derive(DeepSize)]
    pub(super) struct Projections<I: Iterator<Item = U>, U> {
        item: PhantomData<I::Item>,
        qualified: PhantomData<<I as Iterator>::Item>,
        same: PhantomData<U>,
        function: PhantomData<fn(&I) -> U>,
        closure: PhantomData<dyn Fn(I) -> U>,
    }
}

#[test]
fn the_marker_of_std_needs_no_bound_on_its_parameter() {
    struct Foreigners;
    impl Iterator for Foreigners {
        type Item = Foreign;
        fn next(&mut self) -> Option<Foreign> {
            None
        }
    }
    assert_measurable::<markers::Plain<dyn Fn(Foreign)>>();
    assert!(markers::Plain::<Foreign>::is_flat());
    assert_measurable::<markers::Lifetimes<'_, '_, Foreign>>();
    assert_measurable::<markers::Aliased<'_, '_, u8>>();
    assert_measurable::<markers::Projections<Foreigners, Foreign>>();
    assert!(Foreigners.next().is_none());
}

// impl<T> DeepSize for Holder<T>
// where
//     PhantomData<T>: DeepSize,
// { … }
#[test]
fn a_users_own_marker_gets_the_bounds_of_its_impl() {
    #[derive(DeepSize)]
    struct PhantomData<T>(Vec<T>);
    #[derive(DeepSize)]
    struct Holder<T> {
        marker: PhantomData<T>,
        #[deep_size(skip)]
        skipped: Option<T>,
    }
    assert_exact(|| Holder { marker: PhantomData(vec!["text".to_owned()]), skipped: None });
    let holder = Holder { marker: PhantomData(Vec::<u64>::with_capacity(3)), skipped: Some(1) };
    assert_eq!(holder.heap_size(), 24);
    assert!(!Holder::<u8>::is_flat());
}

#[test]
fn a_recursive_type_can_have_the_name_of_the_marker() {
    #[derive(DeepSize)]
    struct PhantomData<T> {
        next: Option<Box<PhantomData<T>>>,
        value: T,
    }
    let pair = |value: &str| PhantomData {
        next: Some(Box::new(PhantomData { next: None, value: value.to_owned() })),
        value: value.to_owned(),
    };
    assert_exact(|| pair("value"));
    assert!(!PhantomData::<u8>::is_flat());
    let single = PhantomData { next: None, value: 1_u8 };
    assert_eq!((single.heap_size(), single.value, single.next.is_none()), (0, 1, true));
}

#[test]
fn a_type_with_the_name_of_the_marker_can_contain_it() {
    mod typed {
        use deep_size::DeepSize;

        #[derive(DeepSize)]
        pub(super) struct PhantomData<T: ?Sized>(pub(super) u32, pub(super) std::marker::PhantomData<T>);
    }
    assert_flat_in_a_cell(|| typed::PhantomData::<Foreign>(1, std::marker::PhantomData));
}
