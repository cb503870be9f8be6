unfollowed! {
    Reference:
    /// Owns nothing. To count the target, use [`Walker::borrowed`](crate::Walker::borrowed).
    &T where [T: ?Sized] => |_| true;
}

// `&mut T` has no impl. In a method with `&mut self`, method lookup would find it first, and `self.deep_size()` would measure
// the reference. The derive treats a field written as `&mut …` as flat.
