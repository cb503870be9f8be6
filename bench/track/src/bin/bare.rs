//! The programs under the system's allocator.

fn main() {
    programs::run(|_| ());
}
