use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(skp)]
    field: String,
    #[deep_size(borowed)]
    second: &'static str,
    #[deep_size(wiht = path)]
    third: String,
}

fn main() {}
