use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;

use allocative::{Allocative, FlameGraphBuilder, Visitor, ident_key};
use deep_size_migrate::{self as migrate, Picture};

#[derive(Allocative)]
struct Page {
    title: String,
    words: Vec<Arc<String>>,
    lines: BTreeMap<u32, u32>,
    #[allocative(visit = visit_picture)]
    picture: Picture,
    #[allocative(skip)]
    drawn: Option<Picture>,
}

fn visit_picture<'a, 'b>(picture: &Picture, visitor: &'a mut Visitor<'b>) {
    let mut visitor = visitor.enter_self_sized::<Picture>();
    visitor.visit_field(ident_key!(pixels), picture.pixels());
    visitor.exit();
}

#[derive(Allocative)]
#[allocative(bound = "")]
struct Book<K> {
    pages: HashMap<u32, Page>,
    kind: PhantomData<K>,
}

fn page(number: u32, word: &Arc<String>) -> Page {
    Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        picture: Picture::new(16, 16),
        drawn: None,
    }
}

struct Novel;

fn main() {
    let (book, held) = migrate::held(|| {
        let word = Arc::new(String::from("shared"));
        let pages = (0..100).map(|number| (number, page(number, &word))).collect();
        Book::<Novel> { pages, kind: PhantomData }
    });
    let heap = |page: &Page| allocative::size_of_unique_allocated_data(&page.lines);
    println!("lines: {} B", book.pages.values().map(heap).sum::<usize>());
    println!("all:   {} B", allocative::size_of_unique_allocated_data(&book));
    println!("held:  {held} B");

    let mut builder = FlameGraphBuilder::default();
    builder.visit_root(&book);
    let graph = builder.finish();
    println!("flame graph: {} B", graph.flamegraph().total_size());
    println!("warnings: {}", graph.warnings().lines().count());
    let stacks = graph.flamegraph().write();
    assert!(stacks.contains("title") && book.pages[&0].drawn.is_none());
}
