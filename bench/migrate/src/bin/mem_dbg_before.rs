use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use deep_size_migrate as migrate;
use mem_dbg::{DbgFlags, MemDbg, MemSize, SizeFlags};

#[derive(Clone, Copy, MemSize, MemDbg)]
#[mem_size(flat)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(MemSize, MemDbg)]
#[mem_size(rec)]
struct Margin {
    left: u16,
    right: u16,
}

#[derive(MemSize, MemDbg)]
struct Page<'a> {
    title: String,
    author: &'a String,
    margin: Margin,
    marks: Vec<Position>,
    words: Vec<Rc<String>>,
    lines: BTreeMap<u32, u32>,
    seen: HashSet<u64>,
}

fn page<'a>(number: u32, author: &'a String, word: &Rc<String>) -> Page<'a> {
    let mut marks = Vec::with_capacity(10);
    marks.push(Position { line: number, column: 1 });
    Page {
        title: format!("Page {number}"),
        author,
        margin: Margin { left: 10, right: 10 },
        marks,
        words: vec![word.clone(); 4],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        seen: (0..20).collect(),
    }
}

fn main() {
    let author = String::from("Ada");
    let (pages, held) = migrate::held(|| {
        let word = Rc::new(String::from("shared"));
        (0..100).map(|number| page(number, &author, &word)).collect::<Vec<_>>()
    });
    let flags = SizeFlags::CAPACITY | SizeFlags::FOLLOW_RCS;
    let heap = |page: &Page<'_>| page.lines.mem_size(flags) - size_of_val(&page.lines);
    println!("lines: {} B", pages.iter().map(heap).sum::<usize>());
    println!("all:   {} B", pages.mem_size(flags) - size_of_val(&pages));
    println!("held:  {held} B");

    println!("by length: {} B", pages[0].mem_size(SizeFlags::FOLLOW_RCS));
    println!("with its author: {} B", pages[0].mem_size(flags | SizeFlags::FOLLOW_REFS));

    let mut text = String::new();
    let flags = DbgFlags::TYPE_NAME | DbgFlags::CAPACITY | DbgFlags::FOLLOW_RCS;
    pages[0].mem_dbg_depth_on(&mut text, 1, flags).expect("strings take any text");
    println!("{text}");
    assert!(pages.iter().all(|page| page.margin.left == page.margin.right));
    assert_eq!(pages[0].marks[0].column, pages[0].marks[0].line + 1);
}
