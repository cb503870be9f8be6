use deep_size::DeepSize;

#[derive(DeepSize)]
enum Faulty<T> {
    First(#[deep_size(bound = "T:: DeepSize")] T),
    #[deep_size(bound = "where T: DeepSize")]
    Second(T),
    #[deep_size(bound = "T: DeepSize; T: Clone")]
    Third(T),
}

fn main() {}
