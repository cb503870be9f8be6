//! A simulated server with reproducible responses.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::OnceLock;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::{Path, Response};

/// The text whose parts are the pages.
const TEXT: &[u8] = include_bytes!("../../../../CHANGELOG.md");

/// The xorshift generator of Marsaglia (2003).
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    /// A number below a limit. The logarithm of the number plus 1 is uniform, so small numbers are the most likely.
    pub(crate) fn skewed(&mut self, limit: usize) -> usize {
        let share = self.below(1 << 30) as f64 / f64::from(1 << 30);
        (limit as f64).powf(share) as usize - 1
    }
}

pub(crate) fn path(page: usize) -> String {
    format!("/section-{}/page-{page}.html", page % 40)
}

/// The responses for a page: one, or several that arrive together. One page in ten does not exist.
pub(crate) fn fetch(page: usize, random: &mut Random) -> Result<Vec<(Path, Response)>, String> {
    if page % 10 == 9 {
        return Err(format!("{} was removed on day {}", path(page), page % 365));
    }
    let mut one = |page, body: Bytes| {
        let head = head(page, body.len(), random);
        (Path::from(path(page)), response(&head, body))
    };
    Ok(match page % 10 {
        // A file, read in one piece.
        0..6 => vec![one(page, text(page).to_vec().into())],
        // A stream of chunks.
        6 => {
            let mut body = BytesMut::new();
            text(page).chunks(1000).for_each(|chunk| body.extend_from_slice(chunk));
            vec![one(page, body.freeze())]
        }
        // Responses that arrive together. Their bodies are parts of one buffer.
        7 => {
            let pages = [page, page + 40_000, page + 80_000];
            let mut buffer = BytesMut::new();
            pages.iter().for_each(|&page| buffer.extend_from_slice(text(page)));
            pages.map(|page| one(page, buffer.split_to(text(page).len()).freeze())).into()
        }
        _ => vec![one(page, Bytes::from_static(TEXT))],
    })
}

/// Whether a body is the text itself.
pub(crate) fn is_static(body: &Bytes) -> bool {
    body.as_ptr() == TEXT.as_ptr()
}

/// The text of a page, up to 13 kB.
fn text(page: usize) -> &'static [u8] {
    let size = 1000 + page * 7919 % 12_000;
    let start = page * 104_729 % TEXT.len();
    let range = start..(start + size).min(TEXT.len());
    &TEXT[range]
}

/// The lines of the head, as a client reads them.
fn head(page: usize, length: usize, random: &mut Random) -> Bytes {
    let mut head = String::with_capacity(512);
    let _ = write!(
        head,
        "content-type: text/html; charset=utf-8\ncontent-length: {length}\ncache-control: public, max-age={}\n\
         etag: \"{:016x}\"\nlast-modified: day {}\nvary: accept-encoding\nserver: origin\n\
         x-request-id: {:032x}\nx-cache-tags: section-{} year-{}\n",
        600 + page % 60,
        page * 31,
        page % 365,
        random.below(usize::MAX),
        page % 40,
        2000 + page % 25,
    );
    if page % 3 == 0 {
        let _ = write!(head, "set-cookie: a=1\nset-cookie: b=2\n");
    }
    head.into()
}

fn response(head: &Bytes, body: Bytes) -> Response {
    let mut headers = HeaderMap::new();
    let mut tags = Vec::new();
    let range = |text: &[u8]| -> Range<usize> {
        let start = text.as_ptr().addr() - head.as_ptr().addr();
        start..start + text.len()
    };
    for line in head.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|&byte| byte == b':').expect("each line has a name");
        let name = HeaderName::from_bytes(&line[..colon]).expect("the name is valid");
        // Values are parts of the head's buffer.
        let value = HeaderValue::from_maybe_shared(head.slice(range(&line[colon + 2..])));
        let value = value.expect("the value is valid");
        if name == "x-cache-tags" {
            tags.extend(value.to_str().expect("tags are ASCII").split(' ').map(Into::into));
        }
        headers.append(name, value);
    }
    Response { status: StatusCode::OK, headers, body, tags, log: OnceLock::new() }
}
