//! `#[deep_size(…)]` on fields and variants.

use deep_size::{DeepSize, Walker};

use crate::support::{Sum, assert_exact, assert_flat};
use crate::trace::parts;

/// Does not implement `DeepSize`.
struct Foreign(Vec<u8>);

fn foreign(value: &Foreign, walker: &mut Walker<'_>) {
    walker.field("bytes", &value.0);
}

fn capacity_100() -> Foreign {
    Foreign(Vec::with_capacity(100))
}

#[test]
fn a_skipped_field_owns_nothing() {
    #[derive(DeepSize)]
    struct Cache {
        name: String,
        // Counted elsewhere.
        #[deep_size(skip)]
        foreign: Foreign,
    }
    let cache = Cache { name: String::with_capacity(5), foreign: capacity_100() };

    assert_eq!(cache.heap_size(), 5);
    assert_eq!(cache.foreign.0.capacity(), 100);
    assert_eq!(parts(&cache), ["name", "foreign!"]);
}

#[test]
fn a_struct_of_skipped_fields_is_flat() {
    #[derive(DeepSize)]
    struct Skipped(#[deep_size(skip)] Foreign, u8);

    let skipped = Skipped(capacity_100(), 1);
    assert!(Skipped::is_flat());
    assert_eq!((skipped.heap_size(), skipped.0.0.len(), skipped.1), (0, 0, 1));
}

// impl<T> DeepSize for Skipping<T> {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.flat_field("0", &self.0);
//     }
//     fn is_flat() -> bool {
//         true
//     }
// }
#[test]
fn a_skipped_field_needs_no_bound() {
    #[derive(DeepSize)]
    struct Skipping<T>(#[deep_size(skip)] T);

    assert_eq!(Skipping(capacity_100()).heap_size(), 0);
    assert_flat(Skipping(1));
}

#[test]
fn a_skipped_variant_owns_nothing() {
    #[derive(DeepSize)]
    enum Entry {
        #[deep_size(skip)]
        Foreign(Foreign, String),
        Own(String),
    }
    let entry = Entry::Foreign(capacity_100(), String::with_capacity(3));

    assert_eq!(entry.heap_size(), 0);
    assert_eq!(parts(&entry), ["::Foreign", "0!", "1!"]);
    assert_eq!(Entry::Own(String::with_capacity(3)).heap_size(), 3);
}

#[test]
fn an_enum_whose_owning_variants_are_skipped_is_flat() {
    #[derive(DeepSize)]
    enum Entry<T> {
        #[deep_size(skip)]
        Skipped(T, Foreign),
        Flat(u8, #[deep_size(skip)] T),
    }
    assert!(Entry::<Foreign>::is_flat());
    assert_eq!(parts(&Entry::Flat(1, 2)), ["::Flat", "0", "1!"]);
    assert_eq!(Entry::Skipped(1, capacity_100()).heap_size(), 0);
}

#[test]
fn a_function_measures_a_foreign_field() {
    #[derive(DeepSize)]
    struct Cache {
        #[deep_size(with = foreign)]
        foreign: Foreign,
    }
    let cache = Cache { foreign: capacity_100() };

    assert_eq!(cache.heap_size(), 100);
    assert_eq!(parts(&cache), ["foreign"]);
    assert!(!Cache::is_flat());
    assert_exact(|| Cache { foreign: capacity_100() });
}

#[test]
fn the_function_can_be_any_path() {
    mod measure {
        use deep_size::{DeepSize, Walker};

        pub(super) fn each<T: DeepSize, const N: usize>(values: &[T; N], walker: &mut Walker<'_>) {
            walker.elements(&values[..N]);
        }
    }
    trait Measure {
        fn measure(&self, walker: &mut Walker<'_>);
    }
    impl Measure for Foreign {
        fn measure(&self, walker: &mut Walker<'_>) {
            foreign(self, walker);
        }
    }
    #[derive(DeepSize)]
    struct Paths {
        #[deep_size(with = measure::each::<String, 2>)]
        generic: [String; 2],
        #[deep_size(with = <Foreign as Measure>::measure)]
        qualified: Foreign,
        #[deep_size(with = Measure::measure)]
        inferred: Foreign,
        #[deep_size(with = Self::own)]
        own: u8,
        #[deep_size(with = crate::attribute::foreign)]
        absolute: Foreign,
    }
    impl Paths {
        fn own(_: &u8, walker: &mut Walker<'_>) {
            walker.field("boxed", &Box::new(1_u64));
        }
    }
    let paths = Paths {
        generic: [String::with_capacity(1), String::with_capacity(2)],
        qualified: capacity_100(),
        inferred: capacity_100(),
        own: 1,
        absolute: capacity_100(),
    };
    assert_eq!(paths.heap_size(), 1 + 2 + 100 + 100 + 8 + 100);
    assert_eq!(parts(&paths), ["generic", "qualified", "inferred", "own", "absolute"]);
}

#[test]
fn the_field_is_coerced_to_the_parameter_of_the_function() {
    fn length(text: &str, walker: &mut Walker<'_>) {
        walker.allocation(text.as_ptr(), std::alloc::Layout::for_value(text), text.len());
    }
    #[derive(DeepSize)]
    enum Text {
        Field(#[deep_size(with = length)] String),
        #[deep_size(with = length)]
        Variant(Box<str>),
    }
    assert_eq!(Text::Field("four".to_owned()).heap_size(), 4);
    assert_eq!(Text::Variant("five!".into()).heap_size(), 5);
}

// impl<T> DeepSize for Wrapper<T>
// where
//     T: AsRef<[u8]>,
// {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.field_with("0", &self.0, |value, walker| length(value, walker));
//     }
//     fn is_flat() -> bool {
//         false
//     }
// }
#[test]
fn a_field_with_a_function_gets_only_explicit_bounds() {
    fn length<T: AsRef<[u8]>>(value: &T, walker: &mut Walker<'_>) {
        let bytes = value.as_ref();
        walker.allocation(bytes.as_ptr(), std::alloc::Layout::for_value(bytes), bytes.len());
    }
    /// Does not implement `DeepSize`.
    struct Bytes;
    impl AsRef<[u8]> for Bytes {
        fn as_ref(&self) -> &[u8] {
            b"six by"
        }
    }
    #[derive(DeepSize)]
    struct Wrapper<T>(#[deep_size(with = length, bound = "T: AsRef<[u8]>")] T);

    assert_eq!(Wrapper(Bytes).heap_size(), 6);
}

#[test]
fn a_function_on_a_variant_gets_all_fields_in_order() {
    fn both(foreign: &Foreign, name: &String, walker: &mut Walker<'_>) {
        walker.field("foreign", &foreign.0);
        walker.field("name", name);
    }
    fn none(walker: &mut Walker<'_>) {
        walker.opaque(deep_size::Reason::Other("nothing to see"));
    }

    #[derive(DeepSize)]
    enum Entry<T> {
        #[deep_size(with = both)]
        Tuple(Foreign, String),
        #[deep_size(with = both)]
        Named {
            foreign: Foreign,
            name: String,
        },
        #[deep_size(with = none)]
        Unit,
        Plain(T),
    }
    let tuple = Entry::<u8>::Tuple(capacity_100(), String::with_capacity(7));
    let named = Entry::<u8>::Named { name: String::with_capacity(8), foreign: capacity_100() };

    assert_eq!(tuple.heap_size(), 107);
    assert_eq!(named.heap_size(), 108);
    assert_eq!(parts(&tuple), ["::Tuple", "foreign", "name"]);
    assert_eq!(Sum::of(&Entry::<u8>::Unit).opaque.len(), 1);
    assert_eq!(Entry::Plain(String::with_capacity(9)).heap_size(), 9);
    assert!(!Entry::<u8>::is_flat());
}

#[test]
fn a_function_can_be_generic() {
    fn next<T: DeepSize>(next: &Option<Box<T>>, walker: &mut Walker<'_>) {
        walker.inner(next);
    }
    fn slice<T, const N: usize>(elements: &[T], walker: &mut Walker<'_>) {
        walker.allocation(elements.as_ptr(), std::alloc::Layout::new::<[T; N]>(), 0);
    }
    fn debug(_: &dyn std::fmt::Debug, walker: &mut Walker<'_>) {
        walker.opaque(deep_size::Reason::Other("erased"));
    }

    #[derive(DeepSize)]
    struct List<T, const N: usize> {
        #[deep_size(with = next)]
        next: Option<Box<Self>>,
        #[deep_size(with = slice::<_, N>)]
        values: Vec<T>,
        #[deep_size(with = debug)]
        erased: u8,
    }
    #[derive(DeepSize)]
    enum Choice<'a, T> {
        #[deep_size(with = Self::both)]
        Both(Vec<T>, &'a T),
        #[deep_size(with = slice::<T, 2>)]
        Slice(Vec<T>),
        #[deep_size(with = debug)]
        Erased { number: u8 },
    }
    impl<T> Choice<'_, T> {
        fn both(values: &[T], _: &T, walker: &mut Walker<'_>) {
            slice::<T, 1>(values, walker);
        }
    }
    let list = |next| List::<u16, 3> { next, values: vec![1, 2, 3], erased: 1 };
    let pair = list(Some(Box::new(list(None))));
    assert_eq!(pair.heap_size(), size_of::<List<u16, 3>>() + 2 * 6);
    assert_eq!(Sum::of(&pair).opaque.len(), 2);

    assert_eq!(Choice::Both(vec![Foreign(Vec::new())], &capacity_100()).heap_size(), size_of::<Foreign>());
    assert_eq!(Choice::Slice(vec![1_u64, 2]).heap_size(), 16);
    let erased: Choice<'_, u8> = Choice::Erased { number: 1 };
    assert_eq!(Sum::of(&erased).opaque.len(), 1);
}

#[test]
fn the_target_of_a_borrowed_field_is_counted_once() {
    #[derive(DeepSize)]
    struct View<'a> {
        #[deep_size(borrowed)]
        text: &'a str,
        #[deep_size(borrowed)]
        owner: &'a String,
        #[deep_size(borrowed)]
        again: &'a String,
    }
    let owner = String::with_capacity(50);
    let view = View { text: "seventeen letters", owner: &owner, again: &owner };

    assert_eq!(view.heap_size(), 17 + size_of::<String>() + 50);
    assert_eq!(parts(&view), ["text", "&17", "owner", "&24", "again"]);
    assert!(!View::is_flat());
}

// impl<'a, T: ?Sized> DeepSize for View<'a, T>
// where
//     T: DeepSize,
// {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.field_with("target", &self.target, |value, walker| walker.borrowed(&**value));
//     }
//     fn is_flat() -> bool {
//         false
//     }
// }
#[test]
fn the_target_of_a_borrowed_field_gets_the_bound() {
    #[derive(DeepSize)]
    struct View<'a, T: ?Sized> {
        #[deep_size(borrowed)]
        target: &'a T,
    }
    let strings = [String::with_capacity(1), String::with_capacity(2)];
    let view: View<'_, [String]> = View { target: &strings };
    let erased: View<'_, dyn DeepSize> = View { target: &strings };

    assert_eq!(view.heap_size(), 2 * size_of::<String>() + 3);
    assert_eq!(erased.heap_size(), view.heap_size());
}

#[test]
fn optional_and_exclusive_references_can_be_borrowed() {
    #[derive(DeepSize)]
    struct View<'a, T: ?Sized> {
        #[deep_size(borrowed)]
        first: Option<&'a T>,
        #[deep_size(borrowed)]
        second: Option<&'a T>,
        #[deep_size(borrowed)]
        exclusive: &'a mut u32,
    }
    let strings = [String::with_capacity(10)];
    let view: View<'_, [String]> = View { first: Some(&strings), second: None, exclusive: &mut 1 };
    assert_eq!(view.heap_size(), size_of::<String>() + 10 + 4);
    assert_eq!(parts(&view), ["first", "&24", "second", "exclusive", "&4"]);
}

#[test]
fn other_types_that_borrow_are_measured_by_a_function() {
    #[derive(DeepSize)]
    struct View<'a> {
        #[deep_size(with = |text, walker| walker.borrowed(&**text))]
        text: std::cell::Ref<'a, String>,
    }
    let text = std::cell::RefCell::new(String::with_capacity(10));
    let view = View { text: text.borrow() };
    assert_eq!(view.heap_size(), size_of::<String>() + 10);
}

#[test]
fn attributes_can_stand_in_several_lists() {
    #[derive(DeepSize)]
    #[deep_size(bound = "")]
    #[deep_size(crate = deep_size)]
    struct Spread<T> {
        #[deep_size(with = nothing)]
        #[deep_size(bound = "T: Clone")]
        value: T,
    }
    fn nothing<T: Clone>(_: &T, _: &mut Walker<'_>) {}

    assert_eq!(Spread { value: String::with_capacity(3) }.heap_size(), 0);
}
