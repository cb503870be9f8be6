//! Heap snapshots in the format of Chrome and Node.js.

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
    /// Writes a heap snapshot for Chrome's developer tools, memlab and other readers of V8's format.
    ///
    /// In Chrome, open the *Memory* tab, choose *Load*, and select the file. Its name must end in `.heapsnapshot`.
    ///
    /// The value is below a synthetic root, and the [tree](Self::root) is below the value, with one object for each path. Each
    /// [shared block](Self::shared_allocations) is a separate object with its
    /// [own](crate::ownership::SharedAllocation::own_size) bytes. It has edges from the paths and blocks that hold it, and
    /// from `(handles outside the value)`. The sizes of all objects add up to the [deep size](Self::deep_size).
    ///
    /// The retained size shown for a block is its [retained size](crate::ownership::SharedAllocation::retained_size), and the
    /// dominator is its [dominator](crate::ownership::SharedAllocation::dominator).
    ///
    /// Objects with equal path, type and bytes have equal ids in all snapshots. *Comparison* shows a path that has grown as
    /// deleted and new.
    ///
    /// - If weak handles keep a block's memory longer than its contents live, that memory is a separate object below the block.
    ///   It is not part of the block's retained size.
    /// - The bytes of a shared block are subtracted from the paths where the tree counts them. That is exact if all blocks there
    ///   are listed. Otherwise the paths share the subtraction in proportion to their
    ///   [shared](crate::inspect::TreeNode::shared_size) bytes.
    /// - Sizes have 32 bits. Larger ones continue in objects below, up to a total of 256 TiB. The rest is in the header, as
    ///   `extra_native_bytes`, which the developer tools add to the total.
    ///
    /// Takes time and memory linear in the paths and handles of the report, and writes about 60 bytes for each.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`. Returns [`InvalidInput`](io::ErrorKind::InvalidInput) and writes nothing if there are more
    /// than 613 million objects, a limit of the format.
    ///
    /// # Examples
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
