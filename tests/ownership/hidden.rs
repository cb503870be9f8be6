//! Handles in parts that the walk does not visit.
//!
//! A drop frees at least the exclusive bytes, and at most the exclusive and the uncertain bytes together.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use deep_size::{DeepSize, inspect};
use proptest::prelude::*;

use crate::support::{live_bytes, random_cases};

/// Declares a tree with the given field for the link to the parent.
macro_rules! tree {
    ($name:ident: $(#[$attribute:meta])* $cell:ident<$link:ty>, $downgrade:expr) => {
        #[derive(DeepSize)]
        struct $name {
            children: RefCell<Vec<Rc<$name>>>,
            $(#[$attribute])*
            parent: $cell<Option<$link>>,
            data: Vec<u8>,
        }

        impl Tree for $name {
            type Link = $link;

            fn new(size: usize) -> Rc<Self> {
                Rc::new(Self { children: RefCell::default(), parent: $cell::default(), data: vec![0; size] })
            }

            fn adopt(self: &Rc<Self>, child: Rc<Self>) {
                child.parent.replace(Some($downgrade(self)));
                self.children.borrow_mut().push(child);
            }

            fn link(self: &Rc<Self>) -> Self::Link {
                $downgrade(self)
            }
        }
    };
}

trait Tree: DeepSize {
    type Link;
    fn new(size: usize) -> Rc<Self>;
    fn adopt(self: &Rc<Self>, child: Rc<Self>);
    fn link(self: &Rc<Self>) -> Self::Link;
}

tree! { InCell: Cell<Weak<InCell>>, Rc::downgrade }
tree! { Skipped: #[deep_size(skip)] Cell<Weak<Skipped>>, Rc::downgrade }
tree! { Visible: RefCell<Weak<Visible>>, Rc::downgrade }

/// A tree of nodes. Each node after the first is a child of an earlier one.
fn tree<T: Tree>(nodes: &[(usize, usize)]) -> Vec<Rc<T>> {
    let mut made: Vec<Rc<T>> = Vec::new();
    for &(size, parent) in nodes {
        let node = T::new(size);
        if !made.is_empty() {
            made[parent % made.len()].adopt(node.clone());
        }
        made.push(node);
    }
    made
}

/// Drops a tree while `outside` holds a link to a node, and compares the freed bytes with the report.
#[track_caller]
fn check<T: Tree>(nodes: &[(usize, usize)], held: Option<usize>, hides: bool) {
    let made = tree::<T>(nodes);
    let outside = held.map(|at| made[at % made.len()].link());
    let root = made[0].clone();
    drop(made);
    let report = inspect(&root);
    let before = live_bytes();
    drop(root);
    let freed = usize::try_from(before - live_bytes()).unwrap();
    drop(outside);
    // The handle itself is not on the heap.
    let least = report.exclusive_size() - size_of::<Rc<T>>();
    assert!(least <= freed, "{freed} freed\n{report}");
    assert!(freed <= least + report.uncertain_size(), "{freed} freed\n{report}");
    if !hides {
        assert_eq!((freed, report.uncertain_size()), (least, 0), "{report}");
    }
    // No sentence claims that bytes stay alive if all are freed.
    if freed == report.heap_size() {
        assert!(!report.to_string().contains("stays alive"), "{report}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(random_cases(2_000)))]

    #[test]
    fn weak_handles_in_cells_and_skipped_fields_make_a_drop_uncertain(
        nodes in prop::collection::vec((0_usize..100, 0_usize..100), 1..20),
        held in prop::option::of(0_usize..20),
    ) {
        check::<InCell>(&nodes, held, true);
        check::<Skipped>(&nodes, held, true);
        check::<Visible>(&nodes, held, false);
    }
}

/// Strong handles in skipped fields are unseen, too.
#[test]
fn a_strong_handle_in_a_skipped_field_makes_a_drop_uncertain() {
    #[derive(DeepSize)]
    struct Pair {
        seen: Rc<Vec<u8>>,
        #[deep_size(skip)]
        hidden: Rc<Vec<u8>>,
    }
    let text = Rc::new(vec![0; 1000]);
    let pair = Pair { hidden: text.clone(), seen: text };
    let report = inspect(&pair);
    assert_eq!(report.uncertain_size(), 16 + 24 + 1000);
    assert!(report.to_string().contains("; 1.0 KiB may stay alive (not all handles were seen)"), "{report}");
    assert!(Rc::ptr_eq(&pair.seen, &pair.hidden));
}
