//! Snapshots as a page with a flame graph.

#[cfg(test)]
mod tests;
mod tree;

use std::io::{self, Write};

use deep_size_format::html::{Json, NODES, Page, TEXT, TREE_BODY, VIEWS};
use deep_size_format::markup;

use self::tree::{Line, Node, Tree};
use super::{Export, Metric, write};
use crate::page::{program, write_total};
use crate::snapshot::{Amount, Snapshot};
use crate::units::{ByteCount, Plural};

const PAGE: Page = Page {
    body: TREE_BODY,
    style: include_str!("style.css"),
    scripts: &[TEXT, NODES, include_str!("model.js"), VIEWS],
};

/// The columns of figures, in the order that the script expects.
const METRICS: [Metric; 6] = [
    Metric::LiveSize,
    Metric::LiveBlocks,
    Metric::TotalSize,
    Metric::TotalBlocks,
    Metric::PeakSize,
    Metric::PeakBlocks,
];

impl Snapshot {
    /// Writes a single HTML page: a flame graph and an outline of the call stacks, a table of lines, and a search.
    ///
    /// The page shows the live, the total and the peak amount, in bytes or blocks. With an [earlier](Export::compared_to)
    /// snapshot, it also shows the changes. It needs neither network nor server, and its `Content-Security-Policy` forbids both.
    /// Names are never interpreted as markup.
    ///
    /// The graph is complete. The table has the 10,000 lines that allocated most. Hidden functions are an [option](Self::export).
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
    #[cfg_attr(docsrs, doc(cfg(feature = "html")))]
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
    #[cfg_attr(docsrs, doc(cfg(feature = "html")))]
    pub fn write_html(self, out: impl io::Write) -> io::Result<()> {
        write(out, || {
            let mut page = Vec::new();
            // Writing to a vector does not fail.
            let _ = self.html(&mut page);
            page
        })
    }

    fn html(self, out: &mut Vec<u8>) -> io::Result<()> {
        let tree = Tree::of(self);
        PAGE.write(out, |name, out| {
            let text = match name {
                "title" => format!("Allocations of {}", program()),
                "name" => program(),
                "kind" => "Allocations of".into(),
                "heading" if self.earlier.is_some() => "What has changed".into(),
                "heading" => "Where memory was allocated".into(),
                "totals" => return self.totals(&tree, out),
                "data" => {
                    return Data { tree: &tree, has_earlier: self.earlier.is_some(), out }
                        .write(self.snapshot);
                }
                "controls" => self.controls(),
                "colours" if self.earlier.is_some() => {
                    format!("<option value=\"change\">change</option>{COLOURS}")
                }
                "colours" => COLOURS.into(),
                "searched" => "functions and files".into(),
                "hint" => "parse or src/main.rs".into(),
                "columns" => {
                    "<span>Amount</span><span>%</span><span>Blocks</span><span>Function</span>".into()
                }
                "footer" => FOOTER.into(),
                _ => String::new(),
            };
            out.write_all(text.as_bytes())
        })
    }

    fn controls(self) -> String {
        let mut controls = choice("views", "View", &[("flame", "Flame graph"), ("outline", "Outline")]);
        controls += "<div id=\"figures\">\n";
        controls += &choice("kinds", "Figure", &[("live", "Live"), ("total", "Total"), ("peak", "Peak")]);
        controls += &choice("units", "Unit", &[("bytes", "Bytes"), ("blocks", "Blocks")]);
        if self.earlier.is_some() {
            controls += &choice("shows", "Show", &[("changes", "Changes"), ("amounts", "Amounts")]);
        }
        controls + "</div>\n"
    }

    /// The totals and the remarks, which are readable without JavaScript.
    fn totals(self, tree: &Tree, out: &mut impl Write) -> io::Result<()> {
        let Self { snapshot, earlier, .. } = self;
        let about = if snapshot.sampling_interval().is_some() { "≈" } else { "" };
        out.write_all(b"<dl class=\"totals\">\n")?;
        for (id, label, amount) in [
            ("live", "Live", Snapshot::live_amount as fn(&Snapshot) -> Amount),
            ("total", "Allocated since the recording began", Snapshot::total_amount),
            ("peak", "Live at the peak", Snapshot::peak_amount),
        ] {
            let Amount { size, blocks } = amount(snapshot);
            let mut notes = vec![format!("in {}", Plural(blocks, "block"))];
            notes.extend(earlier.map(amount).map(|Amount { size, blocks }| {
                format!("before: {about}{} in {}", ByteCount(size), Plural(blocks, "block"))
            }));
            write_total(out, [id, label], size, format_args!("{about}{}", ByteCount(size)), &notes)?;
        }
        out.write_all(b"</dl>\n")?;
        for (snapshot, whose) in [(Some(snapshot), ""), (earlier, "earlier snapshot: ")] {
            for remark in snapshot.into_iter().flat_map(|snapshot| snapshot.remarks(tree.lacks_lines())) {
                writeln!(out, "<p class=\"note\">{whose}{}</p>", markup(&remark))?;
            }
        }
        Ok(())
    }
}

const COLOURS: &str = "<option value=\"crate\">crate</option><option value=\"depth\">depth</option>";

const FOOTER: &str = "Sizes are the bytes requested from the allocator. Callers are above the functions they call. Widths are \
                      amounts. Of changes, they add up growth and shrinkage, so that neither hides the other.";

/// A choice of one, of which the first is chosen.
fn choice(id: &str, legend: &str, options: &[(&str, &str)]) -> String {
    let mut html = format!("<fieldset class=\"choice\" id=\"{id}\">\n<legend>{legend}</legend>\n");
    for (at, (value, text)) in options.iter().enumerate() {
        let checked = if at == 0 { " checked" } else { "" };
        html += &format!(
            "<label><input type=\"radio\" name=\"{id}\" value=\"{value}\"{checked}><span>{text}</span></label>\n"
        );
    }
    html + "</fieldset>\n"
}

/// The writer of the script's data.
struct Data<'t, 'o, W> {
    tree: &'t Tree,
    has_earlier: bool,
    out: &'o mut W,
}

impl<W: Write> Json for Data<'_, '_, W> {
    type Out = W;

    fn out(&mut self) -> &mut W {
        self.out
    }
}

impl<W: Write> Data<'_, '_, W> {
    fn write(mut self, snapshot: &Snapshot) -> io::Result<()> {
        let tree = self.tree;
        self.member("{", "interval")?;
        self.number(snapshot.sampling_interval().unwrap_or(0))?;
        let texts = [
            ("names", &tree.names),
            ("types", &tree.files),
            ("shortTypes", &tree.files),
            ("crates", &tree.crates),
        ];
        for (name, texts) in texts {
            self.member(",", name)?;
            self.list(texts.texts.iter(), |data, text| data.text(text))?;
        }
        self.member(",", "nodes")?;
        self.member("{", "name")?;
        self.column(|node| node.name)?;
        let columns: [(&str, fn(&Node) -> usize); 4] = [
            ("type", |node| node.file),
            ("crate", |node| node.package),
            ("parent", |node| node.parent),
            ("hidden", |node| node.is_hidden.into()),
        ];
        for (name, column) in columns {
            self.member(",", name)?;
            self.column(column)?;
        }
        for (turn, name) in
            ["figures", "before"].into_iter().take(1 + usize::from(self.has_earlier)).enumerate()
        {
            self.member(",", name)?;
            self.list(0..METRICS.len(), |data, at| {
                data.list(tree.nodes.iter(), |data, node| data.number(node.sums[turn][at]))
            })?;
        }
        self.out.write_all(b"}")?;
        self.rows("lines", tree.lines().into_iter(), |data, (name, Line { sums, nodes })| {
            data.text(name)?;
            for sums in sums {
                data.out.write_all(b",")?;
                data.list(sums.iter(), |data, &sum| data.number(sum))?;
            }
            data.out.write_all(b",")?;
            data.list(nodes.iter(), |data, &node| data.number(node))
        })?;
        self.out.write_all(b"}")
    }

    fn column(&mut self, of: impl Fn(&Node) -> usize) -> io::Result<()> {
        self.list(self.tree.nodes.iter(), |data, node| data.number(of(node)))
    }
}
