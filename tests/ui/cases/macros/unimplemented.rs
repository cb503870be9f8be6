use deep_size::{assert_deep_size, dbg_deep_size};

struct Foreign;

fn main() {
    assert_deep_size!(Foreign <= 8);
    assert_deep_size!(&Foreign <= 8, "with a message");
    assert_deep_size!([Foreign][0] in 1..=8);
    dbg_deep_size!(Foreign);
    dbg_deep_size!(&vec![Foreign]);
}
