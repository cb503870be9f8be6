//! Time budgets: a walk stops promptly, wherever it is.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deep_size::census::Budget;
use deep_size::observer::{Node, Reason};
use deep_size::registry::Registry;
use deep_size::{DeepSize, Observer, observe};

use crate::item;
use crate::support::random_cases;

#[derive(DeepSize)]
struct List {
    next: Option<Box<List>>,
    text: String,
}

impl Drop for List {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut list) = next {
            next = list.next.take();
        }
    }
}

fn list(length: usize) -> Option<Box<List>> {
    (0..length).fold(None, |next, _| Some(Box::new(List { next, text: String::new() })))
}

/// Stops after this many calls of `progress`, and counts the calls and events after that.
struct StopsAfter {
    calls: usize,
    later: usize,
    wants_values: bool,
    stopped: usize,
}

impl Observer for StopsAfter {
    fn wants_values(&self) -> bool {
        self.wants_values
    }
    fn progress(&mut self, _: usize) -> ControlFlow<()> {
        match self.calls.checked_sub(1) {
            Some(left) => {
                self.calls = left;
                ControlFlow::Continue(())
            }
            None => {
                self.later += 1;
                ControlFlow::Break(())
            }
        }
    }
    fn enter(&mut self, _: &Node) {
        self.later += usize::from(self.calls == 0);
    }
    fn opaque(&mut self, reason: Reason) {
        assert_eq!(reason, Reason::Stopped);
        self.stopped += 1;
    }
}

#[track_caller]
fn assert_stops<T: DeepSize>(value: &T) {
    let full = value.deep_size();
    for wants_values in [false, true] {
        for calls in [0, 1, 2] {
            let mut observer = StopsAfter { calls, later: 0, wants_values, stopped: 0 };
            let bytes = observe(value, &mut observer);
            assert!(bytes <= full);
            // The lists are recursive, so each level may have one part left.
            assert!(
                (1..2000).contains(&observer.stopped),
                "{} opaque parts after {calls} calls, {wants_values}",
                observer.stopped
            );
            // At most 1024 values come between two calls. After the stop, each part that is left is one call.
            assert!(observer.later <= 1024 + 2000, "{} events after the stop", observer.later);
        }
    }
}

#[test]
fn a_stop_is_prompt_in_every_kind_of_value() {
    let length = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
    assert_stops(&list(10 * length));
    assert_stops(&vec![String::from("text"); length]);
    assert_stops(&vec![Some(Box::new(7_u8)); length]);
    assert_stops(&(0..length).map(|key| (key, key.to_string())).collect::<BTreeMap<_, _>>());
    assert_stops(&(0..length).map(|key| (key, key.to_string())).collect::<HashMap<_, _>>());
    assert_stops(
        &(0..length).map(|key| Arc::new(key.to_string())).collect::<std::collections::LinkedList<_>>(),
    );
    assert_stops(&vec![vec![vec![String::new(); 10]; 100]; length / 1000]);
}

#[test]
fn a_census_keeps_its_budget() {
    let length = if cfg!(debug_assertions) { 300_000 } else { 10_000_000 };
    let registry = Registry::new();
    let slow = Arc::new(std::array::from_fn::<_, 3, _>(|_| list(length)));
    let fast = Arc::new(vec![0_u8; 100]);
    registry.register("slow", &slow);
    registry.register("fast", &fast);
    let complete = registry.census();
    assert!(complete.roots().all(|root| root.missed().is_none()));

    let mut budget = Budget::default();
    budget.each = Some(complete.elapsed() / 20);
    let begin = Instant::now();
    let census = registry.census_within(budget);
    let taken = begin.elapsed();
    assert!(taken < complete.elapsed() / 2, "{taken:?} of {:?}", complete.elapsed());
    let root = item(&census, "slow");
    assert_eq!(root.missed(), Some("not visited, because the walk was stopped"));
    assert_eq!(root.last().unwrap().0, item(&complete, "slow").deep_size());
    assert!(root.deep_size() < item(&complete, "slow").deep_size());
    assert_eq!(item(&census, "fast").missed(), None);
}

#[test]
fn an_exhausted_budget_favours_the_oldest_figures() {
    let registry = Registry::new();
    let values: Vec<_> = (0..10).map(|_| Arc::new(vec![String::from("text"); 1000])).collect();
    for (value, name) in values.iter().zip('a'..) {
        registry.register(name.to_string(), value);
    }
    let mut budget = Budget::default();
    budget.total = Some(Duration::ZERO);
    assert_eq!(registry.census_within(budget).deep_size(), 0);
    // Each census completes some roots. The others come first in the next one.
    budget.total = Some(Duration::from_millis(1));
    let mut complete = std::collections::BTreeSet::new();
    for _ in 0..10_000 {
        let census = registry.census_within(budget);
        let names = census.roots().filter(|root| root.missed().is_none()).map(|root| root.name().to_owned());
        complete.extend(names);
        if complete.len() == values.len() {
            return;
        }
    }
    panic!("only {complete:?} were ever measured");
}

#[test]
fn a_walk_without_values_counts_the_same_bytes() {
    struct Quiet(usize);
    impl Observer for Quiet {
        fn wants_values(&self) -> bool {
            false
        }
        fn progress(&mut self, bytes: usize) -> ControlFlow<()> {
            self.0 = bytes;
            ControlFlow::Continue(())
        }
    }
    for seed in 0..random_cases(1000) {
        let value: Vec<_> = (0..seed % 50)
            .map(|at| (Arc::new(at.to_string()), vec![Some(Box::new(at)); at as usize], list(at as usize)))
            .collect();
        let value = (value.clone_handles(), value);
        let mut quiet = Quiet(0);
        let bytes = observe(&value, &mut quiet);
        assert_eq!(bytes, value.deep_size());
        // The last event is the exit from the root.
        assert_eq!(quiet.0 + size_of_val(&value), bytes);
    }
}

/// The first parts of the elements.
trait CloneHandles {
    fn clone_handles(&self) -> Vec<Arc<String>>;
}

impl<T, U> CloneHandles for Vec<(Arc<String>, T, U)> {
    fn clone_handles(&self) -> Vec<Arc<String>> {
        self.iter().map(|element| element.0.clone()).collect()
    }
}
