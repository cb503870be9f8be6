//! What a walk remembers: the shared memory it has met.

#[cfg(feature = "alloc")]
use hashbrown::HashTable;

/// The addresses of the shared blocks met so far.
///
/// Empty until the first handle that could be met again; 9 bytes a bucket, at most 21 bytes an address.
pub(crate) struct Seen {
    #[cfg(feature = "alloc")]
    addresses: HashTable<usize>,
    /// Whether handles with one owner are remembered too, for a tally whose values may be cloned between two additions.
    remembers_unique: bool,
}

impl Seen {
    /// For one walk.
    #[inline]
    pub(crate) const fn new() -> Self {
        Self::empty(false)
    }

    /// For many walks.
    pub(crate) const fn for_many_roots() -> Self {
        Self::empty(true)
    }

    #[inline]
    const fn empty(remembers_unique: bool) -> Self {
        Self {
            #[cfg(feature = "alloc")]
            addresses: HashTable::new(),
            remembers_unique,
        }
    }

    #[inline]
    pub(crate) fn remembers_unique(&self) -> bool {
        self.remembers_unique
    }

    /// Remembers `address`; `false` if it was there already, or if there is no memory to remember it in (which
    /// measures too little rather than too much).
    #[cfg(feature = "alloc")]
    pub(crate) fn insert(&mut self, address: usize) -> bool {
        let hash_of = hash(address);
        if self.addresses.find(hash_of, |&one| one == address).is_some()
            || self.addresses.try_reserve(1, |&one| hash(one)).is_err()
        {
            return false;
        }
        self.addresses.insert_unique(hash_of, address, |&one| hash(one));
        true
    }

    #[cfg(not(feature = "alloc"))]
    pub(crate) fn insert(&mut self, _address: usize) -> bool {
        false
    }
}

/// Mixes an address so that both the low bits and the top seven, which `hashbrown` uses, depend on all of it.
#[cfg(feature = "alloc")]
#[inline]
fn hash(address: usize) -> u64 {
    // The odd constant is 2^64 divided by the golden ratio, as in Knuth, The Art of Computer Programming, vol. 3, 6.4.
    let product = u128::from(address as u64) * 0x9E37_79B9_7F4A_7C15;
    (product as u64) ^ ((product >> 64) as u64)
}
