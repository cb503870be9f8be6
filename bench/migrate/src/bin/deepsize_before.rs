use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use deep_size_migrate::{self as migrate, Picture, Sound};
use deepsize::{Context, DeepSizeOf, known_deep_size};

#[derive(DeepSizeOf)]
struct Page {
    title: String,
    words: Vec<Arc<str>>,
    lines: BTreeMap<u32, u32>,
    notes: HashMap<u32, String>,
    color: Color,
    picture: Shown,
    sound: Recorded,
}

struct Color(u32);

known_deep_size!(0; Color);

struct Shown(Picture);

impl DeepSizeOf for Shown {
    fn deep_size_of_children(&self, context: &mut Context) -> usize {
        self.0.pixels().deep_size_of_children(context)
    }
}

struct Recorded(Sound);

impl DeepSizeOf for Recorded {
    fn deep_size_of_children(&self, _: &mut Context) -> usize {
        self.0.capacity() * size_of::<u16>()
    }
}

fn page(number: u32, word: &Arc<str>) -> Page {
    Page {
        title: format!("Page {number}"),
        words: vec![word.clone(); 10],
        lines: (0..number).map(|line| (line, line * 80)).collect(),
        notes: (0..number % 9).map(|line| (line, line.to_string())).collect(),
        color: Color(number),
        picture: Shown(Picture::new(16, 16)),
        sound: Recorded(Sound::new(8)),
    }
}

fn main() {
    let (pages, held) = migrate::held(|| {
        let word: Arc<str> = "shared".into();
        (0..100).map(|number| page(number, &word)).collect::<Vec<_>>()
    });
    let heap = |page: &Page| page.lines.deep_size_of() - size_of_val(&page.lines);
    println!("lines: {} B", pages.iter().map(heap).sum::<usize>());
    let heap = |page: &Page| page.notes.deep_size_of() - size_of_val(&page.notes);
    println!("notes: {} B", pages.iter().map(heap).sum::<usize>());
    println!("all:   {} B", pages.deep_size_of() - size_of_val(&pages));
    println!("held:  {held} B");
    assert!(pages.iter().zip(0..).all(|(page, number)| page.color.0 == number));
}
