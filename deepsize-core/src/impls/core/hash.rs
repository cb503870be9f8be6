#[expect(deprecated, reason = "older code may still use it")]
use core::hash::SipHasher;
use core::hash::{BuildHasherDefault, Hasher};

flat! {
    #[expect(deprecated, reason = "older code may still use it")]
    SipHasher,
    /// Creates hashers on demand.
    BuildHasherDefault<H> where [H],
}

erased! { Hasher }
