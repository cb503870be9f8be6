use std::hash::{DefaultHasher, RandomState};

flat! { DefaultHasher, RandomState }
