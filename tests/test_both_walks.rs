//! Where stacks cannot be switched, a walk stops at some depth. All walks stop at the same depth.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;

use deep_size::observer::Observer;
use deep_size::{DeepSize, Reason, Size, Tally, inspect};

struct Blind;

impl Observer for Blind {}

/// Nests a type to several depths, and asserts that all walks agree on each value. Returns the largest depth that was exact.
fn exact_depth<T: DeepSize>(innermost: impl Fn() -> T, around: impl Fn(T) -> T) -> usize {
    let mut exact = 0;
    for depth in [1, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 100, 200, 500, 1000, 10_000] {
        let value = (0..depth).fold(innermost(), |inner, _| around(inner));
        let (mut plain, mut observed) = (Tally::new(), Tally::new());
        plain.add(&value);
        observed.add_observed(&value, &mut Blind);
        let report = inspect(&value);
        assert_eq!(Size::of(&value), plain.size(), "depth {depth}");
        assert_eq!(observed.size(), plain.size(), "depth {depth}");
        assert_eq!(report.size(), plain.size(), "depth {depth}");
        assert!(report.opaque_parts().iter().all(|part| part.reason == Reason::TooDeep), "{report}");
        if report.is_exact() {
            exact = depth;
        }
        // Dropping a deep value would overflow the stack.
        if depth > 1000 {
            mem::forget(value);
        }
    }
    exact
}

#[test]
fn all_walks_measure_lists_of_any_length() {
    #[derive(DeepSize)]
    struct List {
        next: Option<Box<List>>,
        name: String,
        number: u32,
    }
    let around = |next| List { next: Some(Box::new(next)), name: "name".into(), number: 1 };
    assert_eq!(exact_depth(|| List { next: None, name: String::new(), number: 0 }, around), 10_000);

    /// Of the references to one address, only the first counts, so the total depends on the order of the fields.
    #[derive(DeepSize)]
    struct Borrowing {
        next: Option<Box<Borrowing>>,
        #[deep_size(borrowed)]
        text: &'static [u8],
        reader: Reader,
    }
    #[derive(DeepSize)]
    struct Reader {
        #[deep_size(borrowed)]
        text: &'static [u8],
    }
    static TEXT: [u8; 1000] = [0; 1000];
    let shortened = |text: &'static [u8]| text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let borrowing = |next: Option<Box<Borrowing>>| {
        let text = next.as_ref().map_or(&TEXT[..], |next| shortened(next.text));
        let reader = Reader { text: next.as_ref().map_or(&TEXT[1..], |next| shortened(next.reader.text)) };
        Borrowing { next, text, reader }
    };
    exact_depth(|| borrowing(None), |next| borrowing(Some(Box::new(next))));

    #[derive(DeepSize)]
    struct Branch(Vec<Branch>, #[deep_size(skip)] ());
    assert_eq!(exact_depth(|| Branch(vec![], ()), |child| Branch(vec![child], ())), 10_000);
}

#[test]
fn all_walks_reach_the_same_depth() {
    #[derive(DeepSize)]
    struct Fork(Option<Box<Fork>>, Option<Box<Fork>>);
    let leaf = || Fork(None, None);
    let forks = exact_depth(leaf, |left| Fork(Some(Box::new(left)), Some(Box::new(leaf()))));

    #[derive(DeepSize)]
    struct Cell(Option<Rc<RefCell<Cell>>>);
    let cells = exact_depth(|| Cell(None), |next| Cell(Some(Rc::new(RefCell::new(next)))));

    #[derive(DeepSize)]
    struct Map(BTreeMap<u8, Map>);
    let maps = exact_depth(|| Map(BTreeMap::new()), |child| Map([(0, child)].into()));

    // The limits are for debug builds, where frames are large.
    for (depth, least) in [(forks, 30), (cells, 20), (maps, 20)] {
        assert!(depth >= least, "only {depth} levels of {forks}, {cells} and {maps}");
    }
}
