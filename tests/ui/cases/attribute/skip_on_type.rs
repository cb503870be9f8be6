use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(skip)]
struct Faulty {
    field: String,
}

fn main() {
    // The impl that follows the error keeps this from being another one.
    let _ = Faulty { field: String::new() }.deep_size();
}
