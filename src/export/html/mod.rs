//! Reports as a single HTML page.

mod data;
mod totals;

use std::io::{self, Write};
use std::string::String;
use std::vec::Vec;

use deep_size_format::html::{NODES, Page, TEXT, TREE_BODY, VIEWS};

use crate::inspect::Report;

const PAGE: Page = Page {
    body: TREE_BODY,
    texts: &[
        ("title", "Deep size of {{name}}"),
        ("kind", "Deep size of"),
        ("heading", "Where the bytes are"),
        ("controls", include_str!("controls.html")),
        ("colours", include_str!("colours.html")),
        ("searched", "paths and types"),
        ("hint", "users[].name or String"),
        ("columns", "<span>Bytes</span><span>%</span><span>Count</span><span>Path</span>"),
        (
            "footer",
            "Sizes are the bytes requested from the allocator. Areas and lengths show deep sizes. A shared block is counted \
             once, at the first path to it.",
        ),
    ],
    style: include_str!("style.css"),
    scripts: &[
        TEXT,
        NODES,
        include_str!("script/model.js"),
        include_str!("script/layouts.js"),
        include_str!("script/tables.js"),
        VIEWS,
    ],
};

#[cfg_attr(docsrs, doc(cfg(feature = "html")))]
impl Report {
    /// Returns the report as a single HTML page: treemap, icicle and outline of the tree, all tables, and a search.
    ///
    /// The page needs neither network nor server, and its `Content-Security-Policy` forbids both. Text of the report is never
    /// interpreted as markup. Each table has its first 10,000 rows; the tree is complete.
    ///
    /// Takes time and memory linear in the number of nodes and shared allocations.
    ///
    /// # Examples
    ///
    /// ```
    /// let words = vec![String::from("one"), String::from("two")];
    /// let page = deep_size::inspect(&words).to_html();
    /// assert!(page.starts_with("<!doctype html>"));
    /// assert!(page.contains("78 bytes"));
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut page = Vec::new();
        // Writing to memory cannot fail, and the page is UTF-8.
        let _: io::Result<()> = self.write_html(&mut page);
        String::from_utf8(page).unwrap_or_default()
    }

    /// Writes the page of [`to_html`](Self::to_html) without holding it in memory.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`. The output up to then is not a complete page.
    ///
    /// # Examples
    ///
    /// ```
    /// let words = vec![String::from("one"), String::from("two")];
    /// let report = deep_size::inspect(&words);
    /// let mut page = Vec::new();
    /// report.write_html(&mut page)?;
    /// assert_eq!(page, report.to_html().into_bytes());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_html(&self, out: impl Write) -> io::Result<()> {
        PAGE.write(out, |name, out| match name {
            "name" => totals::name(self, out),
            "totals" => totals::write(self, out),
            _ => data::write(self, out),
        })
    }
}
