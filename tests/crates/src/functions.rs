//! Containers of third-party crates, measured by `with::each` and `with::map`.

use arrayvec::ArrayVec;
use dashmap::DashMap;
use deep_size::{DeepSize, Size, with};
use either::Either;
use indexmap::{IndexMap, IndexSet};
use petgraph::graph::Graph;
use petgraph::stable_graph::StableGraph;
use slab::Slab;
use slotmap::{DefaultKey, SecondaryMap, SlotMap};
use smallvec::SmallVec;
use thin_vec::ThinVec;

use crate::trial::exact_with;

exact_with! {
    hash_maps: hashbrown::HashMap<String, u64>, with::map(DeepSize::walk_owned, with::flat);
    hash_maps_of_0_15: hashbrown_0_15::HashMap<u8, String>, with::map(with::flat, DeepSize::walk_owned);
    hash_sets: hashbrown::HashSet<u16>, with::each(with::flat);
    index_maps: IndexMap<u8, String>, with::map(with::flat, DeepSize::walk_owned);
    index_sets: IndexSet<String>, with::each(DeepSize::walk_owned);
    small_vectors: SmallVec<[String; 3]>, with::each(DeepSize::walk_owned);
    small_vectors_of_numbers: SmallVec<[u64; 4]>, with::each(with::flat);
    array_vectors: ArrayVec<String, 5>, with::each(DeepSize::walk_owned);
    thin_vectors: ThinVec<String>, with::each(DeepSize::walk_owned);
    thin_vectors_of_numbers: ThinVec<u64>, with::each(with::flat);
    slabs: Slab<Vec<u8>>, with::each(DeepSize::walk_owned);
    slot_maps: SlotMap<DefaultKey, String>, with::each(DeepSize::walk_owned);
    secondary_maps: SecondaryMap<DefaultKey, u64>, with::each(with::flat);
    arenas: generational_arena::Arena<String>, with::each(DeepSize::walk_owned);
    arcs: Vec<triomphe::Arc<String>>, with::each(with::each(DeepSize::walk_owned));
    cells: once_cell::sync::OnceCell<Vec<String>>, with::each(DeepSize::walk_owned);
    locks: tokio::sync::RwLock<Vec<String>>, with::each(DeepSize::walk_owned);
    eithers: Vec<Either<String, Box<u8>>>, with::each(with::map(DeepSize::walk_owned, DeepSize::walk_owned));
    graphs: Graph<String, Vec<u8>>, with::map(DeepSize::walk_owned, DeepSize::walk_owned);
    stable_graphs: StableGraph<String, u64>, with::map(DeepSize::walk_owned, with::flat);
}

/// Some of these containers allocate while they are measured, or are lower bounds, so they are compared with their impls.
#[test]
fn other_containers_are_measured_like_their_impls() {
    #[derive(DeepSize)]
    struct ByFunction {
        #[deep_size(with = with::map(DeepSize::walk_owned, DeepSize::walk_owned))]
        map: DashMap<String, Vec<u8>>,
        #[deep_size(with = with::each(DeepSize::walk_owned))]
        la_arena: la_arena::Arena<String>,
        #[deep_size(with = with::each(DeepSize::walk_owned))]
        id_arena: id_arena::Arena<String>,
        #[deep_size(with = with::each(with::each(DeepSize::walk_owned)))]
        lock: parking_lot::Mutex<Vec<String>>,
    }
    #[derive(DeepSize)]
    struct ByImpl(
        DashMap<String, Vec<u8>>,
        la_arena::Arena<String>,
        id_arena::Arena<String>,
        parking_lot::Mutex<Vec<String>>,
    );

    let mut id_arena = id_arena::Arena::new();
    for at in 0..20 {
        id_arena.alloc(at.to_string());
    }
    let texts = || (0..30).map(|at| at.to_string());
    let value = ByFunction {
        map: texts().map(|text| (text.clone(), text.into_bytes())).collect(),
        la_arena: texts().collect(),
        id_arena,
        lock: parking_lot::Mutex::new(texts().collect()),
    };
    let size = Size::of(&value);
    assert_eq!(size, Size::of(&ByImpl(value.map, value.la_arena, value.id_arena, value.lock)));
}
