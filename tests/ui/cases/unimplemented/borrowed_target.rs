use deep_size::DeepSize;

struct Foreign;


#[derive(DeepSize)]
struct Faulty<'a> {
    #[deep_size(borrowed)]
    target: &'a [Foreign],
}

fn main() {}
