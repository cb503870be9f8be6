//! What a walk has found, as the rules read it.

use super::notes::Notes;
use crate::ownership::sharing::Sharing;
use crate::tree::paths::Paths;
use crate::tree::sums::Sums;

/// Below this number, values of a few bytes are not worth the trouble.
pub(super) const MANY: usize = 64;

/// All facts from which advice follows.
pub(crate) struct Evidence<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) sums: &'a Sums,
    pub(crate) sharing: &'a Sharing,
    pub(crate) notes: &'a Notes,
    /// The tree node of each place.
    pub(crate) node_of: &'a [u32],
}
