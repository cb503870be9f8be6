use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(rename = "other")]
    field: String,
}

fn main() {
    // The stub impl prevents a second error here.
    let _ = Faulty { field: String::new() }.deep_size();
}
