//! Logs how much memory a cache holds while it grows.
//!
//! ```text
//! cargo run --example logging
//! RUST_LOG=debug cargo run --example logging
//! ```
//!
//! The first logs the size of the whole cache after every twentieth page. The second also logs the bytes that each page adds.
//! The arguments of a log line are evaluated only if its level is enabled, so a disabled line measures nothing.

use std::collections::HashMap;
use std::sync::Arc;

use deep_size::{DeepSize, Tally};
use log::{LevelFilter, Log, Metadata, Record, debug, info, warn};

/// A larger cache is logged as a warning.
const BUDGET: usize = 64 * 1024;

/// Pages by their path.
#[derive(Default, DeepSize)]
struct Cache {
    pages: HashMap<String, Page>,
}

#[derive(DeepSize)]
struct Page {
    title: String,
    paragraphs: Vec<String>,
    /// Shared by all pages of one design.
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

/// Prints to standard error. A program would use a crate such as `env_logger`.
struct Logger;

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            eprintln!("{:5} {}", record.level(), record.args());
        }
    }

    fn flush(&self) {}
}

fn main() {
    let level = std::env::var("RUST_LOG").ok().and_then(|level| level.parse().ok());
    log::set_max_level(level.unwrap_or(LevelFilter::Info));
    log::set_logger(&Logger).expect("this is the only logger");

    let style: Arc<str> = "body { margin: 2em }\n".repeat(50).into();
    let mut cache = Cache::default();
    // Records the styles already counted, so that each is added once.
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
        warn!("the cache holds {size} B, {} B over its budget", size - BUDGET);
    }
}
