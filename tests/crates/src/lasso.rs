use deep_size::{DeepSize, Reason};
use lasso::{Rodeo, Spur, ThreadedRodeo};

use crate::for_random_bytes;
use crate::random::{Random, length};
use crate::support::{assert_flat, assert_opaque};

#[test]
fn random_interners_are_opaque() {
    for_random_bytes(|source| {
        let build = || {
            let mut rodeo = Rodeo::<Spur>::new();
            for _ in 0..length(source, 0) {
                rodeo.get_or_intern(String::random(source, 0));
            }
            rodeo
        };
        assert_opaque(Reason::Hidden, build);
    });
}

#[test]
fn readers_own_at_least_their_texts() {
    let build = || {
        let mut rodeo = Rodeo::<Spur>::new();
        for number in 0..100 {
            rodeo.get_or_intern(number.to_string());
        }
        rodeo
    };
    assert!(build().heap_size() >= 1600);
    assert_eq!(assert_opaque(Reason::Hidden, || build().into_reader()), 1600);
    assert_eq!(assert_opaque(Reason::Hidden, || build().into_resolver()), 1600);
    assert_opaque(Reason::Hidden, ThreadedRodeo::<Spur>::new);
    assert_flat(build().get_or_intern_static("text"));
}
