//! Time budgets: a walk stops promptly, wherever it is.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use deep_size::census::Budget;
use deep_size::observer::{Node, Reason};
use deep_size::registry::Registry;
use deep_size::{DeepSize, Observer, Tally, Walker, observe};

use crate::item;
use crate::support::{random_cases, requests};

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
    stopped: usize,
}

impl Observer for StopsAfter {
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
    for calls in [0, 1, 2] {
        let mut observer = StopsAfter { calls, later: 0, stopped: 0 };
        let bytes = observe(value, &mut observer);
        assert!(bytes <= full);
        // The lists are recursive, so each level may have one part left.
        assert!(
            (1..2000).contains(&observer.stopped),
            "{} opaque parts after {calls} calls",
            observer.stopped
        );
        // At most 1024 values come between two calls. After the stop, each remaining part is one call.
        assert!(observer.later <= 1024 + 2000, "{} events after the stop", observer.later);
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

/// Counts the visits of its values.
struct Counted;

static VISITS: AtomicUsize = AtomicUsize::new(0);

impl DeepSize for Counted {
    fn walk_owned(&self, _: &mut Walker<'_>) {
        VISITS.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_walk_past_its_deadline_stops_within_16_000_values() {
    const EACH: Duration = Duration::from_millis(50);

    let registry = Registry::new();
    let values: Vec<Counted> = (0..100_000).map(|_| Counted).collect();
    let is_slow = Arc::new(AtomicBool::new(false));
    let sleeps = is_slow.clone();
    let _slow = registry.register_with("a", move |walker| {
        if sleeps.load(Relaxed) {
            thread::sleep(EACH);
        }
        walker.inner(&vec![0_u8; 10]);
        walker.inner(&values);
    });
    let fast = Arc::new(vec![0_u8; 100]);
    registry.register("b", &fast);
    let complete = registry.census();
    assert!(complete.roots().all(|root| root.missed().is_none()));
    assert_eq!(VISITS.swap(0, Relaxed), 100_000);

    is_slow.store(true, Relaxed);
    let mut budget = Budget::default();
    budget.each = Some(EACH);
    let census = registry.census_within(budget);
    assert!(VISITS.load(Relaxed) <= 17 * 1024, "{VISITS:?}");
    let root = item(&census, "a");
    assert_eq!(root.missed(), Some("not visited, because the walk was stopped"));
    assert_eq!(root.last().unwrap().0, item(&complete, "a").deep_size());
    assert_eq!(item(&census, "b").missed(), None);
}

#[test]
fn each_root_has_its_turn_whether_or_not_its_walk_completes() {
    const TOTAL: Duration = Duration::from_millis(2);

    let registry = Registry::new();
    let calls = Arc::new(Mutex::new(String::new()));
    let _registrations = ["a", "b", "c"].map(|name| {
        let calls = calls.clone();
        registry.register_with(name, move |walker| {
            calls.lock().unwrap().push_str(name);
            thread::sleep(TOTAL);
            if name != "c" {
                walker.opaque(Reason::Locked);
            }
        })
    });
    let mut budget = Budget::default();
    budget.total = Some(TOTAL);
    for _ in 0..1000 {
        let before = calls.lock().unwrap().len();
        let census = registry.census_within(budget);
        let calls = calls.lock().unwrap();
        // A census that is late for its first root calls no function.
        assert!(calls.len() <= before + 1);
        let now = calls.get(before..).filter(|name| *name == "c").map(String::from);
        assert_eq!(now, census.roots().find(|root| root.missed().is_none()).map(|root| root.name().into()));
        if calls.len() == 9 {
            break;
        }
    }
    assert_eq!(*calls.lock().unwrap(), "abcabcabc");
}

#[test]
fn a_walk_without_values_counts_the_same_bytes() {
    #[derive(Default)]
    struct Quiet {
        bytes: usize,
    }
    impl Observer for Quiet {
        fn wants_values(&self) -> bool {
            false
        }
        fn progress(&mut self, bytes: usize) -> ControlFlow<()> {
            self.bytes = bytes;
            // A walk without values does not stop.
            ControlFlow::Break(())
        }
    }
    for seed in 0..random_cases(1000) {
        let value: Vec<_> = (0..seed % 50)
            .map(|at| (Arc::new(at.to_string()), vec![Some(Box::new(at)); at as usize], list(at as usize)))
            .collect();
        let value = (value.clone_handles(), value);
        let mut quiet = Quiet::default();
        let bytes = observe(&value, &mut quiet);
        assert_eq!(bytes, value.deep_size());
        assert_eq!(quiet.bytes + size_of_val(&value), bytes);
    }
}

/// Receives only shared blocks.
struct Quiet;

impl Observer for Quiet {
    fn wants_values(&self) -> bool {
        false
    }
}

#[test]
fn a_walk_without_values_does_not_record_unique_handles() {
    struct Owner {
        handle: Arc<u64>,
        view: Box<[u8]>,
    }
    impl DeepSize for Owner {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.inner(&self.handle);
            walker.shared_slice(&self.view, true);
        }
    }
    let owners: Vec<_> = (0..100).map(|at| Owner { handle: Arc::new(at), view: [7; 10].into() }).collect();
    let before = requests();
    assert_eq!(observe(&owners, &mut Quiet), owners.deep_size());
    assert_eq!(requests(), before, "the walk allocates nothing");
}

#[test]
fn a_tally_keeps_the_parts_of_buffers_after_a_panic() {
    struct View<'b>(&'b [u8]);
    impl DeepSize for View<'_> {
        fn walk_owned(&self, walker: &mut Walker<'_>) {
            walker.shared_slice(self.0, false);
        }
    }
    struct Panics;
    impl DeepSize for Panics {
        fn walk_owned(&self, _: &mut Walker<'_>) {
            panic!("as planned");
        }
    }
    static BYTES: [u8; 30] = [7; 30];

    let views = [View(&BYTES[..10]), View(&BYTES[20..])];
    let mut tally = Tally::new();
    assert_eq!(tally.add(&views[0]), size_of::<View<'_>>() + 10);
    let walk = || tally.add_observed(&(View(&BYTES[20..]), Panics), &mut Quiet);
    assert!(catch_unwind(AssertUnwindSafe(walk)).is_err());
    assert_eq!(tally.add(&views), size_of_val(&views), "both views were visited before");
}

#[test]
fn walks_without_values_and_others_share_a_tally() {
    for count in [3, 100] {
        let unique: Vec<_> = (0..count).map(Arc::new).collect();
        let shared: Vec<_> = (0..count).map(Arc::new).collect();
        let value = (unique, shared.clone(), shared);
        let shallow = size_of_val(&value) + 3 * count as usize * size_of::<usize>();
        let mut tally = Tally::new();
        assert_eq!(tally.add_observed(&value, &mut Quiet), value.deep_size());
        assert_eq!(tally.add(&value), shallow);
        assert_eq!(tally.add_observed(&value, &mut Quiet), shallow);

        let mut tally = Tally::new();
        assert_eq!(tally.add(&value), value.deep_size());
        assert_eq!(tally.add_observed(&value, &mut Quiet), shallow);
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
