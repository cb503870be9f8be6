use deep_size::{DeepSize, Walker};

fn measure(_: &String, _: &mut Walker<'_>) {}

#[derive(DeepSize)]
#[deep_size(flat, opaque)]
struct Both {
    text: String,
}

#[derive(DeepSize)]
#[deep_size(opaque, bound = "T: DeepSize")]
struct Bound<T>(T);

#[derive(DeepSize)]
#[deep_size(flat)]
enum Parts<T> {
    #[deep_size(skip)]
    First(String),
    Second {
        #[deep_size(with = measure)]
        text: String,
        #[deep_size(bound = "T: DeepSize")]
        value: T,
    },
}

fn main() {
    // The stub impls prevent more errors here.
    let _ = Both { text: String::new() }.deep_size() + Bound(1_u8).deep_size();
    let _ = Parts::<u8>::First(String::new()).deep_size();
}
