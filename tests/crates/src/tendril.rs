use deep_size::{DeepSize, Reason};
use tendril::{ByteTendril, SliceExt, StrTendril};

use crate::for_random_bytes;
use crate::random::{Random, below};
use crate::support::{assert_exact, assert_lower_bound, assert_opaque, live_bytes};

#[test]
fn random_texts_are_exact_or_lower_bounds() {
    for_random_bytes(|source| {
        let build = || {
            let mut text = StrTendril::with_capacity(below(source, 40) as u32);
            for _ in 0..below(source, 8) {
                text.push_slice(&String::random(source, 0));
                match below(source, 6) {
                    0 | 1 => text.clear(),
                    2 => text.reserve(below(source, 40) as u32),
                    _ => {}
                }
            }
            (text, "longer than a word".to_tendril())
        };
        assert_lower_bound(Reason::Capacity, build);
    });
}

#[test]
fn inline_texts_are_exact() {
    for len in 0..=8 {
        assert_exact(|| vec![7_u8; len].into_boxed_slice().to_tendril());
        assert_exact(|| b"shortened to its beginning".to_tendril().subtendril(0, len as u32));
    }
}

#[test]
fn short_texts_in_a_buffer_are_lower_bounds() {
    for len in 0..=8 {
        let build = |prepare: fn(&mut ByteTendril)| {
            let mut text = ByteTendril::from_slice(&[7; 8][..len]);
            prepare(&mut text);
            text
        };
        let reserved = || build(|text| text.reserve(100));
        let counted = assert_lower_bound(Reason::Capacity, reserved);
        assert_eq!(counted, if len == 0 { 0 } else { 32 });
    }
    assert_lower_bound(Reason::Capacity, || {
        let mut text = "longer than a word".to_tendril();
        text.clear();
        text
    });
}

#[test]
fn a_new_text_is_measured_completely() {
    for len in [0, 5, 8, 9, 15, 16, 17, 200, 1000] {
        let before = live_bytes();
        let bytes = vec![7_u8; len].as_slice().to_tendril();
        assert_eq!(bytes.heap_size() as isize, live_bytes() - before, "{len} bytes");
    }
}

#[test]
fn shared_texts_are_opaque() {
    assert_opaque(Reason::Slice, || {
        let text = "a text of some length".to_tendril();
        (text.clone(), text.subtendril(2, 12), text)
    });
    assert_opaque(Reason::Hidden, || ByteTendril::from_slice(b"a text of some length").into_send());
}
