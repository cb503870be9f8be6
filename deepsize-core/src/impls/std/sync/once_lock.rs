use std::sync::OnceLock;

once! { OnceLock }
