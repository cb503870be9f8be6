use deep_size::DeepSize;

struct Foreign;


struct Other;

#[derive(DeepSize)]
struct Faulty {
    foreign: Foreign,
    other: Other,
}

fn main() {}
