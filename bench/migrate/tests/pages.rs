//! Compares the output of the programs with the pages.

use std::process::Command;

/// Asserts that the page shows the output of both programs, the peer's first.
fn assert_shown(page: &str, before: &str, after: &str) {
    let page = std::fs::read_to_string(format!("{}/../../docs/{page}", env!("CARGO_MANIFEST_DIR")))
        .expect("the page can be read");
    let mut shown = page.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    for program in [before, after] {
        let output = Command::new(program).output().expect("the program runs");
        assert!(output.status.success(), "{program}");
        let printed = String::from_utf8(output.stdout).expect("the output is UTF-8");
        assert_eq!(shown.next().map(str::trim_end), Some(printed.trim_end()), "{program}");
    }
}

macro_rules! pages {
    ($($peer:ident: $page:literal, $before:literal, $after:literal;)*) => {$(
        #[test]
        fn $peer() {
            assert_shown($page, env!(concat!("CARGO_BIN_EXE_", $before)), env!(concat!("CARGO_BIN_EXE_", $after)));
        }
    )*};
}

// The sizes of hash tables and the allocator's overhead depend on the platform.
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
pages! {
    allocative: "migrate-from-allocative.md", "allocative_before", "allocative_after";
    deepsize: "migrate-from-deepsize.md", "deepsize_before", "deepsize_after";
    get_size2: "migrate-from-get-size2.md", "get_size2_before", "get_size2_after";
    malloc_size_of: "migrate-from-malloc_size_of.md", "malloc_size_of_before", "malloc_size_of_after";
    mem_dbg: "migrate-from-mem_dbg.md", "mem_dbg_before", "mem_dbg_after";
}
