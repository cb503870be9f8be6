//! Containers of types without an impl, measured by functions in the attribute.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deep_size::with::{Flat, Opaque};
use deep_size::{DeepSize, Reason, Size, Walker, with};

use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::trace::parts;

/// Represents another crate: no type here has an impl.
mod other {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub(super) struct Instant(pub(super) u64);
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub(super) struct Regex(pub(super) Vec<u8>);
    #[derive(Clone, Copy)]
    pub(super) struct Marker;
}

fn regex(regex: &other::Regex, walker: &mut Walker<'_>) {
    walker.inner(&regex.0);
}

#[test]
fn containers_of_foreign_types_are_exact() {
    #[derive(DeepSize)]
    struct Fields<'a, T> {
        #[deep_size(with = with::each(regex))]
        vector: Vec<other::Regex>,
        #[deep_size(with = with::map(with::tuple((with::flat, with::flat)), DeepSize::walk_owned))]
        timers: BTreeMap<(other::Instant, u64), String>,
        #[deep_size(with = with::map::<HashMap<_, _>, _, _>(with::flat, regex), bound = "")]
        map: HashMap<u32, other::Regex>,
        #[deep_size(with = with::each(with::each(regex)))]
        option: Option<Arc<other::Regex>>,
        #[deep_size(with = with::each(with::each(|regex: &other::Regex, walker| walker.inner(&regex.0))))]
        boxed: Box<[other::Regex]>,
        #[deep_size(with = |pair, walker| regex(&pair.1, walker))]
        closure: (T, other::Regex),
        #[deep_size(with = |regexes, _| assert_eq!(regexes.len(), 1))]
        borrowed: &'a [other::Regex],
    }
    let outside = [other::Regex(vec![1; 3])];
    let random = std::collections::hash_map::RandomState::new();
    assert_exact(|| {
        let mut vector = Vec::with_capacity(5);
        vector.push(other::Regex(vec![0; 9]));
        let mut map = HashMap::with_hasher(random);
        map.extend((0..20).map(|key| (key, other::Regex(vec![0; key as usize]))));
        Fields {
            vector,
            timers: (0..30).map(|at| ((other::Instant(at), at), at.to_string())).collect(),
            map,
            option: Some(Arc::new(other::Regex(vec![1; 7]))),
            boxed: (0..4).map(|length| other::Regex(vec![0; length])).collect(),
            closure: (std::marker::PhantomData::<other::Marker>, other::Regex(vec![0; 11])),
            borrowed: &outside,
        }
    });
}

#[test]
fn a_shared_foreign_value_is_counted_once() {
    #[derive(DeepSize)]
    struct Handles(#[deep_size(with = with::each(with::each(regex)))] Vec<Arc<other::Regex>>);
    assert_exact(|| {
        let shared = Arc::new(other::Regex(vec![1; 7]));
        Handles(vec![shared.clone(), shared.clone(), shared])
    });
}

#[test]
fn variants_take_expressions_too() {
    #[derive(DeepSize)]
    enum Rule {
        #[deep_size(with = with::each(regex))]
        One(Option<other::Regex>),
        #[deep_size(with = |first, second, walker| {
            regex(first, walker);
            regex(second, walker);
        })]
        Two(other::Regex, Box<other::Regex>),
        #[deep_size(with = |pattern, walker| regex(pattern, walker))]
        Named { pattern: other::Regex },
    }
    assert_exact(|| Rule::One(Some(other::Regex(vec![0; 5]))));
    assert_exact(|| Rule::Named { pattern: other::Regex(vec![0; 5]) });
    let two = Rule::Two(other::Regex(vec![0; 5]), Box::new(other::Regex(vec![0; 6])));
    assert_eq!(two.heap_size(), 5 + 6);
}

/// The macro passes the expression as one token.
#[test]
fn an_expression_can_come_from_a_macro() {
    macro_rules! measured {
        ($name:ident: $type:ty = $function:expr) => {
            #[derive(DeepSize)]
            struct $name(#[deep_size(with = $function)] $type);
        };
    }
    measured! { Regexes: Vec<other::Regex> = with::each(regex) }
    measured! { Regex: other::Regex = |regex, walker| walker.inner(&regex.0) }
    measured! { Path: other::Regex = regex }
    let regex = || other::Regex(vec![0; 3]);
    assert_exact(|| Regexes(vec![regex(), regex()]));
    assert_exact(|| (Regex(regex()), Path(regex())));
}

/// Commas inside an expression do not end it.
#[test]
fn an_expression_can_contain_commas() {
    fn pair<A, B>(first: fn(&A, &mut Walker<'_>)) -> impl Fn(&(A, B), &mut Walker<'_>) {
        move |pair: &(A, B), walker: &mut Walker<'_>| first(&pair.0, walker)
    }
    const MEASURE: [fn(&other::Regex, &mut Walker<'_>); 2] = [with::flat, regex];

    #[derive(DeepSize)]
    struct Fields {
        #[deep_size(with = pair::<other::Regex, Vec<Option<u8>>>(regex), bound = "")]
        pair: (other::Regex, Vec<Option<u8>>),
        #[deep_size(with = MEASURE[1], bound = "")]
        element: other::Regex,
        #[deep_size(with = regex as fn(&_, &mut Walker<'_>))]
        cast: other::Regex,
        #[deep_size(with = { |text: &Option<other::Regex>, walker: &mut Walker<'_>| {
            with::each::<Option<_>, _>(regex)(text, walker)
        } })]
        block: Option<other::Regex>,
    }
    let fields = Fields {
        pair: (other::Regex(vec![0; 3]), vec![None; 10]),
        element: other::Regex(vec![0; 4]),
        cast: other::Regex(vec![0; 6]),
        block: Some(other::Regex(vec![0; 5])),
    };
    assert_eq!(fields.heap_size(), 3 + 4 + 6 + 5);
    assert_eq!(parts(&fields), ["pair", "element", "cast", "block"]);
    assert_eq!(fields.pair.1.len(), 10);
}

#[test]
fn wrappers_measure_foreign_types_in_any_container() {
    #[derive(DeepSize, Default)]
    struct Generic<T> {
        all: Vec<T>,
        by_key: BTreeMap<Flat<other::Instant>, T>,
    }
    assert_exact(|| Generic {
        all: vec![Flat(other::Marker); 3],
        by_key: (0..30).map(|at| (Flat(other::Instant(at)), Flat(other::Marker))).collect(),
    });
    assert_exact(|| vec![Flat(other::Instant(1)); 9]);
    assert_flat(Flat(other::Instant(1)));
    assert_flat(Opaque(other::Marker));

    let build = || Generic { all: vec![Opaque(other::Regex(vec![1; 100]))], by_key: BTreeMap::new() };
    assert_eq!(assert_opaque(Reason::Hidden, build), 24);
    assert_eq!(Size::of(&build()).opaque_part_count, 1);

    assert_eq!(size_of::<Flat<other::Regex>>(), size_of::<other::Regex>());
    let mut wrapped = Opaque::from(vec![1]);
    wrapped.push(2);
    assert_eq!((wrapped.len(), wrapped.0.len()), (2, 2));
    assert!(Flat(1) < Flat(2) && Flat::<u8>::default() == Flat(0));
}
