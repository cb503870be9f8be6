//! Containers of third-party crates, measured by `with::each` and `with::map`.

use deep_size::{DeepSize, with};
use indexmap::{IndexMap, IndexSet};
use smallvec::SmallVec;

use crate::trial::exact_with;

exact_with! {
    hash_maps: hashbrown::HashMap<String, u64>, with::map(DeepSize::walk_owned, with::flat);
    hash_maps_of_0_15: hashbrown_0_15::HashMap<u8, String>, with::map(with::flat, DeepSize::walk_owned);
    hash_sets: hashbrown::HashSet<u16>, with::each(with::flat);
    index_maps: IndexMap<u8, String>, with::map(with::flat, DeepSize::walk_owned);
    index_sets: IndexSet<String>, with::each(DeepSize::walk_owned);
    small_vectors: SmallVec<[String; 3]>, with::each(DeepSize::walk_owned);
    small_vectors_of_numbers: SmallVec<[u64; 4]>, with::each(with::flat);
}
