flat! {
    /// Borrows; to count what is behind it, see [`Walker::borrowed`](crate::Walker::borrowed).
    &T where [T: ?Sized],
}

// No impl for `&mut T`: in a method with `&mut self`, lookup would find it before that of the type, and `self.deep_size()`
// would measure the reference. To the derive, a field written as `&mut …` owns nothing.
