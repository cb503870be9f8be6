use crate::container::Container;
use crate::observer::Role;
use crate::prefetch::NextReads;
use crate::walker::{LastPart, Part};
use crate::{DeepSize, Walker};

impl<T: DeepSize> DeepSize for Option<T> {
    built_in! { all_fields: ["None", "Some"], leaves |this| this.as_ref() }

    #[inline]
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        match self {
            Some(value) => walker.visit(Role::Inner, value),
            None => walker.variant("None"),
        }
    }

    #[inline]
    fn __walk_but_last(&self, walker: &mut Walker<'_>) -> LastPart<'_> {
        match self {
            Some(value) => Some(Part::new(Role::Inner, value)),
            None => {
                walker.variant("None");
                None
            }
        }
    }

    #[inline(always)]
    fn __sum(&self, before: usize, walker: &mut Walker<'_>) -> usize {
        match self {
            Some(value) => value.__sum(before, walker),
            None => before,
        }
    }

    #[inline]
    fn __next_reads(&self) -> NextReads {
        self.as_ref().map_or([0; 2], T::__next_reads)
    }

    #[inline]
    fn is_flat() -> bool {
        T::is_flat()
    }
}

impl<T> Container for Option<T> {
    type Element = T;

    fn walk_each<F: Fn(&T, &mut Walker<'_>)>(&self, walker: &mut Walker<'_>, walk: F) {
        if let Some(value) = self {
            walker.descend_with(Role::Inner, value, walk);
        }
    }
}
