//! Reports as a single HTML page.

mod data;
mod escape;
mod totals;

use std::io::{self, Write};
use std::string::String;
use std::vec::Vec;

use crate::inspect::Report;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};

/// The page, with placeholders such as `{{title}}`.
const PAGE: &str = include_str!("page.html");

const STYLE: &[&str] = &[include_str!("style.css")];

/// One script; the parts share one scope.
const SCRIPT: &[&str] = &[
    include_str!("script/model.js"),
    include_str!("script/views.js"),
    include_str!("script/outline.js"),
    include_str!("script/search.js"),
    include_str!("script/layouts.js"),
    include_str!("script/tables.js"),
    include_str!("script/script.js"),
];

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
        let mut out = io::BufWriter::new(out);
        let mut rest = PAGE;
        while let Some((before, after)) = rest.split_once("{{") {
            out.write_all(before.as_bytes())?;
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            self.fill_in(name, &mut out)?;
            rest = after;
        }
        out.write_all(rest.as_bytes())?;
        out.flush()
    }

    fn fill_in(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        match name {
            "title" => totals::title(self, out),
            "totals" => totals::write(self, out),
            "data" => data::write(self, out),
            "style" => STYLE.iter().try_for_each(|part| out.write_all(part.as_bytes())),
            "script" => SCRIPT.iter().try_for_each(|part| out.write_all(part.as_bytes())),
            "style-digest" => out.write_all(digest(STYLE).as_bytes()),
            "script-digest" => out.write_all(digest(SCRIPT).as_bytes()),
            _ => Ok(()),
        }
    }
}

/// The SHA-256 digest by which the `Content-Security-Policy` admits a script or style, in base 64.
fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    BASE64_STANDARD.encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A browser reads `\r\n` as `\n`, so the digests would differ. `.gitattributes` prevents `\r\n`.
    #[test]
    fn lines_end_without_carriage_returns() {
        assert!(STYLE.iter().chain(SCRIPT).all(|part| !part.contains('\r')));
    }

    /// Such markup would end their elements.
    #[test]
    fn script_and_styles_contain_no_markup() {
        for part in STYLE.iter().chain(SCRIPT) {
            let part = part.to_lowercase();
            assert!(!part.contains("</s") && !part.contains("<!--"));
        }
    }

    /// The example of FIPS 180-4 for SHA-256, whose digest is ba7816bf…f20015ad.
    #[test]
    fn a_digest_is_the_one_that_a_browser_computes() {
        assert_eq!(digest(&["a", "bc"]), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn digests_are_those_of_the_elements() {
        let page = crate::inspect(&7_u8).to_html();
        let element = |start, end| page.split_once(start)?.1.split_once(end).map(|(inside, _)| inside);
        for (name, start, end) in
            [("style-src", "<style>", "</style>"), ("script-src", "<script type=\"module\">", "</script>")]
        {
            let inside = element(start, end).unwrap_or_default();
            assert!(!inside.is_empty());
            assert!(page.contains(&std::format!("{name} 'sha256-{}'", digest(&[inside]))), "{name}");
        }
    }

    #[test]
    fn all_placeholders_are_known() {
        let names: Vec<_> = PAGE.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).collect();
        let known = ["title", "totals", "data", "style", "script", "style-digest", "script-digest"];
        assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
        assert!(known.iter().all(|name| names.contains(name)), "{names:?}");
    }
}
