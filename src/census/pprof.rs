use std::io;
use std::vec::Vec;

use deep_size_format::{Profile, shown};

use super::Census;

/// The only mapping. pprof needs one with names, or it looks for them in a binary.
const MAPPING: u64 = 1;

impl Census {
    /// Writes a profile for pprof: a gzipped protobuf message `perftools.profiles.Profile`.
    ///
    /// Each root is a sample with its [proportional size](super::Item::proportional_size), so all samples add up to
    /// [`deep_size`](Self::deep_size). The parts of its name are the stack.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(&self, out: impl io::Write) -> io::Result<()> {
        let mut profile = Profile::new(out);
        profile.describe([("inuse_roots", "count"), ("inuse_space", "bytes")], 1);
        profile.mapping(MAPPING, [0; 3], "deep-size", "", true);
        let mut stack: Vec<u64> = Vec::new();
        for item in self.items() {
            stack.truncate(item.entry.depth);
            let function = profile.function(&shown(item.name()), "census");
            stack.push(profile.location(MAPPING, 0, &[(function, 0)]));
            if item.is_root() {
                profile.sample(stack.iter().rev().copied(), [1, item.proportional_size() as u64], &[]);
            }
        }
        profile.finish().map(drop)
    }
}
