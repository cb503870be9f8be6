//! Hand-written impls that report impossible figures: nothing panics, and every format is written.

use std::alloc::Layout;
use std::collections::VecDeque;

use deep_size::{DeepSize, Inspector, Reason, SharedBlock, Size, Tally, Walker, inspect};
use proptest::prelude::*;

use crate::support::random_cases;

/// A call of a walker's method.
#[derive(Clone, Debug)]
enum Claim {
    Allocation {
        address: usize,
        size: usize,
        used: usize,
    },
    Allocations {
        block_count: usize,
        size: usize,
        used: usize,
    },
    Shared {
        address: usize,
        size: usize,
        strong: Option<usize>,
        weak: Option<usize>,
    },
    SharedWith {
        address: usize,
        size: usize,
        contents: usize,
    },
    Weak {
        address: usize,
        size: usize,
        strong: Option<usize>,
    },
    Opaque,
    LowerBound(Option<usize>),
    Variant,
    Flat,
    Elements(usize),
    /// Flat elements of no size, which need no memory.
    Units(usize),
    /// One element, visited this many times.
    Repeated(usize),
    /// Elements at the paths of `Units` and `Repeated`, visited one by one.
    Visited,
    /// Keys and values of no size.
    Entries(usize),
    Inside(Box<Claims>),
}

#[derive(Clone, Debug)]
struct Claims(VecDeque<Claim>);

impl DeepSize for Claims {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        for claim in &self.0 {
            claim.make(walker);
        }
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size.min(isize::MAX as usize), 1).expect("the size fits")
}

fn block(address: usize, size: usize, strong: Option<usize>, weak: Option<usize>) -> SharedBlock {
    let mut block = SharedBlock::new(std::ptr::without_provenance::<u8>(address), layout(size));
    (block.strong_count, block.weak_count) = (strong, weak);
    block
}

impl Claim {
    fn make(&self, walker: &mut Walker<'_>) {
        match *self {
            Self::Allocation { address, size, used } => {
                walker.allocation(std::ptr::without_provenance::<u8>(address), layout(size), used);
            }
            Self::Allocations { block_count, size, used } => walker.allocations(block_count, size, used),
            Self::Shared { address, size, strong, weak } => {
                walker.shared(block(address, size, strong, weak), &1_u8)
            }
            Self::SharedWith { address, size, contents } => {
                let block = block(address, size, None, None);
                walker.shared_with::<[String], _>(block, contents, |walker| {
                    walker.field("text", &String::from("x"))
                });
            }
            Self::Weak { address, size, strong } => walker.weak(block(address, size, strong, None)),
            Self::Opaque => walker.opaque(Reason::Other("hostile")),
            Self::LowerBound(missing) => walker.lower_bound(Reason::Capacity, missing),
            Self::Variant => walker.variant("Variant"),
            Self::Flat => walker.flat_field("flat", &[0_u64; 4]),
            Self::Elements(count) => walker.elements((0..count).map(|_| &7_u64)),
            Self::Units(count) => {
                let units = vec![(); count];
                walker.elements(&units);
                walker.elements(units.iter().chain(&[(), ()]));
            }
            Self::Repeated(count) => walker.elements(std::iter::repeat_n(&1_u32, count)),
            Self::Visited => {
                walker.elements_with(&[(), ()], |_, _| {});
                walker.elements_with(&[1_u32, 2], |_, walker| walker.allocations(usize::MAX, 1, 0));
            }
            Self::Entries(count) => walker.entries((0..count).map(|_| (&(), &()))),
            Self::Inside(ref claims) => walker.field("inside", &**claims),
        }
    }
}

/// Small numbers, numbers near the limits, and random ones.
fn number() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..4_usize,
        Just(usize::MAX),
        usize::MAX - 4096..usize::MAX,
        Just(isize::MAX as usize),
        any::<usize>()
    ]
}

fn claim() -> impl Strategy<Value = Claim> {
    let address = || prop_oneof![0..4_usize, any::<usize>()];
    let count = || prop::option::of(number());
    let leaf = prop_oneof![
        (address(), number(), number()).prop_map(|(address, size, used)| Claim::Allocation {
            address,
            size,
            used
        }),
        (number(), number(), number()).prop_map(|(block_count, size, used)| Claim::Allocations {
            block_count,
            size,
            used
        }),
        (address(), number(), count(), count()).prop_map(|(address, size, strong, weak)| Claim::Shared {
            address,
            size,
            strong,
            weak
        }),
        (address(), number(), number()).prop_map(|(address, size, contents)| Claim::SharedWith {
            address,
            size,
            contents
        }),
        (address(), number(), count()).prop_map(|(address, size, strong)| Claim::Weak {
            address,
            size,
            strong
        }),
        Just(Claim::Opaque),
        count().prop_map(Claim::LowerBound),
        Just(Claim::Variant),
        Just(Claim::Flat),
        (0..4_usize).prop_map(Claim::Elements),
        number().prop_map(Claim::Units),
        number().prop_map(Claim::Repeated),
        Just(Claim::Visited),
        (0..4_usize).prop_map(Claim::Entries),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(|claims| Claim::Inside(Box::new(Claims(claims.into()))))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(random_cases(300)))]

    #[test]
    fn impossible_figures_saturate(
        one in prop::collection::vec(claim(), 0..8),
        two in prop::collection::vec(claim(), 0..8),
    ) {
        let [one, two] = [one, two].map(|claims| vec![Claims(claims.into())]);
        let mut tally = Tally::new();
        tally.add(&one);
        tally.add(&two);
        prop_assert!(tally.size().upper_bound().is_none_or(|most| most >= tally.deep_size()));
        prop_assert!(Size::of(&one).deep_size >= size_of_val(&one));

        let reports = [&one, &two].map(|value| Inspector::new().compare_contents(true).inspect(value));
        for report in &reports {
            prop_assert_eq!(
                report.exclusive_size().checked_add(report.external_size()).and_then(|sum| sum.checked_add(report.cyclic_size())),
                Some(report.deep_size())
            );
            let _ = (report.to_string(), format!("{report:#}"), format!("{report:?}"), report.advice().count());
            prop_assert!(report.allocation_count() <= report.heap_size(), "a block has at least one byte");
            let read = deep_size::Report::from_json(&report.to_json()).expect("a report can be read back");
            prop_assert_eq!(read.deep_size(), report.deep_size());
            let _ = report.to_html();
            let mut out = Vec::new();
            report.write_dot(&mut out).unwrap();
            report.write_pprof(&mut out).unwrap();
            report.write_csv(&mut out).unwrap();
            report.write_heapsnapshot(&mut out).unwrap();
            report.write_folded(&mut out).unwrap();
        }
        for [earlier, later] in [[0, 1], [1, 0]].map(|sides| sides.map(|side| &reports[side])) {
            let diff = later.diff(earlier);
            let _ = (diff.to_string(), format!("{diff:#}"), format!("{diff:?}"), diff.to_json());
        }
    }
}

#[test]
fn three_claims_of_nearly_everything_saturate_in_each_walk() {
    let claim =
        |at: usize| Claim::Allocation { address: at * 4096, size: isize::MAX as usize - 4096, used: 0 };
    let wrong = Claims((1..4).map(claim).collect());
    assert_eq!(wrong.deep_size(), usize::MAX);
    assert_eq!(inspect(&wrong).deep_size(), usize::MAX);
}

#[test]
fn more_blocks_than_bytes_are_clipped() {
    let claim = |block_count, size| Claim::Allocations { block_count, size, used: 0 };
    let count = |claims: &[Claim]| inspect(&Claims(claims.to_vec().into())).allocation_count();
    assert_eq!(count(&[claim(usize::MAX, 10), claim(usize::MAX, 10)]), 20);
    assert_eq!(count(&[claim(3, 10), claim(0, 10), claim(10, 0)]), 3);
}

#[test]
fn more_elements_than_numbers_saturate() {
    let claims = [Claim::Units(usize::MAX), Claim::Repeated(usize::MAX), Claim::Visited];
    let report = inspect(&Claims(Vec::from(claims).into()));
    let counts = |name: &str| {
        let total = report.types().iter().find(|total| total.type_name == name);
        total.map(|total| total.count)
    };
    assert_eq!((counts("()"), counts("u32")), (Some(usize::MAX), Some(usize::MAX)));
}
