//! Names, and checks of output.

use std::io;

use arbitrary::Unstructured;

/// Names that need escaping in some format.
const NAMES: [&str; 16] = [
    "",
    "a",
    "b",
    "next",
    "\u{1b}[2J",
    "\n",
    "\u{202e}\u{9b}",
    "=1",
    "\"'\\`",
    "</script>",
    "a::b<c::D>",
    "…",
    ".",
    "[]",
    "1 2",
    "core::option::Option<alloc::boxed::Box<u8>>",
];

/// One of a few names, or a short random one.
pub fn name(source: &mut Unstructured<'_>) -> String {
    match source.arbitrary::<u8>().unwrap_or_default() {
        at @ 0..128 => NAMES[usize::from(at) % NAMES.len()].into(),
        length => {
            let bytes = source.bytes(usize::from(length % 32).min(source.len())).unwrap_or_default();
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// A number below the limit, or 0 if the limit is 0.
pub fn below(source: &mut Unstructured<'_>, limit: usize) -> usize {
    source.int_in_range(0..=limit.saturating_sub(1)).unwrap_or(0)
}

/// Asserts that a terminal interprets no character of a text except line feeds.
pub fn assert_visible(text: &str) {
    let is_raw = |character: char| {
        character.is_control() && character != '\n'
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!text.contains(is_raw), "{text:?}");
}

/// The text that a function writes.
pub fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector accepts all bytes, and the input is too short for long paths");
    String::from_utf8(out).expect("formats are UTF-8")
}
