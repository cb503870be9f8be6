use crate::evident::Evident;
use crate::{DeepSize, Totals, Walker};

impl<T: DeepSize> DeepSize for Option<T> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(value) = self {
            walker.inner(value);
        }
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        self.as_ref().map_or(0, |value| value.sum_owned(walker))
    }

    // A closure would be compiled as a function of its own.
    #[inline(always)]
    fn __sum_onto<'v>(&'v self, before: usize, walker: &mut Walker<'v>) -> usize {
        match self {
            Some(value) => value.__sum_onto(before, walker),
            None => before,
        }
    }

    #[inline(always)]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        match self {
            Some(value) => value.__count_onto(before, walker),
            None => before,
        }
    }

    #[inline]
    fn leads_to(&self) -> usize {
        self.as_ref().map_or(0, T::leads_to)
    }

    #[inline]
    fn __ask_ahead(&self, further: bool) {
        if let Some(value) = self {
            value.__ask_ahead(further);
        }
    }

    #[inline]
    fn __is_bare(&self) -> bool {
        self.as_ref().is_none_or(T::__is_bare)
    }

    #[inline]
    fn __evident_sum(&self, before: Evident) -> Option<Evident> {
        match self {
            Some(value) => value.__evident_sum(before),
            None => Some(before),
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}
