use std::time::Duration;

/// What was live at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The time since the timeline began.
    pub at: Duration,
    /// The bytes that were live in the process.
    pub live: u64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mark {
    /// The time since the timeline began.
    pub at: Duration,
    /// The bytes that were live in the process.
    pub live: u64,
    /// What happened.
    pub event: Event,
    /// The name of the mark or of the scope.
    pub name: String,
}

/// What a [`Mark`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The program has called [`mark`](crate::mark()).
    Mark,
    /// A scope began.
    Begin,
    /// A scope ended.
    End,
}
