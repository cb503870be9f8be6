//! Advice that follows from layouts: each value is built with and without the change of its type.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deep_size::advice::{AdviceKind, Certainty};
use deep_size::{DeepSize, Report, Walker, inspect};

use crate::boxes::follow;
use crate::contexts::{Dice, Part};
use crate::support::live_bytes;

/// Declares an enum with a rare variant `Big`, and the same enum with its fields in a box.
macro_rules! enums {
    ($($old:ident $new:ident { $($variant:ident($($field:ty),*)),*; Big($large:ty) })*) => {$(
        #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
        #[derive(DeepSize)]
        enum $old {
            $($variant($($field),*),)*
            Big($large),
        }

        #[derive(DeepSize)]
        enum $new {
            $($variant($($field),*),)*
            Big(Box<$large>),
        }

        enums! { make $old { $($variant($($field),*),)* } |dice| <$large>::make(dice) }
        enums! { make $new { $($variant($($field),*),)* } |dice| Box::new(<$large>::make(dice)) }
    )*};
    (make $name:ident { $($variant:ident($($field:ty),*),)* } |$dice:ident| $large:expr) => {
        impl Part for $name {
            fn make($dice: &mut Dice) -> Self {
                if $dice.is_rare() {
                    return Self::Big($large);
                }
                let variants: &[fn(&mut Dice) -> Self] =
                    &[$(|_dice| Self::$variant($(<$field>::make(_dice)),*)),*];
                variants[$dice.below(variants.len())]($dice)
            }
        }
    };
}

enums! {
    Bytes BoxedBytes { Idle(), Small(u8); Big([u8; 90]) }
    Halves BoxedHalves { Idle(), Small(u16, u8), Other(u8, u16, u8); Big(([u16; 40], u8)) }
    Words BoxedWords { Point(u32, u32), Id(u32), Pair(u8, u32); Big([u32; 20]) }
    Texts BoxedTexts { Number(u64), Name(Box<str>); Big((String, [u64; 8])) }
    Wide BoxedWide { Unit(), Word(u64); Big((u128, String)) }
    StaysWide BoxedStaysWide { Unit(), Wide(u128); Big(([u128; 5], u8)) }
    // The box has the only niche of the new enum, which the enum needs itself.
    OneNiche BoxedOneNiche { Empty(); Big([u64; 10]) }
    OneNicheOfBytes BoxedOneNicheOfBytes { Empty(); Big([u8; 70]) }
    // The old enum has no tag.
    NoTag BoxedNoTag { Small(u32); Big((String, [u64; 5])) }
    FewBytes BoxedFewBytes { A(), B(u8), C(u8, u8), D([u8; 9]), E([u8; 15]); Big([u8; 60]) }
}

fn is_box_variants(kind: &AdviceKind) -> bool {
    matches!(kind, AdviceKind::BoxVariants { .. })
}

#[test]
fn variants_of_bytes_are_boxed() {
    follow::<Bytes, BoxedBytes, 7>(is_box_variants);
    follow::<OneNicheOfBytes, BoxedOneNicheOfBytes, 8>(is_box_variants);
    follow::<FewBytes, BoxedFewBytes, 0>(is_box_variants);
}

#[test]
fn variants_of_less_than_a_words_alignment_are_boxed() {
    follow::<Halves, BoxedHalves, 1>(is_box_variants);
    follow::<Words, BoxedWords, 2>(is_box_variants);
}

#[test]
fn variants_of_words_are_boxed() {
    follow::<Texts, BoxedTexts, 3>(is_box_variants);
    follow::<OneNiche, BoxedOneNiche, 4>(is_box_variants);
    follow::<NoTag, BoxedNoTag, 5>(is_box_variants);
}

#[test]
fn variants_of_two_words_alignment_are_boxed() {
    follow::<Wide, BoxedWide, 6>(is_box_variants);
    follow::<StaysWide, BoxedStaysWide, 7>(is_box_variants);
}

/// Options of flat types.
struct Rare<T>(T);

macro_rules! rare {
    ($($type:ty)*) => {$(
        impl Part for Rare<$type> {
            const IS_RARE: bool = true;

            fn make(dice: &mut Dice) -> Self {
                Self(Part::make(dice))
            }
        }

        impl DeepSize for Rare<$type> {
            fn walk_owned(&self, _: &mut Walker<'_>) {}

            fn is_flat() -> bool {
                true
            }
        }
    )*};
}

rare! { [u8; 50] [u32; 12] [u64; 7] [u128; 4] }

#[test]
fn options_of_flat_types_are_boxed() {
    let is_box_option = |kind: &AdviceKind| matches!(kind, AdviceKind::BoxOption { .. });
    follow::<Option<Rare<[u8; 50]>>, Option<Box<Rare<[u8; 50]>>>, 8>(is_box_option);
    follow::<Option<Rare<[u32; 12]>>, Option<Box<Rare<[u32; 12]>>>, 0>(is_box_option);
    follow::<Option<Rare<[u64; 7]>>, Option<Box<Rare<[u64; 7]>>>, 1>(is_box_option);
    follow::<Option<Rare<[u128; 4]>>, Option<Box<Rare<[u128; 4]>>>, 2>(is_box_option);
}

/// Declares structs with fields in two orders.
macro_rules! structs {
    ($($old:ident { $($field:ident: $type:ty,)* } $new:ident { $($name:ident: $sorted:ty,)* })*) => {$(
        structs! { make $old { $($field: $type,)* } from $($field)* }
        structs! { make $new { $($name: $sorted,)* } from $($field)* }
    )*};
    (make $name:ident { $($field:ident: $type:ty,)* } from $($source:ident)*) => {
        #[derive(DeepSize)]
        #[repr(C)]
        struct $name {
            $($field: $type,)*
        }

        impl Part for $name {
            fn make(dice: &mut Dice) -> Self {
                Self { $($source: Part::make(dice),)* }
            }
        }
    };
}

structs! {
    Event { kind: u8, time: u64, flags: u16, source: u32, }
    SortedEvent { time: u64, source: u32, flags: u16, kind: u8, }
    Packets { a: [u8; 3], b: u16, c: [u8; 3], d: u16, e: [u8; 3], f: [u16; 3], g: [u8; 5], h: u16, i: [u8; 7], j: u16, k: u8, l: u16, m: u8, n: u16, o: u8, p: u16, q: u8, }
    SortedPackets { b: u16, d: u16, f: [u16; 3], h: u16, j: u16, l: u16, n: u16, p: u16, a: [u8; 3], c: [u8; 3], e: [u8; 3], g: [u8; 5], i: [u8; 7], k: u8, m: u8, o: u8, q: u8, }
    Owned { kind: u8, name: Box<str>, small: [u8; 3], number: u16, ids: Vec<u8>, last: u8, }
    SortedOwned { name: Box<str>, ids: Vec<u8>, number: u16, kind: u8, small: [u8; 3], last: u8, }
    Large { a: u8, b: u128, c: u8, }
    SortedLarge { b: u128, a: u8, c: u8, }
}

#[test]
fn fields_of_c_structs_are_sorted() {
    let is_reorder = |kind: &AdviceKind| matches!(kind, AdviceKind::ReorderFields { .. });
    follow::<Event, SortedEvent, 3>(is_reorder);
    follow::<Packets, SortedPackets, 4>(is_reorder);
    follow::<Owned, SortedOwned, 5>(is_reorder);
    follow::<Large, SortedLarge, 6>(is_reorder);
}

/// The advice on an enum or a `repr(C)` struct, as printed, with its kind, bytes and certainty.
fn found(report: &Report) -> Vec<(String, AdviceKind, usize, Certainty)> {
    let of_types =
        |kind: &AdviceKind| is_box_variants(kind) || matches!(kind, AdviceKind::ReorderFields { .. });
    let all = report.advice().map(|one| (one.to_string(), one.kind(), one.saved_size(), one.certainty()));
    all.filter(|(_, kind, ..)| of_types(kind)).collect()
}

fn live_of<T>(make: impl FnOnce() -> T) -> (T, isize) {
    let before = live_bytes();
    let value = make();
    (value, live_bytes() - before)
}

/// Compares advice on an enum with the allocator. The saving must be at least the claim, and little more. Returns the sentence.
#[track_caller]
fn followed<A: DeepSize, B>(old: impl FnOnce() -> A, new: impl FnOnce() -> B) -> String {
    let ((old, before), (_new, after)) = (live_of(old), live_of(new));
    let on_heap = usize::try_from(before - after).expect("the change saves memory");
    let saved = on_heap + size_of::<A>() - size_of::<B>();
    let report = inspect(&old);
    let mut found = found(&report);
    assert_eq!(found.len(), 1, "{report:#}");
    let (sentence, kind, bytes, certainty) = found.remove(0);
    assert!(is_box_variants(&kind) && certainty == Certainty::AtLeast, "{sentence}");
    assert!(bytes <= saved && saved - bytes <= saved / 10, "{saved} saved: {sentence}");
    sentence
}

/// Declares the same items twice: with the parts of type `Rare<T>` inline, and in boxes.
macro_rules! before_and_after {
    ($before:ident $after:ident $($item:item)*) => {
        mod $before {
            use super::*;
            type Rare<T> = T;
            fn rare<T>(value: T) -> Rare<T> {
                value
            }
            $($item)*
        }
        mod $after {
            use super::*;
            type Rare<T> = Box<T>;
            fn rare<T>(value: T) -> Rare<T> {
                Box::new(value)
            }
            $($item)*
        }
    };
}

before_and_after! {
    job boxed_job
    #[allow(clippy::large_enum_variant, dead_code, reason = "the sizes are the point")]
    #[derive(DeepSize)]
    pub(super) enum Job {
        Idle,
        Small(u8),
        Big(Rare<[u8; 400]>),
    }
    pub(super) fn jobs(count: usize, big: usize) -> Vec<Job> {
        let job = |number| if number < big { Job::Big(rare([1; 400])) } else { Job::Small(1) };
        (0..count).map(job).collect()
    }
}

#[test]
fn variants_without_values_are_boxed() {
    assert_eq!(
        followed(|| job::jobs(1000, 0), || boxed_job::jobs(1000, 0)),
        "Job: save at least 385,000 bytes: box the fields of `Idle` and `Big` if they exceed 8 bytes: \
         none of 1,000 values have these variants, and each value shrinks from 401 bytes to at most 16",
    );
    assert_eq!(
        followed(|| job::jobs(1000, 3), || boxed_job::jobs(1000, 3)),
        "Job: save at least 383,800 bytes: box the fields of `Big`, and of `Idle` if they exceed 8 bytes: \
         only 3 of 1,000 values have these variants, and each value shrinks from 401 bytes to at most 16",
    );
}

/// A larger alignment makes these types grow, although none of their values contains a job.
#[test]
fn there_is_no_advice_if_a_type_may_contain_unseen_values() {
    #[derive(DeepSize)]
    #[expect(dead_code, reason = "the other variants have no values")]
    enum Slot {
        Queued(job::Job),
        Raw([u8; 400]),
    }
    #[expect(clippy::result_large_err, reason = "the size matters")]
    fn failure() -> Result<job::Job, [u8; 400]> {
        Err([0; 400])
    }
    let raw = || (0..100).map(|_| Slot::Raw([0; 400])).collect::<Vec<_>>();
    assert_eq!(found(&inspect(&(job::jobs(1000, 0), raw()))), []);
    assert_eq!(found(&inspect(&(job::jobs(1000, 0), Vec::<Slot>::with_capacity(10)))), []);
    let mut failed: Vec<Result<job::Job, [u8; 400]>> = Vec::new();
    failed.resize_with(100, failure);
    assert_eq!(found(&inspect(&(job::jobs(1000, 0), failed))), []);
    assert_eq!(
        found(&inspect(&(job::jobs(1000, 0), vec![[0_u8; 500]; 9], String::with_capacity(900)))).len(),
        1
    );
}

#[test]
fn a_common_variant_gets_no_box() {
    assert_eq!(found(&inspect(&job::jobs(1000, 251))), []);
    assert_eq!(found(&inspect(&job::jobs(1000, 250))).len(), 1);
    // Few values do not justify a change.
    assert_eq!(found(&inspect(&job::jobs(63, 0))), []);
}

#[test]
fn a_variant_can_occur_on_another_path() {
    let few = found(&inspect(&(job::jobs(500, 0), job::jobs(500, 2))));
    let [(sentence, AdviceKind::BoxVariants { variants, box_count, .. }, bytes, _)] = &few[..] else {
        panic!("{few:?}")
    };
    assert_eq!((&variants[..], *box_count, *bytes), (&["Big".into()][..], 2, 1000 * (401 - 16) - 2 * 400));
    assert!(sentence.ends_with(", in 2 places"), "{sentence}");
    // The second path has too many of them.
    assert_eq!(found(&inspect(&(job::jobs(500, 0), job::jobs(500, 499)))), []);
}

before_and_after! {
    lexer boxed_lexer
    #[derive(DeepSize)]
    pub(super) struct Heredoc {
        tag: String,
        body: Box<str>,
        indent: u32,
        is_raw: bool,
    }
    #[allow(clippy::large_enum_variant, dead_code, reason = "the sizes are the point")]
    #[derive(DeepSize)]
    pub(super) enum Kind {
        Name(Box<str>),
        Number(f64),
        Punctuation(char),
        Heredoc(Rare<Heredoc>),
        Error(Rare<[u64; 20]>),
    }
    #[derive(DeepSize)]
    pub(super) struct Token {
        kind: Kind,
        start: u32,
        end: u32,
    }
    pub(super) fn tokens() -> Vec<Token> {
        let kind = |number| match number {
            77 | 700 => Kind::Heredoc(rare(Heredoc {
                tag: "END".into(),
                body: "text".into(),
                indent: 4,
                is_raw: true,
            })),
            _ if number % 3 == 0 => Kind::Name("name".into()),
            _ if number % 3 == 1 => Kind::Number(1.0),
            _ => Kind::Punctuation(','),
        };
        // Grows like the output of a lexer.
        let mut tokens = Vec::new();
        for number in 0..2000 {
            tokens.push(Token { kind: kind(number), start: number, end: number + 1 });
        }
        tokens
    }
}

before_and_after! {
    syntax boxed_syntax
    #[derive(DeepSize)]
    pub(super) struct Closure {
        parameters: Vec<Box<str>>,
        captures: Vec<Box<str>>,
        body: Box<Expr>,
        span: (u32, u32),
    }
    #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
    #[derive(DeepSize)]
    pub(super) enum Expr {
        Number(f64),
        Name(Box<str>),
        Binary(Box<Expr>, char, Box<Expr>),
        Call(Box<Expr>, Box<[Expr]>),
        Closure(Rare<Closure>),
    }
    pub(super) fn expr(depth: usize, number: &mut usize) -> Expr {
        *number += 1;
        let kind = if depth == 0 { *number % 2 } else { 2 + *number % 20 };
        let mut inner = || expr(depth - 1, number);
        match kind {
            0 => Expr::Number(1.5),
            1 => Expr::Name("name".into()),
            2 => Expr::Closure(rare(Closure {
                parameters: vec!["parameter".into()],
                captures: Vec::new(),
                body: Box::new(inner()),
                span: (1, 2),
            })),
            3..9 => Expr::Call(Box::new(inner()), (0..3).map(|_| inner()).collect()),
            _ => Expr::Binary(Box::new(inner()), '+', Box::new(inner())),
        }
    }
}

before_and_after! {
    entities boxed_entities
    #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
    #[derive(DeepSize)]
    pub(super) enum Component {
        Position([f32; 3]),
        Sprite(u32),
        Dead,
        Script(Rare<[u8; 256]>),
    }
    fn component(number: usize) -> Component {
        match number % 64 {
            0 => Component::Script(rare([1; 256])),
            1..20 => Component::Sprite(3),
            20 => Component::Dead,
            _ => Component::Position([1.0; 3]),
        }
    }
    #[derive(DeepSize)]
    pub(super) struct World {
        column: Box<[Option<Component>]>,
        by_entity: HashMap<u32, Component>,
        by_name: BTreeMap<u64, (Component, bool)>,
        shared: Vec<Arc<Component>>,
    }
    pub(super) fn world() -> World {
        World {
            column: (0..600).map(|number| (number % 3 > 0).then(|| component(number))).collect(),
            by_entity: (0..448).map(|number| (number as u32, component(number))).collect(),
            by_name: (0..500).map(|number| (number as u64, (component(number), true))).collect(),
            shared: (0..300).map(|number| Arc::new(component(number))).collect(),
        }
    }
}

#[test]
fn real_types_shrink_by_the_claim() {
    let tokens = followed(lexer::tokens, boxed_lexer::tokens);
    // An unseen variant with an array would be boxed too.
    assert!(tokens.contains("box the fields of `Heredoc`, and of `Error` if they exceed"), "{tokens}");
    let syntax = followed(|| syntax::expr(9, &mut 0), || boxed_syntax::expr(9, &mut 0));
    assert!(syntax.contains("box the fields of `Closure`: "), "{syntax}");
}

#[test]
fn entries_of_tables_and_shared_blocks_shrink() {
    // Creates the thread-local keys of the standard library.
    drop(HashMap::<u8, u8>::new());
    let ((old, before), (_new, after)) = (live_of(entities::world), live_of(boxed_entities::world));
    let report = inspect(&old);
    let [(sentence, _, bytes, Certainty::AtLeast)] = &found(&report)[..] else { panic!("{report:#}") };
    let saved = usize::try_from(before - after).expect("the change saves memory");
    // Empty slots of the table and the nodes are not part of the claim.
    assert!(*bytes <= saved && *bytes >= saved / 4 * 3, "{saved} saved: {sentence}");
}

#[test]
fn enums_that_no_box_makes_smaller_get_no_advice() {
    #[derive(DeepSize)]
    enum Same {
        A([u64; 10]),
        B([u64; 10]),
    }
    let same = |number| if number == 0 { Same::A([1; 10]) } else { Same::B([1; 10]) };
    assert_eq!(found(&inspect(&(0..200).map(same).collect::<Vec<_>>())), []);

    #[derive(DeepSize)]
    enum Small {
        Text(String),
        Number(u8),
    }
    let small = |number| if number == 0 { Small::Text("a".into()) } else { Small::Number(1) };
    assert_eq!(found(&inspect(&(0..200).map(small).collect::<Vec<_>>())), []);
}

/// Values of a type, one in a hundred with a large variant.
fn rarely<T>(large: fn() -> T, small: fn() -> T) -> Vec<T> {
    (0..200).map(|number| if number % 100 == 0 { large() } else { small() }).collect()
}

#[test]
fn enums_of_other_crates_get_no_advice() {
    assert_eq!(found(&inspect(&rarely(|| Ok([1_u64; 20]), || Err(1_u8)))), []);
    assert_eq!(found(&inspect(&rarely(|| Some([1_u64; 20]), || None))), []);
}

#[test]
fn enums_with_a_hand_written_impl_get_no_advice() {
    #[allow(dead_code, reason = "the fields give the enum its size")]
    enum Manual {
        Large([u64; 20]),
        Small(u8),
    }
    impl DeepSize for Manual {
        fn walk_owned(&self, _: &mut Walker<'_>) {}
    }
    assert_eq!(found(&inspect(&rarely(|| Manual::Large([1; 20]), || Manual::Small(1)))), []);

    #[derive(DeepSize)]
    struct Skips {
        #[deep_size(skip)]
        hidden: job::Job,
        seen: Vec<job::Job>,
    }
    let hidden = job::Job::Idle;
    // The variant of the hidden value is unknown.
    assert_eq!(found(&inspect(&Skips { hidden, seen: job::jobs(1000, 1) })), []);
}

#[test]
fn enums_with_a_fixed_layout_get_no_advice() {
    #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
    #[derive(DeepSize)]
    #[repr(u8)]
    enum Fixed {
        Large([u64; 20]),
        Small(u8),
    }
    assert_eq!(found(&inspect(&rarely(|| Fixed::Large([1; 20]), || Fixed::Small(1)))), []);
}

#[test]
fn an_enum_with_several_parameters_gets_no_advice() {
    #[allow(clippy::large_enum_variant, reason = "the sizes are the point")]
    #[derive(DeepSize)]
    enum Either<A, B> {
        Left(A),
        Right(B),
    }
    let large = || rarely(|| Either::Left([1_u64; 20]), || Either::Right(1_u8));
    assert_eq!(found(&inspect(&large())).len(), 1);
    // A box in the declaration would make these values larger.
    assert_eq!(found(&inspect(&(large(), [Either::<u8, u8>::Left(1), Either::Right(1)]))), []);
}

#[test]
fn advice_around_an_unknown_type_is_complete() {
    /// Contains a value, but may be an enum.
    struct Around(job::Job);
    impl DeepSize for Around {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.field("0", &self.0);
        }

        fn is_flat() -> bool {
            false
        }
    }
    let around: Vec<Around> = job::jobs(1000, 0).into_iter().map(Around).collect();
    // The box raises the alignment, so other variants of `Around` might grow.
    assert_eq!(found(&inspect(&around)), []);
}

#[test]
fn figures_from_samples_are_estimates() {
    let job = |number| if number % 50 == 7 { job::Job::Big([1; 400]) } else { job::Job::Small(1) };
    let boxed = |number| match number % 50 {
        7 => boxed_job::Job::Big(Box::new([1; 400])),
        _ => boxed_job::Job::Small(1),
    };
    let ((old, before), (_new, after)) = (
        live_of(|| (0..50_000).map(job).collect::<Box<[_]>>()),
        live_of(|| (0..50_000).map(boxed).collect::<Box<[_]>>()),
    );
    let report = inspect(&old);
    let [(sentence, _, bytes, Certainty::Estimate)] = &found(&report)[..] else { panic!("{report:#}") };
    assert!(sentence.starts_with("Job: save about "), "{sentence}");
    let saved = usize::try_from(before - after).expect("the change saves memory");
    // The share of large values is 2 %. It is estimated from 10,000 samples.
    assert!(bytes.abs_diff(saved) < saved / 200, "{saved} saved: {sentence}");

    let options: Box<[_]> = (0..50_000_u32).map(|number| (number % 50 == 7).then_some([1_u64; 12])).collect();
    let report = inspect(&options);
    let advice = report.advice().next().expect("there is advice");
    assert_eq!((advice.certainty(), advice.count()), (Certainty::Estimate, 50_000));
    let saved = 50_000 * 96 - 1000 * 96_usize;
    assert!(advice.saved_size().abs_diff(saved) < saved / 200, "{advice}");
}

#[test]
fn spare_slots_of_a_buffer_shrink_too() {
    let options = |capacity| {
        let mut options = Vec::with_capacity(capacity);
        options.resize(100, None::<[u64; 12]>);
        options
    };
    let report = inspect(&options(150));
    let is_box_option = |kind| matches!(kind, AdviceKind::BoxOption { .. });
    let advice = report.advice().find(|one| is_box_option(one.kind())).expect("there is advice");
    assert_eq!((advice.saved_size(), advice.certainty()), (150 * 96, Certainty::Exact));
}

#[test]
fn only_the_fields_of_c_structs_are_sorted() {
    let event = |number| Event { kind: number, time: 1, flags: 2, source: 3 };
    let events: Vec<_> = (0..100).map(event).collect();
    let advice = (
        "Event: save at least 800 bytes: order the fields as `time`, `source`, `flags`, `kind`, unless other code depends on the layout \
         of this `repr(C)` struct: each of 100 values shrinks from 24 bytes to 16"
            .to_owned(),
        Certainty::AtLeast,
    );
    let found_here: Vec<_> = found(&inspect(&events)).into_iter().map(|one| (one.0, one.3)).collect();
    assert_eq!(found_here, [advice]);

    #[derive(DeepSize)]
    struct Free {
        kind: u8,
        time: u64,
        flags: u16,
    }
    let free: Vec<_> = (0..100).map(|kind| Free { kind, time: 1, flags: 1 }).collect();
    assert_eq!(found(&inspect(&free)), []);
    assert!(free.iter().all(|one| one.kind < 100 && one.time + u64::from(one.flags) == 2));

    // An unsized field must be the last one.
    #[derive(DeepSize)]
    #[repr(C)]
    struct Tail<T: ?Sized> {
        kind: u8,
        time: u64,
        tail: T,
    }
    let tails: Vec<Box<Tail<[u8]>>> =
        (0..100).map(|kind| Box::new(Tail { kind, time: 1, tail: [1_u8; 3] }) as Box<Tail<[u8]>>).collect();
    assert_eq!(found(&inspect(&tails)), []);
    assert!(tails.iter().all(|one| one.kind < 100 && one.time + one.tail.len() as u64 == 4));
}

#[test]
fn options_without_a_niche_are_remarked() {
    let value = (vec![Some(1_u64); 100], vec![Some(1.5_f64); 64], vec![Some('a'); 100], vec![Some(1_u8); 63]);
    let report = inspect(&value);
    let remarks: Vec<String> = report.remarks().map(|remark| remark.to_string()).collect();
    assert_eq!(
        remarks,
        [
            "Option<u64>: 100 values of 16 bytes, but `Option<NonZero<u64>>` takes 8",
            "Option<f64>: 64 values of 16 bytes, but an option of a type with a niche takes 8",
        ],
    );
    let all = format!("{report:#}");
    assert!(all.contains(&format!("\nremarks\n  {}\n", remarks[0])), "{all}");
    assert!(!report.to_string().contains("remarks"));
}
