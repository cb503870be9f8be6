use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use deep_size::{DeepSize, Inspector, inspect};
use deep_size_migrate as migrate;

#[derive(Clone, Copy, DeepSize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(DeepSize)]
struct Margin {
    left: u16,
    right: u16,
}

#[derive(DeepSize)]
struct Page<'a> {
    title: String,
    author: &'a String,
    margin: Margin,
    marks: Vec<Position>,
    words: Vec<Rc<String>>,
    lines: BTreeMap<u32, u32>,
    seen: HashSet<u64>,
}

/// A page that counts borrowed memory too.
#[derive(DeepSize)]
struct Credited<'p, 'a> {
    #[deep_size(borrowed)]
    page: &'p Page<'a>,
    #[deep_size(borrowed)]
    author: &'a String,
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
    let heap = |page: &Page<'_>| page.lines.heap_size();
    println!("lines: {} B", pages.iter().map(heap).sum::<usize>());
    println!("all:   {} B", pages.heap_size());
    println!("held:  {held} B");

    println!("by length: {} B", pages[0].deep_size() - inspect(&pages[0]).spare_size());
    println!("with its author: {} B", Credited { page: &pages[0], author: &author }.heap_size());

    println!("{}", Inspector::new().max_depth(1).inspect(&pages[0]));
    assert!(pages.iter().all(|page| page.margin.left == page.margin.right));
    assert_eq!(pages[0].marks[0].column, pages[0].marks[0].line + 1);
}
