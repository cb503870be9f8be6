use deep_size_track::profile_memory;

struct Parser;

#[profile_memory]
impl Parser {}

#[profile_memory]
trait Parse {}

#[profile_memory]
mod parser {}

/// A type.
#[profile_memory]
pub struct Document;

#[profile_memory]
const fn in_the_compiler() {}

trait Load {
    #[profile_memory]
    fn load(&self);
}

fn main() {
    in_the_compiler();
    let _ = Document;
}
