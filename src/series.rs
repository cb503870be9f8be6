//! Reports over time.

use std::string::String;

pub use deep_size_format::{Series, Verdict};

use crate::Report;

impl Report {
    /// The own bytes of each path, as a sample of a [`Series`]. They add up to [`deep_size`](Self::deep_size).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use deep_size::{DeepSize, Series, Verdict, inspect};
    ///
    /// #[derive(DeepSize)]
    /// struct Server {
    ///     log: Vec<u64>,
    ///     buffer: Vec<u8>,
    /// }
    ///
    /// let (mut server, mut series) = (Server { log: vec![], buffer: vec![0; 4096] }, Series::new());
    /// for minute in 1..=30 {
    ///     server.log.push(minute);
    ///     series.add(Duration::from_secs(60 * minute), inspect(&server).figures());
    /// }
    /// let (path, verdict) = series.verdicts()[0];
    /// assert_eq!(path, "log[]");
    /// assert!(matches!(verdict, Verdict::Growing { rate, .. } if (rate - 60.0 * 8.0).abs() < 1.0));
    /// ```
    pub fn figures(&self) -> impl Iterator<Item = (String, u64)> {
        self.nodes().map(|node| (node.path(), node.own_size() as u64))
    }
}
