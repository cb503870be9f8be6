//! Lock files of every format, faulty ones, and large ones.

use std::fmt::Write as _;

use crate::graph::Graph;
use crate::support::report::checked_report;
use crate::{CIRCULAR, FORMATS, assert_refused, assert_right, graph, program, run, stdout, unshared, write};

#[test]
fn packages_may_depend_on_each_other_in_a_cycle() {
    let output = run(write("circular.lock", CIRCULAR));
    let report = stdout(&output);
    assert!(report.contains(": 2 packages, 2 dependencies\n"));
    assert!(report.contains("infinite"));
    assert_right(report, CIRCULAR);
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    assert_refused(&run("no/such/file.lock"), "\"no/such/file.lock\"");
    assert_refused(&run(""), "cannot read");
    assert_refused(&run(env!("CARGO_MANIFEST_DIR")), "cannot read");
    assert_refused(&run(write("binary.lock", [0, 0xff, 0xfe, 0x80])), "UTF-8");
}

#[test]
fn a_file_that_is_no_lock_file_is_refused() {
    for (text, words) in [
        ("", "lists no packages"),
        ("version = 4\n", "lists no packages"),
        ("package = []", "lists no packages"),
        ("not [ toml", "line 1, column 5"),
        ("version = 4\n\n[[package]]\nname = \"a", "line 4, column 10"),
        ("[package]\nname = \"a\"\nversion = \"1.0.0\"\n", "line 1, column 1: invalid type: map"),
        ("package = [1]", "line 1, column 12: invalid type: integer `1`"),
        ("[[package]]\nversion = \"1.0.0\"\n", "line 1, column 1: missing field `name`"),
        ("\n[[package]]\nname = \"a\"\n", "line 2, column 1: missing field `version`"),
        ("[[package]]\nname = 1\nversion = \"1.0.0\"\n", "line 2, column 8: invalid type: integer `1`"),
        ("version = \"4\"\n", "line 1, column 11: invalid type: string \"4\""),
        ("version = 4\npackage = 1\npackage = 2\n", "line 3, column 1: duplicate key"),
    ] {
        assert_refused(&run(write("invalid.lock", text)), words);
    }
    assert_refused(&run(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), "invalid type: map");
}

#[test]
fn text_of_the_file_and_of_arguments_cannot_control_the_terminal() {
    let attack = "\u{1b}[2J\u{9b}31m\u{202e}\rFORGED";
    for text in [
        format!("{attack} = 1"),
        format!("version = \"{attack}\""),
        format!("[[package]]\nname = \"a\"\nversion = \"{attack}\""),
        "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"\\u001b[2J\\u009b\\u202e\\nFORGED\"]".into(),
        "[[package]]\n\"\\u001b[2J\\u009b\\u202e\\nFORGED\" = 1".into(),
        "[[package]]\nname = {\"\\u001b[2J\\u009b\\u202e\\nFORGED\" = 1}".into(),
    ] {
        assert_refused(&run(write("attack.lock", text)), "line ");
    }
    assert_refused(&run(attack), "\\u{1b}[2J");
    for arguments in
        [["--format", attack], ["--compare", attack], [attack, attack], ["--output", &format!("{attack}/x")]]
    {
        if arguments[0] == "--compare" && cfg!(not(feature = "exports")) {
            continue;
        }
        assert_refused(&program().args(arguments).output().expect("the program starts"), "\\u{1b}[2J");
    }
    let output = run(write(&format!("attack{attack}.lock"), CIRCULAR));
    assert!(!stdout(&output).replace('\n', "").contains(char::is_control), "{output:?}");
}

#[test]
fn invalid_lock_files_are_refused_with_the_line() {
    let package = |lines: &str| format!("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n{lines}\n");
    let twice = package("") + &*package("");
    let versions = package("") + &*package("").replace("1.0.0", "2.0.0");
    let sources = package("source = \"git+https://example.org/a#123\"")
        + &*package("source = \"git+https://example.org/b#456\"")
        + "[[package]]\nname = \"a\"\nversion = \"2.0.0\"\n";
    for (text, words) in [
        (String::from("version = 1"), "line 1, column 11: unknown version of the format, expected 3 or 4"),
        (String::from("version = 5"), "line 1, column 11: unknown version of the format"),
        (String::from("version = -1"), "line 1, column 11: invalid value: integer `-1`"),
        (twice.clone(), "line 6, column 8: package \"a\" is specified twice"),
        (twice.replacen("[[package]]", "[root]", 1), "line 6, column 8: package \"a\" is specified twice"),
        (package("version = \"1.0.0\""), "line 4, column 1: duplicate key"),
        (package("").replace("1.0.0", "1.0"), "line 3, column 11: expected a version such as"),
        (package("").replace("1.0.0", "1.0.0.0"), "line 3, column 11: expected a version such as"),
        (package("").replace("1.0.0", "01.0.0"), "line 3, column 11: expected a version such as"),
        (package("").replace("1.0.0", "1.0.18446744073709551616"), "line 3, column 11: expected a version"),
        (package("checksum = \"12\""), "line 4, column 12: expected 64 hexadecimal digits"),
        (package(&format!("checksum = \"{}\"", "+f".repeat(32))), "expected 64 hexadecimal digits"),
        (
            package("source = \"b\"") + "[metadata]\n\"checksum a 1.0.0 (b)\" = \"12\"",
            "line 6, column 26: expected 64 hexadecimal digits",
        ),
        (package("dependencies = \"a\""), "line 4, column 16: invalid type: string \"a\""),
        (package("dependencies = [\n \"a\",\n \"b\",\n]"), "line 6, column 2: no package matches \"b\""),
        (package("dependencies = [\"a 1.0.1\"]"), "line 4, column 17: no package matches \"a 1.0.1\""),
        (package("dependencies = [\"a 1\"]"), "no package matches \"a 1\""),
        (package("dependencies = [\"a 1.0.0 (b)\"]"), "no package matches \"a 1.0.0 (b)\""),
        (package("dependencies = [\"\\n\"]"), "no package matches \"\\n\""),
        (versions + "dependencies = [\"a\"]", "line 9, column 17: several packages match \"a\""),
        (sources.clone() + "dependencies = [\"a\"]", "line 12, column 17: several packages match \"a\""),
        (sources + "dependencies = [\"a 1.0.0\"]", "line 12, column 17: several packages match \"a 1.0.0\""),
    ] {
        assert_refused(&run(write("refused.lock", text)), words);
    }
}

#[test]
fn an_error_about_a_long_line_is_short() {
    let long = "x".repeat(1_000_000);
    for text in [format!("version = \"{long}\""), CIRCULAR.replace("[\"right\"]", &format!("[\"{long}\"]"))] {
        let output = run(write("long.lock", text));
        assert_refused(&output, "xxx");
        assert!(output.stderr.len() < 500);
    }
}

#[test]
fn dependencies_are_resolved_as_by_cargo() {
    let git = "git+https://example.org/a?tag=v1";
    let registry = "registry+https://example.org/index";
    let root = format!(
        "[root]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"a 1.0.0 ({registry})\"]\n
[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{registry}\"\n
[metadata]\n\"checksum a 1.0.0 ({registry})\" = \"{}\"\n",
        "0123456789abcdef".repeat(4)
    );
    let sources = format!(
        "version = 4\n
[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{git}#123\"\n
[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{registry}\"\n
[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"a 1.0.0 ({git})\", \"lib\"]\n
[[package]]\nname = \"lib\"\nversion = \"0.1.0\"\ndependencies = [\"a 1.0.0 ({registry})\", \"app\"]\n"
    );
    let itself = CIRCULAR.replace("[\"right\"]", "[\"left\"]");
    for (text, expected) in [
        (&*root, "2 packages, 1 dependencies"),
        (&sources, "4 packages, 4 dependencies"),
        (&sources.replace(&format!("({git})"), &format!("({git}#123)")), "4 packages, 4 dependencies"),
        (&itself, "2 packages, 2 dependencies"),
        (&CIRCULAR.replace('\n', "\r\n"), "2 packages, 2 dependencies"),
        (&format!("\u{feff}{CIRCULAR}"), "2 packages, 2 dependencies"),
        (&CIRCULAR.replace("version = 4", ""), "2 packages, 2 dependencies"),
    ] {
        let output = run(write("resolved.lock", text));
        let report = stdout(&output);
        assert!(report.contains(&format!(": {expected}\n")), "{report}");
        assert_right(report, text);
        checked_report(&graph(text));
    }
}

#[test]
fn large_lock_files_are_read_in_linear_time_and_overflow_no_stack() {
    let count = if cfg!(debug_assertions) { 50_000 } else { 1_000_000 };
    let chain = |identity: &dyn Fn(usize) -> (String, String)| {
        let mut text = String::from("version = 4\n");
        for number in 0..count {
            let (name, version) = identity(number);
            writeln!(text, "[[package]]\nname = \"{name}\"\nversion = \"{version}\"").expect("strings grow");
            if number > 0 {
                let (name, version) = identity(number - 1);
                writeln!(text, "dependencies = [\"{name} {version}\"]").expect("strings grow");
            }
        }
        text
    };
    let up = chain(&|number| (format!("c{number:07}"), String::from("1.0.0")));
    let down = chain(&|number| (format!("c{:07}", count - number), String::from("1.0.0")));
    let one_name = chain(&|number| (String::from("c"), format!("1.0.{number}")));
    for text in [&up, &down, &one_name] {
        let graph = graph(text);
        assert_eq!((graph.packages(), graph.dependencies()), (count, count - 1));
        drop(graph);
        let last = "[[package]]\nname = \"x\"\nversion = \"1.0.0\"\ndependencies = [\"y\"]";
        assert!(format!("{text}{last}").parse::<Graph>().is_err());
    }
    let file = write("chain.lock", &down);
    for &format in FORMATS {
        let output = program().arg(&file).args(["--format", format]).output().expect("the program starts");
        assert!(output.status.success(), "{format}: {output:?}");
        if format == "text" {
            assert_right(stdout(&output), &down);
        }
    }
}

#[test]
fn huge_sizes_without_sharing_are_not_wrapped() {
    // Each layer doubles the size.
    let layers = |count: usize| {
        let packages = (0..count).map(|layer| {
            let next =
                if layer + 1 < count { format!("\"c{0}\", \"c{0}\"", layer + 1) } else { String::new() };
            format!("[[package]]\nname = \"c{layer}\"\nversion = \"1.0.0\"\ndependencies = [{next}]\n")
        });
        stdout(&run(write("layers.lock", packages.collect::<String>()))).to_owned()
    };
    let size = |count| unshared(&layers(count)).parse::<f64>().expect("a number is printed");
    assert!(size(200) > 2_f64.powi(200) && size(201) > size(200));
    assert!(layers(2_000).contains("over 1e308 B"));
}
