use deep_size::DeepSize;

trait Text {
    type Value;
}

#[derive(DeepSize)]
struct Leaf<T: Text> {
    value: T::Value,
}

#[derive(DeepSize)]
struct Tree<T: Text> {
    leaves: Vec<Leaf<T>>,
}

fn main() {}
