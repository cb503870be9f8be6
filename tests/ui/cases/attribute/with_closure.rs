use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = |field, walker| walker.inner(field), bound = "")]
    first: String,
    #[deep_size(with = move || ())]
    second: String,
    #[deep_size(with = measure())]
    third: String,
    #[deep_size(with = 1)]
    fourth: String,
}

fn main() {}
