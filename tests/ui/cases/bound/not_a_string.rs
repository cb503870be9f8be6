use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(bound = T: DeepSize)]
struct Faulty<T> {
    #[deep_size(bound = 1)]
    field: T,
}

fn main() {
    // The stub impl prevents a second error here.
    let _ = Faulty { field: String::new() }.deep_size();
}
