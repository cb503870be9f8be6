//! `text-size` 1: exact. Its types own nothing.

use text_size::{TextRange, TextSize};

flat! { TextRange, TextSize }
