//! Folded stacks: a line for each node, as flame graph tools read them.

use std::io;
use std::string::String;
use std::vec::Vec;

use super::names::Names;
use crate::inspect::Report;

impl Report {
    /// Writes folded stacks: for each node of the tree with bytes of its [own](crate::inspect::TreeNode::own_size) a line with the
    /// names from the root to the node, between semicolons, and the number of these bytes.
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
    ///
    /// The numbers are together [`deep_size`](Self::deep_size). What would end a name too soon is replaced: `;` by `,`, so that `[u8; 3]` is
    /// `[u8, 3]`, and the last space by `_` in a name that ends with a number. Nodes with the same names have a line each.
    ///
    /// Takes time linear in what is written, in which each line is as long as its path.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_folded(&self, mut out: impl io::Write) -> io::Result<()> {
        let names = Names::new(self);
        // The parent of what comes next is the end of the part of the line that its length tells.
        let mut line = String::new();
        let mut next = Vec::from([(self.root(), 0)]);
        while let Some((node, around)) = next.pop() {
            line.truncate(around);
            if around > 0 {
                line.push(';');
            }
            push_frame(&names.of_node(node), &mut line);
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

/// Appends a name that no reader takes for several, for a comment, or for a name and a number.
fn push_frame(name: &str, line: &mut String) {
    let start = line.len();
    // Lines that begin so are left out by readers.
    if name.starts_with('#') {
        line.push('\\');
    }
    line.extend(name.chars().map(|character| if character == ';' { ',' } else { character }));
    if line.len() == start {
        line.push('?');
    }
    let frame = &line[start..];
    // Readers look for a second number before the last one.
    let (word, space) = match frame.char_indices().next_back() {
        Some((last, character)) if character.is_whitespace() => ("", Some(last)),
        _ => frame.rfind(' ').map_or(("", None), |space| (&frame[space + 1..], Some(space))),
    };
    if let Some(space) =
        space.filter(|_| word.bytes().all(|byte| byte.is_ascii_digit() || b"+.".contains(&byte)))
    {
        let width = line[start + space..].chars().next().map_or(1, char::len_utf8);
        line.replace_range(start + space..start + space + width, "_");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_name_and_no_number() {
        let names = [
            ("", "?"),
            (" ", "_"),
            ("[u8; 3]", "[u8, 3]"),
            ("a: b", "a: b"),
            ("two 12 3", "two 12_3"),
            ("12", "12"),
            ("a +5", "a_+5"),
            ("a 1.5", "a_1.5"),
            ("a ", "a_"),
            ("a\u{3000}", "a_"),
            ("# a", "\\# a"),
        ];
        for (name, frame) in names {
            let mut line = String::from("x;");
            push_frame(name, &mut line);
            assert_eq!(line, std::format!("x;{frame}"));
        }
    }
}
