//! A workload: a kind of value, and who can measure it.

use crate::alloc;
use crate::contender::{Contender, Ours, Who};
use crate::heap::{Age, Heap};
use crate::observers::{self, Cost};
use crate::sample::{self, Effort, Entrant};

/// What is expected of a workload, beyond never being slower than the peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing in it owns anything; measured in debug builds as well, and at the largest size.
    Flat,
    /// Flat entries in a B-tree, whose keys have to be looked at; as `Flat`.
    FlatTree,
    /// Cheap enough for the largest size.
    Cheap,
    /// No more is asked of it.
    Plain,
    /// Mostly pointers to pointers.
    Rich,
    /// Handles on blocks that have no other.
    UniqueHandles,
    /// Handles of which several lead to one block.
    SharedHandles,
    /// One small value, as the weigher of a cache sees it.
    Tiny,
}

/// A kind of value: how to build it, how to sum its bytes by hand, and who else can measure it.
pub(crate) struct Workload<V> {
    name: &'static str,
    kind: Kind,
    build: fn(&mut Heap, usize) -> V,
    entrants: Vec<Entrant<V>>,
    watchers: [Entrant<V>; 3],
    absent: Vec<(Who, &'static str)>,
}

impl<V: 'static> Workload<V> {
    pub(crate) fn new(name: &'static str, kind: Kind, build: fn(&mut Heap, usize) -> V) -> Self
    where
        V: deep_size::DeepSize,
    {
        let (entrants, watchers, absent) = (Vec::new(), observers::entrants(), Vec::new());
        let workload = Self { name, kind, build, entrants, watchers, absent };
        workload.with::<Ours>()
    }

    /// The same bytes, or as many of them as a simple loop can know, summed without a framework.
    pub(crate) fn by_hand(self, sum: impl Fn(&V) -> usize + Copy + 'static) -> Self {
        self.enter(Who::ByHand, sum)
    }

    pub(crate) fn with<C: Contender<V> + 'static>(self) -> Self {
        self.enter(C::WHO, C::deep_size)
    }

    /// A peer that answers without looking at the value; it is shown, but not raced against.
    pub(crate) fn with_estimator<C: Contender<V> + 'static>(mut self) -> Self {
        let mut entrant = Entrant::new(C::WHO, C::deep_size);
        entrant.estimates = true;
        self.entrants.push(entrant);
        self
    }

    /// Says why a peer cannot take part.
    pub(crate) fn without(mut self, who: Who, reason: &'static str) -> Self {
        self.absent.push((who, reason));
        self
    }

    fn enter(mut self, who: Who, measure: impl Fn(&V) -> usize + Copy + 'static) -> Self {
        self.entrants.push(Entrant::new(who, measure));
        self
    }
}

/// What one contender said, and how long it took.
pub(crate) struct Result {
    pub(crate) who: Who,
    pub(crate) bytes: usize,
    /// Whether the answer is that of a peer that does not look.
    pub(crate) estimates: bool,
    /// Nanoseconds for a call, in each round; all contenders took part in each.
    pub(crate) times: Vec<f64>,
}

impl Result {
    pub(crate) fn time(&self) -> f64 {
        sample::median(self.times.clone())
    }

    /// The median over the rounds of this one's time divided by the other's.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        sample::median(self.times.iter().zip(&other.times).map(|(ours, theirs)| ours / theirs).collect())
    }

    /// The median over the rounds of this one's time minus the other's.
    pub(crate) fn difference(&self, other: &Self) -> f64 {
        sample::median(self.times.iter().zip(&other.times).map(|(ours, theirs)| ours - theirs).collect())
    }

    /// How far off the truth, where 0 is exact.
    pub(crate) fn error(&self, truth: usize) -> f64 {
        self.bytes as f64 / truth as f64 - 1.0
    }
}

/// One workload at one size on one heap: a row of the table.
pub(crate) struct Race {
    pub(crate) workload: &'static str,
    pub(crate) kind: Kind,
    pub(crate) count: usize,
    pub(crate) age: Age,
    /// The shallow size, and what the allocator counted.
    pub(crate) truth: usize,
    pub(crate) results: Vec<Result>,
}

impl Race {
    pub(crate) fn of(&self, who: Who) -> Option<&Result> {
        self.results.iter().find(|result| result.who == who)
    }

    pub(crate) fn ours(&self) -> &Result {
        self.of(Who::Ours).expect("we take part in every race")
    }

    /// Whether a result is one to race against: that of a peer that looks at the value.
    fn competes(result: &Result) -> bool {
        result.who.is_peer() && !result.estimates
    }

    pub(crate) fn fastest_peer(&self) -> Option<&Result> {
        self.results
            .iter()
            .filter(|result| Self::competes(result))
            .min_by(|one, other| one.time().total_cmp(&other.time()))
    }

    /// Ours / fastest peer.
    pub(crate) fn peer_ratio(&self) -> Option<f64> {
        Some(self.ours().ratio(self.fastest_peer()?))
    }

    /// Ours / hand-written.
    pub(crate) fn hand_ratio(&self) -> Option<f64> {
        Some(self.ours().ratio(self.of(Who::ByHand)?))
    }
}

/// A workload with the type of its value forgotten.
pub(crate) trait AnyWorkload {
    fn name(&self) -> &'static str;
    fn kind(&self) -> Kind;
    /// The peers that neither take part nor have a reason not to.
    fn forgotten(&self) -> Vec<Who>;
    /// The peers that cannot take part, and why.
    fn absent(&self) -> &[(Who, &'static str)];
    fn race(&self, count: usize, age: Age, effort: Effort) -> Race;
    /// The cost of observing the value.
    fn watch(&self, count: usize, age: Age, effort: Effort) -> Cost;
}

impl<V: 'static> AnyWorkload for Workload<V> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn forgotten(&self) -> Vec<Who> {
        let takes_part = |who| self.entrants.iter().any(|entrant| entrant.who == who);
        let is_absent = |who| self.absent.iter().any(|&(absent, _)| absent == who);
        let peers = [Who::Deepsize, Who::GetSize2, Who::MemDbg, Who::Allocative];
        peers.into_iter().filter(|&who| !takes_part(who) && !is_absent(who)).collect()
    }

    fn absent(&self) -> &[(Who, &'static str)] {
        &self.absent
    }

    fn watch(&self, count: usize, age: Age, effort: Effort) -> Cost {
        let value = (self.build)(&mut Heap::new(age), count);
        Cost::of(&value, &self.watchers, effort)
    }

    fn race(&self, count: usize, age: Age, effort: Effort) -> Race {
        let mut heap = Heap::new(age);
        let value = Box::new((self.build)(&mut heap, count));
        let times = sample::rounds(&*value, &self.entrants, effort);
        let results = self
            .entrants
            .iter()
            .zip(times)
            .map(|(entrant, times)| Result {
                who: entrant.who,
                bytes: (entrant.measure)(&value),
                estimates: entrant.estimates,
                times,
            })
            .collect();
        // What is freed is what was there; the box around the value stands for its shallow size.
        let before = alloc::live();
        drop(value);
        let truth = usize::try_from(before - alloc::live()).expect("dropping frees");
        Race { workload: self.name, kind: self.kind, count, age, truth, results }
    }
}
