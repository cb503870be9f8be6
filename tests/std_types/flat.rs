//! Types whose values never own memory.

use std::alloc::{Layout, System};
use std::any::TypeId;
use std::convert::Infallible;
use std::hash::{BuildHasherDefault, DefaultHasher, RandomState};
use std::marker::{PhantomData, PhantomPinned};
use std::mem::discriminant;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{FpCategory, IntErrorKind, NonZero};
use std::path::{Component, Path, StripPrefixError};
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::atomic;

use deep_size::DeepSize;

use deep_size::Reason;

use crate::support::{assert_flat, assert_opaque};
use crate::text;

#[test]
fn numbers_are_flat() {
    assert_flat(NonZero::<u8>::MIN);
    assert_flat(Some(NonZero::<i128>::MAX));
    assert_flat((FpCategory::Normal, IntErrorKind::Empty));
    assert_flat("x".parse::<u8>().expect_err("no number"));
    assert_flat("x".parse::<f32>().expect_err("no number"));
    assert_flat(u8::try_from(300).expect_err("too large"));
}

#[test]
fn atomics_are_flat() {
    assert_flat(atomic::AtomicBool::new(true));
    assert_flat(atomic::AtomicU64::new(1));
    assert_flat(atomic::AtomicIsize::new(1));
    assert_flat(atomic::AtomicPtr::new(&mut 1));
    assert_flat(atomic::Ordering::SeqCst);
}

#[test]
fn markers_of_any_type_are_flat() {
    assert_flat(PhantomData::<String>);
    assert_flat(PhantomData::<dyn Iterator<Item = u8>>);
    assert_flat(PhantomData::<[System]>);
    assert_flat(PhantomPinned);
    assert_flat(discriminant(&Some(text())));
    assert_flat(None::<Infallible>);
    assert_flat(BuildHasherDefault::<DefaultHasher>::new());
    assert_flat(std::iter::empty::<String>());
    assert_flat(std::future::pending::<String>());
}

#[test]
fn references_and_pointers_to_any_type_are_flat() {
    struct Unmeasurable;

    let mut owner = text();
    assert_flat(&owner);
    assert_flat(&owner[..]);
    assert_flat(Pin::new(&owner));
    assert_flat(&raw const owner);
    assert_flat(&raw mut owner);
    assert_flat(NonNull::from(&owner));
    assert_flat(Pin::new(&owner));
    assert_flat(&Unmeasurable);
    assert_flat(&raw const *owner);
}

#[test]
fn addresses_are_flat() {
    let (v4, v6) = (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST);
    assert_flat((v4, v6, IpAddr::from(v4)));
    assert_flat((SocketAddrV4::new(v4, 1), SocketAddrV6::new(v6, 1, 0, 0), SocketAddr::new(v6.into(), 1)));
    assert_flat("x".parse::<IpAddr>().expect_err("no address"));
}

#[test]
fn hashers_are_flat() {
    assert_flat(RandomState::new());
    assert_flat(DefaultHasher::new());
}

#[test]
fn descriptions_of_types_and_places_are_flat() {
    assert_flat(Layout::new::<u8>());
    assert_flat(Layout::from_size_align(1, 3).expect_err("3 is not a power of two"));
    assert_flat(System);
    assert_flat(TypeId::of::<String>());
    assert_flat(*std::panic::Location::caller());
    assert_flat(format_args!("{}", 1));
    assert_flat((std::fmt::Error, std::fmt::Alignment::Left));
}

#[test]
fn characters_are_flat() {
    assert_flat(('a'.to_uppercase(), 'a'.to_lowercase(), 'a'.escape_default(), 'a'.escape_unicode()));
    assert_flat(std::ascii::escape_default(b'a'));
    assert_flat(char::try_from(0xd800_u32).expect_err("no character"));
    assert_flat("xy".parse::<char>().expect_err("too long"));
}

#[test]
fn iterators_over_borrowed_strings_and_slices_are_flat() {
    let text = text();
    assert_flat((text.chars(), text.char_indices(), text.bytes(), text.lines(), text.split_whitespace()));
    assert_flat([1, 2, 3].iter());
    assert_flat([text.clone()].iter_mut());
    assert_flat(([text.clone()].chunks(1), [text.clone()].windows(1)));
    assert_flat("x".parse::<bool>().expect_err("no bool"));
    assert_flat(std::str::from_utf8(&[0xff_u8][..]).expect_err("no UTF-8"));
}

#[test]
fn parts_of_paths_are_flat() {
    let path = Path::new("/a/b");
    assert_flat::<Component<'_>>(path.components().next().expect("the path has a component"));
    assert_flat((path.components(), path.iter(), path.ancestors(), path.display()));
    assert_flat::<StripPrefixError>(path.strip_prefix("c").expect_err("no prefix"));
}

#[test]
fn unsized_types_without_heap_report_nothing() {
    assert_eq!("text".heap_size(), 0);
    assert_eq!("text".deep_size(), 4);
    assert_eq!(c"text".deep_size(), 5);
    assert_eq!(Path::new("text").deep_size(), 4);
    assert_eq!(std::ffi::OsStr::new("text").deep_size(), 4);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn vector_registers_are_flat() {
    assert!(std::arch::x86_64::__m128i::is_flat());
    assert!(std::arch::x86_64::__m512d::is_flat());
}

#[test]
fn adaptors_of_iterators_that_borrow_are_flat() {
    let text = String::from("let x = 1;");
    assert_flat(text.chars().peekable());
    assert_flat(text.char_indices().rev().enumerate().skip(1).step_by(2).take(3));
    assert_flat([1, 2].iter().copied().chain([3].iter().copied()).fuse().cycle());
    assert_flat([1, 2].iter().cloned().zip(0..2));
    assert_opaque(Reason::Hidden, || vec![String::from("a")].into_iter().peekable());
}
