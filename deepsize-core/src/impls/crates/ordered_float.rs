//! `ordered-float` 5: exact.

use ordered_float::{FloatIsNan, NotNan, OrderedFloat};

use crate::DeepSize;

flat! { FloatIsNan }

newtype! { OrderedFloat }

unseen! {
    Hidden:
    /// Floats are flat; any other value is not exposed.
    NotNan<T> where [T: DeepSize] => T;
}
