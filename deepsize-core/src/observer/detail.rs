#[cfg(doc)]
use super::Observer;

/// How much an observer wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Detail {
    /// Each value by itself.
    #[default]
    Values,
    /// Each value by itself, never as a [`leaf`](Observer::leaf), and of texts and byte strings the
    /// [`content`](Observer::content).
    ///
    /// These are `String`, `CString`, `OsString`, `PathBuf`, `Vec<u8>`, and `str`, `[u8]` and the like behind a pointer.
    ///
    /// ```
    /// use deep_size_core::{Detail, Observer, Tally};
    ///
    /// #[derive(Default)]
    /// struct Texts(Vec<Vec<u8>>);
    ///
    /// impl Observer for Texts {
    ///     fn detail(&self) -> Detail {
    ///         Detail::Contents
    ///     }
    ///     fn content(&mut self, bytes: &[u8]) {
    ///         self.0.push(bytes.to_vec());
    ///     }
    /// }
    ///
    /// let mut texts = Texts::default();
    /// let value = (String::from("a"), vec![Box::<[u8]>::from(*b"b")], vec![1_u16]);
    /// Tally::new().add_observed(&value, &mut texts);
    /// assert_eq!(texts.0, [b"a", b"b"]);
    /// ```
    Contents,
    /// Each value by itself, but for elements that own one block at most, such as strings: those of one collection are told
    /// together, by [`run`](Observer::run), and their blocks have no addresses then.
    Runs,
    /// Memory alone: runs, blocks, each with its address unless it belongs to a run, and what is opaque, but neither [`enter`](Observer::enter),
    /// [`exit`](Observer::exit), [`leaf`](Observer::leaf), [`flat`](Observer::flat) nor [`variant`](Observer::variant).
    ///
    /// ```
    /// use deep_size_core::{Allocation, Detail, LeafRun, Observer, Tally};
    ///
    /// /// Counts blocks.
    /// #[derive(Default)]
    /// struct Blocks(usize);
    ///
    /// impl Observer for Blocks {
    ///     fn detail(&self) -> Detail {
    ///         Detail::Blocks
    ///     }
    ///     fn allocation(&mut self, _: &Allocation) {
    ///         self.0 += 1;
    ///     }
    ///     fn run(&mut self, run: &LeafRun) {
    ///         self.0 += run.blocks;
    ///     }
    /// }
    ///
    /// let mut blocks = Blocks::default();
    /// Tally::new().add_observed(&vec![String::from("a"), String::new(), String::from("b")], &mut blocks);
    /// assert_eq!(blocks.0, 3);
    /// ```
    Blocks,
    /// How many blocks there are and how many bytes they take: one call of [`totals`](Observer::totals) at the end of the walk, and
    /// [`opaque`](Observer::opaque) for each part that could not be measured; nothing else.
    ///
    /// The walk adds up the blocks itself, so that this takes one to two times as long as a walk that nobody watches, and three where
    /// strings side by side lie in a cache. If an impl panics, nothing is told of the blocks met until then.
    ///
    /// ```
    /// use deep_size_core::{Detail, Observer, Tally, Totals};
    ///
    /// /// Counts blocks, as fast as can be.
    /// #[derive(Default)]
    /// struct Blocks(usize);
    ///
    /// impl Observer for Blocks {
    ///     fn detail(&self) -> Detail {
    ///         Detail::Totals
    ///     }
    ///     fn totals(&mut self, totals: &Totals) {
    ///         self.0 += totals.blocks;
    ///     }
    /// }
    ///
    /// let mut blocks = Blocks::default();
    /// Tally::new().add_observed(&vec![String::from("a"), String::new(), String::from("b")], &mut blocks);
    /// assert_eq!(blocks.0, 3);
    /// ```
    Totals,
}

impl Detail {
    /// Whether values are told, and not memory alone.
    #[inline]
    pub(crate) fn has_values(self) -> bool {
        !matches!(self, Self::Blocks | Self::Totals)
    }
}
