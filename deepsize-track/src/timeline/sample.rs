use std::time::Duration;

/// The live bytes at one moment, and their peak since the sample before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The time since the timeline began.
    pub at: Duration,
    /// The live bytes of the process.
    pub live_size: u64,
    /// The highest number of live bytes since the sample before, within 16 KiB for each thread.
    pub peak_size: u64,
    /// The resident set size, as in [`Process`](crate::Process::resident_size).
    pub resident_size: Option<u64>,
}

/// A named event in a [`Timeline`](crate::Timeline).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mark {
    /// The time since the timeline began.
    pub at: Duration,
    /// The live bytes of the process.
    pub live_size: u64,
    /// The kind of event.
    pub event: Event,
    /// The name of the mark or of the scope.
    pub name: String,
    /// The number of the thread: 1 for the first one that marked anything, 2 for the next.
    pub thread: u64,
}

/// The kind of a [`Mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The program called [`mark`](crate::mark()).
    Mark,
    /// A scope began.
    Begin,
    /// A scope ended.
    End,
}
