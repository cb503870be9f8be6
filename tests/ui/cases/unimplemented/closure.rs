use std::cell::Ref;
use std::collections::HashMap;

use deep_size::DeepSize;

type Alias = Box<dyn Fn(Ref<'_, u8>) -> bool>;

struct Foreign<T>(T);

struct Plain;

#[derive(DeepSize)]
struct Faulty {
    written: Box<dyn Fn(Ref<'_, u8>) -> bool>,
    foreign: Foreign<Box<dyn Fn(Ref<'_, u8>) -> bool>>,
    inside: Vec<Foreign<Box<dyn Fn(Ref<'_, u8>) -> bool>>>,
    target: Vec<Box<Plain>>,
    pair: Vec<(Plain, Box<dyn Fn(Ref<'_, u8>) -> bool>)>,
    beside: HashMap<Foreign<u8>, Box<dyn Fn(Ref<'_, u8>) -> bool>>,
}

#[derive(DeepSize)]
struct Hidden {
    alias: Alias,
}

fn main() {}
