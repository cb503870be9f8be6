use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(bound = "")]
struct Faulty<T> {
    field: Vec<T>,
}

fn main() {}
