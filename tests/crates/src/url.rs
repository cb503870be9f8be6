use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use url::{Host, Origin, Url};

use crate::random::Random;
use crate::support::{assert_exact, assert_flat, assert_lower_bound, live_bytes};
use crate::{exact, for_random_bytes};

impl Random for Host {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match u8::random(source, depth) % 3 {
            0 => Self::Domain(String::random(source, depth)),
            1 => Self::Ipv4(u32::random(source, depth).into()),
            _ => Self::Ipv6(u128::random(source, depth).into()),
        }
    }
}

exact! {
    hosts: Vec<Host>;
}

fn urls() -> Vec<&'static str> {
    let readme = include_str!("../../../README.md");
    let lock_file = include_str!("../../../Cargo.lock");
    let found = readme.split(['(', ')']).chain(lock_file.split(['"', '+']));
    found.filter(|part| part.starts_with("https://")).collect()
}

#[test]
fn a_url_owns_at_least_its_text() {
    let mut urls = urls();
    assert!(urls.len() > 50, "the file contains URLs");
    urls.truncate(200);
    urls.extend([
        "data:text/plain,no%20host",
        "http://user:word@[::1]:80/a/../b?c=d#e",
        "file:///C|/x",
        "https://ex\u{e4}mple.de",
    ]);
    for text in urls {
        let url = Url::parse(text).unwrap();
        assert_eq!(url.heap_size(), url.as_str().len());
        assert_eq!(assert_lower_bound(Reason::Capacity, || Url::parse(text).unwrap()), url.as_str().len());
    }
}

#[test]
fn a_clone_has_the_size_of_its_text() {
    let url = Url::parse("https://a.example/a/long/way/../../short").unwrap();
    let before = live_bytes();
    let clone = url.clone();
    assert_eq!(live_bytes() - before, clone.heap_size() as isize);
}

#[test]
fn no_url_is_measured_in_excess() {
    for_random_bytes(|source| {
        let query = String::random(source, 0);
        assert_lower_bound(Reason::Capacity, || {
            let mut url = Url::parse("https://a.example/path").unwrap();
            url.query_pairs_mut().append_pair("key", &query);
            url.set_fragment(Some("end"));
            url
        });
    });
}

#[test]
fn origins_are_exact() {
    assert_exact(|| Origin::Tuple("https".into(), Host::Domain("a.example".into()), 443));
    assert_exact(Origin::new_opaque);
    assert_flat(Host::<&str>::Domain("borrowed"));
    assert_flat(url::ParseError::EmptyHost);
}
