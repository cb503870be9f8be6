use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(bound = "T: Missing")]
struct Faulty<T> {
    #[deep_size(skip)]
    field: T,
}

fn main() {}
