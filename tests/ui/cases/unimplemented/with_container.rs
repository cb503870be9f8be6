use std::collections::HashMap;

use deep_size::{DeepSize, with};

struct Foreign;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = with::each(with::opaque))]
    not_a_container: Foreign,
    #[deep_size(with = with::each(with::each(with::opaque)))]
    nested_too_deep: Vec<Foreign>,
    #[deep_size(with = with::each(with::opaque))]
    a_map: HashMap<u8, Foreign>,
    #[deep_size(with = with::map(with::flat, with::opaque))]
    not_a_map: Vec<Foreign>,
    #[deep_size(with = with::tuple((with::flat, with::opaque)))]
    three_fields: (u8, Foreign, u8),
    #[deep_size(with = with::tuple(with::opaque))]
    not_a_tuple: (u8, Foreign),
}

fn main() {}
