use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty<T: Iterator> {
    #[deep_size(bound = "T: DeepSize")]
    field: Vec<T::Item>,
}

fn main() {}
