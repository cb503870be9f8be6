//! Layouts of types. `fuzz/layouts` compares the layouts of random types with the compiler's.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use deep_size::inspect::TreeNode;
use deep_size::layouts::{Discriminant, FieldLayout, TypeKind, TypeLayout};
use deep_size::{DeepSize, Inspector, Report, inspect};

use crate::fastrand;
use crate::support::report::checked_report;

/// The only layout of a type.
#[track_caller]
fn layout_of<T: ?Sized>(report: &Report) -> &TypeLayout {
    find::<T>(report).expect("the type has a layout")
}

fn find<T: ?Sized>(report: &Report) -> Option<&TypeLayout> {
    find_named(report, std::any::type_name::<T>())
}

fn find_named<'r>(report: &'r Report, name: &str) -> Option<&'r TypeLayout> {
    let mut layouts = report.layouts().iter().filter(|layout| layout.type_name == name);
    let first = layouts.next();
    assert_eq!(layouts.next(), None);
    first
}

/// The name, offset and size of each field.
fn fields(fields: &[FieldLayout]) -> Vec<(&str, usize, usize)> {
    fields.iter().map(|field| (&*field.name, field.offset, field.size)).collect()
}

#[derive(DeepSize)]
#[repr(C)]
struct Holes {
    kind: u8,
    time: u64,
    flag: bool,
    name: String,
    last: u16,
}

#[test]
fn a_struct_has_holes_and_a_tail() {
    let report = checked_report(&Holes { kind: 1, time: 2, flag: true, name: String::new(), last: 3 });
    let layout = layout_of::<Holes>(&report);
    assert_eq!((layout.kind, layout.size, layout.alignment, layout.count), (TypeKind::Struct, 56, 8, 1));
    let expected = [("kind", 0, 1), ("time", 8, 8), ("flag", 16, 1), ("name", 24, 24), ("last", 48, 2)];
    assert_eq!(fields(&layout.fields), expected);
    assert_eq!((layout.padding, layout.discriminant.clone()), (7 + 7 + 6, None));
    assert_eq!(report.root().padding(), 20);
}

/// Owns a heap block and is not `Copy`.
#[derive(DeepSize)]
#[repr(C, packed(2))]
struct Packed {
    first: u8,
    #[deep_size(skip)]
    skipped: String,
    pointer: &'static str,
    function: fn(u8) -> u8,
    raw: *const u8,
    last: u64,
}

#[test]
fn a_packed_struct_has_skipped_fields_and_pointers() {
    let function = |number| number;
    let raw = std::ptr::null();
    let value = Packed { first: 1, skipped: String::new(), pointer: "p", function, raw, last: 2 };
    let report = checked_report(&value);
    let layout = layout_of::<Packed>(&report);
    let expected = [
        ("first", 0, 1),
        ("skipped", 2, 24),
        ("pointer", 26, 16),
        ("function", 42, 8),
        ("raw", 50, 8),
        ("last", 58, 8),
    ];
    assert_eq!(fields(&layout.fields), expected);
    assert_eq!((layout.size, layout.alignment, layout.padding), (66, 2, 1));
}

#[derive(Clone, Copy, DeepSize)]
#[repr(C)]
union Number {
    byte: u8,
    halves: [u16; 3],
    word: u32,
}

#[test]
fn the_fields_of_a_union_overlap() {
    let report = checked_report(&vec![Number { byte: 1 }, Number { halves: [1; 3] }, Number { word: 2 }]);
    let layout = layout_of::<Number>(&report);
    assert_eq!((layout.kind, layout.size, layout.count, layout.padding), (TypeKind::Union, 8, 3, 2));
    assert_eq!(fields(&layout.fields), [("byte", 0, 1), ("word", 0, 4), ("halves", 0, 6)]);
}

#[derive(DeepSize)]
enum InNiche {
    Empty,
    Text { number: u64, text: String },
    Small(u8),
}

#[test]
fn a_niche_takes_no_bytes_of_its_variant() {
    let values = [InNiche::Empty, InNiche::Text { number: 1, text: String::new() }, InNiche::Small(1)];
    let report = checked_report(&values);
    let layout = layout_of::<InNiche>(&report);
    assert_eq!(layout.size, 32);
    let niche = Discriminant::Niche { variant: "Text".into(), field: Some("text".into()) };
    // A `u64` could have a niche in a later version of Rust.
    let unknown = Discriminant::Niche { variant: "Text".into(), field: None };
    let small = layout.variant("Small").expect("declared");
    let found = layout.discriminant.clone();
    assert!(found == Some(niche) || small.fields[0].offset != 0 && found == Some(unknown), "{layout}");
    let wasted: Vec<_> = layout.variants.iter().map(|variant| (variant.padding, variant.unused)).collect();
    assert_eq!(wasted, [(0, 32 - 8), (0, 0), (0, 32 - 1 - 8)]);
    assert_eq!((report.padding(), report.unused_by_variants()), (0, 24 + 23));
}

#[derive(DeepSize)]
#[repr(C, u8)]
enum Tagged {
    Empty,
    Pair(u8, u32),
    #[expect(dead_code, reason = "no value has this variant")]
    Large([u64; 4]),
}

#[test]
fn a_variant_without_values_is_not_seen() {
    let report = checked_report(&vec![Tagged::Empty, Tagged::Pair(1, 2), Tagged::Pair(3, 4)]);
    let layout = layout_of::<Tagged>(&report);
    assert_eq!((layout.size, layout.discriminant.clone()), (40, Some(Discriminant::Tag(1))));
    let [empty, pair, large] = &layout.variants[..] else { panic!("there are three variants") };
    assert_eq!((empty.count, empty.padding, empty.unused), (1, 0, 39));
    // With `repr(C)`, the fields of all variants start at the offset that `Large` needs.
    assert_eq!((pair.count, fields(&pair.fields)), (2, vec![("0", 8, 1), ("1", 12, 4)]));
    assert_eq!((pair.padding, pair.unused), (7 + 3, 24));
    assert_eq!((large.is_seen(), large.count, &large.fields[..]), (false, 0, &[][..]));
    assert_eq!((large.padding, large.unused), (0, 0));
    assert!(layout.to_string().ends_with("  ::Large, not seen\n"), "{layout}");
}

#[derive(DeepSize)]
#[repr(align(8))]
enum Aligned {
    Low,
    High,
}

#[derive(DeepSize)]
#[repr(align(8))]
enum Signed {
    Low = -1,
    High = 200,
}

#[test]
fn the_tag_of_an_aligned_enum_is_smaller_than_its_size() {
    let report = checked_report(&[(Aligned::Low, Signed::Low), (Aligned::High, Signed::High)]);
    let layout = layout_of::<Aligned>(&report);
    assert_eq!((layout.size, layout.discriminant.clone()), (8, Some(Discriminant::Tag(1))));
    assert_eq!(layout.variants[0].padding, 7);
    // 200 does not fit into an `i8`.
    assert_eq!(layout_of::<Signed>(&report).discriminant, Some(Discriminant::Tag(2)));
}

#[derive(DeepSize)]
#[repr(transparent)]
enum Transparent {
    Only(u64, PhantomData<String>),
}

#[test]
fn an_enum_with_one_variant_has_no_discriminant() {
    let report = checked_report(&Transparent::Only(1, PhantomData));
    let layout = layout_of::<Transparent>(&report);
    assert_eq!(layout.discriminant, Some(Discriminant::Absent));
    assert_eq!((layout.size, layout.variants[0].padding, layout.variants[0].unused), (8, 0, 0));
}

#[derive(DeepSize)]
#[repr(C)]
struct Generic<T> {
    first: T,
    second: u32,
}

#[test]
fn each_instance_of_a_generic_type_has_a_layout() {
    let report = checked_report(&(Generic { first: 1_u8, second: 2 }, Generic { first: 1_u64, second: 2 }));
    let (small, large) = (layout_of::<Generic<u8>>(&report), layout_of::<Generic<u64>>(&report));
    assert_eq!((small.size, small.padding), (8, 3));
    assert_eq!((large.size, large.padding), (16, 4));
    assert_eq!(fields(&small.fields), [("first", 0, 1), ("second", 4, 4)]);
    assert_eq!(fields(&large.fields), [("first", 0, 8), ("second", 8, 4)]);
}

fn a_local_type() -> Box<dyn DeepSize> {
    #[derive(DeepSize)]
    #[repr(C)]
    struct Local(u8, u32);
    Box::new(Local(1, 2))
}

fn another_local_type() -> Box<dyn DeepSize> {
    #[derive(DeepSize)]
    #[repr(C)]
    struct Local(u32, u8);
    Box::new(Local(1, 2))
}

#[test]
fn types_of_one_name_in_two_functions_are_separate() {
    let report = checked_report(&vec![a_local_type(), another_local_type(), a_local_type()]);
    let locals: Vec<_> = report.layouts().iter().filter(|one| one.type_name.ends_with("::Local")).collect();
    let found: Vec<_> = locals.iter().map(|one| (one.count, fields(&one.fields))).collect();
    assert_eq!(found, [(2, vec![("0", 0, 1), ("1", 4, 4)]), (1, vec![("0", 0, 4), ("1", 4, 1)])]);
}

/// Types of one name, size and alignment.
fn namesakes() -> [Box<dyn DeepSize>; 3] {
    let first = {
        #[derive(DeepSize)]
        #[repr(C)]
        struct Local {
            a: u8,
            b: u32,
        }
        Box::new(Local { a: 1, b: 2 })
    };
    let other_order = {
        #[derive(DeepSize)]
        #[repr(C)]
        struct Local {
            b: u32,
            a: u8,
        }
        Box::new(Local { a: 1, b: 2 })
    };
    let other_field = {
        #[derive(DeepSize)]
        #[repr(C)]
        struct Local {
            b: u32,
            c: u16,
        }
        Box::new(Local { b: 1, c: 2 })
    };
    let name = std::any::type_name_of_val(&*first);
    assert_eq!(name, std::any::type_name_of_val(&*other_order));
    assert_eq!(name, std::any::type_name_of_val(&*other_field));
    [first, other_order, other_field]
}

#[test]
fn types_of_one_name_and_size_have_no_wrong_layout() {
    let find = |report: &Report| report.layouts().iter().any(|layout| layout.type_name.ends_with("::Local"));
    let [first, ..] = namesakes();
    assert!(find(&checked_report(&first)));
    for other in [1, 2] {
        // At two places, and at one.
        let [first, a, b] = namesakes();
        assert!(!find(&checked_report(&(first, if other == 1 { a } else { b }))));
        let [first, a, b] = namesakes();
        assert!(!find(&checked_report(&vec![first, if other == 1 { a } else { b }])));
    }
}

#[test]
fn types_behind_pointers_have_layouts() {
    let shared = Rc::new((1_u64, 2_u8));
    let value = (Rc::clone(&shared), shared, Box::new((1_u32, 2_u8)), vec![Some(Box::new(1_u16)), None]);
    let report = checked_report(&value);
    let layout = layout_of::<(u64, u8)>(&report);
    // A shared value counts once.
    assert_eq!((layout.count, layout.size, layout.padding), (1, 16, 7));
    assert_eq!(layout_of::<(u32, u8)>(&report).padding, 3);
    let optional = layout_of::<Option<Box<u16>>>(&report);
    let counts: Vec<_> = optional.variants.iter().map(|one| (&*one.name, one.count, one.unused)).collect();
    assert_eq!(counts, [("None", 1, 0), ("Some", 1, 0)]);
    let niche = Discriminant::Niche { variant: "Some".into(), field: Some("0".into()) };
    assert_eq!(optional.discriminant, Some(niche));
}

#[derive(DeepSize)]
#[repr(C)]
struct List {
    value: u32,
    #[deep_size(skip)]
    skipped: Option<Box<List>>,
    next: Option<Box<List>>,
}

#[test]
fn a_recursive_type_has_one_layout() {
    let one = |skipped, next| List { value: 1, skipped, next };
    let list =
        one(None, Some(Box::new(one(Some(Box::new(one(None, None))), Some(Box::new(one(None, None)))))));
    let report = checked_report(&list);
    let layout = layout_of::<List>(&report);
    assert_eq!((layout.count, layout.size, layout.padding), (3, 24, 4));
    assert_eq!(fields(&layout.fields), [("value", 0, 4), ("skipped", 8, 8), ("next", 16, 8)]);
    // The skipped fields are not entered, so their variants are unknown.
    let optional = layout_of::<Option<Box<List>>>(&report);
    let counts: Vec<_> = optional.variants.iter().map(|one| (&*one.name, one.count)).collect();
    assert_eq!((optional.count, counts), (3, vec![("None", 1), ("Some", 2)]));
}

#[derive(DeepSize)]
#[repr(C)]
struct Whole {
    number: u8,
    part: Part,
}

#[derive(DeepSize)]
struct Part {
    around: RefCell<Option<Rc<Whole>>>,
}

#[test]
fn a_type_whose_field_is_the_root_has_no_layout() {
    let whole = Rc::new(Whole { number: 1, part: Part { around: RefCell::new(None) } });
    *whole.part.around.borrow_mut() = Some(Rc::clone(&whole));
    let report = checked_report(&whole.part);
    let found = (find::<Whole>(&report).is_some(), find::<Part>(&report).is_some());
    // From outside the cycle, the walk enters each field.
    let outside = checked_report(&whole);
    *whole.part.around.borrow_mut() = None;
    assert_eq!(found, (false, true));
    assert_eq!(layout_of::<Whole>(&outside).padding, 7);
}

#[derive(Clone, Copy, DeepSize)]
struct Borrowing<'a>(#[deep_size(borrowed)] &'a str);

#[derive(DeepSize)]
#[repr(C, packed)]
struct Large<'a> {
    first: u8,
    texts: [Borrowing<'a>; 10_000],
}

#[test]
fn a_type_whose_field_is_not_entered_has_no_layout() {
    let value = Box::new(Large { first: 1, texts: [Borrowing("text"); 10_000] });
    assert_eq!(find::<Large<'_>>(&inspect(&value)), None);
    // The same for fields that have no place in the report.
    let value = (1_u8, (2_u8, 3_u64), 4_u64);
    assert_eq!(Inspector::new().max_nodes(3).inspect(&value).layouts(), []);
    assert_eq!(inspect(&value).layouts().len(), 2);
}

#[test]
fn an_unsized_type_has_no_layout() {
    #[derive(DeepSize)]
    #[repr(C)]
    struct Tail<T: ?Sized> {
        first: u16,
        last: T,
    }
    let texts: Vec<Box<Tail<[u8]>>> =
        vec![Box::new(Tail { first: 1, last: [2; 3] }), Box::new(Tail { first: 1, last: [2; 9] })];
    assert_eq!(find::<Tail<[u8]>>(&checked_report(&texts)), None);
    assert_eq!(layout_of::<Tail<[u8; 3]>>(&checked_report(&Tail { first: 1, last: [2_u8; 3] })).padding, 1);
}

#[test]
fn counts_from_samples_are_estimates() {
    let value = |index: usize| if index % 4 == 0 { Tagged::Empty } else { Tagged::Pair(1, 2) };
    let values: Vec<_> = (0..100_000).map(|index| ((index as u8, 1_u16), value(index))).collect();
    let report = checked_report(&values);
    let pair = layout_of::<(u8, u16)>(&report);
    assert_eq!((pair.count, pair.padding, pair.padding_of_all()), (100_000, 1, 100_000));
    let tagged = layout_of::<Tagged>(&report);
    assert!(tagged.is_estimate);
    assert_eq!(
        (tagged.count, tagged.variants.iter().map(|one| one.count).sum::<usize>()),
        (100_000, 100_000)
    );
    let empty = tagged.variants[0].count;
    assert!((24_000..26_000).contains(&empty), "{empty}");
}

/// Types whose discriminants are known.
mod known {
    use super::*;

    /// A tag of one byte.
    #[derive(DeepSize)]
    #[repr(u8)]
    pub(super) enum Tree {
        Leaf,
        Number(u32),
        Inside(Vec<Tree>),
        Boxed { left: Box<Tree>, right: Option<Box<Tree>> },
        Flat(Flat),
        Shared(Rc<Record>),
    }

    #[derive(Clone, Copy, DeepSize)]
    #[repr(u16)]
    pub(super) enum Flat {
        Empty,
        Small(u8),
        Large([u64; 3], u8),
    }

    #[derive(DeepSize)]
    pub(super) struct Record {
        pub(super) flag: bool,
        pub(super) numbers: (u16, u64, u8),
        pub(super) flats: Vec<Flat>,
        pub(super) tree: Tree,
        pub(super) pair: [Flat; 2],
    }

    /// The bytes of the discriminant in a value of this type and variant.
    pub(super) fn discriminant(type_name: &str, variant: &str) -> usize {
        let of = |name: &str, bytes| if type_name == name { bytes } else { 0 };
        // `Some` holds the niche of the pointer.
        let niche = if variant == "None" { size_of::<usize>() } else { 0 };
        of(std::any::type_name::<Tree>(), 1)
            + of(std::any::type_name::<Flat>(), 2)
            + of(std::any::type_name::<Option<Box<Tree>>>(), niche)
    }
}

use known::{Flat, Record, Tree};

fn random_flat(random: &mut impl FnMut() -> usize) -> Flat {
    match random() % 3 {
        0 => Flat::Empty,
        1 => Flat::Small(1),
        _ => Flat::Large([1; 3], 2),
    }
}

fn random_tree(random: &mut impl FnMut() -> usize, depth: usize) -> Tree {
    let boxed = |random: &mut _| Box::new(random_tree(random, depth.saturating_sub(1)));
    match random() % if depth == 0 { 3 } else { 6 } {
        0 => Tree::Leaf,
        1 => Tree::Number(1),
        2 => Tree::Flat(random_flat(random)),
        3 => Tree::Inside((0..random() % 4).map(|_| *boxed(random)).collect()),
        4 => {
            let right = (random() % 2 == 0).then(|| boxed(random));
            Tree::Boxed { left: boxed(random), right }
        }
        _ => Tree::Shared(Rc::new(random_record(random, depth - 1))),
    }
}

fn random_record(random: &mut impl FnMut() -> usize, depth: usize) -> Record {
    Record {
        flag: true,
        numbers: (1, 2, 3),
        flats: (0..random() % 5).map(|_| random_flat(random)).collect(),
        tree: random_tree(random, depth),
        pair: [random_flat(random), random_flat(random)],
    }
}

#[test]
fn fields_padding_and_unused_bytes_are_all_bytes_of_each_node() {
    let mut random = fastrand(1);
    let mut nodes = 0;
    for _ in 0..200 {
        let value: Vec<_> = (0..random() % 4).map(|_| random_record(&mut random, 4)).collect();
        let report = checked_report(&value);
        let (mut padding, mut unused) = (0, 0);
        for node in report.nodes().filter(|node| node.refers_to().is_none()) {
            padding += node.padding();
            unused += node.unused_by_variants();
            let name = node.type_name();
            // A node of a pointer or an `Option` also counts the padding in the value behind it.
            if ["core::option::", "alloc::boxed::", "alloc::rc::"].iter().any(|path| name.starts_with(path)) {
                continue;
            }
            if find_named(&report, name).is_none() {
                assert_eq!((node.padding(), node.unused_by_variants()), (0, 0), "{node:?}\n{report:#}");
                continue;
            }
            // The parts of the values, including those that another node counts.
            let shallow = |part: TreeNode<'_>| match part.refers_to() {
                Some(other) => part.count() * other.shallow_size() / other.count(),
                // Also counts the values inside it, but each value here has the field once.
                None if part.is_recursive() => node.count() * part.shallow_size() / part.count(),
                None => part.shallow_size(),
            };
            let inside: usize = node.children().map(shallow).sum();
            let is_enum = node.children().any(|part| part.type_name() == name);
            let discriminants = if is_enum { 0 } else { node.count() * known::discriminant(name, "") };
            let found = inside + discriminants + node.padding() + node.unused_by_variants();
            assert_eq!(found, node.shallow_size(), "{node:?}\n{report:#}");
            nodes += 1;
        }
        for layout in report.layouts() {
            let name = &layout.type_name;
            let size = |fields: &[FieldLayout]| fields.iter().map(|field| field.size).sum::<usize>();
            for variant in layout.variants.iter().filter(|variant| variant.is_seen()) {
                let found = size(&variant.fields) + known::discriminant(name, &variant.name);
                assert_eq!(found + variant.padding + variant.unused, layout.size, "{layout}");
            }
            assert!(layout.kind != TypeKind::Struct || size(&layout.fields) + layout.padding == layout.size);
        }
        assert_eq!((report.padding(), report.unused_by_variants()), (padding, unused));
        let of_layouts = |part: fn(&TypeLayout) -> usize| report.layouts().iter().map(part).sum::<usize>();
        assert_eq!(of_layouts(TypeLayout::padding_of_all), padding);
        assert_eq!(of_layouts(TypeLayout::unused_by_variants), unused);
    }
    assert!(nodes > 1000, "{nodes}");
}
