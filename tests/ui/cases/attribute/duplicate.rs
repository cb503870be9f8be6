use deep_size::DeepSize;

#[derive(DeepSize)]
#[deep_size(bound = "", bound = "")]
struct Faulty {
    #[deep_size(skip, skip)]
    field: String,
}

fn main() {
    // The stub impl prevents a second error here.
    let _ = Faulty { field: String::new() }.deep_size();
}
