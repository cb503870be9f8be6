//! Runs the programs with the system's allocator.

fn main() {
    programs::run(|_| ());
}
