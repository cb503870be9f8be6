use deep_size_track::profile_memory;

#[profile_memory(parse)]
fn without_quotes() {}

#[profile_memory(nam = "parse")]
fn unknown() {}

#[profile_memory(name)]
fn without_value() {}

#[profile_memory(name("parse"))]
fn with_parentheses() {}

#[profile_memory(name = 7)]
fn with_a_number() {}

#[profile_memory("")]
fn without_name() {}

#[profile_memory("parse", name = "read")]
fn with_two_names() {}

#[profile_memory(crate = "deep_size_track")]
fn with_a_quoted_path() {}

#[profile_memory(crate)]
fn without_path() {}

#[profile_memory("parse" "read")]
fn without_comma() {}

#[profile_memory(7)]
fn with_no_name() {}

fn main() {
    // An error in the attribute is the only one.
    without_quotes();
    with_two_names();
}
