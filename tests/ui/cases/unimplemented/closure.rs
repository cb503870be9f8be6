use std::cell::Ref;

use deep_size::DeepSize;

type Alias = Box<dyn Fn(Ref<'_, u8>) -> bool>;

struct Foreign<T>(T);

#[derive(DeepSize)]
struct Faulty {
    written: Box<dyn Fn(Ref<'_, u8>) -> bool>,
    foreign: Foreign<Box<dyn Fn(Ref<'_, u8>) -> bool>>,
}

#[derive(DeepSize)]
struct Hidden {
    alias: Alias,
}

fn main() {}
