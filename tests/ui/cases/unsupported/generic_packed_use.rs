use deep_size::DeepSize;

#[derive(DeepSize)]
#[repr(packed)]
struct Packed<T> {
    value: T,
}

fn main() {
    let _ = Packed { value: String::new() }.deep_size();
}
