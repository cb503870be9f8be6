use super::{Figures, Frame, Snapshot, blocks};
use crate::sites::{AllSums, SiteSums};
use crate::untracked::Untracked;

impl Snapshot {
    /// A snapshot of the traces that pass the filters.
    ///
    /// A trace passes if no `without_…` filter matches it and, if there are `only_…` filters, at least one of them does. The
    /// figures of the process stay unchanged.
    pub fn filter_traces(&self, filters: &[Filter<'_>]) -> Self {
        let inner = &*self.inner;
        let inner = Untracked::new(|| {
            let (only, without): (Vec<_>, Vec<_>) = filters.iter().partition(|filter| filter.is_inclusive);
            let passes = |sums: &&SiteSums| {
                let matches = |filter: &&Filter<'_>| filter.matches_trace(sums, inner);
                (only.is_empty() || only.iter().any(matches)) && !without.iter().any(matches)
            };
            let passing = inner.sums.sites.iter().filter(passes);
            let sums = AllSums { sites: passing.cloned().collect(), ..inner.sums };
            let blocks = inner.blocks.as_ref().map(|blocks| {
                let of_site = |site: &SiteSums| blocks::of_site(blocks, site.key).iter().copied();
                sums.sites.iter().flat_map(of_site).collect()
            });
            inner.with(sums, blocks)
        });
        Self { inner }
    }
}

/// Selects traces by the file, function or crate that allocates, like the filters of Python's `tracemalloc`.
///
/// A pattern must match the whole name. `*` matches any text, `?` any character, and no other character is special: `[T]` matches
/// itself. Only [shown](Frame::is_hidden) functions are matched, and by default only the innermost of them. If the snapshot has an
/// [attribution](super::Snapshot::attributed_to), only functions of its crates are.
///
/// # Examples
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
/// let filtered = snapshot.filter_traces(&filters);
/// assert!(filtered.live_amount().size >= 1_000_000);
/// println!("{}", filtered.statistics(By::Line));
/// # drop((kept, recording));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a filter has no effect before `Snapshot::filter_traces`"]
pub struct Filter<'p> {
    pattern: &'p str,
    target: MatchOn,
    is_inclusive: bool,
    line: Option<u32>,
    all_frames: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MatchOn {
    File,
    Function,
    Crate,
}

impl<'p> Filter<'p> {
    const fn new(target: MatchOn, pattern: &'p str, is_inclusive: bool) -> Self {
        Self { pattern, target, is_inclusive, line: None, all_frames: false }
    }

    /// Keeps traces of files whose path matches, either the [short](Frame::short_file) or the [full](Frame::file) one.
    pub const fn only_files(pattern: &'p str) -> Self {
        Self::new(MatchOn::File, pattern, true)
    }

    /// Drops traces of files whose path matches.
    pub const fn without_files(pattern: &'p str) -> Self {
        Self::new(MatchOn::File, pattern, false)
    }

    /// Keeps traces of functions whose [path](Frame::function) matches.
    pub const fn only_functions(pattern: &'p str) -> Self {
        Self::new(MatchOn::Function, pattern, true)
    }

    /// Drops traces of functions whose path matches.
    pub const fn without_functions(pattern: &'p str) -> Self {
        Self::new(MatchOn::Function, pattern, false)
    }

    /// Keeps traces of crates whose [name](Frame::crate_name) matches.
    pub const fn only_crates(pattern: &'p str) -> Self {
        Self::new(MatchOn::Crate, pattern, true)
    }

    /// Drops traces of crates whose name matches.
    pub const fn without_crates(pattern: &'p str) -> Self {
        Self::new(MatchOn::Crate, pattern, false)
    }

    /// Matches only this line of the files, functions or crates.
    pub const fn line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    /// Matches a trace if any of its functions matches, not only the innermost.
    pub const fn all_frames(self) -> Self {
        Self { all_frames: true, ..self }
    }

    fn matches(&self, frame: &Frame) -> bool {
        if self.line.is_some_and(|line| line != frame.line()) {
            return false;
        }
        match self.target {
            MatchOn::File => matches(self.pattern, frame.short_file()) || matches(self.pattern, frame.file()),
            MatchOn::Function => matches(self.pattern, frame.function()),
            MatchOn::Crate => matches(self.pattern, frame.crate_name()),
        }
    }

    fn matches_trace(&self, sums: &SiteSums, figures: &Figures) -> bool {
        let count = if self.all_frames { usize::MAX } else { 1 };
        figures.shown(sums).take(count).any(|frame| self.matches(frame))
    }
}

/// Whether a pattern matches a whole text. Takes at most time linear in the product of their lengths.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // The pattern after the last star, and the text to match it with next.
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
                // Backtrack: the star takes one character more.
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
    use super::matches;

    #[test]
    fn patterns_match_whole_names() {
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
            assert!(matches(pattern, text), "{pattern} {text}");
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
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
        // Backtracking over all stars would take exponential time.
        assert!(!matches(&"*a".repeat(100), &"a".repeat(10_000).replace("aaaaaaaaaa", "b")));
        assert!(!matches(&format!("{}b", "*a".repeat(100)), &"a".repeat(10_000)));
    }

    #[test]
    fn matches_agree_with_a_naive_matcher() {
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
                    matches(&pattern, &text),
                    slowly(pattern.as_bytes(), text.as_bytes()),
                    "{pattern} {text}"
                );
            }
        }
    }
}
