//! Runs of values that own nothing: the samples among them, and the references and raw pointers in them.

use core::iter;

use super::Walker;
use crate::DeepSize;
use crate::impls::pointers_in;
use crate::observer::{FlatRun, Observer, Role};
use crate::walk::Visited;

impl Walker<'_> {
    /// Reports values that own nothing.
    #[inline]
    pub(crate) fn emit_flat(&mut self, run: impl FnOnce() -> FlatRun) {
        if let Some(observer) = &mut self.observer {
            observer.flat(&run());
        }
    }

    /// Reports a field of a union.
    #[inline]
    pub(crate) fn union_field(&mut self, field: &FlatRun) {
        if let Some(observer) = &mut self.observer {
            observer.union_field(field);
        }
    }

    /// Reports the elements of a slice, which own nothing. Takes constant time for types without parts and pointers.
    pub(super) fn observe_flat_slice<T: DeepSize>(&mut self, elements: &[T]) {
        let Some((first, observer)) = elements.first().zip(self.observer.as_mut()) else { return };
        let mut run = FlatValues::new(Role::Element, elements.len());
        run.first = Some(first);
        run.count = elements.len();
        if first.__type_info().has_parts() {
            let mut index = observer.next_sample(&run.rest(0));
            while let Some(element) = elements.get(index) {
                self.visit_sample(Role::Element(index), element);
                index = index.saturating_add(1);
                index = index.saturating_add(self.next_sample(&run, index));
            }
        }
        if pointers_in::<T>().is_some() {
            run.pointers.add(elements);
        }
        run.emit(self);
    }

    /// Reports values that own nothing.
    pub(super) fn observe_flat_run<'e, T: DeepSize + 'e>(
        &mut self,
        role: fn(usize) -> Role,
        values: impl IntoIterator<Item = &'e T>,
    ) {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return };
        // `count` of two chained iterators would overflow.
        let expected = values.size_hint().0.saturating_add(1);
        let mut run = FlatValues::new(role, expected);
        if first.__type_info().has_parts() || pointers_in::<T>().is_some() {
            iter::once(first).chain(values).for_each(|value| run.visit_next(self, value));
        } else {
            run.first = Some(first);
            run.count = if expected < usize::MAX { values.count().saturating_add(1) } else { expected };
        }
        run.emit(self);
    }

    fn next_sample<T: DeepSize>(&mut self, run: &FlatValues<T>, index: usize) -> usize {
        match &mut self.observer {
            Some(observer) => observer.next_sample(&run.rest(index)),
            None => usize::MAX,
        }
    }

    /// Reports references or raw pointers in the value, which the walk does not follow.
    #[inline]
    pub(super) fn unfollowed(&mut self, count: usize, raw_count: usize) {
        if let (Some(observer), 1.., false) = (&mut self.observer, count, self.is_in_sample) {
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

/// A run of values of a flat type.
pub(super) struct FlatValues<T> {
    role: fn(usize) -> Role,
    /// A lower bound on the number of values.
    expected: usize,
    first: Option<*const T>,
    count: usize,
    /// The number of values to pass over before the next sample.
    to_sample: usize,
    pointers: Pointers,
}

impl<T: DeepSize> FlatValues<T> {
    pub(super) fn new(role: fn(usize) -> Role, expected: usize) -> Self {
        Self { role, expected, first: None, count: 0, to_sample: 0, pointers: Pointers::default() }
    }

    /// The values from `index` on.
    fn rest(&self, index: usize) -> FlatRun {
        FlatRun::several((self.role)(index), self.first, self.expected.saturating_sub(index).max(1))
    }

    /// Adds a value. It is visited if the observer requested it, and the pointers in it are counted for an observer.
    #[inline]
    pub(super) fn visit_next(&mut self, walker: &mut Walker<'_>, value: &T) {
        if walker.observer.is_some() {
            self.observe_next(walker, value);
        }
        self.count = self.count.saturating_add(1);
    }

    fn observe_next(&mut self, walker: &mut Walker<'_>, value: &T) {
        if self.first.is_none() {
            self.first = Some(value);
            let has_parts = value.__type_info().has_parts();
            self.to_sample = if has_parts { walker.next_sample(self, 0) } else { usize::MAX };
        }
        match self.to_sample.checked_sub(1) {
            Some(rest) => self.to_sample = rest,
            None => {
                walker.visit_sample((self.role)(self.count), value);
                self.to_sample = walker.next_sample(self, self.count.saturating_add(1));
            }
        }
        if const { size_of::<T>() >= size_of::<usize>() } {
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
        let mut walker = Walker::new(&mut visited, Some(self));
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
