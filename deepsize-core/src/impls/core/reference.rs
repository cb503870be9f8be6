flat! {
    /// Borrows; to count what is behind it, see [`Walker::borrowed`](crate::Walker::borrowed).
    &T where [T: ?Sized],
    /// Borrows; to count what is behind it, see [`Walker::borrowed`](crate::Walker::borrowed).
    &mut T where [T: ?Sized],
}
