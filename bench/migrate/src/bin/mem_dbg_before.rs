use std::collections::{BTreeMap, HashSet};

use deep_size_migrate as migrate;
use mem_dbg::{DbgFlags, MemDbg, MemSize, SizeFlags};

#[derive(Clone, Copy, MemSize, MemDbg)]
#[mem_size(flat)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(MemSize, MemDbg)]
struct Page {
    title: String,
    marks: Vec<Position>,
    lines: BTreeMap<u32, u32>,
    seen: HashSet<u64>,
}

fn page(number: u32) -> Page {
    let mut marks = Vec::with_capacity(10);
    marks.push(Position { line: number, column: 1 });
    Page {
        title: format!("Page {number}"),
        marks,
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        seen: (0..20).collect(),
    }
}

fn main() {
    let (pages, held) = migrate::held(|| (0..100).map(page).collect::<Vec<_>>());
    println!("by length: {} B", pages.mem_size(SizeFlags::default()));
    println!("by capacity: {} B", pages.mem_size(SizeFlags::CAPACITY));
    println!("of the allocator: {held} B, and the vector");
    pages[0].mem_dbg(DbgFlags::default() | DbgFlags::CAPACITY).expect("standard output can be written");
    assert_eq!(pages[0].marks[0].column, pages[0].marks[0].line + 1);
}
