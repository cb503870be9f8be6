/// A path of scopes, with sums over all calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The bytes allocated minus the bytes freed.
    #[must_use]
    pub fn net_size(&self) -> i64 {
        self.allocated_size.wrapping_sub(self.freed_size) as i64
    }
}
