//! Runs the programs with dhat and its defaults, except for the file it writes at the end.

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    programs::run(|_| dhat::Profiler::builder().testing().build());
}
