use deep_size::DeepSize;

struct Unmeasured(Vec<u8>);

impl Unmeasured {
    fn report(&self) -> usize {
        self.deep_size()
    }
}

fn main() {
    Unmeasured(vec![0; 100]).report();
}
