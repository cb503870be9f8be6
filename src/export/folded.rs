//! Folded stacks, the input of flame graph tools: one line for each node.

use std::io;
use std::string::String;
use std::vec::Vec;

use deep_size_format::folded_frame;

use super::names::Names;
use super::{check_size, sums_from_root};
use crate::inspect::Report;

impl Report {
    /// Writes folded stacks, the input of flame graph tools.
    ///
    /// Each node of the tree with [own](crate::inspect::TreeNode::own_size) bytes has one line: the names from the root to the node,
    /// separated by semicolons, and its own bytes. The numbers add up to [`deep_size`](Self::deep_size).
    ///
    /// Characters that would end a name early are replaced: `;` by `,`, so `[u8; 3]` becomes `[u8, 3]`. In a name that ends with a
    /// number, the last space becomes `_`. A leading space gets a `_` in front. Nodes with the same names have a line each.
    ///
    /// Takes time linear in the output, in which each line is as long as its path.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`. Returns [`InvalidInput`](io::ErrorKind::InvalidInput) and writes nothing if the output would
    /// exceed 256 MiB. A tree of thousands of levels can exceed it.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size::{DeepSize, inspect};
    ///
    /// #[derive(DeepSize)]
    /// struct Color {
    ///     name: String,
    ///     rgb: [u8; 3],
    /// }
    ///
    /// let colors = vec![Color { name: "red".into(), rgb: [255, 0, 0] }];
    /// # assert_eq!(colors[0].rgb[0], 255);
    /// let mut folded = Vec::new();
    /// inspect(&colors).write_folded(&mut folded)?;
    /// assert_eq!(
    ///     String::from_utf8(folded).unwrap(),
    ///     "\
    /// Vec<Color> 24
    /// Vec<Color>;Vec<Color>[]: Color 5
    /// Vec<Color>;Vec<Color>[]: Color;Color::name: String 27
    /// Vec<Color>;Vec<Color>[]: Color;Color::rgb: [u8, 3];[u8, 3][]: u8 3
    /// "
    /// );
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_folded(&self, mut out: impl io::Write) -> io::Result<()> {
        let names = Names::new(self);
        let frames: Vec<String> = self.nodes().map(|node| folded_frame(&names.of_node(node))).collect();
        let lengths = sums_from_root(self, |node| 1 + frames[node.id() as usize].len() as u64);
        let written = self.nodes().zip(lengths).filter(|(node, _)| node.own_size() > 0);
        let digits = |number: usize| u64::from(number.checked_ilog10().unwrap_or(0) + 1);
        let sizes = written.map(|(node, length)| length.saturating_add(1 + digits(node.own_size())));
        check_size("folded stacks", sizes.fold(0, u64::saturating_add))?;
        // Each node comes with the length of its parent's part of the line.
        let mut line = String::new();
        let mut next = Vec::from([(self.root(), 0)]);
        while let Some((node, around)) = next.pop() {
            line.truncate(around);
            if around > 0 {
                line.push(';');
            }
            line.push_str(&frames[node.id() as usize]);
            if node.own_size() > 0 {
                writeln!(out, "{line} {}", node.own_size())?;
            }
            let first = next.len();
            next.extend(node.children().map(|child| (child, line.len())));
            next[first..].reverse();
        }
        out.flush()
    }
}
