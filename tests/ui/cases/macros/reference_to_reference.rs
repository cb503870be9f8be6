use deep_size::{assert_deep_size, dbg_deep_size};

struct Foreign;

fn main() {
    let mut text = String::from("a text");
    assert_deep_size!(&&text <= 8);
    assert_deep_size!(&&mut text <= 8, "with a message");
    let texts = [text];
    let long = texts.iter().filter(|text| dbg_deep_size!(text).len() > 3);
    dbg_deep_size!(&mut &texts[0]);
    dbg_deep_size!(&mut &mut long.count());
    dbg_deep_size!(&&Foreign);
    dbg_deep_size!(&&&texts);
}
