use deep_size::{DeepSize, Walker};

fn by_value(_: String, _: &mut Walker<'_>) {}
fn no_walker(_: &String) {}
fn returns(text: &String, _: &mut Walker<'_>) -> usize {
    text.capacity()
}
const NUMBER: u8 = 1;

#[derive(DeepSize)]
struct Faulty {
    #[deep_size(with = by_value)]
    by_value: String,
    #[deep_size(with = no_walker)]
    no_walker: String,
    #[deep_size(with = returns)]
    returns: String,
    #[deep_size(with = NUMBER)]
    number: String,
}

fn main() {}
