//! Deeply nested values of third-party types, measured on a small stack. The values are never dropped. A
//! separate program keeps them out of the other tests' audits.

#[path = "../../support/mod.rs"]
mod support;

use std::mem::forget;
use std::thread;

use deep_size::DeepSize;

use support::Sum;

/// Declares a type that contains itself in a collection, and measures a deep value of it on a small stack.
macro_rules! deep {
    ($($(#[$attribute:meta])* $name:ident: $node:ident($type:ty) $first:expr, |$inner:ident| $next:expr;)*) => {$(
        #[test]
        fn $name() {
            $(#[$attribute])*
            struct $node($type);
            impl DeepSize for $node {
                fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
                    walker.field("0", &self.0);
                }
            }
            const LEVELS: usize = 30_000;
            let measure = || {
                let mut node = $node($first);
                for _ in 0..LEVELS {
                    let $inner = node;
                    node = $node($next);
                }
                let size = node.deep_size();
                assert!(size > LEVELS * size_of::<$node>());
                assert_eq!(Sum::of(&node).bytes, size);
                // A drop would overflow the stack.
                forget(node);
            };
            thread::Builder::new().stack_size(512 << 10).spawn(measure).expect("it starts").join().expect("it fits");
        }
    )*};
}

deep! {
    deep_thin_vec: Node(thin_vec::ThinVec<Node>) thin_vec::ThinVec::new(), |inner| [inner].into_iter().collect();
    #[derive(Clone)]
    deep_eco_vec: Node(ecow::EcoVec<Node>) ecow::EcoVec::new(), |inner| [inner].into_iter().collect();
    deep_triomphe: Node(Option<triomphe::Arc<Node>>) None, |inner| Some(triomphe::Arc::new(inner));
    deep_slab: Node(slab::Slab<Node>) slab::Slab::new(), |inner| [(0, inner)].into_iter().collect();
    deep_index_map: Node(indexmap::IndexMap<u8, Node>) Default::default(), |inner| [(0, inner)].into_iter().collect();
    deep_hashbrown: Node(hashbrown::HashMap<u8, Node>) Default::default(), |inner| [(0, inner)].into_iter().collect();
    deep_list: Node(rpds::List<Node>) Default::default(), |inner| rpds::List::new().push_front(inner);
    deep_swap: Node(Option<std::sync::Arc<arc_swap::ArcSwapOption<Node>>>) None,
        |inner| Some(std::sync::Arc::new(arc_swap::ArcSwapOption::from_pointee(inner)));
    deep_lock: Node(Option<Box<parking_lot::Mutex<Node>>>) None, |inner| Some(Box::new(parking_lot::Mutex::new(inner)));
    deep_matrix: Node(ndarray::Array1<Node>) ndarray::Array1::from_vec(Vec::new()), |inner| ndarray::Array1::from_vec(vec![inner]);
    deep_once: Node(once_cell::race::OnceBox<Node>) once_cell::race::OnceBox::new(), |inner| once_cell::race::OnceBox::with_value(Box::new(inner));
}

#[test]
fn deep_json_and_toml_are_measured() {
    let measure = || {
        let mut json = serde_json::Value::Null;
        let mut toml = toml::Value::Boolean(true);
        let mut proto = prost_types::Value::default();
        for level in 0..30_000 {
            if level % 2 == 0 {
                json = serde_json::Value::Array(vec![json]);
                toml = toml::Value::Array(vec![toml]);
            } else {
                json = serde_json::Value::Object([(String::new(), json)].into_iter().collect());
                toml = toml::Value::Table([(String::new(), toml)].into_iter().collect());
            }
            let values = prost_types::ListValue { values: vec![proto] };
            proto = prost_types::Value { kind: Some(prost_types::value::Kind::ListValue(values)) };
        }
        for size in [json.deep_size(), toml.deep_size(), proto.deep_size()] {
            assert!(size > 30_000 * 24);
        }
        forget((json, toml, proto));
    };
    thread::Builder::new().stack_size(512 << 10).spawn(measure).expect("it starts").join().expect("it fits");
}
