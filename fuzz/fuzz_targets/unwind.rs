//! Fuzzes the unwinder: traces through random calls, and walks over random stacks with random unwind tables.
#![no_main]

#[path = "../../deepsize-track/unwind/tests/compare/mod.rs"]
mod compare;
#[path = "../../deepsize-track/unwind/tests/frames/shapes.rs"]
mod shapes;

use arbitrary::Unstructured;
use deep_size_fuzz::below;
use deep_size_unwind::fuzzing::{MODULE, walk};
use libfuzzer_sys::fuzz_target;

/// The largest number of nested calls. Some have frames of 90 KB.
const DEPTH: usize = 16;
/// The number of functions with unwind instructions, and of the bytes of each.
const FUNCTIONS: usize = 6;
const LENGTH: i32 = 64;

/// A call frame information entry, as in `.eh_frame`.
fn push_entry(tables: &mut Vec<u8>, content: &[u8]) {
    let padding = content.len().next_multiple_of(8) - content.len();
    tables.extend(((content.len() + padding) as u32).to_ne_bytes());
    tables.extend(content);
    tables.extend(vec![0; padding]);
}

/// An `.eh_frame_hdr` at `MODULE` and an `.eh_frame`, with random unwind instructions and some wrong bytes.
fn tables(source: &mut Unstructured<'_>) -> Vec<u8> {
    let header = 12 + 8 * FUNCTIONS;
    let mut frames = Vec::new();
    let instructions = |source: &mut Unstructured<'_>| {
        (0..below(source, 12)).map(|_| source.arbitrary().unwrap_or(0)).collect::<Vec<u8>>()
    };
    // The return address is register 16 on x86-64, and 30 on AArch64. Both fit one byte.
    let (stack, link) = if cfg!(target_arch = "x86_64") { (7, 16) } else { (31, 30) };
    let augmentation = b"zR\0";
    let mut common = [&[0, 0, 0, 0, 1][..], augmentation, &[1, 0x78, link, 1, 0x1B, 0x0C, stack, 8]].concat();
    common.extend([0x80 | link, 1]);
    common.extend(instructions(source));
    push_entry(&mut frames, &common);
    let mut rows = Vec::new();
    for function in 0..FUNCTIONS {
        let start = LENGTH * function as i32;
        rows.extend([start, (header + frames.len()) as i32].map(i32::to_ne_bytes).concat());
        let mut entry = ((frames.len() + 4) as u32).to_ne_bytes().to_vec();
        let here = (header + frames.len() + 8) as i32;
        entry.extend([start - here, LENGTH].map(i32::to_ne_bytes).concat());
        entry.push(0);
        entry.extend(instructions(source));
        push_entry(&mut frames, &entry);
    }
    let mut tables = vec![1, 0x1B, 0x03, 0x3B];
    tables.extend((header as i32 - 4).to_ne_bytes());
    tables.extend((FUNCTIONS as u32).to_ne_bytes());
    tables.extend(rows);
    tables.extend(frames);
    for _ in 0..below(source, 4) {
        let at = below(source, tables.len());
        tables[at] = source.arbitrary().unwrap_or(0);
    }
    tables
}

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    if first % 8 == 0 {
        assert!(shapes::run(&rest[..rest.len().min(DEPTH)]) > 0);
        return;
    }
    let mut source = Unstructured::new(rest);
    let tables = tables(&mut source);
    let size = below(&mut source, 64) + 1;
    let mut words = vec![0_usize; size];
    let (start, length) = (words.as_ptr().addr(), size_of_val(words.as_slice()));
    let address =
        |source: &mut Unstructured<'_>| MODULE + below(source, FUNCTIONS * LENGTH as usize + 9) as u64;
    for word in &mut words {
        *word = match below(&mut source, 3) {
            0 => start + below(&mut source, length + 9),
            1 => address(&mut source) as usize,
            _ => source.arbitrary().unwrap_or(0),
        };
    }
    let (from, base) = (address(&mut source), start + below(&mut source, length));
    let mut frames = [0; 32];
    if let Some(found) = walk(&tables, from, base, &words, &mut frames) {
        assert!(
            frames[..found].iter().all(|frame| words.contains(frame)),
            "each address is read from the stack"
        );
    }
});
