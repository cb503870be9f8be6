//! The programs under dhat, with its defaults but for the file it writes in the end.

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    programs::run(|_| dhat::Profiler::builder().testing().build());
}
