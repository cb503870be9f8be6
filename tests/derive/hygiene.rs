//! Generated code works in any surroundings.

use deep_size::DeepSize;

use crate::support::assert_exact;
use crate::trace::parts;

#[test]
fn fields_can_have_the_names_of_generated_variables() {
    #[derive(DeepSize)]
    struct Struct {
        walker: String,
        __walker: String,
        __visitor: String,
        __value: String,
        __function: String,
        total: String,
        tracker: String,
        self_: String,
        this: String,
        _deep_size: String,
        deep_size: String,
    }
    #[derive(DeepSize)]
    enum Enum {
        Variant {
            walker: String,
            __walker: String,
            __field0: String,
            __field1: String,
            total: String,
            tracker: String,
        },
    }
    let with = String::with_capacity;
    let value = Struct {
        walker: with(1),
        __walker: with(2),
        __visitor: with(4),
        __value: with(8),
        __function: with(16),
        total: with(32),
        tracker: with(64),
        self_: with(128),
        this: with(256),
        _deep_size: with(512),
        deep_size: with(1024),
    };
    assert_eq!(value.heap_size(), 2047);

    let value = Enum::Variant {
        walker: with(1),
        __walker: with(2),
        __field0: with(4),
        __field1: with(8),
        total: with(16),
        tracker: with(32),
    };
    assert_eq!(value.heap_size(), 63);
    assert_eq!(
        parts(&value),
        ["::Variant", "walker", "__walker", "__field0", "__field1", "total", "tracker"]
    );
}

#[test]
fn parameters_can_have_the_names_of_generated_items() {
    #[derive(DeepSize)]
    #[expect(non_camel_case_types, non_upper_case_globals, reason = "the test needs such names")]
    struct Names<'walker, '__walker, DeepSize, Walker, Self_, _deep_size, _deep_size_, const __walker: usize>(
        &'walker DeepSize,
        &'__walker Walker,
        Vec<Self_>,
        Vec<_deep_size>,
        [_deep_size_; __walker],
    );
    let names = Names(&1_u8, &2_u8, vec![1_u8], Vec::<u16>::with_capacity(5), [String::with_capacity(3)]);
    assert_eq!(names.heap_size(), 1 + 10 + 3);
    assert_eq!(parts(&names), ["0!", "1!", "2", "3", "4"]);
}

#[test]
fn types_can_have_the_names_of_generated_items() {
    fn nothing<T>(_: &T, _: &mut deep_size::Walker<'_>) {}

    #[derive(DeepSize)]
    struct __Visitor(Box<u8>);
    #[derive(DeepSize)]
    struct Visitor(String);
    #[derive(DeepSize)]
    struct Walker<Parts>(Parts, #[deep_size(with = nothing::<__Visitor>)] __Visitor);
    #[derive(DeepSize)]
    struct Parts {
        visitor: Visitor,
        walker: Walker<__Visitor>,
    }
    assert_exact(|| [Visitor("four".to_owned())]);
    let walker = Walker(__Visitor(Box::new(1)), __Visitor(Box::new(2)));
    let value = Parts { visitor: Visitor(String::with_capacity(3)), walker };
    assert_eq!(value.heap_size(), 3 + 1);
}

#[test]
fn a_const_parameter_can_have_the_name_of_a_type() {
    #[derive(DeepSize)]
    struct N(u8);
    #[derive(DeepSize)]
    struct Array<const N: usize>([u8; N], N);
    #[derive(DeepSize)]
    enum Choice<T, const N: bool = true> {
        One(T),
        None,
    }
    assert_eq!(parts(&Array([1, 2], N(1))), ["0", "1"]);
    assert_eq!([Choice::One("one".to_owned()), Choice::<_>::None].heap_size(), 3);
}

#[test]
fn raw_identifiers_are_reported_without_the_prefix() {
    #[derive(DeepSize)]
    #[expect(non_camel_case_types, reason = "keywords are lower case")]
    enum r#enum<r#dyn> {
        r#match { r#type: r#dyn },
        r#loop(u8),
    }
    #[derive(DeepSize)]
    struct r#Struct {
        r#fn: Vec<u8>,
        #[deep_size(skip)]
        r#let: u8,
    }
    assert_eq!(parts(&r#enum::r#match { r#type: 1 }), ["::match", "type"]);
    assert_eq!(parts(&r#enum::<u8>::r#loop(1)), ["::loop", "0"]);
    let value = r#Struct { r#fn: Vec::with_capacity(3), r#let: 1 };
    assert_eq!(parts(&value), ["fn", "let!"]);
    assert_eq!((value.heap_size(), value.r#let), (3, 1));
}

#[test]
fn a_macro_can_generate_the_struct() {
    macro_rules! make {
        ($(#[$attribute:meta])* struct $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
            $(#[$attribute])*
            #[derive(DeepSize)]
            struct $name { $($field: $type,)* hidden: Vec<u8>, #[deep_size(skip)] skipped: Vec<u8> }

            impl $name {
                fn new($($field: $type),*) -> Self {
                    Self { $($field,)* hidden: Vec::with_capacity(100), skipped: Vec::new() }
                }
            }
        };
        (enum $name:ident { $($variant:ident($type:ty)),* $(,)? }) => {
            #[derive(DeepSize)]
            enum $name { $($variant($type, u8),)* Hidden { hidden: Vec<u8> } }
        };
        (packed $name:ident($($type:ty),*)) => {
            #[derive(DeepSize)]
            #[repr(Rust, packed)]
            struct $name($($type,)* u16);
        };
        (union $name:ident { $($field:ident: $type:ty),* }) => {
            #[derive(DeepSize)]
            union $name { $($field: $type,)* _hidden: u8 }
        };
    }
    make!(
        struct Made {
            name: String,
            boxed: Box<u64>,
        }
    );
    make!(
        enum Chosen {
            One(String),
            Two(Box<u64>),
        }
    );
    make!(packed Packed(u8, u64));
    make!(union Either { _one: u8, _two: u64 });

    let made = Made::new(String::with_capacity(10), Box::new(1));
    assert_eq!(made.heap_size(), 10 + 8 + 100);
    assert_eq!(made.skipped.len(), 0);
    assert_eq!(parts(&made), ["name", "boxed", "hidden", "skipped!"]);
    assert_eq!(Chosen::Two(Box::new(1), 2).heap_size(), 8);
    assert_exact(|| [Chosen::One("one".to_owned(), 1), Chosen::Hidden { hidden: vec![1] }]);
    assert_eq!(parts(&Packed(1, 2, 3)), ["0!", "1!", "2!"]);
    assert!(Either::is_flat());
}

#[test]
fn user_traits_with_the_same_method_names_do_not_interfere() {
    #[expect(dead_code, reason = "it must not be used")]
    trait Loud {
        fn measured_field(self, _: &'static str, _: &str) -> Self;
        fn unmeasured_field<T>(&mut self, _: &'static str, _: T) {
            unreachable!()
        }
        fn borrowed_field<T>(&mut self, _: &'static str, _: T) {
            unreachable!()
        }
        fn field_by_function<A, B>(&mut self, _: &'static str, _: A, _: B) {
            unreachable!()
        }
        fn whole_by_function<A>(&mut self, _: A) {
            unreachable!()
        }
        fn active_variant(&self, _: &'static str) {
            unreachable!()
        }
        fn is_flat(&self) -> bool {
            unreachable!()
        }
        fn walk_owned(&self, _: u8) {
            unreachable!()
        }
    }
    impl<T> Loud for T {
        fn measured_field(self, _: &'static str, _: &str) -> Self {
            unreachable!()
        }
    }
    fn nothing(_: &u8, _: &mut deep_size::Walker<'_>) {}

    #[derive(DeepSize)]
    struct Quiet<'a>(String, &'a u8, #[deep_size(with = nothing)] u8, #[deep_size(borrowed)] &'a str);
    #[derive(DeepSize)]
    enum Choice {
        One(String),
        #[deep_size(with = nothing)]
        Two(u8),
    }
    assert_eq!(Quiet(String::with_capacity(5), &1, 2, "text").heap_size(), 5 + 4);
    assert_eq!(Choice::Two(1).heap_size(), 0);
    assert_eq!(Choice::One(String::with_capacity(6)).heap_size(), 6);
}

#[test]
fn inherent_methods_with_the_traits_names_do_not_interfere() {
    #[derive(DeepSize)]
    struct Inner(String);
    impl Inner {
        fn walk_owned(&self) -> u8 {
            1
        }
        fn is_flat() -> u8 {
            2
        }
    }
    #[derive(DeepSize)]
    struct Outer(Inner, [Inner; 1]);

    let inner = || Inner(String::with_capacity(5));
    assert_eq!(Outer(inner(), [inner()]).heap_size(), 10);
    assert_eq!(inner().walk_owned() + Inner::is_flat(), 3);
}

#[test]
fn types_can_have_the_names_of_std_types() {
    #[derive(DeepSize)]
    struct String(u8);
    #[derive(DeepSize)]
    struct Vec<T>(T);
    #[derive(DeepSize)]
    #[expect(non_camel_case_types, reason = "the test needs such names")]
    struct u64(std::string::String);
    #[derive(DeepSize)]
    struct Flat(String, Vec<u8>);
    #[derive(DeepSize)]
    struct Owner(u64, String);

    assert_eq!(Flat(String(1), Vec(2)).heap_size(), 0);
    assert_eq!([Owner(u64("four".to_owned()), String(1))].heap_size(), 4);
    assert_eq!(std::vec![Flat(String(1), Vec(2))].heap_size(), 2);
    assert_eq!(parts(&Flat(String(1), Vec(2))), ["0", "1"]);
    assert!(!Owner::is_flat());
}

/// Only the imported names are in scope, and they mean other items.
mod barren {
    #![no_implicit_prelude]
    #![allow(dead_code, non_camel_case_types, reason = "the names must not affect the generated code")]

    mod core {}
    mod std {}
    mod alloc {}
    mod deep_size {}
    mod _deep_size {}
    struct bool;
    struct u8;
    struct str;
    struct Option;
    struct Some;
    struct Sized;
    struct Copy;
    struct Walker;
    struct Probe;
    trait DeepSize {}

    type Text = ::std::string::String;

    fn measure(text: &Text, walker: &mut ::deep_size::Walker<'_>) {
        walker.inner(text);
    }

    #[derive(::deep_size::DeepSize)]
    pub(super) struct Struct<'a, T> {
        pub(super) text: Text,
        pub(super) value: T,
        pub(super) reference: &'a Text,
        #[deep_size(skip)]
        pub(super) skipped: Walker0,
        #[deep_size(with = measure)]
        pub(super) with: Text,
        #[deep_size(borrowed)]
        pub(super) borrowed: &'a Text,
    }
    pub(super) struct Walker0;

    #[derive(::deep_size::DeepSize)]
    pub(super) enum Enum<T> {
        Some { text: Text, value: T },
        None,
    }

    fn nothing<T>(_: &T, _: &mut ::deep_size::Walker<'_>) {}

    #[derive(::deep_size::DeepSize)]
    pub(super) enum Attributes<T> {
        #[deep_size(with = nothing)]
        With(Walker0),
        Field(#[deep_size(with = nothing)] Walker0, T),
        #[deep_size(skip)]
        Skipped(Walker0),
    }

    #[derive(::deep_size::DeepSize)]
    pub(super) enum Never {}

    #[derive(::deep_size::DeepSize)]
    #[repr(Rust, packed)]
    pub(super) struct Packed<T>(pub(super) T);

    #[derive(::deep_size::DeepSize)]
    pub(super) union Union<T> {
        pub(super) value: ::std::mem::ManuallyDrop<T>,
    }
}

#[test]
fn generated_code_uses_no_name_in_scope() {
    let text = || String::with_capacity(10);
    let owner = text();
    let value = barren::Struct {
        text: text(),
        value: text(),
        reference: &owner,
        skipped: barren::Walker0,
        with: text(),
        borrowed: &owner,
    };
    assert_eq!(value.heap_size(), 10 + 10 + 10 + size_of::<String>() + 10);
    assert_eq!(value.reference.capacity(), 10);
    assert_eq!(barren::Enum::Some { text: text(), value: 1 }.heap_size(), 10);
    assert_eq!(barren::Enum::<u8>::None.heap_size(), 0);
    assert_eq!(barren::Attributes::Field(barren::Walker0, text()).heap_size(), 10);
    assert_eq!(parts(&barren::Attributes::<u8>::With(barren::Walker0)), ["::With"]);
    assert_eq!(parts(&barren::Attributes::<u8>::Skipped(barren::Walker0)), ["::Skipped", "0!"]);
    assert!(barren::Never::is_flat());
    assert_eq!(parts(&barren::Packed(1_u8)), ["0!"]);
    assert_eq!(barren::Union { value: std::mem::ManuallyDrop::new(1_u8) }.heap_size(), 0);
}

/// Items that have the names of variables in generated code. A pattern of one identifier could mean them.
mod values {
    #![allow(
        dead_code,
        non_camel_case_types,
        non_upper_case_globals,
        reason = "the derive must not use the names"
    )]

    use deep_size::{DeepSize, Walker};

    const __value: u8 = 0;
    const __function: u8 = 0;
    const __field0: u8 = 0;
    static __visitor: u8 = 0;
    static __field1: u8 = 0;
    pub(super) enum Variants {
        __field2,
    }
    #[allow(unused_imports, reason = "the derive must not use the name")]
    use Variants::*;

    pub(super) struct _deep_size;
    pub(super) struct __DeepSizeVisitor;

    fn owns_ten<T>(_: &T, walker: &mut Walker<'_>) {
        walker.allocations(1, 10, 10);
    }

    #[derive(DeepSize)]
    pub(super) struct Struct<const __walker: usize> {
        pub(super) text: String,
        #[deep_size(with = owns_ten)]
        pub(super) path: _deep_size,
        #[deep_size(with = |_, walker| walker.allocations(1, usize::from(__value) + 20, 0))]
        pub(super) closure: __DeepSizeVisitor,
        pub(super) array: [String; __walker],
    }

    #[derive(DeepSize)]
    pub(super) enum Enum {
        Fields(String, u8, String),
        #[deep_size(with = |_, _, _, walker| walker.allocations(1, 30, 0))]
        Function(String, u8, String),
    }

    #[derive(DeepSize)]
    #[repr(Rust, packed)]
    pub(super) struct Packed(pub(super) u8, #[deep_size(with = owns_ten)] pub(super) u64);

    #[derive(DeepSize)]
    pub(super) union Union {
        pub(super) __value: u8,
    }

    #[derive(DeepSize)]
    #[deep_size(opaque)]
    pub(super) struct Opaque;
}

#[test]
fn generated_variables_are_not_confused_with_items() {
    use values::{Enum, Packed, Struct, Union};

    let text = || String::with_capacity(4);
    let value = Struct {
        text: text(),
        path: values::_deep_size,
        closure: values::__DeepSizeVisitor,
        array: [text()],
    };
    assert_eq!(value.heap_size(), 4 + 10 + 20 + 4);
    assert_eq!(parts(&value), ["text", "path", "closure", "array"]);
    assert_eq!(Enum::Fields(text(), 1, text()).heap_size(), 4 + 4);
    assert_eq!(Enum::Function(text(), 1, text()).heap_size(), 30);
    assert_eq!(Packed(1, 2).heap_size(), 10);
    assert_eq!(Union { __value: 1 }.heap_size(), 0);
    assert_eq!(parts(&values::Opaque).len(), 0);
}

/// Types whose declaration contains other declarations.
mod blocks {
    #![allow(dead_code, non_local_definitions, reason = "the derive must not repeat the impls")]

    use deep_size::DeepSize;

    pub(super) struct Counter;

    macro_rules! method {
        ($name:ident) => {
            impl Counter {
                pub(super) fn $name() -> usize {
                    2
                }
            }
        };
    }

    #[derive(DeepSize)]
    pub(super) struct Array<T>(
        pub(super)  [T; {
            impl Counter {
                pub(super) fn one() -> usize {
                    1
                }
            }
            2
        }],
    );
    #[derive(DeepSize)]
    pub(super) struct Nested(
        pub(super)  Option<
            [Box<u8>; {
                method!(two);
                2
            }],
        >,
    );
    #[derive(DeepSize)]
    pub(super) struct Closure(
        pub(super)  fn(
            [u8; {
                method!(three);
                2
            }],
        ),
        pub(super)  Option<
            fn(
                [u8; {
                    method!(four);
                    2
                }],
            ),
        >,
    );
    #[derive(DeepSize)]
    pub(super) struct With(
        #[deep_size(with = |value, walker| walker.field("", value))]
        pub(super)  Vec<
            [u8; {
                method!(five);
                2
            }],
        >,
    );
    #[derive(DeepSize)]
    #[repr(Rust, packed)]
    pub(super) struct Packed(
        u8,
        pub(super)  [u64; {
            method!(six);
            2
        }],
        Option<
            fn(
                [u8; {
                    method!(seven);
                    2
                }],
            ),
        >,
    );
    #[derive(DeepSize)]
    pub(super) union Union {
        pub(super) bytes: [u8; {
            method!(eight);
            2
        }],
    }
    #[derive(DeepSize)]
    pub(super) struct Marker<T>(
        pub(super)  std::marker::PhantomData<
            [Option<T>; {
                method!(nine);
                2
            }],
        >,
    );
    #[derive(DeepSize)]
    pub(super) struct Argument<const N: usize = { if cfg!(miri) { 1 } else { 2 } }>(
        pub(super) Option<Box<Argument<{ if cfg!(miri) { 1 } else { 2 } }>>>,
        pub(super) [u8; N],
    );
    #[derive(DeepSize)]
    pub(super) struct Chosen<T>(pub(super) Option<[T; if cfg!(miri) { 1 } else { 2 }]>)
    where
        [T; match size_of::<u8>() {
            1 => 2,
            other => other,
        }]: Sized;
}

#[test]
fn a_block_in_a_type_is_not_repeated() {
    assert_eq!(blocks::Array([vec![1_u8], vec![2]]).heap_size(), 2);
    assert!(blocks::Array::<u8>::is_flat());
    assert_eq!(blocks::Nested(Some([Box::new(1), Box::new(2)])).heap_size(), 2);
    assert_eq!(blocks::Closure(drop, None).heap_size(), 0);
    assert_eq!(blocks::With(vec![[1, 2]]).heap_size(), 2);
    assert_eq!(size_of::<blocks::Packed>(), 1 + 16 + size_of::<usize>());
    assert!(blocks::Union::is_flat());
    assert_eq!(blocks::Marker::<String>(std::marker::PhantomData).heap_size(), 0);
    assert_eq!(blocks::Chosen(Some([Box::new(1_u8), Box::new(2)])).heap_size(), 2);
    let argument = blocks::Argument(Some(Box::new(blocks::Argument(None, [1; 2]))), [1; 2]);
    assert_eq!(argument.heap_size(), size_of_val(&argument));
    assert_eq!(blocks::Counter::one() + blocks::Counter::eight(), 3);
}

#[test]
fn a_type_can_contain_itself_with_other_arguments() {
    #[derive(DeepSize)]
    struct Growing<T>(Option<Box<Growing<Option<T>>>>, T);

    // A value cannot be measured, because the compiler would need infinitely many impls.
    assert!(size_of::<Growing<u8>>() > size_of::<usize>());
}

/// The crate under another name.
mod renamed {
    pub(super) mod vendored {
        pub(crate) use deep_size::*;
    }

    #[derive(deep_size::DeepSize)]
    #[deep_size(crate = crate::hygiene::renamed::vendored)]
    pub(super) struct Absolute(pub(super) String);

    #[derive(deep_size::DeepSize)]
    #[deep_size(crate = self::vendored)]
    pub(super) struct Relative<T>(pub(super) T);

    #[derive(deep_size::DeepSize)]
    #[deep_size(crate = ::deep_size)]
    pub(super) struct External(pub(super) String);

    macro_rules! make {
        ($name:ident) => {
            #[derive(deep_size::DeepSize)]
            #[deep_size(crate = $crate::hygiene::renamed::vendored)]
            pub(super) struct $name(pub(super) String);
        };
    }
    make!(Made);
}

#[test]
fn the_crate_can_be_renamed() {
    let text = || String::with_capacity(4);
    assert_eq!(renamed::Absolute(text()).heap_size(), 4);
    assert_eq!(renamed::Relative(text()).heap_size(), 4);
    assert_eq!(renamed::External(text()).heap_size(), 4);
    assert_eq!(renamed::Made(text()).heap_size(), 4);
}

/// `forbid` turns each `allow` in generated code into an error.
mod forbidding {
    #![forbid(
        deprecated,
        non_camel_case_types,
        non_upper_case_globals,
        nonstandard_style,
        unused,
        unused_braces,
        unused_imports,
        unused_parens,
        unused_qualifications
    )]

    #[deprecated]
    #[derive(deep_size::DeepSize)]
    pub(super) struct Old<T>(#[deprecated] pub(super) T, pub(super) Option<Box<Old<u8>>>);

    #[derive(deep_size::DeepSize)]
    pub(super) enum Choice<T, const N: usize> {
        #[deprecated]
        One([T; N]),
        Two {
            #[deprecated]
            text: String,
        },
    }

    #[derive(deep_size::DeepSize)]
    #[repr(Rust, packed)]
    pub(super) struct Packed(#[deprecated] pub(super) u64);

    #[derive(deep_size::DeepSize)]
    pub(super) union Overlapping {
        #[deprecated]
        pub(super) _bytes: [u8; 4],
    }

    #[deprecated]
    #[derive(deep_size::DeepSize)]
    pub(super) struct Marked<T>(
        pub(super) std::marker::PhantomData<Option<Box<Marked<T>>>>,
        pub(super) Option<T>,
    );

    macro_rules! make {
        ($name:ident, $field:ident) => {
            #[deprecated]
            #[derive(deep_size::DeepSize)]
            pub(super) enum $name {
                Made { $field: String, other: Option<Box<$name>> },
            }
            #[derive(deep_size::DeepSize)]
            pub(super) enum _Parts {
                #[deprecated]
                _Variant { _field: String },
                _Field {
                    #[deprecated]
                    _field: String,
                },
            }
        };
    }
    make!(Made, text);
}

/// An `allow` on a part also applies to generated code that repeats the part.
mod allowing {
    #![deny(warnings)]

    #[allow(non_camel_case_types, reason = "the name is repeated")]
    #[derive(deep_size::DeepSize)]
    pub(super) struct Parameter<type_>(pub(super) type_);

    #[derive(deep_size::DeepSize)]
    pub(super) struct Parts<#[allow(non_camel_case_types, reason = "the name is repeated")] type_> {
        #[allow(deprecated, reason = "the type is repeated")]
        pub(super) old: Option<super::forbidding::Old<u8>>,
        #[expect(unused_parens, reason = "the type is repeated")]
        pub(super) value: Option<(type_)>,
    }
}

#[test]
fn generated_code_needs_no_lint_to_be_allowed() {
    #[allow(deprecated, reason = "the test is about deprecated items")]
    {
        assert_eq!(forbidding::Old(vec![1_u8], None).heap_size(), 1);
        assert_eq!(forbidding::Choice::One([vec![1_u8]]).heap_size(), 1);
        assert_eq!(forbidding::Choice::<u8, 1>::Two { text: String::from("text") }.heap_size(), 4);
        assert_eq!(forbidding::Packed(1).heap_size(), 0);
        assert_eq!(forbidding::Made::Made { text: String::from("text"), other: None }.heap_size(), 4);
        assert_eq!(forbidding::Overlapping { _bytes: [0; 4] }.deep_size(), 4);
        assert_eq!(forbidding::Marked(std::marker::PhantomData, Some(vec![1_u8])).heap_size(), 1);
    }
    assert_eq!(allowing::Parameter(vec![1_u8]).heap_size(), 1);
    assert_eq!(allowing::Parts { old: None, value: Some(vec![1_u8]) }.heap_size(), 1);
}

/// With all lints enabled.
mod strict {
    #![deny(
        warnings,
        unused,
        deprecated,
        nonstandard_style,
        rust_2018_idioms,
        unused_qualifications,
        single_use_lifetimes,
        trivial_casts,
        unused_import_braces,
        unused_lifetimes,
        unreachable_pub,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #![allow(clippy::redundant_pub_crate, reason = "contradicts `unreachable_pub`")]

    #[deprecated]
    #[derive(deep_size::DeepSize)]
    pub(super) struct Old(pub(super) String);

    #[derive(deep_size::DeepSize)]
    pub(super) struct Holder<'a> {
        #[allow(deprecated, reason = "the derive names the type again")]
        pub(super) old: Old,
        #[deprecated]
        pub(super) field: &'a str,
    }

    #[derive(deep_size::DeepSize)]
    pub(super) enum Choice<T> {
        #[deprecated]
        One(T),
        Two,
    }
}

#[test]
fn generated_code_causes_no_warnings() {
    #[allow(deprecated, reason = "the test is about deprecated items")]
    let holder = strict::Holder { old: strict::Old(String::with_capacity(4)), field: "field" };
    assert_eq!(holder.heap_size(), 4);
    assert_eq!(parts(&holder), ["old", "field!"]);
    assert_eq!(parts(&strict::Choice::<u8>::Two), ["::Two"]);
    #[allow(deprecated, reason = "the test is about deprecated items")]
    let choice = strict::Choice::One(1);
    assert_eq!(parts(&choice), ["::One", "0"]);
}
