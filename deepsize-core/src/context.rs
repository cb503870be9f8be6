//! What a walk remembers: the shared memory it has met.

#[cfg(feature = "alloc")]
use crate::{DeepSize, addresses::Addresses};

/// So many addresses are kept in place.
#[cfg(feature = "alloc")]
const FEW: usize = 4;

/// The addresses of the shared blocks met so far.
///
/// Four are kept in place; more take at most 24 bytes each, on the heap.
pub(crate) struct Seen {
    #[cfg(feature = "alloc")]
    met: Met,
    /// Whether handles with one owner are remembered too, for a tally whose values may be cloned between two additions.
    remembers_unique: bool,
}

#[cfg(feature = "alloc")]
enum Met {
    // Nothing to set up for a walk that meets no shared block.
    None,
    // The places not in use repeat the first.
    Few { addresses: [usize; FEW], count: usize },
    Many(Addresses),
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
            met: Met::None,
            remembers_unique,
        }
    }

    /// Whether there is a table to free.
    #[inline(always)]
    pub(crate) fn is_on_the_heap(&self) -> bool {
        #[cfg(feature = "alloc")]
        let is_on_the_heap = matches!(self.met, Met::Many(_));
        #[cfg(not(feature = "alloc"))]
        let is_on_the_heap = false;
        is_on_the_heap
    }

    /// Forgets all addresses, and frees the table.
    pub(crate) fn forget(&mut self) {
        *self = Self::empty(self.remembers_unique);
    }

    #[inline]
    pub(crate) fn remembers_unique(&self) -> bool {
        self.remembers_unique
    }

    /// How many of the handles, from the first on, lead to known blocks.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn count_known<T: DeepSize>(&self, handles: &[T]) -> usize {
        let mut addresses = handles.iter().map(T::leads_to);
        let unknown = match &self.met {
            Met::None => Some(0),
            Met::Few { addresses: few, .. } => addresses.position(|address| !is_among(few, address)),
            Met::Many(many) => addresses.position(|address| !many.contains(address)),
        };
        unknown.unwrap_or(handles.len())
    }

    /// Remembers `address`, and says whether it is new; nothing if there is no memory to remember it in.
    #[cfg(feature = "alloc")]
    pub(crate) fn insert(&mut self, address: usize) -> Option<bool> {
        Some(match &mut self.met {
            Met::None => {
                self.met = Met::Few { addresses: [address; FEW], count: 1 };
                true
            }
            Met::Few { addresses, .. } if is_among(addresses, address) => false,
            Met::Few { addresses, count } => {
                if let Some(free) = addresses.get_mut(*count) {
                    *free = address;
                    *count += 1;
                } else {
                    let addresses = *addresses;
                    self.met_more(addresses, address)?;
                }
                true
            }
            Met::Many(addresses) => addresses.insert(address)?,
        })
    }

    /// Remembers an address that is not known; nothing if there is no memory to remember it in.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn insert_unknown(&mut self, address: usize) -> Option<()> {
        match &mut self.met {
            Met::Many(addresses) => addresses.insert_unknown(address),
            _ => self.insert(address).map(drop),
        }
    }

    /// Goes from few to many.
    #[cfg(feature = "alloc")]
    #[cold]
    #[inline(never)]
    fn met_more(&mut self, few: [usize; FEW], one_more: usize) -> Option<()> {
        self.met = Met::Many(Addresses::of(few.into_iter().chain([one_more]))?);
        Some(())
    }

    #[cfg(not(feature = "alloc"))]
    pub(crate) fn insert(&mut self, _address: usize) -> Option<bool> {
        None
    }
}

#[cfg(feature = "alloc")]
#[inline]
fn is_among(addresses: &[usize; FEW], address: usize) -> bool {
    addresses.iter().fold(false, |is_among, &one| is_among | (one == address))
}
