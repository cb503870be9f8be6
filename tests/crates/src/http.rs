use arbitrary::Unstructured;
use bytes::Bytes;
use deep_size::{DeepSize, Reason};
use http::header::{ACCEPT, HOST, SET_COOKIE};
use http::uri::Scheme;
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version,
};

use crate::random::{Random, below, length};
use crate::support::{Sum, assert_exact, assert_flat, assert_opaque, live_bytes};
use crate::{exact, for_random_bytes};

impl Random for Method {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        match below(source, 3) {
            0 => Self::GET,
            _ => Self::from_bytes("X".repeat(1 + length(source, depth)).as_bytes()).unwrap(),
        }
    }
}

exact! {
    methods: Vec<Method>;
}

#[test]
fn numbers_and_constants_own_nothing() {
    assert_flat(StatusCode::OK);
    assert_flat(Version::HTTP_2);
    assert_exact(|| Scheme::HTTPS);
    assert_exact(HeaderMap::<HeaderValue>::new);
}

/// The name of a standard header is a constant, even if it was parsed.
#[test]
fn names_of_standard_headers_own_nothing() {
    let names = ["accept", "x-xss-protection", "Content-Length", "SET-COOKIE", "te"];
    names.iter().for_each(|name| assert_exact(|| HeaderName::from_bytes(name.as_bytes()).unwrap()));
    assert_exact(|| HeaderName::from_static("www-authenticate"));
    assert_opaque(Reason::Hidden, || HeaderName::from_static("x-not-standard"));
    assert_opaque(Reason::Hidden, || HeaderName::from_bytes(b"X-Not-Standard").unwrap());
}

/// A map of numbers with random names. Some names have several values.
fn random_map(source: &mut Unstructured<'_>) -> HeaderMap<u64> {
    let mut map = HeaderMap::with_capacity(below(source, 20));
    for _ in 0..length(source, 0) {
        let name = [ACCEPT, HOST, SET_COOKIE][below(source, 3)].clone();
        let name =
            if bool::random(source, 0) { name } else { format!("x-{}", below(source, 50)).parse().unwrap() };
        if bool::random(source, 0) {
            map.append(name, u64::random(source, 0));
        } else {
            map.insert(name, u64::random(source, 0));
        }
    }
    if bool::random(source, 0) {
        map.remove(ACCEPT);
    }
    map
}

#[test]
fn no_map_is_measured_in_excess() {
    for_random_bytes(|source| {
        let before = live_bytes();
        let map = random_map(source);
        let built = live_bytes() - before;
        let sum = Sum::of(&map);
        assert!(map.heap_size() as isize <= built);
        assert_eq!(
            sum.opaque.is_empty(),
            map.capacity() == 0,
            "only a map without a table is measured completely"
        );
        let clone = map.clone();
        assert_eq!(clone.heap_size(), map.heap_size());
    });
}

/// Only spare capacity is hidden. A clone has spare capacity only for further values of a name.
#[test]
fn a_clone_is_measured_completely() {
    let mut map = HeaderMap::with_capacity(0);
    for (index, name) in
        ["accept", "host", "te", "cookie", "via", "age", "set-cookie"].into_iter().enumerate()
    {
        map.insert(name, index);
        map.append(name, index);
    }
    let before = live_bytes();
    let clone = map.clone();
    let built = live_bytes() - before;
    assert_eq!(clone.heap_size() as isize, built);
    drop(clone);

    let mut owning: HeaderMap<String> = HeaderMap::default();
    owning.insert(HOST, "a text".into());
    owning.append(HOST, "a longer text".into());
    owning.insert(ACCEPT, String::new());
    let before = live_bytes();
    let clone = owning.clone();
    assert_eq!(clone.heap_size() as isize, live_bytes() - before);
}

#[test]
fn values_and_uris_are_opaque() {
    let buffer = Bytes::from(vec![b'x'; 100]);
    assert_opaque(Reason::Hidden, || HeaderValue::from_static("in the program"));
    assert_opaque(Reason::Hidden, || HeaderValue::from_str("in its own buffer").unwrap());
    assert_opaque(Reason::Hidden, || HeaderValue::from_maybe_shared(buffer.slice(3..7)).unwrap());
    assert_opaque(Reason::Hidden, || Uri::from_static("https://a.example/path?query"));
    assert_opaque(Reason::Hidden, || "/only/a/path".parse::<Uri>().unwrap());
    let scheme = assert_opaque(Reason::Hidden, || "ftp".parse::<Scheme>().unwrap());
    assert_eq!(scheme, 32, "only the box is counted");
}

#[test]
fn a_message_counts_its_body_and_reports_its_opaque_parts() {
    let request = Request::builder().method("A-METHOD-OF-ITS-OWN").header("accept", "*/*");
    let request = request.body(String::with_capacity(100)).unwrap();
    let headers = request.headers().heap_size();
    assert_eq!(request.heap_size(), 100 + "A-METHOD-OF-ITS-OWN".len() + headers);
    assert!(headers > 0);

    let (parts, _) = request.into_parts();
    assert_eq!(parts.heap_size(), "A-METHOD-OF-ITS-OWN".len() + headers);
    assert_opaque(Reason::TypeErased, || Response::new(vec![1_u8; 10]));
    assert_opaque(Reason::TypeErased, || Response::new(()).into_parts().0);
    let mut extensions = Extensions::new();
    extensions.insert(String::from("hidden"));
    assert_opaque(Reason::TypeErased, || extensions);
}
