use deep_size_track::{Scope, profile_memory, scope};

#[profile_memory]
async fn mismatched() -> u32 {
    "text"
}

#[profile_memory]
fn moved(text: String) -> usize {
    drop(text);
    text.len()
}

#[profile_memory]
fn warned(unused: u32) {}

fn is_send<T: Send>(_: T) {}

#[profile_memory]
async fn sent() {}

fn main() {
    is_send(sent());
    is_send(Scope::enter("of one thread"));
    scope!(String::from("of no static lifetime"));
}
