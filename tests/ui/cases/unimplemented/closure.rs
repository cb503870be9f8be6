use std::cell::Ref;

use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    closure: Box<dyn Fn(Ref<'_, u8>) -> bool>,
}

fn main() {}
