use std::borrow::Cow;
use std::ops::Deref;
use std::rc::Rc;

use deep_size::DeepSize;

struct Handle<'a>(&'a str);

impl Deref for Handle<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        self.0
    }
}

#[derive(DeepSize)]
struct Faulty<'a> {
    #[deep_size(borrowed)]
    text: String,
    #[deep_size(borrowed)]
    list: Vec<u8>,
    #[deep_size(borrowed)]
    boxed: Option<Box<u8>>,
    #[deep_size(borrowed)]
    shared: Rc<str>,
    #[deep_size(borrowed)]
    either: Cow<'a, str>,
    #[deep_size(borrowed)]
    foreign: Handle<'a>,
}

fn main() {}
