use crate::{DeepSize, Totals, Walker};

impl<T: DeepSize, E: DeepSize> DeepSize for Result<T, E> {
    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Ok(value) => {
                walker.variant("Ok");
                walker.inner(value);
            }
            Err(error) => {
                walker.variant("Err");
                walker.inner(error);
            }
        }
    }

    #[inline]
    fn sum_owned<'v>(&'v self, walker: &mut Walker<'v>) -> usize {
        match self {
            Ok(value) => value.sum_owned(walker),
            Err(error) => error.sum_owned(walker),
        }
    }

    #[inline]
    fn __count_onto<'v>(&'v self, before: Totals, walker: &mut Walker<'v>) -> Totals {
        match self {
            Ok(value) => value.__count_onto(before, walker),
            Err(error) => error.__count_onto(before, walker),
        }
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat() && E::is_flat()
    }
}
