use std::sync::Arc;

use super::{Origin, is_main, of};

/// The demangled name with hashes and without them, as in `symbols::at`.
fn demangled(mangled: &str) -> [String; 2] {
    let name = backtrace::SymbolName::new(mangled.as_bytes());
    [format!("{name}"), format!("{name:#}")]
}

/// The owner of a function in a program with these `main` functions.
fn owner(mangled: &str, file: &str, mains: &[&str]) -> (Origin, String, bool) {
    let [hashed, function] = demangled(mangled);
    let mains: Vec<_> = mains.iter().map(|main| Arc::from(&*demangled(main)[0])).collect();
    let owner = of(&hashed, &function, file, &mains);
    (owner.kind, owner.package.into_owned(), owner.is_own)
}

#[track_caller]
fn check(mangled: &str, file: &str, kind: Origin, package: &str) {
    let (actual, crate_name, _) = owner(mangled, file, &[]);
    assert_eq!((actual, &*crate_name), (kind, package), "{mangled} in {file:?}");
}

#[test]
fn downloaded_code_is_not_the_programs() {
    let is_own = |mangled, file| owner(mangled, file, &["_ZN2zz4main17h020d3b7f1cc26468E"]).2;
    let (zz, other) = ("_ZN2zz4load17h020d3b7f1cc26468E", "_ZN2yy4load17h020d3b7f1cc26468E");
    for (file, expected) in [
        ("src/a.rs", true),
        ("/home/me/zz/vendor/yy/src/a.rs", true),
        (r"C:\Users\me\zz\src\a.rs", true),
        ("/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/yy-1.0.1/src/a.rs", false),
        (r"C:\Users\me\.cargo\registry\src\index.crates.io-1949cf8c6b5b557f\yy-1.0.1\src\a.rs", false),
        ("/home/me/.cargo/git/checkouts/yy-0123/89abcde/yy/src/a.rs", false),
    ] {
        assert_eq!(
            (is_own(zz, file), is_own(other, file), is_own("", file)),
            (expected, expected, expected),
            "{file}"
        );
    }
    assert!(is_own(zz, "") && !is_own(other, "") && !is_own("", ""));
    assert!(!is_own("_ZN5alloc3vec16Vec$LT$T$C$A$GT$4push17hff98fcc85ad6abeaE", ALLOC));
}

const ALLOC: &str = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/alloc/src/vec/mod.rs";
const HERE: &str = "/home/me/zz/src/main.rs";

#[test]
fn legacy_names_show_the_owner_of_a_function() {
    use Origin::{Allocator, Program, Std};
    for (mangled, kind, package) in [
        ("_ZN2zz4main17h020d3b7f1cc26468E", Program, "zz"),
        // A module with the name of a crate.
        ("_ZN2zz4core7in_core17h85c168a8a9b14387E", Program, "zz"),
        ("_ZN2zz3all28_$u7b$$u7b$closure$u7d$$u7d$17h45bcf3330aa84fb7E", Program, "zz"),
        ("_ZN46_$LT$zz..Foo$u20$as$u20$core..clone..Clone$GT$5clone17hea94a71aedd47400E", Program, "zz"),
        ("_ZN52_$LT$alloc..vec..Vec$LT$u8$GT$$u20$as$u20$zz..Tr$GT$4grow17h859a6bd3913565d3E", Program, "zz"),
        ("_ZN45_$LT$T$u20$as$u20$alloc..string..ToString$GT$9to_string17hfcf944142c3edd50E", Std, "alloc"),
        (
            "_ZN63_$LT$u8$u20$as$u20$alloc..vec..spec_from_elem..SpecFromElem$GT$9from_elem17h340c266c989bc9b9E",
            Std,
            "alloc",
        ),
        ("_ZN5alloc3vec16Vec$LT$T$C$A$GT$4push17hff98fcc85ad6abeaE", Std, "alloc"),
        (
            "_ZN97_$LT$alloc..vec..Vec$LT$T$C$A$GT$$u20$as$u20$alloc..vec..spec_extend..SpecExtend$LT$T$C$I$GT$$GT$11spec_extend17h35d62866d375495cE",
            Std,
            "alloc",
        ),
        ("_ZN5alloc5slice29_$LT$impl$u20$$u5b$T$u5d$$GT$6to_vec17h0123456789abcdefE", Std, "alloc"),
        ("_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17h99fee6b87f57c3dcE", Std, "std"),
        (
            "_ZN4core3ops8function6FnOnce40call_once$u7b$$u7b$vtable.shim$u7d$$u7d$17h1234b2d88bceeef8E",
            Std,
            "core",
        ),
        ("_ZN9hashbrown3map28HashMap$LT$K$C$V$C$S$C$A$GT$6insert17hed8ce4409f565e13E", Std, "hashbrown"),
        (
            "_ZN107_$LT$deep_size_track..allocator..TrackingAllocator$LT$A$GT$$u20$as$u20$core..alloc..global..GlobalAlloc$GT$5alloc17h514d5758db8632daE",
            Allocator,
            "deep_size_track",
        ),
        (
            "_ZN61_$LT$zz..Mine$u20$as$u20$core..alloc..global..GlobalAlloc$GT$5alloc17h514d5758db8632daE",
            Allocator,
            "zz",
        ),
        (
            "_ZN63_$LT$alloc..alloc..Global$u20$as$u20$core..alloc..Allocator$GT$8allocate17h31a7b5bc05488a93E",
            Allocator,
            "alloc",
        ),
        ("_RNvCsfLfy6EI15iL_7___rustc12___rust_alloc", Allocator, "__rustc"),
    ] {
        check(mangled, "", kind, package);
    }
    // With debug information, the file distinguishes the two.
    let insert = "_ZN9hashbrown3map28HashMap$LT$K$C$V$C$S$C$A$GT$6insert17hed8ce4409f565e13E";
    check(insert, "/rust/deps/hashbrown-0.16.1/src/map.rs", Std, "hashbrown");
    let own = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/hashbrown-0.15.2/src/map.rs";
    check(insert, own, Program, "hashbrown");
    // Generated in the program by a macro of the standard library.
    check("_ZN2zz1T27__rust_std_internal_init_fn17h06d348b3c6cef7c3E", ALLOC, Std, "zz");
}

#[test]
fn v0_names_show_the_owner_of_a_function() {
    use Origin::{Allocator, Program, Std};
    for (mangled, kind, package) in [
        ("_RNvCs1234_2zz4main", Program, "zz"),
        ("_RNCNvCs1234_2zz4main0B3_", Program, "zz"),
        // A back reference, and an impl of another crate's trait.
        ("_RNvXCs1234_2zzNtB2_3FooNtNtCsgEmfK2I1SDS_4core5clone5Clone5clone", Program, "zz"),
        (
            "_RNvXs4_NtCslNYArtu3iFV_5alloc6stringNtB5_6StringNtNtCsgEmfK2I1SDS_4core5clone5Clone5clone",
            Std,
            "alloc",
        ),
        ("_RNvMs3_NtCslNYArtu3iFV_5alloc7raw_vecINtB5_6RawVechE8grow_oneB7_", Std, "alloc"),
        // Without a file, the crate is the one of the trait.
        (
            "_RINvXs_NvMNtCslNYArtu3iFV_5alloc5sliceSp9to_vec_inhNtB5_10ConvertVec6to_vecNtNtBa_5alloc6GlobalEBa_",
            Std,
            "core",
        ),
        // A provided method of a trait, for a type of another crate.
        ("_RNvYNtNtCslNYArtu3iFV_5alloc6string6StringNtCs1234_2zz2Tr4growB4_", Program, "zz"),
        // Of two crates of the standard library, the later one is taken.
        (
            "_RNvYNtNtCslNYArtu3iFV_5alloc6string6StringNtNtCsgEmfK2I1SDS_4core3fmt5Write9write_fmtB6_",
            Std,
            "alloc",
        ),
        // A shim that calls a closure through a pointer, and may have inlined it.
        (
            "_RNvYNCNvCs1234_2zz4main0INtNtNtCsgEmfK2I1SDS_4core3ops8function6FnOnceuE9call_onceB6_",
            Program,
            "zz",
        ),
        (
            "_RNvXs_NtCslNYArtu3iFV_5alloc5allocNtB4_6GlobalNtNtCsgEmfK2I1SDS_4core5alloc9Allocator8allocate",
            Allocator,
            "alloc",
        ),
    ] {
        check(mangled, "", kind, package);
    }
    // A blanket impl, and a provided method: the code is in the standard library, but only the file shows it.
    for mangled in [
        "_RNvXsb_NtCslNYArtu3iFV_5alloc6stringNtCs1234_2zz3FooNtB5_8ToString9to_stringCs1234_2zz",
        "_RNvYNtCs1234_2zz3FooNtNtNtNtCsgEmfK2I1SDS_4core4iter6traits8iterator8Iterator7collectB4_",
    ] {
        check(mangled, "", Program, "zz");
        check(mangled, ALLOC, Std, "zz");
    }
}

#[test]
fn a_program_may_have_the_name_of_another_crate() {
    use Origin::{Allocator, Program, Std};
    let legacy = "_ZN5alloc4main17h020d3b7f1cc26468E";
    let v0 = "_RNvCs1234_5alloc4main";
    let backtrace = "_ZN9backtrace4main17h020d3b7f1cc26468E";
    let is_main = |mangled| is_main(&demangled(mangled)[0]);
    assert!([legacy, v0, backtrace].into_iter().all(is_main));
    assert!(!is_main("_ZN5alloc3sub4main17h020d3b7f1cc26468E") && !is_main("_RNvNtCs1234_5alloc3sub4main"));
    let grow = "_RNvMs3_NtCslNYArtu3iFV_5alloc7raw_vecINtB5_6RawVechE8grow_oneB7_";
    let tracker = "_ZN9backtrace9backtrace5trace17h020d3b7f1cc26468E";
    let registry = "/x/registry/src/index-1/backtrace-0.3.76/src/backtrace/mod.rs";
    for (main, mangled, file, kind) in [
        (legacy, legacy, "", Program),
        (legacy, "_ZN5alloc5build17h020d3b7f1cc26468E", "", Program),
        (legacy, "_ZN5alloc5build17h020d3b7f1cc26468E", "/home/me/alloc/src/main.rs", Program),
        (
            legacy,
            "_ZN46_$LT$alloc..Foo$u20$as$u20$core..clone..Clone$GT$5clone17hea94a71aedd47400E",
            "",
            Program,
        ),
        (legacy, "_ZN5alloc3vec16Vec$LT$T$C$A$GT$4push17hff98fcc85ad6abeaE", "", Std),
        (legacy, "_ZN5alloc3vec16Vec$LT$T$C$A$GT$4push17hff98fcc85ad6abeaE", ALLOC, Std),
        (legacy, "_ZN5alloc3vec4mine17hff98fcc85ad6abeaE", "/home/me/alloc/src/vec.rs", Program),
        (legacy, grow, "", Std),
        (v0, v0, "", Program),
        (v0, "_RNvNtCs1234_5alloc3vec4mine", "", Program),
        (v0, grow, "", Std),
        (v0, grow, ALLOC, Std),
        (backtrace, backtrace, "/home/me/examples/backtrace.rs", Program),
        (backtrace, backtrace, "", Program),
        (backtrace, tracker, registry, Allocator),
        (legacy, tracker, "", Allocator),
        // Without a `main` function that is known, the file decides.
        ("", "_ZN4core5build17h020d3b7f1cc26468E", "/home/me/core/src/lib.rs", Program),
        ("", "_ZN4core5build17h020d3b7f1cc26468E", "/usr/src/rustc-1.85.0/library/core/src/mem.rs", Std),
    ] {
        assert_eq!(owner(mangled, file, &[main]).0, kind, "{mangled} in {file:?} of {main}");
    }
}

#[test]
fn for_short_names_the_file_decides() {
    use Origin::{Allocator, Program, Start, Std};
    for (name, file, kind, package) in [
        ("all", HERE, Program, "zz"),
        ("{closure#0}<()>", HERE, Program, "zz"),
        ("to_vec<alloc::vec::Vec<u8, alloc::alloc::Global>, alloc::alloc::Global>", ALLOC, Std, "alloc"),
        ("insert<i32, zz::Foo>", "/rust/deps/hashbrown-0.16.1/src/map.rs", Std, "hashbrown"),
        (
            "grow<u8>",
            "/home/me/.rustup/toolchains/x/lib/rustlib/src/rust/library/std/src/io/mod.rs",
            Std,
            "std",
        ),
        ("from_str", "/x/registry/src/index-1/serde_json-1.0.1/src/de.rs", Program, "serde_json"),
        ("from_str", r"C:\x\registry\src\index-1\my-crate-2.0.0-rc.1\src\de.rs", Program, "my_crate"),
        ("alloc", "/x/registry/src/index-1/mimalloc-0.1.43/src/lib.rs", Allocator, "mimalloc"),
        // A folder with the name of one in the standard library is not hidden.
        ("read", "/home/me/library/std/src/read.rs", Program, "std"),
        ("in_test", "/home/me/zz/tests/sites.rs", Program, "sites"),
        ("in_module", "/home/me/zz/src/tests/sites.rs", Program, "zz"),
        ("main", "/home/me/zz/src/bin/tool.rs", Program, "tool"),
        ("my_callback", "", Program, ""),
        ("my_callback", "/home/me/c/callback.c", Program, ""),
        ("main", "/home/me/c/main.c", Program, ""),
        ("main", "", Start, ""),
        ("_start", "", Start, ""),
        ("__libc_start_call_main", "./csu/../sysdeps/nptl/libc_start_call_main.h", Start, ""),
        ("__rust_try", "", Start, ""),
    ] {
        check(name, file, kind, package);
    }
}

#[test]
fn the_trackers_own_files_are_known() {
    check("allocated", file!(), Origin::Allocator, &owner("allocated", file!(), &[]).1);
    let elsewhere = format!("/home/me/my-{}", file!().trim_start_matches('/'));
    check("allocated", &elsewhere, Origin::Program, &owner("allocated", &elsewhere, &[]).1);
}

#[test]
fn damaged_names_do_no_harm() {
    for name in [
        "_R",
        "_RN",
        "_RNv",
        "_RC",
        "_RCs_",
        "_RC9999999999999999999999zz",
        "_RB_",
        "_RNvB_",
        "_RC5zz",
        "_RNvBzzzzzzzzzzzzzzz_",
        "<",
        "<<",
        ">",
        "<>",
        "< as >",
        "<a as ",
        "::",
        "<::>::",
        "a::",
        "<é as é::é>::é",
        "_RNvCé",
        "-",
        "<->>",
        "",
    ] {
        let _ = of(name, name, name, &[name.into()]);
        let _ = owner(name, "", &[name]);
    }
}
