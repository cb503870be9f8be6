//! A workload: a kind of value and its contenders.

use crate::alloc;
use crate::contender::{Contender, Ours, Who};
use crate::heap::{Age, Heap};
use crate::sample::{self, Effort, Entrant};

/// Decides the sizes and goals of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Flat elements. Also measured in debug builds and at the largest size.
    Flat,
    /// Like `Flat`, but in a B-tree, whose keys must be read.
    FlatTree,
    /// Cheap enough for the largest size.
    Cheap,
    /// No special size or goal.
    Plain,
    /// Dominated by pointers to pointers.
    Rich,
    /// Handles on distinct blocks.
    UniqueHandles,
    /// Several handles on each block.
    SharedHandles,
    /// One small value, like a cache entry that is weighed.
    Tiny,
}

/// A kind of value, with its builder, its loop by hand and its peers.
pub(crate) struct Workload<V> {
    name: &'static str,
    kind: Kind,
    build: fn(&mut Heap, usize) -> V,
    entrants: Vec<Entrant<V>>,
    absent: Vec<(Who, &'static str)>,
}

impl<V: 'static> Workload<V> {
    pub(crate) fn new(name: &'static str, kind: Kind, build: fn(&mut Heap, usize) -> V) -> Self
    where
        V: deep_size::DeepSize,
    {
        let workload = Self { name, kind, build, entrants: Vec::new(), absent: Vec::new() };
        workload.with::<Ours>()
    }

    /// Adds a loop without a framework. It sums as many of the bytes as a simple loop can see.
    pub(crate) fn by_hand(self, sum: impl Fn(&V) -> usize + Copy + 'static) -> Self {
        self.enter(Who::ByHand, sum)
    }

    pub(crate) fn with<C: Contender<V> + 'static>(self) -> Self {
        self.enter(C::WHO, C::deep_size)
    }

    /// Adds a peer that does not read the elements. It is shown but not raced against.
    pub(crate) fn with_estimator<C: Contender<V> + 'static>(mut self) -> Self {
        let mut entrant = Entrant::new(C::WHO, C::deep_size);
        entrant.estimates = true;
        self.entrants.push(entrant);
        self
    }

    /// Records the reason for a peer's absence.
    pub(crate) fn without(mut self, who: Who, reason: &'static str) -> Self {
        self.absent.push((who, reason));
        self
    }

    fn enter(mut self, who: Who, measure: impl Fn(&V) -> usize + Copy + 'static) -> Self {
        self.entrants.push(Entrant::new(who, measure));
        self
    }
}

/// The figure and the times of a contender.
pub(crate) struct Result {
    pub(crate) who: Who,
    pub(crate) bytes: usize,
    /// Whether the figure is computed without reading the elements.
    pub(crate) estimates: bool,
    /// Nanoseconds per call, in each of its rounds.
    pub(crate) times: Vec<f64>,
}

impl Result {
    pub(crate) fn time(&self) -> f64 {
        sample::median(self.times.clone())
    }

    /// The median over the rounds of its time divided by the other's.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        sample::median(self.times.iter().zip(&other.times).map(|(ours, theirs)| ours / theirs).collect())
    }

    /// The median over the rounds of its time minus the other's.
    pub(crate) fn difference(&self, other: &Self) -> f64 {
        sample::median(self.times.iter().zip(&other.times).map(|(ours, theirs)| ours - theirs).collect())
    }

    /// The relative error, where 0 is exact.
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
    /// The shallow size plus the allocator's count.
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

    /// Whether a result is from a peer that reads the value.
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

/// A type-erased workload.
pub(crate) trait AnyWorkload {
    fn name(&self) -> &'static str;
    fn kind(&self) -> Kind;
    /// The peers that neither take part nor have a reason for their absence.
    fn forgotten(&self) -> Vec<Who>;
    /// The absent peers and the reasons.
    fn absent(&self) -> &[(Who, &'static str)];
    fn race(&self, count: usize, age: Age, effort: Effort) -> Race;
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
        // The drop frees the heap memory and the box, which has the shallow size.
        let before = alloc::live();
        drop(value);
        let truth = usize::try_from(before - alloc::live()).expect("dropping frees");
        Race { workload: self.name, kind: self.kind, count, age, truth, results }
    }
}
