//! Runs of values that own nothing, and the references and raw pointers in them, which are not followed.

use core::marker::PhantomData;
use core::{any, mem};

use super::Walker;
use crate::DeepSize;
use crate::impls::pointers_in;
use crate::observer::{FlatRun, Observer, Role};
use crate::walk::Visited;

impl Walker<'_> {
    /// Reports values that own nothing.
    #[inline]
    pub(crate) fn emit_flat<T: ?Sized>(&mut self, role: Role, count: usize, size: usize) {
        if let Some(observer) = &mut self.observer {
            let (type_name, needs_drop) = (any::type_name::<T>(), mem::needs_drop::<T>());
            observer.flat(&FlatRun { role, type_name, count, size, needs_drop });
        }
    }

    #[inline]
    pub(super) fn emit_flat_run<T>(&mut self, role: Role, values: &FlatValues<T>) {
        if values.count > 0 {
            self.emit_flat::<T>(role, values.count, values.count.saturating_mul(size_of::<T>()));
            let Pointers { count, raw_count } = values.pointers;
            self.unfollowed(count, raw_count);
        }
    }

    /// Reports references or raw pointers in the value, which the walk does not follow.
    #[inline]
    pub(super) fn unfollowed(&mut self, count: usize, raw_count: usize) {
        if let (Some(observer), 1..) = (&mut self.observer, count) {
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
    count: usize,
    /// The number of references and raw pointers in them.
    pointers: Pointers,
    values: PhantomData<T>,
}

impl<T: DeepSize> FlatValues<T> {
    pub(super) fn new() -> Self {
        Self { count: 0, pointers: Pointers::default(), values: PhantomData }
    }

    pub(super) fn of<'e>(values: impl IntoIterator<Item = &'e T>) -> Self
    where
        T: 'e,
    {
        let (mut run, values) = (Self::new(), values.into_iter());
        if pointers_in::<T>().is_some() {
            run.add(values);
        } else {
            // `count` of two chained iterators would overflow.
            let is_countable = values.size_hint().0 < usize::MAX;
            run.count = if is_countable { values.count() } else { usize::MAX };
        }
        run
    }

    /// Adds a value. The pointers in it are counted only for an observer.
    #[inline]
    pub(super) fn add_one(&mut self, value: &T, is_observed: bool) {
        if is_observed && const { size_of::<T>() >= size_of::<usize>() } {
            self.add([value]);
        } else {
            self.count = self.count.saturating_add(1);
        }
    }

    /// Adds values, and counts the pointers in them.
    pub(super) fn add<'e>(&mut self, values: impl IntoIterator<Item = &'e T>)
    where
        T: 'e,
    {
        let mut visited = Visited::new();
        let mut walker = Walker::new(&mut visited, Some(&mut self.pointers));
        walker.is_in_flat_run = true;
        for value in values {
            self.count = self.count.saturating_add(1);
            value.walk_owned(&mut walker);
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

impl Observer for Pointers {
    fn unfollowed(&mut self, count: usize, raw_count: usize) {
        self.count = self.count.saturating_add(count);
        self.raw_count = self.raw_count.saturating_add(raw_count);
    }
}
