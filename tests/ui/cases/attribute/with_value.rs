use deep_size::DeepSize;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = "measure")]
    quoted: String,
    #[deep_size(with = |field, walker, bound = "")]
    unclosed: String,
    #[deep_size(with = measure bound = "")]
    no_comma: String,
    #[deep_size(with = while)]
    keyword: String,
}

fn main() {}
