use core::any::{Any, TypeId};

flat! { TypeId }

erased! { Any }
