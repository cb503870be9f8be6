//! Sizes of roots as gauges.

use core::time::Duration;
use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use metrics::gauge;

use super::{Budget, Census};
use crate::registry::Registry;

/// The pause after an update with a census, as a multiple of its duration. It keeps these updates within 1 % of the time of a core.
const REST: u32 = 99;

/// Publishes the sizes of the roots of a registry as gauges of the [`metrics`] facade. Exporters to Prometheus and OpenTelemetry exist.
///
/// | gauge | label | value |
/// | --- | --- | --- |
/// | `deep_size_bytes` | `root` | the deep size |
/// | `deep_size_exclusive_bytes` | `root` | the [exclusive size](super::Item::exclusive_size) |
/// | `deep_size_proportional_bytes` | `root` | the [proportional size](super::Item::proportional_size) |
/// | `deep_size_age_seconds` | `root` | the time since these three were measured completely |
/// | `deep_size_total_bytes` | | the bytes of all roots together |
/// | `deep_size_census_seconds` | | the duration of the last census |
///
/// A root with a [missed](super::Item::missed) part keeps its last complete sizes, and its age grows. Before these gauges had complete
/// sizes, they are lower bounds, and the age is infinite. A root that no longer exists has sizes of 0.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use deep_size::census::Gauges;
/// use deep_size::registry::Registry;
///
/// let sessions = Arc::new(vec![0_u64; 100]);
/// Registry::global().register("sessions", &sessions);
/// let gauges = Gauges::new(Registry::global().clone());
/// // In the handler of `/metrics`, before the exporter renders its text:
/// let census = gauges.update().expect("the first update measures");
/// assert_eq!(census.item("sessions").unwrap().deep_size(), 16 + 24 + 800);
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
#[derive(Debug)]
pub struct Gauges {
    registry: Registry,
    budget: Budget,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The earliest time of the next census.
    next: Option<Instant>,
    /// The roots with gauges, and when their complete sizes were set.
    complete: BTreeMap<String, Option<Instant>>,
}

impl Gauges {
    /// Gauges for all roots of a registry. By default, a census takes at most a second.
    #[must_use]
    pub fn new(registry: Registry) -> Self {
        let budget = Budget { total: Some(Duration::from_secs(1)), ..Budget::default() };
        Self { registry, budget, state: Mutex::default() }
    }

    /// The time that each census may take.
    #[must_use]
    pub fn budget(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Measures all roots and sets the gauges, at most once a second and for at most 1 % of the time of a core.
    ///
    /// If the last census is too recent, this sets only the ages, and returns `None`. If another thread is in this method, it does
    /// nothing. Call this before each scrape.
    pub fn update(&self) -> Option<Census> {
        let begin = Instant::now();
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            // An update is correct from any state, so a panic in an earlier one is harmless.
            Err(std::sync::TryLockError::Poisoned(state)) => PoisonError::into_inner(state),
            Err(std::sync::TryLockError::WouldBlock) => return None,
        };
        if state.next.is_some_and(|next| begin < next) {
            state.publish_ages(begin);
            return None;
        }
        let census = self.registry.census_within(self.budget);
        state.publish(&census, Instant::now());
        let end = Instant::now();
        let rest = (end - begin).saturating_mul(REST).max(Duration::from_secs(1));
        state.next = end.checked_add(rest);
        Some(census)
    }
}

impl State {
    fn publish(&mut self, census: &Census, now: Instant) {
        gauge!("deep_size_total_bytes").set(census.deep_size() as f64);
        gauge!("deep_size_census_seconds").set(census.elapsed().as_secs_f64());
        let mut gone = core::mem::take(&mut self.complete);
        for root in census.roots() {
            let before = gone.remove(root.name()).flatten();
            let complete = if root.missed().is_none() { Some(now) } else { before };
            if complete.is_none() || root.missed().is_none() {
                set(root.name(), [root.deep_size(), root.exclusive_size(), root.proportional_size()]);
            }
            self.complete.insert(root.name().to_string(), complete);
        }
        for name in gone.into_keys() {
            set(&name, [0; 3]);
            gauge!("deep_size_age_seconds", "root" => name).set(0.0);
        }
        self.publish_ages(now);
    }

    fn publish_ages(&self, now: Instant) {
        for (name, complete) in &self.complete {
            let age = complete.map(|at| now.saturating_duration_since(at).as_secs_f64());
            gauge!("deep_size_age_seconds", "root" => name.clone()).set(age.unwrap_or(f64::INFINITY));
        }
    }
}

fn set(root: &str, [deep, exclusive, proportional]: [usize; 3]) {
    gauge!("deep_size_bytes", "root" => root.to_string()).set(deep as f64);
    gauge!("deep_size_exclusive_bytes", "root" => root.to_string()).set(exclusive as f64);
    gauge!("deep_size_proportional_bytes", "root" => root.to_string()).set(proportional as f64);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;
    use std::sync::atomic::Ordering::Relaxed;
    use std::vec;
    use std::vec::Vec;

    use ::metrics::{
        Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit, with_local_recorder,
    };

    use super::*;
    use crate::DeepSize as _;

    #[derive(Default)]
    struct Values {
        gauges: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
        /// The time that each access to a gauge takes.
        pause: Duration,
    }

    impl Values {
        fn get(&self, name: &str) -> f64 {
            f64::from_bits(self.gauges.lock().unwrap()[name].load(Relaxed))
        }
    }

    impl Recorder for Values {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
            Counter::noop()
        }
        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            let labels: Vec<&str> = key.labels().map(|label| label.value()).collect();
            let name = [key.name(), &*labels.join(",")].join(" ");
            std::thread::sleep(self.pause);
            Gauge::from_arc(self.gauges.lock().unwrap().entry(name).or_default().clone())
        }
        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }

    /// Takes the next census now.
    fn update(gauges: &Gauges, values: &Values) {
        gauges.state.lock().unwrap().next = None;
        with_local_recorder(values, || gauges.update()).expect("the rest is over");
    }

    #[test]
    fn gauges_have_the_sizes_of_the_roots() {
        let (registry, values) = (Registry::new(), Values::default());
        let shared: Arc<[u8]> = [7; 1000].into();
        let one = Arc::new((vec![1_u8; 500], shared.clone()));
        let other = Arc::new(shared);
        registry.register("cache/one", &one);
        registry.register("other", &other);
        let gauges = Gauges::new(registry.clone());
        update(&gauges, &values);
        assert_eq!(values.get("deep_size_bytes cache/one"), (one.heap_size()) as f64);
        assert_eq!(values.get("deep_size_exclusive_bytes other"), (16 + 16) as f64);
        assert_eq!(values.get("deep_size_total_bytes "), registry.census().deep_size() as f64);
        let shares =
            ["cache/one", "other"].map(|root| values.get(&["deep_size_proportional_bytes", root].join(" ")));
        assert_eq!(shares[0] + shares[1], values.get("deep_size_total_bytes "));
        assert_eq!(values.get("deep_size_age_seconds other"), 0.0);

        drop(other);
        update(&gauges, &values);
        assert_eq!(values.get("deep_size_bytes other"), 0.0);
        assert_eq!(values.get("deep_size_exclusive_bytes cache/one"), one.heap_size() as f64);
    }

    #[test]
    fn a_locked_root_keeps_its_last_sizes() {
        let (registry, values) = (Registry::new(), Values::default());
        let [locked, never] = [(); 2].map(|()| Arc::new(Mutex::new(vec![0_u8; 100])));
        registry.register("locked", &locked);
        let gauges = Gauges::new(registry.clone());
        update(&gauges, &values);
        let complete = values.get("deep_size_bytes locked");
        registry.register("never", &never);
        // The gauges do not have the sizes of this census.
        locked.lock().unwrap().push(0);
        let _ = registry.census();
        let _guards = [locked.lock().unwrap(), never.lock().unwrap()];
        update(&gauges, &values);
        assert_eq!(values.get("deep_size_bytes locked"), complete);
        assert_eq!(values.get("deep_size_age_seconds never"), f64::INFINITY);
        assert_eq!(values.get("deep_size_bytes never"), complete - 100.0);

        let mut state = gauges.state.lock().unwrap();
        let set_at = state.complete["locked"].unwrap();
        let later = set_at + Duration::from_secs(5);
        with_local_recorder(&values, || state.publish(&registry.census(), later));
        assert_eq!(values.get("deep_size_bytes locked"), complete);
        assert_eq!(values.get("deep_size_age_seconds locked"), 5.0);
    }

    #[test]
    fn an_update_without_a_census_sets_the_ages() {
        let (registry, values) = (Registry::new(), Values::default());
        let value = Arc::new(7_u64);
        registry.register("value", &value);
        let gauges = Gauges::new(registry);
        update(&gauges, &values);
        assert_eq!(values.get("deep_size_age_seconds value"), 0.0);
        let mut state = gauges.state.lock().unwrap();
        state.next = Some(Instant::now() + Duration::from_secs(1000));
        drop(state);
        std::thread::sleep(Duration::from_millis(50));
        assert!(with_local_recorder(&values, || gauges.update()).is_none());
        assert!(values.get("deep_size_age_seconds value") >= 0.05);
    }

    #[test]
    fn the_rest_is_at_least_99_times_the_update() {
        const EACH: Duration = Duration::from_millis(5);

        let registry = Registry::new();
        let value = Arc::new(7_u64);
        registry.register("value", &value);
        let gauges = Gauges::new(registry);
        let begin = Instant::now();
        // Four gauges for the root, and two in total.
        with_local_recorder(&Values { pause: EACH, ..Values::default() }, || gauges.update()).unwrap();
        assert!(gauges.state.lock().unwrap().next.unwrap() >= begin + 6 * EACH * (1 + REST));

        let gauges = Gauges::new(Registry::new());
        let begin = Instant::now();
        assert!(gauges.update().is_some());
        assert!(gauges.state.lock().unwrap().next.unwrap() >= begin + Duration::from_secs(1));
    }
}
