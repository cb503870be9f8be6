use deep_size::Reason;
use linked_hash_map::LinkedHashMap;

use crate::for_random_bytes;
use crate::random::{Random, below, length};
use crate::support::{assert_lower_bound, live_bytes};

/// Tests of a linked map of this name.
macro_rules! linked_maps {
    ($map:ident) => {
        #[test]
        fn random_maps_are_lower_bounds() {
            for_random_bytes(|source| {
                assert_lower_bound(Reason::Hidden, || {
                    let mut map = $map::<u8, String>::with_capacity(below(source, 9));
                    for _ in 0..length(source, 0) {
                        map.insert(u8::random(source, 0), String::random(source, 1));
                        if below(source, 3) == 0 {
                            map.remove(&u8::random(source, 0));
                        }
                    }
                    match below(source, 6) {
                        0 => map.clear(),
                        1 => map.shrink_to_fit(),
                        _ => {}
                    }
                    map
                });
            });
        }

        #[test]
        fn maps_that_only_grow_are_measured_completely() {
            for entries in [0, 1, 3, 4, 28, 29, 1000_u64] {
                let mut built = 0;
                let build = || {
                    let before = live_bytes();
                    let map: $map<u64, String> = (0..entries).map(|key| (key, key.to_string())).collect();
                    built = live_bytes() - before;
                    map
                };
                assert_eq!(assert_lower_bound(Reason::Hidden, build) as isize, built);
            }
        }
    };
}
pub(crate) use linked_maps;

linked_maps! { LinkedHashMap }

#[test]
fn elements_without_a_size_are_measured() {
    assert_lower_bound(Reason::Hidden, || LinkedHashMap::<(), ()>::from_iter([((), ())]));
    assert_lower_bound(Reason::Hidden, || LinkedHashMap::<(), u128>::from_iter([((), 1)]));
}
