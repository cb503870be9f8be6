use super::frame::{self, Frame};
use crate::sites::SiteSums;

/// Which traces are wanted, by the file, function or crate that allocates, as `tracemalloc` filters them.
///
/// A pattern has to fit the whole name: `*` stands for any part of it, `?` for any character. Nothing else is special, so
/// that `[T]` can be written as it is. Only functions that [are shown](Frame::is_hidden) are asked, of which there is always one: first and
/// by default only the innermost.
///
/// ```
/// use deep_size_track::{By, Filter, Recorder, Snapshot, TrackingAllocator};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator = TrackingAllocator::system();
///
/// let recording = Recorder::all().start();
/// let kept = vec![0_u8; 1_000_000];
/// let snapshot = Snapshot::take();
/// let filters = [Filter::without_crates("serde*"), Filter::without_files("std/*")];
/// let wanted = snapshot.filtered(&filters);
/// assert!(wanted.live().bytes >= 1_000_000);
/// println!("{}", wanted.statistics(By::Line));
/// # drop((kept, recording));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it does something in `Snapshot::filtered`"]
pub struct Filter<'p> {
    pattern: &'p str,
    what: MatchOn,
    is_inclusive: bool,
    line: Option<u32>,
    is_all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MatchOn {
    File,
    Function,
    Crate,
}

impl<'p> Filter<'p> {
    const fn new(what: MatchOn, pattern: &'p str, is_inclusive: bool) -> Self {
        Self { pattern, what, is_inclusive, line: None, is_all: false }
    }

    /// What files allocate with this path, either [short](Frame::short_file) or [full](Frame::file).
    pub const fn only_files(pattern: &'p str) -> Self {
        Self::new(MatchOn::File, pattern, true)
    }

    /// What other files allocate.
    pub const fn without_files(pattern: &'p str) -> Self {
        Self::new(MatchOn::File, pattern, false)
    }

    /// What functions allocate with this [path](Frame::function).
    pub const fn only_functions(pattern: &'p str) -> Self {
        Self::new(MatchOn::Function, pattern, true)
    }

    /// What other functions allocate.
    pub const fn without_functions(pattern: &'p str) -> Self {
        Self::new(MatchOn::Function, pattern, false)
    }

    /// What crates allocate with this [name](Frame::crate_name).
    pub const fn only_crates(pattern: &'p str) -> Self {
        Self::new(MatchOn::Crate, pattern, true)
    }

    /// What other crates allocate.
    pub const fn without_crates(pattern: &'p str) -> Self {
        Self::new(MatchOn::Crate, pattern, false)
    }

    /// Only this line of the files, functions or crates.
    pub const fn line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    /// Tests all functions that led to an allocation, and passes if one fits.
    pub const fn all_frames(self) -> Self {
        Self { is_all: true, ..self }
    }

    fn fits(&self, frame: Frame) -> bool {
        if self.line.is_some_and(|line| line != frame.line()) {
            return false;
        }
        match self.what {
            MatchOn::File => fits(self.pattern, frame.short_file()) || fits(self.pattern, frame.file()),
            MatchOn::Function => fits(self.pattern, frame.function()),
            MatchOn::Crate => fits(self.pattern, frame.crate_name()),
        }
    }

    fn fits_trace(&self, sums: &SiteSums) -> bool {
        let most = if self.is_all { usize::MAX } else { 1 };
        frame::shown(sums.frames).take(most).any(|frame| self.fits(frame))
    }
}

/// Whether a trace passes: none of the exclusive filters fits, and one of the inclusive ones, if there are any.
pub(super) fn passes(filters: &[Filter<'_>], sums: &SiteSums) -> bool {
    let mut inclusive = filters.iter().filter(|filter| filter.is_inclusive).peekable();
    (inclusive.peek().is_none() || inclusive.any(|filter| filter.fits_trace(sums)))
        && !filters.iter().any(|filter| !filter.is_inclusive && filter.fits_trace(sums))
}

/// Whether a pattern fits a text. Takes time linear in their product at the most.
fn fits(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Behind the last star, and what of the text is to be tried there next.
    let mut star = None;
    loop {
        let before = text.clone();
        match (pattern.next(), text.next()) {
            (Some('*'), _) => {
                text = before;
                star = Some((pattern.clone(), text.clone()));
            }
            (Some('?'), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            (None, None) => return true,
            _ => {
                // The star stands for one character more.
                let Some((behind, mut tried)) = star else { return false };
                if tried.next().is_none() {
                    return false;
                }
                (pattern, text) = (behind.clone(), tried.clone());
                star = Some((behind, tried));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("**", "a"),
            ("src/*.rs", "src/a/b.rs"),
            ("*/a.rs", "/x/src/a.rs"),
            ("a?c", "aéc"),
            ("*ab*ab", "ab_aab_ab"),
            ("<[T]>::to_*", "<[T]>::to_vec"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("?", ""),
            ("a", "ab"),
            ("b", "ab"),
            ("*.rs", "a.rs.bak"),
            ("a*b?", "ab"),
            ("[ab]", "a"),
            ("A", "a"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
        // No time is lost in trying all ways to share a text between stars.
        assert!(!fits(&"*a".repeat(100), &"a".repeat(10_000).replace("aaaaaaaaaa", "b")));
        assert!(!fits(&format!("{}b", "*a".repeat(100)), &"a".repeat(10_000)));
    }

    /// Compares with a definition that is slow and easy to trust.
    #[test]
    fn patterns_fit_what_they_are_defined_to_fit() {
        fn slowly(pattern: &[u8], text: &[u8]) -> bool {
            match pattern {
                [] => text.is_empty(),
                [b'*', rest @ ..] => (0..=text.len()).any(|skipped| slowly(rest, &text[skipped..])),
                [first, rest @ ..] => {
                    text.first().is_some_and(|found| *first == b'?' || first == found)
                        && slowly(rest, &text[1..])
                }
            }
        }
        let words = |letters: &'static str, most: u32| {
            (0..=most).flat_map(move |length| {
                let count = letters.len();
                (0..count.pow(length)).map(move |number| {
                    let digits = (0..length).map(|place| number / count.pow(place) % count);
                    digits.map(|digit| char::from(letters.as_bytes()[digit])).collect::<String>()
                })
            })
        };
        for pattern in words("ab*?", 5) {
            for text in words("ab", 5) {
                assert_eq!(
                    fits(&pattern, &text),
                    slowly(pattern.as_bytes(), text.as_bytes()),
                    "{pattern} {text}"
                );
            }
        }
    }
}
