//! Types that own only the memory of their parts.

use std::cmp::Reverse;
use std::num::{Saturating, Wrapping};
use std::ops::{Bound, ControlFlow};
use std::panic::AssertUnwindSafe;
use std::task::Poll;

use deep_size::observer::{Node, Role};
use deep_size::{DeepSize, Observer, Reason, Tally};

use crate::support::{assert_exact, assert_flat, assert_lower_bound, assert_opaque};
use crate::text;

/// The field names and variants directly below the root.
#[derive(Default)]
struct Names {
    depth: usize,
    names: Vec<&'static str>,
}

impl Observer for Names {
    fn enter(&mut self, node: &Node) {
        self.depth += 1;
        if let Role::Field(name) = node.role {
            self.names.push(name);
        }
    }

    fn exit(&mut self) {
        self.depth -= 1;
    }

    fn variant(&mut self, name: &'static str) {
        if self.depth == 1 {
            self.names.push(name);
        }
    }
}

#[track_caller]
fn assert_names(value: &impl DeepSize, names: &[&str]) {
    let mut observer = Names::default();
    Tally::new().add_observed(value, &mut observer);
    assert_eq!(observer.names, names);
}

#[test]
fn a_tuple_owns_the_memory_of_its_fields() {
    assert_exact(|| (text(),));
    assert_exact(|| (text(), 1_u8, text()));
    assert_exact(|| (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, text()));
    assert_exact(|| (text(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, text()));
}

#[test]
fn a_tuple_is_flat_if_all_its_fields_are() {
    assert_flat((1, 'a', ()));
    assert!(!<(u8, String)>::is_flat());
}

#[test]
fn the_fields_of_a_tuple_are_named_by_their_numbers() {
    assert_names(&(text(), 1, text()), &["0", "1", "2"]);
}

#[test]
fn a_result_owns_its_contents() {
    assert_exact(|| Ok::<String, u8>(text()));
    assert_exact(|| Err::<u8, String>(text()));
    assert_flat(Ok::<u8, u8>(1));
    assert_names(&Ok::<u8, u8>(1), &["Ok"]);
    assert_names(&Err::<u8, u8>(1), &["Err"]);
}

#[test]
fn a_poll_owns_its_contents() {
    assert_exact(|| Poll::Ready(text()));
    assert_exact(|| Poll::<String>::Pending);
    assert_flat(Poll::Ready(1));
    assert_names(&Poll::Ready(1), &["Ready"]);
}

#[test]
fn a_control_flow_owns_its_contents() {
    assert_exact(|| ControlFlow::<String, u8>::Break(text()));
    assert_exact(|| ControlFlow::<u8, String>::Continue(text()));
    assert_flat(ControlFlow::<u8>::Continue(()));
    assert_names(&ControlFlow::<u8>::Break(1), &["Break"]);
}

#[test]
fn a_bound_owns_its_contents() {
    assert_exact(|| Bound::Included(text()));
    assert_exact(|| Bound::Excluded(text()));
    assert_exact(|| Bound::<String>::Unbounded);
    assert_flat(Bound::Included(1));
    assert_names(&Bound::Excluded(1), &["Excluded"]);
}

#[test]
fn a_range_owns_the_memory_of_its_ends() {
    assert_exact(|| text()..text());
    assert_exact(|| text()..=text());
    assert_exact(|| text()..);
    assert_exact(|| ..text());
    assert_exact(|| ..=text());
    assert_flat(0..1);
    assert_flat(0..=1);
    assert_flat(..);
    assert_names(&(text()..=text()), &["start", "end"]);
}

#[test]
fn a_newtype_owns_its_contents() {
    assert_exact(|| Reverse(text()));
    assert_exact(|| AssertUnwindSafe(text()));
    assert_exact(|| Wrapping(text()));
    assert_flat(Wrapping(1));
    assert_flat(Saturating(1));
    assert_flat(Reverse(1));
}

#[test]
fn an_array_iterator_owns_its_remaining_elements() {
    assert_exact(|| [text(), text(), text()].into_iter());
    assert_exact(|| {
        let mut iterator = [text(), text(), text()].into_iter();
        assert!(iterator.next().is_some());
        iterator
    });
    assert_flat([1, 2].into_iter());
}

#[test]
fn a_vector_iterator_owns_at_least_its_remaining_elements() {
    let heap = assert_lower_bound(Reason::Capacity, || {
        let mut iterator = vec![text(), text(), text()].into_iter();
        assert!(iterator.next().is_some());
        iterator
    });
    assert_eq!(heap, 2 * size_of::<String>() + 200);
    let heap = assert_lower_bound(Reason::Capacity, || {
        let mut iterator = vec![1_u64, 2].into_iter();
        assert_eq!(iterator.by_ref().count(), 2);
        iterator
    });
    assert_eq!(heap, 0);
    assert_exact(|| vec![(), ()].into_iter());
    assert_exact(|| Vec::<String>::new().into_iter());
}

#[test]
fn a_ready_future_is_opaque_unless_flat() {
    assert_opaque(Reason::Hidden, || std::future::ready(text()));
    assert_flat(std::future::ready(1));
}
