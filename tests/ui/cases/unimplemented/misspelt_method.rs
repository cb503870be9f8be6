//! The compiler suggests public methods only.

use deep_size::DeepSize;

struct Field;

fn main() {
    let text = String::new();
    text.deep_size_total();
    text.sum();
    text.type_name();
    Field.field("name", &text);
}
