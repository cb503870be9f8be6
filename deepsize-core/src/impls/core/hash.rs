#[expect(deprecated, reason = "values of it may still be around")]
use core::hash::SipHasher;
use core::hash::{BuildHasherDefault, Hasher};

flat! {
    #[expect(deprecated, reason = "values of it may still be around")]
    SipHasher,
    /// Makes its hashers on demand.
    BuildHasherDefault<H> where [H],
}

erased! { Hasher }
