use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(bounds = "")]
struct Faulty {
    field: String,
}

fn main() {
    // The stub impl prevents a second error here.
    let _ = Faulty { field: String::new() }.deep_size();
}
