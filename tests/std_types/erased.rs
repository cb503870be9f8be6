//! Boxed trait objects of the standard library's traits, and function pointers.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufRead, Cursor, Read, Seek, Write};
use std::ops::Range;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;

use deep_size::{DeepSize, Reason};

use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::text;

const TEXT: usize = size_of::<String>();
/// A captured number or reference.
const WORD: usize = size_of::<usize>();

/// Asserts that the block is counted and its contents are opaque.
#[track_caller]
fn assert_block<T: DeepSize>(size: usize, build: impl FnOnce() -> T) {
    assert_eq!(assert_opaque(Reason::TypeErased, build), size);
}

#[test]
fn the_block_of_a_boxed_error_is_counted() {
    assert_block(TEXT, || Box::<dyn Error>::from("message"));
    assert_block(TEXT, || Box::<dyn Error + Send + Sync>::from("message"));
}

#[test]
fn the_block_of_a_boxed_any_is_counted() {
    assert_block(TEXT, || Box::new(text()) as Box<dyn Any>);
    assert_block(TEXT, || Box::new(text()) as Box<dyn Any + Send>);
    assert_block(TEXT, || Box::new(text()) as Box<dyn Any + Send + Sync>);
    assert_block(4, || Box::new(1_u32) as Box<dyn Any>);
    assert_block(TEXT, || Box::new(text()) as Box<dyn Any + Send + UnwindSafe>);
    assert_block(TEXT, || Box::new(text()) as Box<dyn Any + Send + Sync + UnwindSafe + RefUnwindSafe>);
}

#[test]
fn the_block_of_a_boxed_closure_is_counted() {
    assert_block(TEXT, || {
        let text = text();
        Box::new(move || text.len()) as Box<dyn Fn() -> usize>
    });
    assert_block(size_of::<u64>(), || {
        let mut count = 0_u64;
        Box::new(move |step: u64| {
            count += step;
            count
        }) as Box<dyn FnMut(u64) -> u64 + Send>
    });
    assert_block(TEXT, || {
        let text = text();
        Box::new(move |_: u8, _: u8, _: u8| text) as Box<dyn FnOnce(u8, u8, u8) -> String + Send + Sync>
    });
}

#[test]
fn a_closure_may_take_references_of_any_lifetime() {
    let n = 1_usize;
    assert_block(WORD, || Box::new(move |text: &str| text.len() + n) as Box<dyn Fn(&str) -> usize>);
    assert_block(WORD, || Box::new(move |text: &mut String| text.truncate(n)) as Box<dyn FnMut(&mut String)>);
    assert_block(WORD, || {
        let narrow: Box<dyn Fn(&str) -> &str + Send + Sync> = Box::new(move |text| &text[n..]);
        narrow
    });
    assert_block(WORD, || {
        Box::new(move |a: &str, b: &u8| a.len() + n == usize::from(*b)) as Box<dyn Fn(&str, &u8) -> bool>
    });
    assert_block(WORD, || {
        Box::new(move |a: &mut String, b: usize| a.truncate(n + b)) as Box<dyn Fn(&mut String, usize)>
    });
    assert_block(WORD, || {
        Box::new(move |text: &'static str| text.len() + n) as Box<dyn Fn(&'static str) -> usize>
    });
}

#[test]
fn closures_of_common_signatures_are_covered() {
    type Format = dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result + Send + Sync;
    type FormatOne = dyn Fn(&u64, &mut fmt::Formatter<'_>) -> fmt::Result;
    type Split = dyn for<'a> Fn(&'a str) -> Box<dyn Iterator<Item = &'a str> + 'a>;
    type Find = dyn Fn(&[u8]) -> Option<&u8>;
    type Pick = dyn Fn(&mut [u8]) -> &mut u8;
    type Handler = dyn for<'a> Fn(&'a mut String) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> + Send;
    let n = 1_usize;
    assert_block(WORD, || Box::new(move |f: &mut fmt::Formatter<'_>| write!(f, "{n}")) as Box<Format>);
    assert_block(WORD, || {
        Box::new(move |_: &u64, f: &mut fmt::Formatter<'_>| write!(f, "{n}")) as Box<FormatOne>
    });
    assert_block(WORD, || {
        let split: Box<Split> = Box::new(move |text| Box::new(text.split(' ').take(n)));
        split
    });
    assert_block(WORD, || {
        let handler: Box<Handler> = Box::new(move |text| Box::pin(async move { text.truncate(n) }));
        handler
    });
    assert_block(WORD, || {
        Box::new(move |words: &[&str]| words.len() + n) as Box<dyn FnMut(&[&str]) -> usize>
    });
    assert_block(WORD, || {
        Box::new(move |words: &mut [&mut u8]| *words[n] = 1) as Box<dyn Fn(&mut [&mut u8]) + Send>
    });
    assert_block(WORD, || {
        Box::new(move |a: &mut usize, b: &mut usize| *a = *b + n) as Box<dyn Fn(&mut usize, &mut usize)>
    });
    assert_block(WORD, || {
        Box::new(move |a: &usize, b: &mut usize| *b = *a + n) as Box<dyn FnOnce(&usize, &mut usize)>
    });
    assert_block(WORD, || {
        let find: Box<Find> = Box::new(move |bytes| bytes.get(n));
        find
    });
    assert_block(WORD, || {
        let pick: Box<Pick> = Box::new(move |bytes| &mut bytes[n]);
        pick
    });
    assert_flat::<fn(&[&str]) -> usize>(|words| words.len());
    assert_flat::<fn(&mut fmt::Formatter<'_>) -> fmt::Result>(|f| f.write_str("text"));
}

#[test]
fn a_zero_sized_trait_object_owns_nothing() {
    assert_exact(|| Box::new(|| 1) as Box<dyn Fn() -> i32>);
    assert_exact(|| Box::new(|text: &str| text.len()) as Box<dyn Fn(&str) -> usize>);
    assert_exact(|| Box::new(()) as Box<dyn Any + Send + Sync>);
    assert_exact(|| Box::new(std::fmt::Error) as Box<dyn Error>);
}

#[test]
fn the_block_of_a_boxed_future_or_iterator_is_counted() {
    let size = {
        let text = text();
        size_of_val(&async move { text.len() })
    };
    assert_block(size, || {
        let text = text();
        Box::new(async move { text.len() }) as Box<dyn Future<Output = usize>>
    });
    assert_block(size, || {
        let text = text();
        Box::pin(async move { text.len() }) as std::pin::Pin<Box<dyn Future<Output = usize> + Send>>
    });
    assert_block(size_of::<Range<i32>>(), || Box::new(0..9) as Box<dyn Iterator<Item = i32>>);
    assert_block(size_of::<Range<i32>>(), || {
        Box::new(0..9) as Box<dyn DoubleEndedIterator<Item = i32> + Send>
    });
    assert_block(size_of::<Range<i32>>(), || Box::new(0..9) as Box<dyn ExactSizeIterator<Item = i32>>);
}

#[test]
fn the_block_of_other_boxed_traits_is_counted() {
    assert_block(TEXT, || Box::new(text()) as Box<dyn Debug>);
    assert_block(TEXT, || Box::new(text()) as Box<dyn Display + Send + Sync>);
    assert_block(TEXT, || Box::new(text()) as Box<dyn std::fmt::Write>);
    assert_block(size_of::<DefaultHasher>(), || Box::new(DefaultHasher::new()) as Box<dyn Hasher>);
    assert_block(size_of::<Vec<u8>>(), || Box::new(vec![1_u8]) as Box<dyn Write + Send>);
    assert_block(size_of::<&[u8]>(), || Box::new(&b"text"[..]) as Box<dyn Read>);
    assert_block(size_of::<&[u8]>(), || Box::new(&b"text"[..]) as Box<dyn BufRead>);
    assert_block(size_of::<Cursor<&[u8]>>(), || Box::new(Cursor::new(&b"text"[..])) as Box<dyn Seek>);
}

#[test]
fn a_trait_object_may_borrow() {
    let local = text();
    assert_block(WORD, || Box::new(|| local.len()) as Box<dyn Fn() -> usize + '_>);
    assert_block(WORD, || Box::new(&local) as Box<dyn Display + '_>);
}

#[test]
fn function_pointers_are_flat() {
    extern "C" fn foreign(_: u8) {}
    type Wide = fn(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8) -> u8;

    assert_flat::<fn() -> String>(text);
    assert_flat::<fn(String)>(drop);
    assert_flat::<extern "C" fn(u8)>(foreign);
    assert_flat::<unsafe extern "C" fn(u8)>(foreign);
    assert_flat::<unsafe fn() -> String>(text);
    assert_flat::<Option<Wide>>(None);
    assert_flat::<Option<fn([u8], str) -> str>>(None);
}

#[test]
fn function_pointers_may_take_references_of_any_lifetime() {
    assert_flat::<fn(&str) -> usize>(|text| text.len());
    assert_flat::<fn(&'static str) -> usize>(str::len);
    assert_flat::<fn(&mut String)>(String::clear);
    assert_flat::<fn(&str) -> &str>(str::trim);
    assert_flat::<fn(&mut String, &str)>(String::push_str);
    assert_flat::<fn(&mut String, usize)>(String::truncate);
}
