use core::any::{Any, TypeId};

flat! { TypeId }

erased! { Any }
erased! { unwind_safe: Any }
