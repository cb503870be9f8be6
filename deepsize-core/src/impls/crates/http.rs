//! `http` 1, from 1.5: exact, except for shared texts and header maps, which are lower bounds, and extensions, which are opaque.
//!
//! Non-standard header names, values and the parts of URIs each contain a `Bytes`, and are measured like it. The parts of one
//! URI share a buffer. A text is opaque if its `Bytes` is not found.
//!
//! Source: `src/header/{map,name,value}.rs`, `src/uri/{authority,path,scheme}.rs` and `src/method.rs` of 1.5.0.

use core::alloc::Layout;
use core::mem::ManuallyDrop;
use core::{mem, ptr};

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{
    Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version,
    request, response,
};

use super::bytes::kind::{self, Text};
use crate::{DeepSize, Reason, Walker, layout};

flat! { StatusCode, Version }

/// Reports the `Bytes` in a value.
fn walk_text<T: Text>(value: &T, walker: &mut Walker<'_>) {
    match kind::inside(value) {
        Some(bytes) => walker.inner(bytes),
        None => walker.opaque(Reason::Hidden),
    }
}

macro_rules! sample {
    ($type:ident, $text:literal) => {
        impl Text for $type {
            const TEXT: &'static str = $text;
            const SAMPLE: ManuallyDrop<Self> = ManuallyDrop::new(Self::from_static(Self::TEXT));
        }
    };
}

/// Implements `DeepSize` for types that consist of a `Bytes`, or of a `Bytes` and a flag or number.
macro_rules! texts {
    ($($type:ident: $sample:literal;)*) => {$(
        sample! { $type, $sample }

        /// Its text.
        impl DeepSize for $type {
            built_in! {}

            fn walk_owned(&self, walker: &mut Walker<'_>) {
                walk_text(self, walker);
            }
        }
    )*};
}

texts! {
    Authority: "sample";
    HeaderValue: "sample";
    PathAndQuery: "/sample";
}

sample! { HeaderName, "x-sample" }

opaque! {
    TypeErased:
    /// Values of any type. Even an empty map may own a table.
    Extensions,
}

/// Nothing for a standard name; otherwise its text.
impl DeepSize for HeaderName {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if !is_standard(self.as_str()) {
            walk_text(self, walker);
        }
    }
}

/// Whether this is the name of a standard header, which is always stored as a number.
fn is_standard(name: &str) -> bool {
    STANDARD.binary_search(&name).is_ok()
}

/// The names of standard headers, sorted. Source: `standard_headers` in `src/header/name.rs`.
#[rustfmt::skip]
const STANDARD: [&str; 81] = [
    "accept", "accept-charset", "accept-encoding", "accept-language", "accept-ranges",
    "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
    "access-control-allow-origin", "access-control-expose-headers", "access-control-max-age",
    "access-control-request-headers", "access-control-request-method", "age", "allow", "alt-svc", "authorization",
    "cache-control", "cache-status", "cdn-cache-control", "connection", "content-disposition", "content-encoding",
    "content-language", "content-length", "content-location", "content-range", "content-security-policy",
    "content-security-policy-report-only", "content-type", "cookie", "date", "dnt", "etag", "expect", "expires",
    "forwarded", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
    "last-modified", "link", "location", "max-forwards", "origin", "pragma", "proxy-authenticate",
    "proxy-authorization", "public-key-pins", "public-key-pins-report-only", "range", "referer", "referrer-policy",
    "refresh", "retry-after", "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key",
    "sec-websocket-protocol", "sec-websocket-version", "server", "set-cookie", "strict-transport-security", "te",
    "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "vary", "via", "warning",
    "www-authenticate", "x-content-type-options", "x-dns-prefetch-control", "x-frame-options", "x-xss-protection",
];

/// The table of positions exactly, and the vectors of headers and values without their spare capacity.
impl<T: DeepSize> DeepSize for HeaderMap<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        // A quarter of the positions stays empty.
        let positions = self.capacity() + self.capacity() / 3;
        if positions == 0 {
            return;
        }
        walker.lower_bound(Reason::Capacity, None);
        if let Some(layout) = layout::buffer::<Position>(positions) {
            walker.allocation(ptr::null::<Position>(), layout, layout.size());
        }
        let extra = || self.iter().filter(is_further()).map(|(_, value)| value);
        if let (Some(name), Some(layout)) = (self.keys().next(), layout::buffer::<Bucket<T>>(self.keys_len()))
        {
            walker.allocation(name, layout, layout.size());
        }
        if let (Some(value), Some(layout)) =
            (extra().next(), layout::buffer::<Extra<T>>(self.len() - self.keys_len()))
        {
            walker.allocation(value, layout, layout.size());
        }
        let mut further = is_further();
        walker.entries(self.iter().filter(move |entry| !further(entry)));
        walker.elements(extra());
    }
}

/// Whether an entry has the same name as the entry before, so its value is in the second vector.
fn is_further<'m, T: 'm>() -> impl FnMut(&(&'m HeaderName, &'m T)) -> bool {
    let mut last = ptr::null();
    move |(name, _)| {
        let this = ptr::from_ref(*name);
        mem::replace(&mut last, this) == this
    }
}

/// An element of the table of positions. Source: `Pos`.
struct Position {
    _index: u16,
    _hash: u16,
}

/// A name and its first value. Source: `Bucket`.
struct Bucket<T> {
    _hash: u16,
    _key: HeaderName,
    _value: T,
    _links: Option<(usize, usize)>,
}

/// An additional value of a name. Source: `ExtraValue`.
struct Extra<T> {
    _value: T,
    _previous: Link,
    _next: Link,
}

/// A link to an entry or to an additional value. Source: `Link`.
enum Link {
    _Entry(usize),
    _Extra(usize),
}

/// A block for a text of more than 15 bytes.
impl DeepSize for Method {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        const INLINE: usize = 15;

        let text = self.as_str();
        if text.len() > INLINE {
            walker.allocation(text.as_ptr(), Layout::for_value(text), text.len());
        }
    }
}

/// Nothing for `http` and `https`. Other schemes own a box, and their text is opaque.
impl DeepSize for Scheme {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if *self != Self::HTTP && *self != Self::HTTPS {
            // A pointer to a vtable, and three words.
            let boxed = Layout::new::<[usize; 4]>();
            walker.allocation(ptr::null::<()>(), boxed, boxed.size());
            walker.opaque(Reason::Hidden);
        }
    }
}

impl DeepSize for Uri {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        if let Some(scheme) = self.scheme() {
            walker.field("scheme", scheme);
        }
        if let Some(authority) = self.authority() {
            walker.field("authority", authority);
        }
        if let Some(path_and_query) = self.path_and_query() {
            walker.field("path_and_query", path_and_query);
        }
    }
}

impl<T: DeepSize> DeepSize for Request<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("method", self.method());
        walker.field("uri", self.uri());
        walker.field("headers", self.headers());
        walker.field("extensions", self.extensions());
        walker.field("body", self.body());
    }
}

impl DeepSize for request::Parts {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("method", &self.method);
        walker.field("uri", &self.uri);
        walker.field("version", &self.version);
        walker.field("headers", &self.headers);
        walker.field("extensions", &self.extensions);
    }
}

impl<T: DeepSize> DeepSize for Response<T> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("headers", self.headers());
        walker.field("extensions", self.extensions());
        walker.field("body", self.body());
    }
}

impl DeepSize for response::Parts {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("status", &self.status);
        walker.field("version", &self.version);
        walker.field("headers", &self.headers);
        walker.field("extensions", &self.extensions);
    }
}
