//! Generators shared by fuzz targets. Each makes text from the fuzzer's bytes.

mod lock_file;
mod saved_report;
mod text;

pub use lock_file::lock_file;
pub use saved_report::saved_report;
pub use text::{assert_visible, below, name, written};

use arbitrary::Unstructured;

/// The input itself as text, or text that `generate` makes from it. The first byte decides.
pub fn text_from(data: &[u8], generate: impl FnOnce(&mut Unstructured<'_>) -> String) -> String {
    match data.split_first() {
        // No valid text begins with such a byte.
        Some((0..=7, rest)) => generate(&mut Unstructured::new(rest)),
        _ => String::from_utf8_lossy(data).into_owned(),
    }
}
