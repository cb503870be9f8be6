//! Pages that need neither server nor network.

mod json;

use std::fmt;
use std::io::{self, Write};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};

pub use json::Json;

/// The page, with placeholders such as `{{title}}`.
const PAGE: &str = include_str!("page.html");

const STYLE: &str = include_str!("style.css");

/// The body of a page with a tree.
pub const TREE_BODY: &str = include_str!("tree.html");

/// Texts, elements and tables. The first script of a page.
pub const TEXT: &str = concat!(include_str!("script/text.js"), include_str!("script/table.js"));

/// The nodes of a tree. The next script describes them: `script/nodes.js` lists the names that it defines.
pub const NODES: &str = include_str!("script/nodes.js");

/// The views of a tree. The last script of its page.
pub const VIEWS: &str = concat!(
    include_str!("script/views.js"),
    include_str!("script/outline.js"),
    include_str!("script/search.js"),
    include_str!("script/page.js"),
);

/// The constant parts of a page. The scripts share one scope.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The body, with placeholders such as `{{name}}`.
    pub body: &'static str,
    /// The contents of placeholders, by name. They may contain others.
    pub texts: &'static [(&'static str, &'static str)],
    /// Rules after the common ones.
    pub style: &'static str,
    /// The scripts, in order.
    pub scripts: &'static [&'static str],
}

impl Page {
    /// Writes the page. `fill` writes the contents of all other placeholders, such as `data`.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out` and of `fill`.
    pub fn write<W: Write>(
        &self,
        out: W,
        mut fill: impl FnMut(&str, &mut io::BufWriter<W>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        self.expand(PAGE, &mut out, &mut fill)?;
        out.flush()
    }

    fn expand<W: Write, F>(&self, template: &str, out: &mut W, fill: &mut F) -> io::Result<()>
    where
        F: FnMut(&str, &mut W) -> io::Result<()>,
    {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            out.write_all(before.as_bytes())?;
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            let style = [STYLE, self.style];
            match name {
                "body" => self.expand(self.body, out, fill)?,
                "style" => style.iter().try_for_each(|part| out.write_all(part.as_bytes()))?,
                "script" => self.scripts.iter().try_for_each(|part| out.write_all(part.as_bytes()))?,
                "style-digest" => out.write_all(digest(&style).as_bytes())?,
                "script-digest" => out.write_all(digest(self.scripts).as_bytes())?,
                _ => match self.texts.iter().find(|(known, _)| *known == name) {
                    Some((_, text)) => self.expand(text, out, fill)?,
                    None => fill(name, out)?,
                },
            }
            rest = after;
        }
        out.write_all(rest.as_bytes())
    }
}

/// Writes a figure at the top of a page, with notes below it.
///
/// # Errors
///
/// Returns the errors of `out`.
pub fn write_total(
    out: &mut impl Write,
    [id, label]: [&str; 2],
    figure: u64,
    text: impl fmt::Display,
    notes: &[String],
) -> io::Result<()> {
    write!(out, "<div id=\"total-{id}\"><dt>{label}</dt><dd><data value=\"{figure}\">{text}</data>")?;
    notes.iter().try_for_each(|note| write!(out, "<small>{note}</small>"))?;
    out.write_all(b"</dd></div>\n")
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

    const MADE: Page = Page {
        body: TREE_BODY,
        texts: &[("kind", "{{name}} and {{hint}}")],
        style: "b { color: red }\n",
        scripts: &[TEXT, NODES, VIEWS],
    };

    fn page(names: &mut Vec<String>) -> String {
        let mut out = Vec::new();
        let fill = |name: &str, _: &mut io::BufWriter<&mut Vec<u8>>| {
            names.push(name.to_owned());
            Ok(())
        };
        MADE.write(&mut out, fill).expect("writing to a vector does not fail");
        String::from_utf8(out).expect("the page is UTF-8")
    }

    /// A browser reads `\r\n` as `\n`, so the digests would differ. `.gitattributes` prevents `\r\n`.
    #[test]
    fn lines_end_without_carriage_returns() {
        assert!(!page(&mut Vec::new()).contains('\r'));
    }

    /// Such markup would end their elements.
    #[test]
    fn script_and_styles_contain_no_markup() {
        for part in [STYLE, TEXT, NODES, VIEWS] {
            let part = part.to_lowercase();
            assert!(!part.contains("</s") && !part.contains("<!--"));
        }
    }

    /// The example of FIPS 180-4 for SHA-256, whose digest is ba7816bf…f20015ad.
    #[test]
    fn a_digest_agrees_with_fips_180_4() {
        assert_eq!(digest(&["a", "bc"]), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn digests_match_the_elements() {
        let page = page(&mut Vec::new());
        let element = |start, end| page.split_once(start)?.1.split_once(end).map(|(inside, _)| inside);
        for (name, start, end) in
            [("style-src", "<style>", "</style>"), ("script-src", "<script type=\"module\">", "</script>")]
        {
            let inside = element(start, end).unwrap_or_default();
            assert!(!inside.is_empty());
            assert!(page.contains(&format!("{name} 'sha256-{}'", digest(&[inside]))), "{name}");
        }
    }

    #[test]
    fn other_placeholders_are_the_callers() {
        let mut names = Vec::new();
        assert!(!page(&mut names).contains("{{"));
        let own = [
            "title", "name", "totals", "heading", "controls", "colours", "searched", "hint", "columns",
            "footer", "data",
        ];
        let distinct = |names: &[String]| names.iter().cloned().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(distinct(&names), distinct(&own.map(str::to_owned)));
    }
}
