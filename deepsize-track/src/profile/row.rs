/// A path of scopes, with sums over all calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The name of the innermost scope.
    pub name: &'static str,
    /// The number of enclosing scopes.
    pub depth: usize,
    /// The number of times the scope was entered.
    pub calls: u64,
    /// The bytes allocated in the scope and in the scopes inside it.
    pub allocated_size: u64,
    /// The bytes freed in the scope and in the scopes inside it. The blocks may have been allocated elsewhere.
    pub freed_size: u64,
    /// The bytes allocated in the scope, without the scopes inside it.
    pub self_allocated_size: u64,
    /// The largest peak of a call, above the live bytes at its start. All polls of a future are one call.
    #[doc(alias = "peak memory")]
    pub peak_size: u64,
}

impl Row {
    /// Adds the calls of another thread.
    pub(super) fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.allocated_size += other.allocated_size;
        self.freed_size += other.freed_size;
        self.self_allocated_size += other.self_allocated_size;
        self.peak_size = self.peak_size.max(other.peak_size);
    }

    /// The bytes allocated minus the bytes freed.
    pub fn net_size(&self) -> i64 {
        self.allocated_size.wrapping_sub(self.freed_size) as i64
    }
}
