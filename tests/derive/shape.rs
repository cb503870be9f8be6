//! Structs and enums of every shape.

use deep_size::DeepSize;

use crate::support::{assert_exact, assert_flat};
use crate::trace::parts;

#[test]
fn a_struct_owns_the_memory_of_its_fields() {
    #[derive(DeepSize)]
    struct User {
        id: u64,
        name: String,
        emails: Vec<String>,
    }
    let emails = || vec!["a@b".to_owned(), String::with_capacity(20)];
    let build = || User { id: 7, name: String::with_capacity(100), emails: emails() };
    let user = build();

    assert_eq!(user.heap_size(), 100 + 2 * size_of::<String>() + 3 + 20);
    assert_eq!(user.deep_size(), size_of::<User>() + user.heap_size());
    assert_eq!(parts(&user), ["id", "name", "emails"]);
    assert!(!User::is_flat());
    assert_exact(build);
}

#[test]
fn the_fields_of_a_tuple_struct_are_named_by_position() {
    #[derive(DeepSize)]
    struct Pair(String, u8, Box<[u16]>);
    let pair = Pair(String::with_capacity(9), 1, vec![1, 2, 3].into());

    assert_eq!(pair.heap_size(), 9 + 6);
    assert_eq!(parts(&pair), ["0", "1", "2"]);
}

#[test]
fn a_struct_without_fields_is_flat() {
    #[derive(DeepSize)]
    struct Unit;
    #[derive(DeepSize)]
    struct Braces {}
    #[derive(DeepSize)]
    struct Parens();

    assert_flat(Unit);
    assert_flat(Braces {});
    assert_flat(Parens());
    assert_eq!(Unit.deep_size(), 0);
}

#[test]
fn a_struct_of_flat_fields_is_flat() {
    #[derive(DeepSize)]
    struct Point {
        x: f64,
        y: f64,
        tags: [Option<char>; 3],
    }
    assert_flat(Point { x: 0.0, y: 1.0, tags: [None; 3] });
}

#[test]
fn an_enum_owns_the_memory_of_its_active_variant() {
    #[derive(DeepSize)]
    enum Message {
        Quit,
        Write(String, u8),
        Move { x: Box<u32>, y: Vec<u64> },
    }
    let write = Message::Write(String::with_capacity(50), 1);
    let walk = Message::Move { x: Box::new(1), y: Vec::with_capacity(4) };

    assert_eq!(Message::Quit.heap_size(), 0);
    assert_eq!(write.heap_size(), 50);
    assert_eq!(walk.heap_size(), 4 + 4 * 8);
    assert_eq!(parts(&Message::Quit), ["::Quit"]);
    assert_eq!(parts(&write), ["::Write", "0", "1"]);
    assert_eq!(parts(&walk), ["::Move", "x", "y"]);
    assert!(!Message::is_flat());
    assert_exact(|| {
        [Message::Write("text".to_owned(), 1), Message::Move { x: Box::new(1), y: vec![2] }, Message::Quit]
    });
}

#[test]
fn an_enum_is_flat_if_all_its_variants_are() {
    #[derive(DeepSize)]
    #[repr(u8)]
    enum Level {
        Low = 1,
        High = 200,
    }
    #[derive(DeepSize)]
    enum Number {
        Int(i64),
        Float { value: f64 },
        Text(&'static str),
    }
    assert_flat([Level::Low, Level::High]);
    assert_flat([Number::Int(1), Number::Float { value: 1.0 }, Number::Text("one")]);
}

#[test]
fn an_enum_without_variants_is_flat() {
    #[derive(DeepSize)]
    enum Never {}

    assert!(Never::is_flat());
    assert_flat(None::<Never>);
}

#[test]
fn a_recursive_type_needs_no_attribute() {
    #[derive(DeepSize)]
    struct List {
        value: u32,
        next: Option<Box<Self>>,
    }
    #[derive(DeepSize)]
    enum Tree<T> {
        Leaf,
        Node(Box<Tree<T>>, T, Box<Tree<T>>),
    }
    let list = || List { value: 1, next: Some(Box::new(List { value: 2, next: None })) };
    let leaf = || Box::new(Tree::Leaf);
    let tree = || Tree::Node(leaf(), String::with_capacity(3), leaf());

    assert_eq!(list().heap_size(), size_of::<List>());
    assert_eq!(tree().heap_size(), 3 + 2 * size_of::<Tree<String>>());
    assert!(!List::is_flat());
    assert!(!Tree::<u8>::is_flat());
    assert_exact(|| (list(), tree()));
}

#[test]
fn types_can_contain_each_other() {
    #[derive(DeepSize)]
    struct Folder<T> {
        entries: Vec<Entry<T>>,
    }
    #[derive(DeepSize)]
    enum Entry<T> {
        File(T),
        Folder(Folder<T>),
    }
    let inner = Folder { entries: vec![Entry::File(Box::new(1_u64))] };
    let outer = Folder { entries: vec![Entry::Folder(inner)] };

    assert_eq!(outer.heap_size(), 2 * size_of::<Entry<Box<u64>>>() + 8);
}

// impl<'a, T, const N: usize> DeepSize for Everything<'a, T, N>
// where
//     T: Clone,
//     T: DeepSize,
// {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.field("many", &self.many);
//         walker.flat_field("one", &self.one);
//     }
//     fn is_flat() -> bool {
//         <[T; N]>::is_flat()
//     }
// }
#[test]
fn each_kind_of_parameter_can_have_defaults_and_clauses() {
    #[derive(DeepSize)]
    struct Everything<'a, T = u8, const N: usize = 2>
    where
        T: Clone,
    {
        many: [T; N],
        one: &'a T,
    }
    let one = String::with_capacity(30);
    let everything: Everything<'_, String> =
        Everything { many: [String::with_capacity(1), String::with_capacity(2)], one: &one };

    assert_eq!(everything.heap_size(), 1 + 2);
    assert!(<Everything<'_>>::is_flat());
    assert!(!<Everything<'_, String>>::is_flat());
    assert!(<Everything<'_, String, 0>>::is_flat());
}

#[test]
fn a_const_parameter_alone_works() {
    #[derive(DeepSize)]
    struct Marker<const N: usize>;
    #[derive(DeepSize)]
    enum Choice<const FLAG: bool> {
        Yes,
        No,
    }

    assert_flat(Marker::<3>);
    assert_flat([Choice::<true>::Yes, Choice::No]);
}

#[test]
fn a_variant_with_empty_braces_or_parentheses_is_reported() {
    #[derive(DeepSize)]
    enum Empty {
        Braces {},
        Parens(),
    }
    assert_eq!(parts(&Empty::Braces {}), ["::Braces"]);
    assert_eq!(parts(&Empty::Parens()), ["::Parens"]);
    assert_flat(Empty::Parens());
}

#[test]
fn discriminants_can_be_any_expression() {
    const LAST: isize = 7;

    #[derive(DeepSize)]
    #[repr(i16)]
    enum Level {
        Low = -5,
        Text(String) = 2 + 3,
        Named { boxed: Box<u8> } = LAST as i16,
        High,
    }
    assert_exact(|| {
        [Level::Low, Level::Text("text".to_owned()), Level::Named { boxed: Box::new(1) }, Level::High]
    });
}

#[test]
fn cfg_can_remove_fields_and_variants() {
    #[derive(DeepSize)]
    enum Choice {
        #[cfg(any())]
        Missing(std::fmt::Arguments<'static>),
        Tuple(#[cfg(any())] std::fmt::Arguments<'static>, String),
        Named {
            #[cfg_attr(all(), deep_size(skip))]
            skipped: String,
        },
    }
    assert_eq!(parts(&Choice::Tuple(String::new())), ["::Tuple", "0"]);
    assert_eq!(Choice::Tuple(String::with_capacity(3)).heap_size(), 3);
    assert_eq!(Choice::Named { skipped: String::with_capacity(3) }.heap_size(), 0);
}

/// The derive does not confuse a flat type with an owner of the same name.
#[test]
fn types_in_modules_can_have_the_names_of_owners() {
    mod geometry {
        use deep_size::DeepSize;

        #[derive(DeepSize)]
        pub(super) struct Box<T>(pub(super) T);
    }

    #[derive(DeepSize)]
    struct Place(geometry::Box<f32>);

    assert!(Place::is_flat());
    let place = std::cell::Cell::new(Place(geometry::Box(1.0)));
    let mut tally = deep_size::Tally::new();
    tally.add(&place);
    assert!(tally.is_exact());
    assert_eq!(place.into_inner().0.0, 1.0);
}

#[test]
fn reprs_without_an_integer_are_accepted_on_enums() {
    #[derive(DeepSize)]
    #[repr(transparent)]
    enum One {
        Text(String),
    }
    #[derive(DeepSize)]
    #[repr(Rust)]
    enum Free {
        Text(String),
    }
    assert_exact(|| (One::Text("one".into()), Free::Text("free".into())));
}
