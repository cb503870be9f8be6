//! Profiles for `go tool pprof`, Pyroscope and Parca.

use std::io;
use std::vec::Vec;

use deep_size_format::{Profile, shown};

use super::names::Names;
use super::{check_size, sums_from_root};
use crate::inspect::Report;
use crate::tree::TreeNode;

/// The only mapping. pprof needs one with names, or it looks for them in a binary.
const MAPPING: u64 = 1;

impl Report {
    /// Writes a profile for pprof: a gzipped protobuf message `perftools.profiles.Profile`.
    ///
    /// Each node of the tree is a location, in a function with the node's name. Its [own](crate::inspect::TreeNode::own_size) bytes
    /// are a sample, with the path from the root as the stack. A sample has two values: `inuse_objects`, the number of heap blocks,
    /// and `inuse_space`, the bytes. pprof shows `inuse_space` by default.
    ///
    /// Samples have two labels: `type`, the full type name, and `sharing`, which is `shared` for bytes in [shared
    /// blocks](crate::inspect::TreeNode::shared_size) and `owned` for others. A node with both has two samples, and all of its
    /// blocks count as shared.
    ///
    /// The bytes of all samples add up to [`deep_size`](Self::deep_size), the objects to
    /// [`allocation_count`](Self::allocation_count). Numbers above [`i64::MAX`] become [`i64::MAX`]. Equal reports give
    /// equal files.
    ///
    /// Takes time linear in the uncompressed profile, in which each sample is as long as its path.
    ///
    /// ```text
    /// go tool pprof -top profile.pb.gz
    /// go tool pprof -http=: profile.pb.gz
    /// go tool pprof -tagfocus=sharing=shared -top profile.pb.gz
    /// go tool pprof -diff_base=earlier.pb.gz -top later.pb.gz
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`. Returns [`InvalidInput`](io::ErrorKind::InvalidInput) and writes nothing if the uncompressed
    /// stacks would exceed 256 MiB. A tree of thousands of levels can exceed it.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::inspect;
    ///
    /// let report = inspect(&vec![String::from("text"); 10]);
    /// let mut profile = Vec::new();
    /// report.write_pprof(&mut profile)?;
    /// # assert_eq!(profile[..2], [0x1f, 0x8b]);
    /// # let mut again = Vec::new();
    /// # report.write_pprof(&mut again)?;
    /// # assert_eq!(again, profile);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "pprof")))]
    pub fn write_pprof(&self, out: impl io::Write) -> io::Result<()> {
        // An upper bound: each location's number is counted as long as the largest.
        let number = u64::from(self.nodes().count().checked_ilog2().unwrap_or(0) / 7 + 1);
        let stacks = self.nodes().zip(sums_from_root(self, |_| number));
        let sizes = stacks.map(|(node, stack)| stack * parts(node).count() as u64);
        check_size("a profile", sizes.fold(0, u64::saturating_add))?;
        let mut profile = Profile::new(out);
        profile.describe([("inuse_objects", "count"), ("inuse_space", "bytes")], 1);
        profile.mapping(MAPPING, [0; 3], "deep-size", "", true);
        let names = Names::new(self);
        // The locations from the root to the current node.
        let mut stack: Vec<u64> = Vec::new();
        let mut next = Vec::from([(self.root(), 0)]);
        while let Some((node, depth)) = next.pop() {
            stack.truncate(depth);
            // The file is the type, so pprof's `-files` groups by type.
            let function = profile.function(&names.of_node(node), &shown(node.type_name()));
            stack.push(profile.location(MAPPING, 0, &[(function, 0)]));
            for Part { sharing, blocks, bytes } in parts(node) {
                // pprof passes labels to Graphviz without escaping them.
                let type_name = shown(node.type_name()).replace('"', "'").replace('\\', "/");
                let labels = [("type", type_name.as_str()), ("sharing", sharing)];
                profile.sample(
                    stack.iter().rev().copied(),
                    [blocks, bytes].map(|number| number as u64),
                    &labels,
                );
            }
            profile.flush()?;
            let first = next.len();
            next.extend(node.children().map(|child| (child, stack.len())));
            next[first..].reverse();
        }
        profile.finish().map(drop)
    }
}

/// Either the shared or the owned blocks and bytes of a node.
struct Part {
    sharing: &'static str,
    blocks: usize,
    bytes: usize,
}

/// The parts of a node that have blocks or bytes.
fn parts(node: TreeNode<'_>) -> impl Iterator<Item = Part> + use<> {
    let shared = node.shared_size();
    let owned = node.own_size().saturating_sub(shared);
    // Usually the handle is owned and its block shared.
    let (owned_blocks, shared_blocks) =
        if shared > 0 { (0, node.allocation_count()) } else { (node.allocation_count(), 0) };
    [
        Part { sharing: "owned", blocks: owned_blocks, bytes: owned },
        Part { sharing: "shared", blocks: shared_blocks, bytes: shared },
    ]
    .into_iter()
    .filter(|part| part.blocks > 0 || part.bytes > 0)
}
