use deep_size::DeepSize;

struct Foreign;


trait Source {
    type Output;
}

impl Source for u8 {
    type Output = Foreign;
}

#[derive(DeepSize)]
struct Wrapper<T: Source> {
    value: Option<T::Output>,
}

fn main() {
    let _ = Wrapper::<u8> { value: None }.deep_size();
}
