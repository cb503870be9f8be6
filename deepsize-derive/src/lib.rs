//! `#[derive(DeepSize)]`.
