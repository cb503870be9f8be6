//! `std::io`.

use std::io::{
    self, BufRead, BufReader, BufWriter, Cursor, Error, ErrorKind, IoSlice, IoSliceMut, LineWriter, Read,
    Seek, Write,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

use deep_size::{DeepSize, Reason};

use crate::support::{assert_exact, assert_flat, assert_opaque};
use crate::text;

/// A writer that fails.
#[derive(Debug)]
struct Full(String);

impl DeepSize for Full {
    fn walk_owned(&self, walker: &mut deep_size::Walker<'_>) {
        walker.inner(&self.0);
    }
}

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_buffered_reader_has_its_capacity_and_its_reader() {
    assert_exact(|| BufReader::new(io::empty()));
    assert_exact(|| BufReader::with_capacity(100, Cursor::new(text())));
    assert_exact(|| BufReader::with_capacity(0, Cursor::new(text())));
    assert_exact(|| Box::new(BufReader::new(Cursor::new(text()))) as Box<BufReader<Cursor<String>>>);
}

#[test]
fn a_buffered_reader_is_exact_at_any_position() {
    for consumed in 0..=4 {
        assert_exact(|| {
            let mut reader = BufReader::with_capacity(4, Cursor::new(text()));
            assert_eq!(reader.fill_buf().expect("reading works"), b"text");
            reader.consume(consumed);
            reader
        });
    }
}

#[test]
fn a_buffered_writer_has_its_capacity_and_its_writer() {
    assert_exact(|| BufWriter::new(Vec::new()));
    assert_exact(|| {
        let mut writer = BufWriter::with_capacity(100, Vec::with_capacity(20));
        writer.write_all(b"text").expect("writing works");
        writer
    });
    assert_exact(|| BufWriter::with_capacity(0, Vec::with_capacity(20)));
}

#[test]
fn the_buffer_of_a_line_writer_is_opaque() {
    assert_eq!(assert_opaque(Reason::Hidden, || LineWriter::new(Vec::with_capacity(20))), 20);
}

#[test]
fn a_writer_that_failed_is_opaque_unless_it_is_flat() {
    let heap = assert_opaque(Reason::Hidden, || {
        let mut writer = BufWriter::new(Full(text()));
        writer.write_all(b"text").expect("the text fits into the buffer");
        writer.into_inner().expect_err("flushing fails")
    });
    assert_eq!(heap, 0);
}

#[test]
fn a_writer_that_panicked_is_opaque() {
    struct Panics;

    impl Write for Panics {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            std::panic::resume_unwind(Box::new(()))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let heap = assert_opaque(Reason::Hidden, || {
        let mut writer = BufWriter::new(Panics);
        writer.write_all(b"text").expect("the text fits into the buffer");
        assert!(catch_unwind(AssertUnwindSafe(|| writer.flush())).is_err());
        writer.into_parts().1.expect_err("writing panicked")
    });
    assert_eq!(heap, 0);
}

#[test]
fn adapters_own_their_contents() {
    assert_exact(|| Cursor::new(text()));
    assert_exact(|| Cursor::new(text()).take(3));
    assert_exact(|| Cursor::new(text()).chain(Cursor::new(text())));
    assert_flat(Cursor::new([0_u8; 4]));
    assert_flat(io::empty().take(3));
    assert_flat(io::empty().chain(io::repeat(1)));
}

#[test]
fn iterators_over_a_reader_are_opaque_unless_it_is_flat() {
    assert_opaque(Reason::Hidden, || Cursor::new(text()).bytes());
    assert_opaque(Reason::Hidden, || Cursor::new(text()).lines());
    assert_opaque(Reason::Hidden, || Cursor::new(text()).split(b' '));
    assert_flat(io::empty().bytes());
    assert_flat(io::empty().lines());
    assert_flat(io::empty().split(b' '));
}

#[test]
fn an_error_without_a_box_owns_nothing() {
    assert_exact(|| Error::from(ErrorKind::NotFound));
    assert_exact(|| Error::from_raw_os_error(2));
    let message = || Read::read_exact(&mut io::empty(), &mut [0]).expect_err("nothing to read");
    assert!(message().get_ref().is_none());
    assert_exact(message);
    assert!(!Error::is_flat());
}

#[test]
fn a_custom_error_has_two_blocks() {
    // The `Custom` of `std::io::error`.
    let outer = size_of::<(Box<dyn std::error::Error>, ErrorKind)>();
    // The inner error is a string, whose own block is opaque.
    let heap = assert_opaque(Reason::TypeErased, || Error::other("message"));
    assert_eq!(heap, outer + size_of::<String>());
    let heap = assert_opaque(Reason::TypeErased, || {
        let inner = "x".parse::<u32>().expect_err("no number");
        Error::new(ErrorKind::InvalidData, inner)
    });
    assert_eq!(heap, outer + 1);
}

#[test]
fn a_zero_sized_custom_error_is_exact() {
    assert_exact(|| Error::other(std::fmt::Error));
}

#[test]
fn only_the_opaque_part_of_an_error_is_missing() {
    let value = Error::other("message");
    let known = value.heap_size();
    let before = crate::support::live_bytes();
    drop(value);
    assert_eq!(
        before - crate::support::live_bytes(),
        isize::try_from(known + "message".len()).expect("small")
    );
}

#[test]
fn handles_and_borrows_are_flat() {
    let mut bytes = [0_u8; 4];
    assert_flat(IoSlice::new(&[0; 4]));
    assert_flat(IoSliceMut::new(&mut bytes));
    assert_flat(io::stdin());
    assert_flat(io::stdout());
    assert_flat(io::stderr());
    assert_flat(io::stderr().lock());
    assert_flat((io::empty(), io::sink(), io::repeat(0)));
    assert_flat((ErrorKind::NotFound, io::SeekFrom::Start(0)));
    assert!(Cursor::new([0_u8; 4]).rewind().is_ok());
}
