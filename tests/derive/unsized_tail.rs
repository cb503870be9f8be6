//! Structs with an unsized last field.

use std::fmt::Debug;
use std::path::Path;
use std::rc::Rc;

use deep_size::DeepSize;

use crate::support::assert_exact;
use crate::trace::parts;

// impl<T: ?Sized> DeepSize for Tail<T>
// where
//     T: DeepSize,
// {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.field("head", &self.head);
//         walker.field("tail", &self.tail);
//     }
//     fn is_flat() -> bool {
//         u16::is_flat() && false // because `T` may be unsized
//     }
// }
#[derive(DeepSize)]
struct Tail<T: ?Sized> {
    head: u16,
    tail: T,
}

#[test]
fn a_tail_can_be_a_slice() {
    let sized = Tail { head: 1, tail: [String::with_capacity(5), String::with_capacity(6)] };
    let unsized_one: &Tail<[String]> = &sized;

    assert_eq!(unsized_one.heap_size(), 5 + 6);
    assert_eq!(unsized_one.deep_size(), size_of_val(unsized_one) + 5 + 6);
    assert_eq!(parts(unsized_one), ["head", "tail"]);
    assert_exact(|| -> Box<Tail<[String]>> {
        Box::new(Tail { head: 1, tail: ["a".to_owned(), "b".to_owned()] })
    });
}

#[test]
fn a_tail_can_be_a_trait_object() {
    trait Shape: DeepSize + Debug {}
    impl Shape for Vec<u8> {}

    let shape: Box<Tail<dyn Shape>> = Box::new(Tail { head: 1, tail: Vec::<u8>::with_capacity(40) });
    assert_eq!(shape.tail.heap_size(), 40);
    assert_eq!(shape.heap_size(), size_of::<Tail<Vec<u8>>>() + 40);
}

#[test]
fn a_sized_tail_is_measured_like_other_fields() {
    assert_exact(|| Tail { head: 1, tail: vec![1_u8, 2, 3] });
}

#[test]
fn a_tail_can_be_unsized_without_a_parameter() {
    trait Shape: DeepSize {}

    #[derive(DeepSize)]
    struct Numbers {
        head: u8,
        tail: [u32],
    }
    #[derive(DeepSize)]
    struct Text(str);
    #[derive(DeepSize)]
    struct Location {
        _line: u32,
        _path: Path,
    }
    #[derive(DeepSize)]
    struct Shaped {
        _color: u8,
        _shape: dyn Shape,
    }
    fn assert_measurable<T: DeepSize + ?Sized>() {}
    assert_measurable::<Numbers>();
    assert_measurable::<Text>();
    assert_measurable::<Location>();
    assert_measurable::<Shaped>();
    assert_measurable::<Box<Shaped>>();
    // Only unsafe code can make a value of these types. Reading a field prevents a warning about dead code.
    let _ = |numbers: &Numbers, text: &Text| (numbers.head, numbers.tail.len(), text.0.len());
}

#[test]
fn an_unsized_tail_can_have_skip_or_with() {
    use deep_size::Walker;

    fn length(text: &(impl AsRef<[u8]> + ?Sized), walker: &mut Walker<'_>) {
        walker.opaque(deep_size::Reason::Other(if text.as_ref().is_empty() { "empty" } else { "full" }));
    }

    #[derive(DeepSize)]
    struct Skipped<T: ?Sized> {
        #[deep_size(skip)]
        tail: T,
    }
    #[derive(DeepSize)]
    #[deep_size(bound = "")]
    struct With<T: AsRef<[u8]> + ?Sized> {
        #[deep_size(with = length)]
        tail: T,
    }
    let skipped: Rc<Skipped<dyn Fn()>> = Rc::new(Skipped { tail: || {} });
    (skipped.tail)();
    assert_eq!(parts(&*skipped), ["tail!"]);

    let with: &With<[u8]> = &With { tail: [1, 2, 3] };
    assert_eq!(with.tail.len(), 3);
    assert_eq!(parts(with), ["tail"]);
}
