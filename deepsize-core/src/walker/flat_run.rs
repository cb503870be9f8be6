//! Runs of values that own nothing: the samples among them, and the references and raw pointers in them.

use core::ops::Range;

use super::{Walker, Watch};
use crate::DeepSize;
use crate::impls::pointers_in;
use crate::observer::{FlatRun, Observer, Role};
use crate::walk::Visited;

impl Walker<'_> {
    /// Reports values that own nothing.
    #[inline]
    pub(crate) fn emit_flat(&mut self, run: impl FnOnce() -> FlatRun) {
        if let Some(observer) = self.observer.values() {
            observer.flat(&run());
        }
    }

    /// Reports a field of a union.
    #[inline]
    pub(crate) fn union_field(&mut self, field: &FlatRun) {
        if let Some(observer) = self.observer.values() {
            observer.union_field(field);
        }
    }

    /// Reports the elements of a slice, which own nothing. Takes constant time for types without parts or pointers.
    pub(super) fn observe_flat_slice<T: DeepSize>(&mut self, elements: &[T]) {
        let Some(first) = elements.first().filter(|_| self.observer.has_values()) else { return };
        let mut run = FlatValues::new(Role::Element, elements.len());
        run.first = Some(first);
        let is_plain = self.is_plain(&first.__type_info());
        while let Some(rest) = elements.get(run.count..).filter(|rest| !rest.is_empty()) {
            let samples = if is_plain { usize::MAX..usize::MAX } else { run.next_samples(self) };
            let (skipped, rest) = rest.split_at(samples.start.min(rest.len()));
            if pointers_in::<T>().is_some() {
                run.pointers.add(skipped);
            }
            run.count += skipped.len();
            for element in rest.iter().take(samples.len()) {
                self.visit_sample(Role::Element(run.count), element);
                run.count += 1;
            }
        }
        run.emit(self);
    }

    /// Reports values that own nothing.
    pub(super) fn observe_flat_run<'e, T: DeepSize + 'e>(
        &mut self,
        role: fn(usize) -> Role,
        values: impl IntoIterator<Item = &'e T>,
    ) {
        let mut values = values.into_iter().peekable();
        let Some(&first) = values.peek() else { return };
        let expected = values.size_hint().0;
        let mut run = FlatValues::new(role, expected);
        run.first = Some(first);
        if pointers_in::<T>().is_some() {
            values.for_each(|value| run.visit_next(self, value));
            return run.emit(self);
        }
        let is_plain = self.is_plain(&first.__type_info());
        while values.peek().is_some() {
            // Zero-sized values are identical, and a collection can hold `usize::MAX` of them.
            let is_last = is_plain || size_of::<T>() == 0 && run.count > 0;
            let samples = if is_last { usize::MAX..usize::MAX } else { run.next_samples(self) };
            if samples.start == usize::MAX {
                // Counting chained iterators overflows for `usize::MAX` zero-sized values.
                run.count =
                    if expected < usize::MAX { run.count.saturating_add(values.count()) } else { expected };
                break;
            }
            run.count = run.count.saturating_add(skip(&mut values, samples.start));
            for value in values.by_ref().take(samples.len()) {
                self.visit_sample(role(run.count), value);
                run.count += 1;
                if size_of::<T>() == 0 {
                    break;
                }
            }
        }
        run.emit(self);
    }

    /// Reports references or raw pointers in the value, which the walk does not follow.
    #[inline]
    pub(super) fn unfollowed(&mut self, count: usize, raw_count: usize) {
        if let (Some(observer), 1..) = (self.observer.values(), count) {
            observer.unfollowed(count, raw_count);
        }
    }

    /// Reports a part that may hold pointers of this kind as one pointer.
    #[inline]
    pub(crate) fn unread(&mut self, pointer: Option<Pointer>) {
        if let Some(pointer) = pointer {
            self.unfollowed(1, usize::from(matches!(pointer, Pointer::Raw)));
        }
    }
}

/// Skips this many values. Returns the number of skipped values, which is smaller at the end.
fn skip(values: &mut impl Iterator, count: usize) -> usize {
    // Many iterators skip values in constant time.
    let certain = count.min(values.size_hint().0);
    if certain > 0 && values.nth(certain - 1).is_none() {
        return 0;
    }
    certain + values.take(count - certain).count()
}

/// A run of values of a flat type.
pub(super) struct FlatValues<T> {
    role: fn(usize) -> Role,
    /// A lower bound on the number of values.
    expected: usize,
    first: Option<*const T>,
    count: usize,
    /// The next samples, counted from the start of the run.
    samples: Range<usize>,
    pointers: Pointers,
}

impl<T: DeepSize> FlatValues<T> {
    pub(super) fn new(role: fn(usize) -> Role, expected: usize) -> Self {
        Self { role, expected, first: None, count: 0, samples: 0..0, pointers: Pointers::default() }
    }

    /// The next values that the observer requests, counted from the next value.
    fn next_samples(&self, walker: &mut Walker<'_>) -> Range<usize> {
        let left = self.expected.saturating_sub(self.count).max(1);
        let samples = match walker.observer.values() {
            Some(observer) => {
                observer.next_samples(&FlatRun::several((self.role)(self.count), self.first, left))
            }
            None => 0..0,
        };
        // An empty range ends the samples of the run.
        if samples.is_empty() { usize::MAX..usize::MAX } else { samples }
    }

    /// Adds a value. It is visited if the observer requests it. Otherwise, the pointers in it are counted.
    #[inline]
    pub(super) fn visit_next(&mut self, walker: &mut Walker<'_>, value: &T) {
        if walker.observer.has_values() {
            self.observe_next(walker, value);
        }
        self.count = self.count.saturating_add(1);
    }

    fn observe_next(&mut self, walker: &mut Walker<'_>, value: &T) {
        if self.count >= self.samples.end {
            self.first = self.first.or(Some(value));
            let is_plain = walker.is_plain(&value.__type_info());
            let next = if is_plain { usize::MAX..usize::MAX } else { self.next_samples(walker) };
            self.samples = self.count.saturating_add(next.start)..self.count.saturating_add(next.end);
        }
        if self.samples.contains(&self.count) {
            walker.visit_sample((self.role)(self.count), value);
        } else if const { size_of::<T>() >= size_of::<usize>() } {
            self.pointers.add([value]);
        }
    }

    /// Reports the values.
    pub(super) fn emit(&self, walker: &mut Walker<'_>) {
        if self.count > 0 {
            walker.emit_flat(|| FlatRun::several((self.role)(0), self.first, self.count));
            let Pointers { count, raw_count } = self.pointers;
            walker.unfollowed(count, raw_count);
        }
    }
}

/// A pointer that the walk does not follow.
#[derive(Clone, Copy)]
pub(crate) enum Pointer {
    /// Owns nothing.
    Reference,
    /// May own its target.
    Raw,
}

/// Counts references and raw pointers.
#[derive(Clone, Copy, Default)]
struct Pointers {
    count: usize,
    raw_count: usize,
}

impl Pointers {
    /// Counts the pointers in values that own nothing.
    fn add<'e, T: DeepSize + 'e>(&mut self, values: impl IntoIterator<Item = &'e T>) {
        let mut visited = Visited::new();
        let mut walker = Walker::new(&mut visited, Watch::Values(self));
        walker.is_in_flat_run = true;
        values.into_iter().for_each(|value| value.walk_owned(&mut walker));
    }
}

impl Observer for Pointers {
    fn unfollowed(&mut self, count: usize, raw_count: usize) {
        self.count = self.count.saturating_add(count);
        self.raw_count = self.raw_count.saturating_add(raw_count);
    }
}
