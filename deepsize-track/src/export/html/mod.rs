//! Snapshots as a page with a flame graph.

#[cfg(test)]
#[path = "../../../tests/export/html.rs"]
mod tests;
mod tree;

use std::io::{self, BufWriter, Write};

use deep_size_format::html::{Json, NODES, Page, TEXT, TREE_BODY, VIEWS, write_total};
use deep_size_format::markup;

use self::tree::Tree;
use super::Export;
use crate::page::program;
use crate::snapshot::{Amount, Snapshot};
use crate::units::{ByteCount, Plural};
use crate::untracked::write;

const PAGE: Page = Page {
    body: TREE_BODY,
    texts: &[
        ("title", "Allocations of {{name}}"),
        ("kind", "Allocations of"),
        ("heading", "Where memory was allocated"),
        ("controls", include_str!("controls.html")),
        ("colours", "<option value=\"crate\">crate</option><option value=\"depth\">depth</option>"),
        ("searched", "functions and files"),
        ("hint", "parse or src/main.rs"),
        ("columns", "<span>Amount</span><span>%</span><span>Blocks</span><span>Function</span>"),
        (
            "footer",
            "Sizes are the bytes requested from the allocator. Callers are above the functions they call. Widths are amounts. Of \
             changes, they add up growth and shrinkage, so that neither hides the other.",
        ),
    ],
    style: include_str!("style.css"),
    scripts: &[TEXT, NODES, include_str!("model.js"), VIEWS],
};

impl Snapshot {
    /// Writes a single HTML page: a flame graph and an outline of the call stacks, a table of lines, and a search.
    ///
    /// The page shows the live, the total and the peak amount, in bytes or blocks. With an [earlier](Export::compared_to)
    /// snapshot, it also shows the changes. It needs neither network nor server, and its `Content-Security-Policy` forbids both.
    /// Names are never interpreted as markup.
    ///
    /// The graph is complete. The table has the 10,000 lines that allocated most, as the snapshot is
    /// [attributed](Self::attributed_to). Hidden functions are an [option](Self::export).
    ///
    /// Takes time linear in the number of frames. Looking up the names of a new address may take milliseconds.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot};
    ///
    /// let recording = Recorder::all().start();
    /// let earlier = Snapshot::take();
    /// let later = Snapshot::take();
    /// let (mut page, mut changes) = (Vec::new(), Vec::new());
    /// later.write_html(&mut page)?;
    /// later.export().compared_to(&earlier).write_html(&mut changes)?;
    /// assert!(page.starts_with(b"<!doctype html>"));
    /// # recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[doc(alias = "flamegraph")]
    pub fn write_html(&self, out: impl io::Write) -> io::Result<()> {
        self.export().write_html(out)
    }
}

impl Export<'_> {
    /// Writes a page with a flame graph: see [`Snapshot::write_html`].
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_html(self, out: impl io::Write) -> io::Result<()> {
        write(out, || {
            let (tree, mut page) = (Tree::of(self), Vec::new());
            // Writing to a vector does not fail.
            let _ = PAGE.write(&mut page, |name, out| match name {
                "name" => out.write_all(program(&self.snapshot.program().command).as_bytes()),
                "totals" => self.totals(&tree, out),
                _ => self.data(&tree, out),
            });
            page
        })
    }

    /// The larger sampling interval. `None` if no figure is an estimate.
    fn interval(self) -> Option<u64> {
        self.snapshot.sampling_interval().max(self.earlier.and_then(Snapshot::sampling_interval))
    }

    /// The totals and the remarks, which are readable without JavaScript.
    fn totals(self, tree: &Tree, out: &mut impl Write) -> io::Result<()> {
        let Self { snapshot, earlier, .. } = self;
        let about = if self.interval().is_some() { "≈" } else { "" };
        for (names, amount) in [
            (["live", "Live"], Snapshot::live_amount as fn(&Snapshot) -> Amount),
            (["total", "Allocated since the recording began"], Snapshot::total_amount),
            (["peak", "Live at the peak"], Snapshot::peak_amount),
        ] {
            let Amount { size, blocks } = amount(snapshot);
            let mut notes = vec![format!("in {}", Plural(blocks, "block"))];
            notes.extend(earlier.map(amount).map(|Amount { size, blocks }| {
                format!("before: {about}{} in {}", ByteCount(size), Plural(blocks, "block"))
            }));
            write_total(out, names, size, format_args!("{about}{}", ByteCount(size)), &notes)?;
        }
        out.write_all(b"</dl>\n")?;
        for (snapshot, whose) in [(Some(snapshot), ""), (earlier, "earlier snapshot: ")] {
            for remark in snapshot.into_iter().flat_map(|snapshot| snapshot.remarks(tree.lacks_lines())) {
                writeln!(out, "<p class=\"note\">{whose}{}</p>", markup(&remark))?;
            }
        }
        Ok(())
    }

    fn data(self, tree: &Tree, out: &mut BufWriter<impl Write>) -> io::Result<()> {
        out.column("{", "interval", [self.interval()])?;
        let [names, files, crates] = &tree.texts;
        for (name, texts) in [("names", names), ("types", files), ("crates", crates)] {
            out.member(",", name)?;
            out.list(texts.texts.iter(), |out, text| out.text(text))?;
        }
        out.member(",", "nodes")?;
        let nodes = || tree.nodes.iter();
        out.column("{", "parent", nodes().map(|node| node.parent as u64))?;
        for (at, name) in ["name", "type", "crate"].into_iter().enumerate() {
            out.column(",", name, nodes().map(|node| node.texts[at] as u64))?;
        }
        out.column(",", "hidden", nodes().map(|node| u64::from(node.is_hidden)))?;
        let turns =
            ["figures", "before"].into_iter().enumerate().take(1 + usize::from(self.earlier.is_some()));
        for (turn, name) in turns {
            out.member(",", name)?;
            out.list(0..tree.nodes[0].sums[turn].len(), |out, at| {
                out.list(nodes(), |out, node| out.number(node.sums[turn][at]))
            })?;
        }
        out.write_all(b"}")?;
        out.rows("lines", tree.lines().into_iter(), |out, (name, line)| {
            out.text(name)?;
            for sums in line.sums {
                out.write_all(b",")?;
                out.list(sums.iter(), |out, &sum| out.number(sum))?;
            }
            out.write_all(b",")?;
            out.list(line.nodes.iter(), |out, &node| out.number(node))
        })?;
        out.write_all(b"}")
    }
}
