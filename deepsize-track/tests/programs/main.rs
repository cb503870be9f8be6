//! The names of a program that is built in different ways.
#![cfg(all(feature = "sites", target_os = "linux"))]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

/// The programs. All of them have the same source.
const NAMES: [&str; 9] =
    ["alloc", "backtrace", "core", "compressed", "linked", "packed", "stripped", "tables", "untold"];

/// The package of the programs. Its folder does not have the name of a program.
fn package() -> &'static Path {
    static PACKAGE: OnceLock<PathBuf> = OnceLock::new();
    PACKAGE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("folder");
        fs::create_dir_all(folder.join("src")).unwrap();
        let tracker = env!("CARGO_MANIFEST_DIR");
        let mut manifest = format!(
            "[package]\nname = 'package'\nversion = '0.1.0'\nedition = '2024'\n[workspace]\n[dependencies]\n\
             deep-size-track = {{ path = '{tracker}', default-features = false, features = ['sites'] }}\n"
        );
        for name in NAMES {
            manifest += &format!("[[bin]]\nname = '{name}'\npath = 'src/program.rs'\n");
        }
        manifest += "[[bin]]\nname = 'host'\npath = 'src/host.rs'\n";
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("src/host.rs"), include_str!("host.rs")).unwrap();
        fs::write(folder.join("src/program.rs"), include_str!("program.rs")).unwrap();
        // The same versions, so that nothing is downloaded.
        let _ = fs::copy(Path::new(tracker).join("../Cargo.lock"), folder.join("Cargo.lock"));
        folder
    })
}

/// Builds a program with options of the compiler. The tracker is built once for all of them.
fn build(name: &str, options: &[&str]) -> PathBuf {
    let target = package().join("target");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["rustc", "--quiet", "--bin", name, "--target-dir"])
        .arg(&target)
        .arg("--")
        .args(options)
        .current_dir(package())
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("debug").join(name)
}

/// Runs a program.
fn run(program: &Path) -> String {
    run_with(program, &[])
}

fn run_with(program: &Path, arguments: &[PathBuf]) -> String {
    let output =
        Command::new(program).args(arguments).current_dir(package()).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The names of the five blocks, in one grouping. Each block has a separate row.
fn names<'t>(printed: &'t str, by: &str) -> [&'t str; 5] {
    [10_001, 20_002, 30_003, 40_004, 50_005].map(|size| {
        let start = format!("{by} {size} ");
        printed
            .lines()
            .find_map(|line| line.strip_prefix(&*start))
            .unwrap_or_else(|| panic!("{by} {size}\n{printed}"))
    })
}

const LINES: [&str; 5] =
    ["src/program.rs:12", "src/program.rs:20", "src/program.rs:27", "src/program.rs:33", "src/program.rs:39"];
const FUNCTIONS: [&str; 4] =
    ["bytes", "vec::grown", "first_closure::{{closure}}", "second_closure::{{closure}}"];

/// Whether the rows are the functions of the program. Without debug information, the inlined one belongs to its caller.
#[track_caller]
fn check_functions(printed: &str, name: &str) {
    let found = names(printed, "Function");
    for (found, function) in found.into_iter().zip(FUNCTIONS) {
        // The two schemes of the compiler print closures differently.
        let found = found.replace("{closure#0}", "{{closure}}");
        assert_eq!(found, format!("{name}::{function}"), "{printed}");
    }
    assert!(printed.contains(&format!("\nCrate 150015 {name}\n")), "{printed}");
}

#[test]
fn a_program_with_the_name_of_another_crate_keeps_its_functions() {
    for name in ["alloc", "backtrace", "core"] {
        let printed = run(&build(name, &["-Cdebuginfo=1"]));
        check_functions(&printed, name);
        assert_eq!(names(&printed, "Line"), LINES);
    }
    let printed = run(&build("backtrace", &["-Cstrip=debuginfo"]));
    check_functions(&printed, "backtrace");
    // The newer names of symbols distinguish crates. With the older ones, modules do.
    for name in ["alloc", "core"] {
        check_functions(&run(&build(name, &["-Cstrip=debuginfo", "-Csymbol-mangling-version=v0"])), name);
        let printed = run(&build(name, &["-Cstrip=debuginfo"]));
        assert!(printed.contains(&format!("Function 10001 {name}::bytes\n")), "{printed}");
        assert!(printed.contains(&format!("\nCrate 150015 {name}\n")), "{printed}");
    }
}

#[test]
fn symbols_and_lines_are_enough_for_crates_and_functions() {
    let printed = run(&build("tables", &["-Cdebuginfo=line-tables-only"]));
    check_functions(&printed, "tables");
    assert_eq!(names(&printed, "Line"), LINES);
    assert!(!printed.contains("no lines are known"), "{printed}");
}

#[test]
fn missing_lines_are_explained() {
    let printed = run(&build("untold", &["-Cdebuginfo=0"]));
    check_functions(&printed, "untold");
    let hint = "no lines are known: set `debug = \"line-tables-only\"` in the program's Cargo profile";
    assert!(printed.contains(hint), "{printed}");
}

#[test]
fn a_stripped_program_shows_distinct_addresses() {
    let printed = run(&build("stripped", &["-Cstrip=symbols"]));
    let found = names(&printed, "Line");
    for (at, name) in found.iter().enumerate() {
        assert!(name.starts_with("stripped+0x"), "{printed}");
        assert!(!found[..at].contains(name), "{printed}");
    }
}

#[test]
fn debug_information_may_be_compressed_or_in_another_file() {
    let compressed = ["-Cdebuginfo=1", "-Clink-arg=-Wl,--compress-debug-sections=zlib"];
    assert_eq!(names(&run(&build("compressed", &compressed)), "Line"), LINES);
    let packed = build("packed", &["-Cdebuginfo=1", "-Csplit-debuginfo=packed"]);
    assert_eq!(names(&run(&packed), "Line"), LINES);

    let linked = build("linked", &["-Cdebuginfo=1"]);
    let separate = linked.with_extension("debug");
    let objcopy = |arguments: [&std::ffi::OsStr; 3]| Command::new("objcopy").args(arguments).status();
    let Ok(status) = objcopy(["--only-keep-debug".as_ref(), linked.as_ref(), separate.as_ref()]) else {
        println!("note: `objcopy` is not installed");
        return;
    };
    assert!(status.success());
    let mut link = std::ffi::OsString::from("--add-gnu-debuglink=");
    link.push(&separate);
    let stripped = linked.with_extension("stripped");
    assert!(objcopy(["--strip-all".as_ref(), linked.as_ref(), stripped.as_ref()]).unwrap().success());
    assert!(Command::new("objcopy").arg(link).arg(&stripped).status().unwrap().success());
    let printed = run(&stripped);
    assert_eq!(names(&printed, "Line"), LINES);
    check_functions(&printed, "linked");
}

/// Builds a plugin whose function has this name. It needs no crate.
fn plugin(name: &str, length: &str) -> PathBuf {
    let source = package().join(name).with_extension("rs");
    fs::write(&source, include_str!("plugin.rs").replace("named", name).replace("= 1", length)).unwrap();
    let library = source.with_extension("so");
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--crate-type=cdylib", "-Cpanic=abort", "-Cdebuginfo=1", "-o"])
        .args([&library, &source])
        .output()
        .expect("rustc runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    library
}

#[test]
fn a_library_in_the_place_of_another_has_its_own_names() {
    let host = build("host", &["-Cdebuginfo=1"]);
    let printed = run_with(&host, &[plugin("early", "= 1"), plugin("later", "= 5")]);
    let [first, loaded, closed, second, next, end] = &printed.lines().collect::<Vec<_>>()[..] else {
        panic!("{printed}")
    };
    let page = |line: &str| line[..line.len() - 3].to_owned();
    assert_eq!(page(first), page(second), "the second library takes the place of the first");
    for (line, name) in [(loaded, "early"), (closed, "early"), (next, "later"), (end, "later")] {
        assert!(line.contains(&format!(" host::allocate {name}::{name} entry ")), "{printed}");
    }
}
