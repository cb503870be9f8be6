//! Censuses as a page.

use std::io::{self, BufWriter, Write};
use std::string::String;
use std::vec;
use std::vec::Vec;

use deep_size_format::Texts;
use deep_size_format::html::{Json, NODES, Page, TEXT, TREE_BODY, VIEWS, write_total};
use deep_size_format::units::{Bytes, plural};

use super::{Census, Item};

const PAGE: Page = Page {
    body: TREE_BODY,
    texts: &[
        ("title", "Memory of {{name}}"),
        ("kind", "Memory of"),
        ("heading", "Shares of the roots"),
        ("controls", include_str!("../../export/html/controls.html")),
        ("colours", "<option value=\"shared\">sharing</option><option value=\"depth\">depth</option>"),
        ("searched", "names and notes"),
        ("hint", "cache or locked"),
        ("columns", "<span>Share</span><span>%</span><span>Roots</span><span>Name</span>"),
        (
            "footer",
            "Sizes are the bytes requested from the allocator. A root's share is its exclusive bytes and an equal part of each \
             shared block, so all shares add up to the total. The roots of a name are shown below it.",
        ),
    ],
    style: include_str!("style.css"),
    scripts: &[TEXT, NODES, include_str!("model.js"), VIEWS],
};

/// The note on an exact size. The script shows all others.
const EXACT: &str = "exact";

/// A figure of an item, in bytes.
type Figure = fn(Item<'_>) -> usize;

/// The figures, by the name of their column.
const FIGURES: [(&str, Figure); 3] = [
    ("share", |item| item.proportional_size()),
    ("exclusive", |item| item.exclusive_size()),
    ("deep", |item| item.deep_size()),
];

impl Census {
    /// Writes a single HTML page: treemap, icicle and outline of the names, three tables, and a search.
    ///
    /// Areas and lengths are [proportional sizes](super::Item::proportional_size). One table has the roots. The second is a matrix
    /// of the [bytes that two items share](Census::shared_size). It has the 30 largest items of the zoomed level. The third has the
    /// bytes that each set of roots shares.
    ///
    /// The page needs neither network nor server, and its `Content-Security-Policy` forbids both. Names are never interpreted as
    /// markup. The tree and the table of roots are complete. The third table has the 10,000 largest sets of roots, and the matrix
    /// counts only these.
    ///
    /// Takes time and memory linear in the number of items, and in the sum of the sizes of these sets.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`. The output up to then is not a complete page.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size::registry::Registry;
    ///
    /// let registry = Registry::new();
    /// let text = Arc::new(String::from("text"));
    /// registry.register("text", &text);
    /// let mut page = Vec::new();
    /// registry.census().write_html(&mut page)?;
    /// assert!(page.starts_with(b"<!doctype html>"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "html")))]
    pub fn write_html(&self, out: impl Write) -> io::Result<()> {
        PAGE.write(out, |name, out| match name {
            "name" => out.write_all(plural(self.roots.len(), "root", "roots").as_bytes()),
            "totals" => self.totals(out),
            _ => self.data(out),
        })
    }

    /// The totals, which are readable without JavaScript.
    fn totals(&self, out: &mut impl Write) -> io::Result<()> {
        let sets: Vec<usize> = self.shared().map(|(_, bytes)| bytes).collect();
        let shared = sets.iter().fold(0, |sum: usize, bytes| sum.saturating_add(*bytes));
        let mut total = |names, bytes, note| {
            let notes = [plural(bytes, "byte", "bytes"), note];
            write_total(out, names, bytes as u64, Bytes(bytes), &notes)
        };
        total(["deep", "All roots together"], self.deep_size(), String::from("each block once"))?;
        let exclusive = self.deep_size().saturating_sub(shared);
        total(["exclusive", "Held by one root"], exclusive, String::from("the sum of all exclusive sizes"))?;
        let several = std::format!("by {} of roots", plural(sets.len(), "set", "sets"));
        total(["shared", "Shared by several roots"], shared, several)?;
        out.write_all(b"</dl>\n")?;
        match self.roots().filter(|root| root.missed().is_some()).count() {
            0 => Ok(()),
            missed => writeln!(
                out,
                "<p class=\"note\" id=\"missed\">Not measured completely now: {}. These sizes are lower bounds.</p>",
                plural(missed, "root", "roots")
            ),
        }
    }

    /// The tree of names, with a column for each figure. Node 0 is for all roots, and item `i` is node `i + 1`.
    fn data(&self, out: &mut BufWriter<impl Write>) -> io::Result<()> {
        let items = || self.items();
        let (mut names, mut notes) = (Texts::default(), Texts::default());
        let exact = notes.position(EXACT);
        let mut name = vec![names.position("")];
        let mut note = vec![exact];
        for item in items() {
            name.push(names.position(item.short_name()));
            note.push(item.note().map_or(exact, |text| notes.position(text)));
        }
        if note.iter().any(|note| *note != exact) {
            note[0] = notes.position("a lower bound");
        }
        for (before, name, texts) in [("{", "names", &names), (",", "types", &notes)] {
            out.member(before, name)?;
            out.list(texts.texts.iter(), |out, text| out.text(text))?;
        }
        out.member(",", "nodes")?;
        let parents = items().map(|item| item.entry.parent.map_or(0, |parent| u64::from(parent) + 1));
        out.column("{", "parent", [0].into_iter().chain(parents))?;
        out.column(",", "name", name.iter().map(|name| *name as u64))?;
        out.column(",", "type", note.iter().map(|note| *note as u64))?;
        out.column(",", "root", [0].into_iter().chain(items().map(|item| u64::from(item.is_root()))))?;
        for (name, figure) in FIGURES {
            let figures = items().map(|item| figure(item) as u64);
            out.column(",", name, [self.deep_size() as u64].into_iter().chain(figures))?;
        }
        // A root that was measured now needs no earlier figures.
        let last: Vec<_> = items().map(|item| item.last().filter(|_| item.missed().is_some())).collect();
        let bytes = last.iter().map(|last| last.map(|(bytes, _)| bytes as u64));
        out.column(",", "last", [None].into_iter().chain(bytes))?;
        let ages = last.iter().map(|last| last.map(|(_, age)| age.as_millis() as u64));
        out.column(",", "age", [None].into_iter().chain(ages))?;
        out.write_all(b"}")?;
        self.sets(out)?;
        out.write_all(b"}")
    }

    /// The sets of roots with shared bytes, as nodes.
    fn sets(&self, out: &mut BufWriter<impl Write>) -> io::Result<()> {
        let numbered = self.items().zip(1_usize..).filter(|(item, _)| item.is_root());
        let node: Vec<usize> = numbered.map(|(_, node)| node).collect();
        let sets: Vec<_> = self.shared().collect();
        out.rows("shared", sets.iter(), |out, (roots, bytes)| {
            out.number(*bytes)?;
            out.write_all(b",")?;
            out.list(roots.iter(), |out, root| out.number(node[root.entry.roots.start as usize]))
        })
    }
}
