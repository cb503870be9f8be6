use deep_size::{DeepSize, Tally, inspect};

struct Foreign;

fn main() {
    let _ = inspect(&Foreign);
    let _ = Tally::new().add(&Foreign);
    let _ = Foreign.deep_size();
    let _ = vec![Foreign].deep_size();
}
