//! Logs how much memory a cache holds while it grows.
//!
//! ```text
//! cargo run --example logging
//! RUST_LOG=debug cargo run --example logging
//! ```
//!
//! The first prints the size of the whole cache now and then, the second also what each page adds. The arguments of a log
//! line are evaluated only if its level is on, so a line that is off measures nothing.

use std::collections::HashMap;
use std::sync::Arc;

use deep_size::{DeepSize, Tally};
use env_logger::Env;
use log::{debug, info, warn};

/// Warn when the cache holds more than this.
const BUDGET: usize = 64 * 1024;

/// Pages by their address.
#[derive(Default, DeepSize)]
struct Cache {
    pages: HashMap<String, Page>,
}

#[derive(DeepSize)]
struct Page {
    title: String,
    paragraphs: Vec<String>,
    /// Shared by all pages that look alike.
    style: Arc<str>,
}

impl Page {
    fn render(number: usize, style: &Arc<str>) -> Self {
        Self {
            title: format!("Page {number}"),
            paragraphs: (0..number % 7).map(|line| "word ".repeat(20 + line)).collect(),
            style: style.clone(),
        }
    }
}

fn main() {
    env_logger::Builder::from_env(Env::default().default_filter_or("info")).format_timestamp(None).init();

    let style: Arc<str> = "body { margin: 2em }\n".repeat(50).into();
    let mut cache = Cache::default();
    // Remembers which styles were counted, so that each is added once.
    let mut pages = Tally::new();
    for number in 1..=120 {
        let page = Page::render(number, &style);
        debug!(
            "{} adds {} B: {} paragraphs, {} B of style",
            page.title,
            pages.add(&page),
            page.paragraphs.len(),
            page.style.len()
        );
        cache.pages.insert(format!("/pages/{number}"), page);
        if number % 20 == 0 {
            info!("{} pages, deep size {} B", cache.pages.len(), cache.deep_size());
        }
    }
    let size = cache.deep_size();
    if size > BUDGET {
        warn!("the cache holds {size} B, {} B more than it should", size - BUDGET);
    }
}
