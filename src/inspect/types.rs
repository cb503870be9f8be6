//! The histogram by type.

use crate::tree::Waste;
use crate::tree::paths::Paths;
use crate::tree::step::Step;
use crate::tree::sums::Sums;
use std::borrow::Cow;
use std::collections::HashMap;
use std::vec::Vec;

/// All values of one type, at all paths.
///
/// Each byte of a report belongs to one type: the type of the smallest value around the byte. A byte of a block that is in no
/// value belongs to the type of the block's owner. So a text belongs to `String`, a number to `u64` even inside a struct,
/// padding to the struct, and spare capacity to the vector. The sizes of all types add up to
/// [`Report::deep_size`](crate::Report::deep_size).
///
/// # Examples
///
/// ```
/// use deep_size::inspect;
///
/// let report = inspect(&vec![(1_u64, String::from("one")), (2, String::from("two"))]);
/// let [texts, numbers, ..] = report.types() else { panic!("there are several types") };
/// assert_eq!((&*texts.type_name, texts.count, texts.size), ("alloc::string::String", 2, 2 * (24 + 3)));
/// // The vector and the numbers have one size. The walk visits the vector first.
/// assert_eq!((numbers.count, numbers.size, numbers.average_size()), (1, 24, 24.0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypeTotal {
    /// The name of the type, from [`core::any::type_name`].
    pub type_name: Cow<'static, str>,
    /// The number of values.
    pub count: usize,
    /// The bytes that belong to these values and to no smaller value inside them.
    pub size: usize,
    /// The part of `size` that is allocated and holds no element.
    pub spare_size: usize,
    /// The part of `size` that is [padding](crate::layouts).
    pub padding: usize,
    /// The part of `size` that only [other variants](crate::layouts) of the type use.
    pub unused_by_variants: usize,
    /// Whether the count is [estimated](crate::inspect::TreeNode::sample_size) from samples.
    pub is_estimate: bool,
    /// Whether the size is estimated. The count of an enum may be exact although the counts of its variants are estimated.
    pub(crate) has_estimated_size: bool,
}

impl TypeTotal {
    /// The average size of a value, in bytes.
    #[must_use]
    pub fn average_size(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.size as f64 / self.count as f64 }
    }
}

/// The totals of all types, largest first, then in the order of the walk.
pub(crate) fn histogram(paths: &Paths, sums: &Sums, waste: &[Waste]) -> Vec<TypeTotal> {
    let mut types: Vec<TypeTotal> = Vec::new();
    let mut positions: HashMap<&'static str, usize> = HashMap::new();
    let is_estimated = estimated_sizes(paths);
    for (place, stats) in paths.places.iter().enumerate() {
        if stats.is_elsewhere(place as u32) {
            continue;
        }
        let name = stats.type_name;
        let position = *positions.entry(name).or_insert_with(|| {
            types.push(TypeTotal {
                type_name: name.into(),
                count: 0,
                size: 0,
                spare_size: 0,
                padding: 0,
                unused_by_variants: 0,
                is_estimate: false,
                has_estimated_size: false,
            });
            types.len() - 1
        });
        let total = &mut types[position];
        // A variant is the same value as its enum.
        if !matches!(stats.step, Step::Variant(_)) {
            total.count = total.count.saturating_add(sums.count[place]);
            total.is_estimate |= paths.shapes[place].sample_size.is_some();
        }
        total.size = total.size.saturating_add(sums.own[place]);
        total.has_estimated_size |= is_estimated[place];
        total.spare_size = total.spare_size.saturating_add(sums.spare[place]);
        total.padding = total.padding.saturating_add(waste[place].padding);
        total.unused_by_variants = total.unused_by_variants.saturating_add(waste[place].unused);
    }
    types.sort_by_key(|total| core::cmp::Reverse(total.size));
    types.shrink_to_fit();
    types
}

/// For each place, whether its own size is estimated from samples: its count is, or the bytes of a part. The sum over all variants is
/// exact.
fn estimated_sizes(paths: &Paths) -> Vec<bool> {
    let mut is_estimated = std::vec![false; paths.places.len()];
    for (place, stats) in paths.places.iter().enumerate() {
        if paths.shapes[place].sample_size.is_none() {
            continue;
        }
        is_estimated[place] = true;
        if let Some(around) = is_estimated.get_mut(stats.parent as usize) {
            *around |= !matches!(stats.step, Step::Variant(_));
        }
    }
    is_estimated
}
