use std::collections::{BTreeMap, HashMap};
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

fn page(number: u32, word: &Arc<String>) -> (u32, Page) {
    let page = Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        picture: Picture::new(16, 16),
        drawn: None,
    };
    (number, page)
}

fn main() {
    let word = Arc::new(String::from("shared"));
    let (pages, held) =
        migrate::held(|| (0..100).map(|number| page(number, &word)).collect::<HashMap<_, _>>());
    println!("in all: {} B", allocative::size_of_unique(&pages));
    println!("of the allocator: {held} B, the word and the map");

    let mut builder = FlameGraphBuilder::default();
    builder.visit_root(&pages);
    let stacks = builder.finish().flamegraph().write();
    assert!(stacks.contains("title") && pages[&0].drawn.is_none());
}
