use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(bound = "T DeepSize")]
struct Faulty<T> {
    field: T,
}

fn main() {
    // The impl that follows the error keeps this from being another one.
    let _ = Faulty { field: String::new() }.deep_size();
}
