use core::mem::{Discriminant, ManuallyDrop, MaybeUninit};

use crate::DeepSize;

flat! {
    Discriminant<T> where [T],
}

unseen! {
    Uninit:
    /// Opaque unless the value is flat: safe code cannot check whether it is initialised.
    MaybeUninit<T> where [T: DeepSize] => T;
}

holder! {
    /// The contents, which stay allocated until they are dropped explicitly.
    ManuallyDrop<T> where [T], all_fields: [], is_flat: T::is_flat() => |value, walker, visit| visit(value, walker)
}
