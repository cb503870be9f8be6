use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty<T> {
    #[deep_size(skip, bound = "T: DeepSize")]
    First(T),
    Second(#[deep_size(bound = "T: DeepSize", skip)] T),
}

fn main() {}
