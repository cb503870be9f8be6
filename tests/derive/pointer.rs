//! Fields written as pointers own nothing.

use deep_size::DeepSize;

use crate::support::assert_flat;
use crate::trace::parts;

/// Does not implement `DeepSize`.
struct Foreign;

#[test]
fn the_target_of_a_pointer_need_not_implement_the_trait() {
    #[derive(DeepSize)]
    struct Pointers<'a> {
        shared: &'a Foreign,
        exclusive: &'a mut Foreign,
        erased: &'a dyn Fn(Foreign),
        constant: *const Foreign,
        mutable: *mut Foreign,
        function: fn(Foreign) -> Foreign,
    }
    let mut foreign = Foreign;
    let pointers = Pointers {
        shared: &Foreign,
        exclusive: &mut foreign,
        erased: &|_| {},
        constant: &Foreign,
        mutable: &mut Foreign,
        function: |same| same,
    };
    assert_eq!(parts(&pointers), ["shared!", "exclusive!", "erased!", "constant!", "mutable!", "function!"]);
    assert_flat(pointers);
}

// impl<'a, T: ?Sized, U> DeepSize for Pointers<'a, T, U> {
//     fn walk_owned(&self, walker: &mut Walker<'_>) {
//         walker.flat_field("target", &self.target);
//         walker.flat_field("function", &self.function);
//         walker.field("functions", &self.functions);
//     }
//     fn is_flat() -> bool {
//         <Vec<fn(T) -> U>>::is_flat()
//     }
// }
#[test]
fn a_pointer_needs_no_bound() {
    #[derive(DeepSize)]
    struct Pointers<'a, T: ?Sized, U> {
        target: &'a T,
        function: for<'b> unsafe extern "C" fn(&'b U) -> &'b U,
        functions: Vec<fn(&'a T) -> U>,
    }
    unsafe extern "C" fn same(foreign: &Foreign) -> &Foreign {
        foreign
    }
    let pointers: Pointers<'_, dyn Fn(), Foreign> =
        Pointers { target: &|| {}, function: same, functions: Vec::with_capacity(3) };

    assert_eq!(pointers.heap_size(), 3 * size_of::<fn()>());
}

#[test]
fn a_pointer_in_parentheses_is_a_pointer() {
    #[derive(DeepSize)]
    #[expect(unused_parens, reason = "the test needs such names")]
    struct Wrapped<'a>((&'a Foreign), (fn(Foreign)));

    assert_flat(Wrapped(&Foreign, |_| {}));
}

#[test]
fn a_pointer_captured_by_a_macro_is_a_pointer() {
    macro_rules! wrapped {
        ($name:ident<$lifetime:lifetime>, $type:ty) => {
            #[derive(DeepSize)]
            struct $name<$lifetime> {
                target: $type,
                function: for<'b> fn(&'b $type) -> $type,
            }
        };
    }
    wrapped!(Wrapped<'a>, &'a Foreign);

    let wrapped = Wrapped { target: &Foreign, function: |same| same };
    assert_eq!(parts(&wrapped), ["target!", "function!"]);
    assert_flat(wrapped);
}
