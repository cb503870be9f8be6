use std::collections::BTreeSet;

use arbitrary::Unstructured;
use bytes::buf::{BufMut, Limit, Take};
use bytes::{Buf, Bytes, BytesMut};
use deep_size::{DeepSize, Reason, Size, Tally, inspect};

use crate::random::{Random, below, length};
use crate::support::{Sum, assert_exact, assert_lower_bound, assert_opaque, live_bytes};
use crate::trial::for_random_bytes;

static TEXT: [u8; 16] = *b"in the program..";

/// The remaining handles on buffers that were filled, split, read and cloned.
fn random_handles(source: &mut Unstructured<'_>) -> Vec<Bytes> {
    let mut buffer = BytesMut::with_capacity(below(source, 50));
    let mut handles = Vec::new();
    for _ in 0..length(source, 0) {
        match below(source, 9) {
            0 => handles.push(buffer.split().freeze()),
            1 => handles.push(Bytes::from_static(&TEXT).slice(below(source, 16)..)),
            2 => handles.push(Vec::<u8>::random(source, 0).into()),
            3 => handles.push(Bytes::copy_from_slice(&Vec::<u8>::random(source, 0))),
            4 if !handles.is_empty() => {
                let mut handle = handles[below(source, handles.len())].clone();
                handle.advance(below(source, handle.len() + 1));
                handles.push(handle);
            }
            5 if !handles.is_empty() => drop(handles.swap_remove(below(source, handles.len()))),
            6 if !handles.is_empty() => {
                let index = below(source, handles.len());
                let length = below(source, handles[index].len() + 1);
                handles[index].truncate(length);
            }
            7 if !handles.is_empty() => {
                let index = below(source, handles.len());
                let length = below(source, handles[index].len() + 1);
                handles[index].advance(length);
            }
            _ => buffer.put_bytes(b'x', below(source, 20)),
        }
    }
    handles
}

#[test]
fn the_number_of_handles_on_a_buffer_is_unknown() {
    let bytes = Bytes::from(vec![7; 1000]);
    let value = vec![bytes.slice(0..600), bytes.slice(400..1000), bytes];
    let text = inspect(&value).to_string();
    assert!(text.contains("1000 B may stay alive (the number of handles is unknown)"), "{text}");
}

/// The number of distinct bytes that the handles show, except bytes of the static.
fn shown(handles: &[Bytes]) -> usize {
    let shown = handles
        .iter()
        .flat_map(|handle| handle.as_ptr_range().start.addr()..handle.as_ptr_range().end.addr());
    let in_a_static = TEXT.as_ptr().addr()..TEXT.as_ptr().addr() + TEXT.len();
    shown.filter(|address| !in_a_static.contains(address)).collect::<BTreeSet<_>>().len()
}

#[test]
fn handles_count_at_least_the_union_of_their_bytes() {
    for_random_bytes(|source| {
        let before = live_bytes();
        let handles = random_handles(source);
        let built = live_bytes() - before;
        let (list, shown) = (handles.capacity() * size_of::<Bytes>(), shown(&handles));
        let size = Size::of(&handles);
        let counted = size.deep_size - size_of_val(&handles) - list;
        assert!(counted >= shown, "{counted} bytes counted, {shown} shown");
        assert!((counted + list) as isize <= built, "{counted} bytes counted, {built} allocated");
        assert_eq!(size.opaque_part_count, 0);
        if size.is_exact() {
            assert_eq!((counted + list) as isize, built);
        }
        drop(handles);
        // The last handle is always a lower bound.
        assert_lower_bound(Reason::Slice, || (random_handles(source), Bytes::from(vec![1; 9]).slice(1..)));
    });
}

#[test]
fn a_vector_without_spare_capacity_is_exact() {
    for_random_bytes(|source| {
        let bytes = Vec::<u8>::random(source, 0).into_boxed_slice();
        assert_exact(|| (Bytes::copy_from_slice(&bytes), Bytes::from(bytes.clone())));
    });
}

#[test]
fn an_advanced_vector_lacks_at_most_one_byte() {
    let build = || {
        let mut bytes = Bytes::from(vec![1; 100]);
        bytes.advance(40);
        bytes
    };
    let heap = assert_lower_bound(Reason::Slice, build);
    assert!((99..=100).contains(&heap), "{heap}");
    assert_eq!(Size::of(&build()).missing_size, Some(1));
}

#[test]
fn the_last_handle_counts_its_bytes() {
    assert_eq!(assert_lower_bound(Reason::Slice, || Bytes::from(vec![1; 100]).slice(20..)), 80);
    let last = || {
        let bytes = Bytes::from(vec![1; 100]);
        let other = bytes.slice(..10);
        drop(bytes);
        other
    };
    assert_eq!(assert_lower_bound(Reason::Slice, last), 10);
}

#[test]
fn several_handles_count_their_union_once() {
    let bytes = || Bytes::from(vec![1; 1_000_000]);
    let clones = || {
        let bytes = bytes();
        (bytes.clone(), bytes)
    };
    assert_eq!(assert_lower_bound(Reason::Slice, clones), 1_000_000);
    let parts = || {
        let bytes = bytes();
        std::array::from_fn::<_, 1_000, _>(|part| bytes.slice(part * 1_000..(part + 1) * 1_000))
    };
    assert_eq!(assert_lower_bound(Reason::Slice, parts), 1_000_000);
    let overlapping = || {
        let bytes = bytes();
        [bytes.slice(100..300), bytes.slice(200..400), bytes.slice(600..700), bytes.slice(..650)]
    };
    assert_eq!(assert_lower_bound(Reason::Slice, overlapping), 700);
    let frozen = || {
        let mut buffer = BytesMut::from(&[1; 100][..]);
        let first = buffer.split_to(10).freeze();
        [first.clone(), first, buffer.freeze()]
    };
    assert_eq!(assert_lower_bound(Reason::Slice, frozen), 100);
}

#[test]
fn handles_on_one_buffer_never_count_it_twice() {
    let bytes = Bytes::from(vec![1; 100]);
    let mut tally = Tally::new();
    assert_eq!(tally.add(&bytes), size_of::<Bytes>() + 100);
    assert!(tally.is_exact());
    assert_eq!(tally.add(&bytes), size_of::<Bytes>(), "visited before");
    let handles = vec![bytes.clone(), bytes.slice(50..), bytes];
    assert_eq!(tally.add(&handles), size_of_val(&handles) + size_of_val(&*handles));
    let last = handles.into_iter().next();
    assert_eq!(tally.add(&last), size_of::<Bytes>(), "it is again the only handle");
}

#[test]
fn a_million_handles_take_no_quadratic_time() {
    let bytes = Bytes::from(vec![1; 4_000_000]);
    let count = 1_000_000;
    // Single bytes in scattered order, none adjacent to another.
    let handles: Vec<Bytes> =
        (0..count).map(|at| bytes.slice(at * 499_979 % count * 4..).slice(..1)).collect();
    let begin = std::time::Instant::now();
    assert_eq!(handles.heap_size(), count * (size_of::<Bytes>() + 1));
    assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
}

#[test]
fn statics_own_nothing() {
    assert_exact(|| Bytes::from_static(b"in the program"));
    assert_exact(|| {
        let bytes = Bytes::from_static(b"in the program");
        [bytes.slice(3..), bytes.clone(), bytes]
    });
    assert_exact(Bytes::new);
    assert_exact(|| {
        vec![Bytes::new(), Vec::new().into(), Bytes::copy_from_slice(&[]), Bytes::from_static(&[])]
    });
    let bytes = Bytes::from(vec![1; 100]);
    assert_exact(|| bytes.slice(10..10));
    let mut advanced = bytes.clone();
    advanced.advance(100);
    assert!(!Size::of(&advanced).is_exact(), "it keeps the buffer");
}

/// An owner's memory can be of any kind.
#[test]
fn memory_of_an_owner_is_opaque() {
    assert_eq!(assert_opaque(Reason::Hidden, || Bytes::from_owner(vec![1; 100])), 0);
    assert_eq!(assert_opaque(Reason::Hidden, || Bytes::from_owner(TEXT.as_slice())), 0);
    let shared = || {
        let bytes = Bytes::from_owner(TEXT.as_slice());
        [bytes.slice(2..), bytes]
    };
    assert_eq!(assert_opaque(Reason::Hidden, shared), 0);
}

#[test]
fn an_observer_receives_each_new_part() {
    let bytes = Bytes::from(vec![1; 100]);
    let handles = [bytes.slice(..20), bytes.slice(40..50), bytes];
    let sum = Sum::of(&handles);
    assert_eq!((sum.bytes, sum.blocks), (handles.deep_size(), 2), "the last parts extend the first ones");
    let report = deep_size::inspect(&handles);
    assert_eq!(report.deep_size(), handles.deep_size());
    assert_eq!(report.exclusive_size() + report.external_size() + report.cyclic_size(), report.deep_size());
}

#[test]
fn slices_of_one_buffer_are_one_allocation() {
    let bytes = Bytes::from(vec![1; 1000]);
    let slices: [_; 5] = std::array::from_fn(|part| bytes.slice(part * 200..(part + 1) * 200));
    let report = deep_size::inspect(&slices);
    assert_eq!((report.allocation_count(), report.shared_allocations().len()), (1, 1));
    let block = report.shared_allocations().next().expect("there is one");
    assert_eq!((block.inside_strong_count(), block.block_size()), (5, 1000));
}

#[test]
fn a_buffer_counts_its_capacity() {
    let build = || {
        let mut buffer = BytesMut::with_capacity(100);
        buffer.extend_from_slice(b"some");
        buffer
    };
    assert_eq!(assert_lower_bound(Reason::Slice, build), 100);
    assert_exact(BytesMut::new);
    let split = || {
        let mut buffer = build();
        (buffer.split_to(3), buffer.split_off(10), buffer)
    };
    assert_eq!(
        assert_lower_bound(Reason::Slice, split),
        100,
        "the split-off part is counted at its new handle"
    );
}

#[test]
fn adapters_own_their_contents() {
    let bytes = || Bytes::from(vec![1; 100]);
    assert_exact(|| bytes().chain(bytes()));
    assert_exact(|| bytes().take(10));
    assert_exact(|| Vec::<u8>::with_capacity(30).limit(10));
    assert!(Take::<&[u8]>::is_flat() && !Limit::<Vec<u8>>::is_flat());
}
