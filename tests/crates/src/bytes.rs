use arbitrary::Unstructured;
use bytes::buf::{BufMut, Limit, Take};
use bytes::{Buf, Bytes, BytesMut};
use deep_size::{DeepSize, Reason, Tally};

use crate::random::{Random, below, length};
use crate::support::{assert_exact, assert_opaque};
use crate::trial::for_random_bytes;

/// The remaining handles on a buffer that was filled, split and read.
fn random_handles(source: &mut Unstructured<'_>) -> Vec<Bytes> {
    let mut buffer = BytesMut::with_capacity(below(source, 50));
    let mut handles = Vec::new();
    for _ in 0..length(source, 0) {
        match below(source, 7) {
            0 => handles.push(buffer.split().freeze()),
            1 => handles.push(Bytes::from_static(b"in the program")),
            2 => handles.push(Vec::<u8>::random(source, 0).into()),
            3 if !handles.is_empty() => {
                let mut handle = handles[below(source, handles.len())].clone();
                handle.advance(below(source, handle.len() + 1));
                handles.push(handle);
            }
            4 if !handles.is_empty() => drop(handles.swap_remove(below(source, handles.len()))),
            5 if !handles.is_empty() => {
                let index = below(source, handles.len());
                let length = below(source, handles[index].len() + 1);
                handles[index].truncate(length);
            }
            _ => buffer.put_bytes(b'x', below(source, 20)),
        }
    }
    handles
}

#[test]
fn no_byte_is_counted_in_excess() {
    for_random_bytes(|source| {
        // `assert_opaque` fails if more is measured than was allocated. The last handle is always opaque.
        assert_opaque(Reason::Hidden, || (random_handles(source), Bytes::from(vec![1])));
    });
}

#[test]
fn the_only_handle_counts_its_bytes() {
    assert_eq!(assert_opaque(Reason::Hidden, || Bytes::from(vec![1; 100])), 100);
    assert_eq!(assert_opaque(Reason::Hidden, || Bytes::from(vec![1; 100]).slice(20..)), 80);
    let last = || {
        let bytes = Bytes::from(vec![1; 100]);
        let other = bytes.slice(..10);
        drop(bytes);
        other
    };
    assert_eq!(assert_opaque(Reason::Hidden, last), 10);
}

#[test]
fn handles_on_one_buffer_never_count_it_twice() {
    let bytes = Bytes::from(vec![1; 100]);
    let mut tally = Tally::new();
    assert_eq!(tally.add(&bytes), size_of::<Bytes>() + 100);
    assert_eq!(tally.add(&bytes), size_of::<Bytes>(), "visited before");
    let handles = vec![bytes.clone(), bytes.slice(50..), bytes];
    assert_eq!(tally.add(&handles), size_of_val(&handles) + size_of_val(&*handles));
    let last = handles.into_iter().next();
    assert_eq!(tally.add(&last), size_of::<Bytes>(), "it is again the only handle");
}

#[test]
fn bytes_that_look_static_are_opaque() {
    let build = || {
        let bytes = Bytes::from(vec![1; 100]);
        (bytes.clone(), bytes)
    };
    assert_eq!(assert_opaque(Reason::Hidden, build), 0);
    assert_eq!(assert_opaque(Reason::Hidden, || Bytes::from_static(b"in the program")), 0);
    assert_eq!(assert_opaque(Reason::Hidden, || Bytes::from_owner(vec![1; 100])), 0);
}

#[test]
fn empty_bytes_own_nothing() {
    assert_exact(Bytes::new);
    assert_exact(|| {
        vec![Bytes::new(), Vec::new().into(), Bytes::copy_from_slice(&[]), Bytes::from_static(&[])]
    });
}

#[test]
fn a_buffer_counts_its_capacity() {
    let build = || {
        let mut buffer = BytesMut::with_capacity(100);
        buffer.extend_from_slice(b"some");
        buffer
    };
    assert_eq!(assert_opaque(Reason::Hidden, build), 100);
    assert_eq!(assert_opaque(Reason::Hidden, BytesMut::new), 0);
    let split = || {
        let mut buffer = build();
        (buffer.split_to(3), buffer.split_off(10), buffer)
    };
    assert_eq!(assert_opaque(Reason::Hidden, split), 100, "the split-off part is counted at its new handle");
}

#[test]
fn adapters_own_their_contents() {
    let bytes = || Bytes::from(vec![1; 100]);
    assert_eq!(assert_opaque(Reason::Hidden, || bytes().chain(bytes())), 200);
    assert_eq!(assert_opaque(Reason::Hidden, || bytes().take(10)), 100);
    assert_exact(|| Vec::<u8>::with_capacity(30).limit(10));
    assert!(Take::<&[u8]>::is_flat() && !Limit::<Vec<u8>>::is_flat());
}
