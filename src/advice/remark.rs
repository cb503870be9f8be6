use core::fmt;
use std::format;
use std::string::String;

use super::advise::MANY;
use crate::inspect::units::{Count, plural};
use crate::layouts::{Discriminant, TypeLayout};
use crate::tree::names::{optional, short};
use crate::visible::Visible;

/// An `Option` type with many values and no niche for `None`.
///
/// A remark states no saving, because the data may need every value of the contents.
#[derive(Clone, Copy, Debug)]
pub struct Remark<'r> {
    layout: &'r TypeLayout,
}

impl<'r> Remark<'r> {
    pub(crate) fn of(layout: &'r TypeLayout) -> Option<Self> {
        let has_tag = matches!(layout.discriminant, Some(Discriminant::Tag(_)));
        let is_option = optional(&layout.type_name).is_some();
        let has_contents = layout.variant("Some").is_some_and(|some| some.payload_size() > 0);
        (is_option && has_tag && has_contents && layout.count >= MANY).then_some(Self { layout })
    }

    /// The layout of the `Option`.
    #[must_use]
    pub fn layout(&self) -> &'r TypeLayout {
        self.layout
    }
}

/// One sentence: the type, the bytes, and a type with a niche.
impl fmt::Display for Remark<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TypeLayout { ref type_name, size, count, .. } = *self.layout;
        let contents = self.layout.variant("Some").map_or(0, |some| some.payload_size());
        let niche = match optional(type_name).and_then(non_zero) {
            Some(non_zero) => format!("`Option<{non_zero}>`"),
            None => String::from("an option of a type with a niche"),
        };
        let (name, values) = (short(type_name), plural(count, "value", "values"));
        write!(
            out,
            "{}: {values} of {}, but {niche} takes {}",
            Visible(&name),
            plural(size, "byte", "bytes"),
            Count(contents)
        )
    }
}

/// The `NonZero` form of this integer type.
fn non_zero(integer: &str) -> Option<String> {
    let (sign, bits) = integer.split_at_checked(1)?;
    let is_integer = ["8", "16", "32", "64", "128", "size"].contains(&bits);
    (is_integer && ["i", "u"].contains(&sign)).then(|| format!("NonZero<{integer}>"))
}
