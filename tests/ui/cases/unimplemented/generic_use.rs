use deep_size::DeepSize;

struct Foreign;


#[derive(DeepSize)]
struct Wrapper<T> {
    value: T,
}

#[derive(DeepSize)]
struct Faulty {
    wrapper: Wrapper<Foreign>,
}

fn main() {
    let _ = Wrapper { value: Foreign }.deep_size();
}
