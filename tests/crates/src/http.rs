use arbitrary::Unstructured;
use bytes::Bytes;
use deep_size::{DeepSize, Reason, Size};
use http::header::{ACCEPT, HOST, SET_COOKIE};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version,
};

use crate::random::{Random, below, length};
use crate::support::{Sum, assert_exact, assert_flat, assert_lower_bound, assert_opaque, live_bytes};
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
            sum.size().is_exact(),
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
fn static_texts_own_nothing() {
    assert_exact(|| HeaderValue::from_static("in the program"));
    assert_exact(|| HeaderName::from_static("x-not-standard"));
    assert_exact(|| Uri::from_static("https://a.example/path?query"));
    assert_exact(|| [PathAndQuery::from_static("/a?b"), PathAndQuery::from_static("/")]);
    assert_exact(|| Authority::from_static("a.example:80"));
    assert_exact(Uri::default);
    assert_exact(|| HeaderValue::from_static(""));
    let mut sensitive = HeaderValue::from_static("secret");
    sensitive.set_sensitive(true);
    assert_exact(|| sensitive.clone());
}

#[test]
fn texts_in_their_own_buffer_are_exact() {
    for_random_bytes(|source| {
        let text = format!("x{}", "y".repeat(length(source, 0)));
        let is_sensitive = bool::random(source, 0);
        assert_exact(|| {
            let mut value = HeaderValue::from_str(&text).unwrap();
            value.set_sensitive(is_sensitive);
            value
        });
        assert_exact(|| HeaderName::from_bytes(format!("X-{text}").as_bytes()).unwrap());
        assert_exact(|| text.parse::<Authority>().unwrap());
        assert_exact(|| format!("/{text}?{text}").parse::<PathAndQuery>().unwrap());
    });
}

#[test]
fn parts_of_one_uri_count_their_buffer_once() {
    let uri = || "https://a.example/path?query".parse::<Uri>().unwrap();
    let heap = assert_lower_bound(Reason::Slice, uri);
    assert_eq!(heap, "a.example/path?query".len(), "the scheme is a constant");
    let several = || {
        let uri = uri();
        (uri.clone(), uri.path_and_query().cloned(), uri)
    };
    assert_eq!(assert_lower_bound(Reason::Slice, several), heap);

    let buffer = Bytes::from(vec![b'x'; 100]);
    let shared = || HeaderValue::from_maybe_shared(buffer.slice(3..7)).unwrap();
    // The buffer exists before the value is built, so the audits do not apply.
    assert_eq!(shared().heap_size(), 4);
    assert_eq!([shared(), shared(), shared()].heap_size(), 4);
    let scheme = assert_opaque(Reason::Hidden, || "ftp".parse::<Scheme>().unwrap());
    assert_eq!(scheme, 32, "only the box is counted");
}

/// A map with values of all kinds.
fn random_headers(source: &mut Unstructured<'_>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for _ in 0..length(source, 0) {
        let name = HeaderName::from_bytes(format!("x-{}", below(source, 50)).as_bytes()).unwrap();
        let value = match below(source, 4) {
            0 => HeaderValue::from_static("in the program"),
            1 => HeaderValue::from(below(source, 1_000)),
            2 if !map.is_empty() => map.values().next().cloned().unwrap(),
            _ => HeaderValue::from_bytes(&vec![b'y'; below(source, 50)]).unwrap(),
        };
        map.append(name, value);
    }
    map
}

#[test]
fn headers_are_lower_bounds_of_all_their_texts() {
    for_random_bytes(|source| {
        let before = live_bytes();
        let map = random_headers(source);
        let built = live_bytes() - before;
        assert!(map.heap_size() as isize <= built);
        assert_eq!(map.clone().values().filter(|value| !Size::of(*value).is_exact()).count(), {
            // A clone shares each buffer that is not static or empty.
            let statics =
                map.values().filter(|value| value.as_bytes() == b"in the program" || value.is_empty());
            map.len() - statics.count()
        });
    });
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
