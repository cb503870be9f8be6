use core::fmt;
use core::ops::RangeInclusive;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::advise::MANY;
use super::notes::{Integers, Notes};
use crate::inspect::units::{Count, plural};
use crate::layouts::{Discriminant, TypeLayout};
use crate::tree::Tree;
use crate::tree::names::{optional, short};
use crate::tree::paths::Paths;
use crate::tree::step::Name;
use crate::tree::sums::Sums;
use crate::visible::Visible;

/// A type that could be smaller, if the data always allows it.
///
/// A remark states no saving: the present values do not show which values the type must hold.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Remark<'r> {
    /// An `Option` type with many values and no niche for `None`.
    MissingNiche(&'r TypeLayout),
    /// Integers that a smaller type can hold. Needs [`Inspector::compare_contents`](crate::Inspector::compare_contents).
    SmallerInteger(&'r IntegerRange),
}

/// The range of the integers at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntegerRange {
    /// The path from the root.
    pub path: String,
    /// The type of the integers.
    pub type_name: Name,
    /// The smallest type of the same signedness that can hold the range.
    pub smaller_type: &'static str,
    /// The smallest value.
    pub smallest: i128,
    /// The largest value.
    pub largest: i128,
    /// The number of values.
    pub count: usize,
    /// The number of values that were read. It is below `count` if only a [sample](crate::inspect::TreeNode::sample_size) was visited.
    pub read_count: usize,
}

impl<'r> Remark<'r> {
    pub(crate) fn of_layout(layout: &'r TypeLayout) -> Option<Self> {
        let has_tag = matches!(layout.discriminant, Some(Discriminant::Tag(_)));
        let is_option = optional(&layout.type_name).is_some();
        let has_contents = layout.variant("Some").is_some_and(|some| some.payload_size() > 0);
        (is_option && has_tag && has_contents && layout.count >= MANY).then_some(Self::MissingNiche(layout))
    }
}

impl IntegerRange {
    /// `None` if no smaller type can hold the range.
    pub(crate) fn new(
        path: String,
        type_name: Name,
        range: RangeInclusive<i128>,
        count: usize,
        read_count: usize,
        pointer_width: u32,
    ) -> Option<Self> {
        let (smallest, largest) = range.into_inner();
        let smaller_type = smaller_type(&type_name, smallest, largest, pointer_width)?;
        Some(Self { path, type_name, smaller_type, smallest, largest, count, read_count })
    }

    fn write(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, type_name, smaller_type, smallest, largest, count, read_count } = self;
        let (read, count) = (Count(*read_count), plural(*count, "value", "values"));
        write!(out, "{}: ", Visible(path))?;
        match read_count < &self.count {
            true => write!(out, "{read} of {count} of type `{type_name}` were read; all are ")?,
            false => write!(out, "all {count} of type `{type_name}` are ")?,
        }
        if smallest < largest {
            write!(out, "from {smallest} to ")?;
        }
        write!(out, "{largest}, and `{smaller_type}` can hold them")
    }

    /// The ranges at all paths with many integers that a smaller type can hold.
    pub(crate) fn all(notes: &Notes, paths: &Paths, sums: &Sums, tree: &Tree, node_of: &[u32]) -> Vec<Self> {
        let many = notes.integers().filter(|(_, integers)| integers.count >= MANY);
        let range = |(place, &Integers { smallest, largest, count }): (u32, &Integers)| {
            let node = tree.node(node_of[place as usize]);
            let type_name = paths.places[place as usize].type_name;
            // The node of an option also counts each `None`.
            let all = sums.count[place as usize];
            Self::new(node.path(), type_name.into(), smallest..=largest, all, count, usize::BITS)
        };
        many.filter_map(range).collect()
    }
}

/// One sentence: the type or path, the values, and a smaller type.
impl fmt::Display for Remark<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingNiche(layout) => write_missing_niche(layout, out),
            Self::SmallerInteger(range) => range.write(out),
        }
    }
}

fn write_missing_niche(layout: &TypeLayout, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let TypeLayout { ref type_name, size, count, .. } = *layout;
    let contents = layout.variant("Some").map_or(0, |some| some.payload_size());
    let niche = match optional(type_name).and_then(non_zero) {
        Some(non_zero) => format!("`Option<{non_zero}>`"),
        None => String::from("an option of a type with a niche"),
    };
    let (name, values) = (short(type_name), plural(count, "value", "values"));
    let size = plural(size, "byte", "bytes");
    write!(out, "{}: {values} of {size}, but {niche} takes {}", Visible(&name), Count(contents))
}

/// The sign and the bits of an integer type.
fn integer(type_name: &str) -> Option<(&str, &str)> {
    let (sign, bits) = type_name.split_at_checked(1)?;
    let is_integer = ["8", "16", "32", "64", "128", "size"].contains(&bits) && ["i", "u"].contains(&sign);
    is_integer.then_some((sign, bits))
}

/// The `NonZero` form of this integer type.
fn non_zero(type_name: &str) -> Option<String> {
    integer(type_name).map(|_| format!("NonZero<{type_name}>"))
}

/// The smallest integer type of the same signedness that can hold this range, if it is smaller than this type.
fn smaller_type(type_name: &str, smallest: i128, largest: i128, pointer_width: u32) -> Option<&'static str> {
    let (sign, bits) = integer(type_name)?;
    let (sign_bits, types) = match sign {
        "u" => (0, ["u8", "u16", "u32", "u64"]),
        _ => (1, ["i8", "i16", "i32", "i64"]),
    };
    let bits = bits.parse().unwrap_or(pointer_width);
    let smaller = [8, 16, 32, 64].into_iter().zip(types).take_while(|&(smaller, _)| smaller < bits);
    let mut fitting = smaller.filter(|(bits, _)| {
        let limit = 1_i128 << (bits - sign_bits);
        (-limit * i128::from(sign_bits)..limit).contains(&smallest) && largest < limit
    });
    fitting.next().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::smaller_type;

    #[test]
    fn the_smallest_type_that_holds_a_range_is_found() {
        let found = |pointer_width| {
            [
                smaller_type("u64", 0, 255, pointer_width),
                smaller_type("u64", 0, 256, pointer_width),
                smaller_type("u32", 0, 0xffff, pointer_width),
                smaller_type("u32", 0, 0x1_0000, pointer_width),
                smaller_type("u128", 0, i128::MAX, pointer_width),
                smaller_type("u128", 0, u64::MAX.into(), pointer_width),
                smaller_type("i16", -128, 127, pointer_width),
                smaller_type("i16", -129, 0, pointer_width),
                smaller_type("i64", 0, 128, pointer_width),
                smaller_type("i128", i128::MIN, 0, pointer_width),
                smaller_type("usize", 0, 70_000, pointer_width),
                smaller_type("f64", 0, 0, pointer_width),
            ]
        };
        let (u8, u16) = (Some("u8"), Some("u16"));
        let expected =
            |usize| [u8, u16, u16, None, None, Some("u64"), Some("i8"), None, Some("i16"), None, usize, None];
        assert_eq!(found(64), expected(Some("u32")));
        assert_eq!(found(32), expected(None));
    }
}
