//! Heap snapshots, as Chrome and Node.js write them.

mod holders;
mod ids;
mod model;
mod split;
mod strings;
mod write;

use std::io;

use crate::inspect::Report;
use model::Model;

impl Report {
    /// Writes a heap snapshot, which the Memory tab of Chrome's developer tools opens (*Load*, for a file named
    /// `….heapsnapshot`), and so do other readers of V8's format, such as memlab.
    ///
    /// Below a synthetic root lies the value, below that the [tree](Self::root), one object for each path. Each of the
    /// [shared blocks](Self::shared_allocations) is an object of its own, with its [own](crate::ownership::SharedAllocation::own_size)
    /// bytes; edges lead to it from the paths and blocks whose handles hold it, and from `(handles outside the value)`. So
    /// the retained size that is shown is the [retained](crate::ownership::SharedAllocation::retained_size) one, and the dominator is the
    /// [dominator](crate::ownership::SharedAllocation::dominator). All sizes are together the [deep size](Self::deep_size).
    ///
    /// An object has the same id in every snapshot where its path, its type and its bytes are the same, so that *Comparison*
    /// shows what was added, what is gone, and what has grown as gone and added again.
    ///
    /// - Where weak handles keep the memory of a block longer than the last block that keeps its contents, that memory is
    ///   an object of its own below the block, and not part of its retained size.
    /// - Which paths the bytes of a shared block are taken from is exact if all blocks there are listed. If there are others with
    ///   one handle alone, the paths in them give in proportion to their [shared](crate::inspect::TreeNode::shared_size) bytes.
    /// - Sizes have 32 bits. What is larger goes on in objects below, up to 256 TiB in all, and the rest in the header as
    ///   `extra_native_bytes`, which developer tools add to the total.
    ///
    /// Takes time and memory in proportion to the paths and handles of the report, and writes about 60 bytes for each.
    ///
    /// # Errors
    ///
    /// Those of `out`, and [`InvalidInput`](io::ErrorKind::InvalidInput) for more than 613 million objects, which the format cannot
    /// number; then nothing is written.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size::inspect;
    ///
    /// let text: Arc<str> = "one text for all".into();
    /// let report = inspect(&vec![text; 3]);
    ///
    /// let mut file = Vec::new(); // or `std::fs::File::create("texts.heapsnapshot")?`
    /// report.write_heapsnapshot(&mut file)?;
    /// assert!(file.starts_with(br#"{"snapshot":{"meta":{"node_fields":["type","name","id","self_size""#));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "heapsnapshot")))]
    pub fn write_heapsnapshot(&self, mut out: impl io::Write) -> io::Result<()> {
        Model::of(self).write(&mut out)?;
        out.flush()
    }
}
