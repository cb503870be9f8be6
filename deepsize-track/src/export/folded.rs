//! Folded stacks: a line for each stack, as flame graph tools read them.

use std::collections::{BTreeMap, HashMap};
use std::io;

use super::stacks::{self, Stacks};
use super::{Export, write};
use crate::snapshot::Snapshot;

impl Snapshot {
    /// Writes the live bytes as folded stacks: a line for each stack with the names of its functions, from the outermost to the
    /// one that allocates, between semicolons, and the number.
    ///
    /// ```
    /// use deep_size_track::{Recorder, Snapshot, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
    ///
    /// #[inline(never)]
    /// fn numbers() -> Vec<u32> {
    ///     Vec::with_capacity(1000)
    /// }
    ///
    /// let recording = Recorder::all().start();
    /// let kept = numbers();
    /// let mut folded = Vec::new();
    /// Snapshot::take().write_folded(&mut folded)?;
    /// let folded = String::from_utf8(folded).unwrap();
    /// assert!(folded.lines().any(|line| line.ends_with("::numbers 4000")), "{folded}");
    /// # drop(kept);
    /// recording.stop();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// Other figures, and the functions of the standard library, are shown on [demand](Self::export). Stacks with the same names
    /// are one line, those with 0 none; together the numbers are those of all [traces](Self::traces). `;` in a name is
    /// replaced by `,`, and the last space by `_` in one that ends with a number.
    ///
    /// Takes time linear in what is written, and longer by a logarithm for sorting it. Looking up names may take
    /// milliseconds each time a new address is met.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_folded(&self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        self.export().write_folded(out)
    }
}

impl Export<'_> {
    /// As [`Snapshot::write_folded`].
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_folded(self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        write(out, || self.folded())
    }

    fn folded(self) -> Vec<u8> {
        let mut stacks = Stacks::new(self);
        let mut parts: HashMap<(usize, bool), String> = HashMap::new();
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for trace in self.snapshot.traces() {
            let number = self.measure.of(trace);
            if number == 0 {
                continue;
            }
            let is_full = stacks.is_full(trace);
            let mut line = String::new();
            for &address in trace.addresses().iter().rev() {
                let part = parts.entry((address, is_full)).or_insert_with(|| part(address, is_full));
                if !line.is_empty() && !part.is_empty() {
                    line.push(';');
                }
                line.push_str(part);
            }
            if line.is_empty() {
                line.push('?');
            }
            let sum = lines.entry(line).or_default();
            *sum = sum.saturating_add(number);
        }
        let mut folded = String::new();
        for (line, number) in lines {
            folded.push_str(&line);
            folded.push(' ');
            folded.push_str(&number.to_string());
            folded.push('\n');
        }
        folded.into_bytes()
    }
}

/// The functions at an address, the outermost first.
fn part(address: usize, is_full: bool) -> String {
    let mut frames: Vec<String> =
        Stacks::at(address, is_full).map(|frame| one_name(&stacks::name(frame))).collect();
    if frames.is_empty() && is_full {
        frames.push(format!("{address:#x}"));
    }
    frames.reverse();
    frames.join(";")
}

/// A name that no reader takes for several, for a comment, or for a name and a number.
fn one_name(name: &str) -> String {
    let mut frame = name.replace(';', ",");
    // Lines that begin so are left out by readers.
    if frame.starts_with('#') {
        frame.insert(0, '\\');
    }
    // Readers look for a second number before the last one, and trim lines.
    let last_word = frame.rsplit(char::is_whitespace).next().unwrap_or_default();
    if last_word.bytes().all(|byte| byte.is_ascii_digit() || b"+.".contains(&byte)) {
        if let Some((space, character)) =
            frame.char_indices().rev().find(|(_, character)| character.is_whitespace())
        {
            frame.replace_range(space..space + character.len_utf8(), "_");
        }
    }
    if frame.starts_with(char::is_whitespace) {
        frame.insert(0, '_');
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::one_name;

    #[test]
    fn a_name_stays_one_name_and_no_number() {
        let names = [
            (" ", "_"),
            ("<[u8; 3] as a::B>::c", "<[u8, 3] as a::B>::c"),
            ("a: b", "a: b"),
            ("two 12 3", "two 12_3"),
            ("12", "12"),
            ("a +5", "a_+5"),
            ("a 1.5", "a_1.5"),
            ("a ", "a_"),
            ("a\u{3000}", "a_"),
            (" a", "_ a"),
            ("# a", "\\# a"),
        ];
        for (name, frame) in names {
            assert_eq!(one_name(name), frame);
        }
    }
}
