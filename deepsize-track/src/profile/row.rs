/// A scope inside certain others, over all of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The name of the scope.
    pub name: &'static str,
    /// How many scopes it lies in.
    pub depth: usize,
    /// How often it was entered.
    pub calls: u64,
    /// The bytes that were allocated in it and in the scopes inside.
    pub allocated: u64,
    /// The bytes that were freed in it and in the scopes inside, whoever had allocated them.
    pub freed: u64,
    /// The bytes that were allocated in it, but not in a scope inside.
    pub self_allocated: u64,
    /// The most bytes that a call had allocated and not freed, at one time, above what was live when it began.
    pub peak: u64,
}

impl Row {
    /// The bytes allocated and not freed; negative if more were freed.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.allocated.wrapping_sub(self.freed) as i64
    }
}
