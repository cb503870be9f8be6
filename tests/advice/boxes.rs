//! Boxed options, boxed slices and inlined boxes: each random value is built with and without the advised change.

use std::any::type_name;
use std::cell::RefCell;
use std::marker::PhantomData;

use deep_size::advice::{Advice, AdviceKind, Certainty};
use deep_size::{DeepSize, inspect};

use crate::contexts::{Context, Dice, Part, Visitor, visit_clear, visit_doubtful};
use crate::support::{live_bytes, random_cases};

/// Larger than 32 bytes, with a niche.
#[derive(DeepSize)]
struct Text {
    text: String,
    more: [u64; 5],
}

/// Aligned to two words.
#[derive(DeepSize)]
struct Wide {
    number: u128,
    text: String,
}

/// Without a niche.
#[derive(DeepSize)]
struct Cell {
    cell: RefCell<String>,
    more: [u64; 2],
}

macro_rules! rare {
    ($($type:ident { $($field:ident: $make:expr,)* })*) => {$(
        impl Part for $type {
            const IS_RARE: bool = true;

            fn make(dice: &mut Dice) -> Self {
                Self { $($field: $make(dice),)* }
            }
        }
    )*};
}

rare! {
    Text { text: String::make, more: |_: &mut _| [1; 5], }
    Wide { number: u128::make, text: String::make, }
    Cell { cell: RefCell::make, more: |_: &mut _| [1; 2], }
}

/// Compares values before and after the change of a part.
struct Follow<Old, New, const SHARE: usize> {
    is_it: fn(&AdviceKind) -> bool,
    /// Whether each context must get advice.
    is_clear: bool,
    parts: PhantomData<(Old, New)>,
}

impl<Old: Part, New: Part, const SHARE: usize> Visitor for Follow<Old, New, SHARE> {
    const SHARE: usize = SHARE;

    fn visit<C: Context>(&mut self, context: &str) {
        let mut given = 0;
        for seed in 0..random_cases(100).into() {
            let (mut old, mut new) = (Dice::new(seed), Dice::new(seed));
            let before = live_bytes();
            let value = values::<C::Of<Old>>(&mut old);
            let bytes = live_bytes() - before;
            let report = inspect(&value);
            let is_part = |one: &Advice<'_>| is_part::<Old>(one.node().type_name(), &one.kind());
            let advice: Vec<_> =
                report.advice().filter(|one| (self.is_it)(&one.kind()) && is_part(one)).collect();

            let before = live_bytes();
            let changed = values::<C::Of<New>>(&mut new);
            let saved = bytes - (live_bytes() - before);
            drop(changed);
            let claimed: usize = advice.iter().map(|one| one.saved_size()).sum();
            let claimed = isize::try_from(claimed).expect("fits");
            let line = || format!("{context}, seed {seed}: {advice:#?}\n{report}");
            assert!(claimed <= saved || advice.is_empty(), "{claimed} claimed, {saved} saved: {}", line());
            let is_exact = advice.iter().all(|one| one.certainty() == Certainty::Exact);
            assert!(claimed == saved || !is_exact || advice.is_empty(), "{claimed} ≠ {saved}: {}", line());
            given += usize::from(!advice.is_empty());
        }
        println!("{:>4} {context}", given);
        assert!(given > 0 || !self.is_clear, "no advice on {context}");
    }
}

/// Whether a node with values of this type contains the part. An option shares its node with its contents.
fn is_part<Old>(type_name: &str, kind: &AdviceKind) -> bool {
    let inside = type_name.strip_prefix("core::option::Option<").and_then(|rest| rest.strip_suffix('>'));
    type_name == std::any::type_name::<Old>()
        || (!is_box_option(kind) && inside.is_some_and(|inside| is_part::<Old>(inside, kind)))
}

/// Enough values for advice.
fn values<T: Part>(dice: &mut Dice) -> Box<[T]> {
    (0..300).map(|_| T::make(dice)).collect()
}

/// Follows a change in a share of the contexts. The shares are numbered from 0 on.
pub(crate) fn follow<Old: Part, New: Part, const SHARE: usize>(is_it: fn(&AdviceKind) -> bool) {
    println!("{} as {}", type_name::<Old>(), type_name::<New>());
    visit_clear(&mut Follow::<Old, New, SHARE> { is_it, is_clear: true, parts: PhantomData });
    visit_doubtful(&mut Follow::<Old, New, SHARE> { is_it, is_clear: false, parts: PhantomData });
}

fn is_box_option(kind: &AdviceKind) -> bool {
    matches!(kind, AdviceKind::BoxOption { .. })
}

#[test]
fn large_options_are_boxed() {
    follow::<Option<Text>, Option<Box<Text>>, 0>(is_box_option);
}

#[test]
fn options_without_a_niche_are_boxed() {
    follow::<Option<Cell>, Option<Box<Cell>>, 1>(is_box_option);
}

#[test]
fn options_of_two_words_alignment_are_boxed() {
    follow::<Option<Wide>, Option<Box<Wide>>, 2>(is_box_option);
}

#[test]
fn buffers_become_slices() {
    follow::<String, Box<str>, 3>(|kind| matches!(kind, AdviceKind::BoxedSlice));
}

#[test]
fn boxes_of_one_word_are_unboxed() {
    follow::<Box<u64>, u64, 4>(|kind| matches!(kind, AdviceKind::Unbox));
}

#[test]
fn boxes_of_half_a_word_are_unboxed() {
    follow::<Box<u32>, u32, 5>(|kind| matches!(kind, AdviceKind::Unbox));
}

#[test]
fn boxes_of_odd_sizes_are_unboxed() {
    follow::<Box<[u16; 3]>, [u16; 3], 6>(|kind| matches!(kind, AdviceKind::Unbox));
}
