//! `portable-atomic` 1: exact. Atomics and pointers own nothing.

use portable_atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicUsize,
};

flat! { AtomicBool, AtomicI8, AtomicI16, AtomicIsize, AtomicPtr<T> where [T], AtomicU8, AtomicU16, AtomicUsize }

portable_atomic::cfg_has_atomic_32! {
    flat! { portable_atomic::AtomicI32, portable_atomic::AtomicU32 }
}

portable_atomic::cfg_has_atomic_64! {
    flat! { portable_atomic::AtomicI64, portable_atomic::AtomicU64 }
}

portable_atomic::cfg_has_atomic_128! {
    flat! { portable_atomic::AtomicI128, portable_atomic::AtomicU128 }
}
