//! Checks of files that the compiler does not read, and of prose.

#[path = "tidy/prose.rs"]
mod prose;
#[path = "tidy/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use prose::{Kind, Sentence};

const PACKAGES: [&str; 7] = [
    "",
    "deepsize-core/",
    "deepsize-derive/",
    "deepsize-format/",
    "deepsize-track/",
    "deepsize-track/macros/",
    "deepsize-track/unwind/",
];

/// The folder of the core's files in `docs/architecture.md`.
const CORE: &str = "deepsize-core/src/";

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

#[track_caller]
fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The files with this extension in a folder and its subfolders, as paths from the root.
fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in path(folder.to_str().expect("paths are UTF-8")).read_dir().expect("folders can be read")
        {
            let entry = entry.expect("entries can be read");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path.to_str().expect("paths are UTF-8").replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<String> {
    ["src", "deepsize-core", "deepsize-derive", "deepsize-format", "deepsize-track", "tests", "examples"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"))
        .filter(|file| !file.contains("/target/"))
        .collect()
}

#[test]
fn versions_agree_and_are_pinned() {
    let version = env!("CARGO_PKG_VERSION");
    let root = read("Cargo.toml");
    assert!(root.contains(&format!("[workspace.package]\nversion = \"{version}\"\n")));
    for package in [
        "deep-size-core",
        "deep-size-derive",
        "deep-size-format",
        "deep-size-track-macros",
        "deep-size-unwind",
    ] {
        assert!(root.contains(&format!("\n{package} = {{ version = \"={version}\", path = ")), "{package}");
    }
    for package in PACKAGES {
        assert!(read(&format!("{package}Cargo.toml")).contains("\nversion.workspace = true\n"), "{package}");
    }
    let lock_file = read("Cargo.lock");
    for package in ["", "-core", "-derive", "-format", "-track", "-track-macros", "-unwind"] {
        let package = format!("deep-size{package}");
        let entry = format!("name = \"{package}\"\nversion = \"{version}\"\n");
        assert!(lock_file.contains(&entry), "{package}");
    }
}

#[test]
fn the_changelog_has_a_heading_for_the_version() {
    let changelog = read("CHANGELOG.md");
    assert!(changelog.contains("\n## [Unreleased]\n"));
    let version = env!("CARGO_PKG_VERSION");
    let is_first =
        changelog.contains(&format!("\nNothing is released yet. The first release will be {version}.\n"));
    assert!(is_first || changelog.contains(&format!("\n## [{version}]")));
}

/// The path of an impl is the path of its module: `impls/std/sync/mutex.rs` is for `std::sync`.
#[test]
fn impls_are_in_the_folder_of_their_library() {
    for file in files("deepsize-core/src/impls", "rs") {
        let module =
            file.strip_prefix("deepsize-core/src/impls/").expect("`files` returns paths in the folder");
        let library = module.split('/').next().expect("paths have parts");
        // Shared by several libraries.
        if !module.contains('/') {
            continue;
        }
        if library == "crates" {
            continue;
        }
        assert!(["core", "alloc", "std"].contains(&library), "{file}");
        for line in read(&file).lines() {
            let Some(used) = line.strip_prefix("use ") else { continue };
            let from = used.split("::").next().expect("paths have parts");
            let known: &[&str] = match library {
                "core" => &["core", "crate", "super"],
                "alloc" => &["core", "alloc", "crate", "super"],
                _ => &["core", "std", "crate", "super"],
            };
            assert!(known.contains(&from.trim_end_matches(';')), "{file}: {line}");
        }
    }
}

/// Without that statement, reports treat the type as one whose impl may leave out parts.
#[test]
fn every_impl_of_the_core_states_that_it_is_built_in() {
    for file in files("deepsize-core/src/impls", "rs") {
        let text = read(&file);
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let words = code.join("\n").split_whitespace().collect::<Vec<_>>().join(" ");
        for the_impl in words.split("DeepSize for ").skip(1) {
            let is_stated = ["built_in! {", "fn __type_info"].iter().any(|part| the_impl.contains(part));
            assert!(is_stated, "{file}: {the_impl}");
        }
    }
}

/// The core has no other crate as a dependency by default.
#[test]
fn the_core_escapes_text_like_the_other_packages() {
    let ours = read("deepsize-core/src/visible.rs").replace("pub(crate)", "pub");
    assert_eq!(ours, read("deepsize-format/src/visible.rs"));
}

#[test]
fn no_unfinished_code_is_left() {
    // Each is split, so that this file does not contain it.
    let marks = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ig", "nore"),
        concat!("FIX", "ME"),
        concat!("TO", "DO"),
        concat!("XX", "X"),
    ];
    let pages = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/performance.md"];
    for file in sources().into_iter().chain(pages.map(String::from)) {
        let text = read(&file);
        for mark in marks {
            assert!(!text.contains(mark), "{file} contains {mark}");
        }
    }
}

#[test]
fn every_example_is_listed_and_says_how_to_run_it() {
    let list = read("examples/README.md");
    for file in files("examples", "rs") {
        let name = file.trim_start_matches("examples/").trim_end_matches(".rs").trim_end_matches("/main");
        if name.contains('/') {
            // A module of an example.
            continue;
        }
        let file_in_folder = file.trim_start_matches("examples/");
        assert!(list.contains(&format!("[`{name}`]({file_in_folder})")), "{name}");
        let text = read(&file);
        let runs = [format!("--example {name}"), format!("--package {name}")];
        assert!(text.starts_with("//! ") && runs.iter().any(|run| text.contains(run)), "{name}");
    }
}

/// The documents with links.
fn documents() -> Vec<String> {
    let others = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md"];
    others.map(String::from).into_iter().chain(files("docs", "md")).collect()
}

#[test]
fn links_between_documents_have_targets() {
    for document in documents() {
        let text = read(&document);
        let folder = document.rfind('/').map_or("", |slash| &document[..=slash]);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, heading) =
                link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let target = if file.is_empty() { document.clone() } else { format!("{folder}{file}") };
            assert!(path(&target).exists(), "{document}: {link}");
            if let Some(heading) = heading {
                assert!(
                    read(&target).lines().filter_map(anchor).any(|anchor| anchor == heading),
                    "{document}: {link}"
                );
            }
        }
    }
}

/// The anchor of a heading.
fn anchor(line: &str) -> Option<String> {
    let heading = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))?;
    let kept = heading.chars().filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}

/// A migration page shows all changed lines between the program with the peer and the program with this crate.
#[test]
fn migration_pages_show_all_changed_lines() {
    let readme = read("README.md");
    let pages = files("docs", "md").into_iter().filter(|page| page.starts_with("docs/migrate-from-"));
    let pages: Vec<String> = pages.collect();
    assert_eq!(pages.len() * 2, files("bench/migrate/src/bin", "rs").len(), "each has two programs");
    for page in pages {
        assert!(readme.contains(&page), "{page}");
        let text = read(&page);
        let peer = page.trim_start_matches("docs/migrate-from-").trim_end_matches(".md").replace('-', "_");
        let program = |state: &str| read(&format!("bench/migrate/src/bin/{peer}_{state}.rs"));
        let shown = text.split("```diff\n").nth(1).and_then(|rest| rest.split("\n```").next());
        let shown = shown.unwrap_or_else(|| panic!("{page} shows no changes"));

        let before = program("before");
        let (mut old, mut new) = (before.lines(), String::new());
        for hunk in shown.split("@@\n").skip(1) {
            let olds: Vec<&str> = hunk
                .lines()
                .filter(|line| !line.starts_with('+'))
                .map(|line| line.get(1..).unwrap_or_default())
                .collect();
            while !old.clone().take(olds.len()).eq(olds.iter().copied()) {
                let kept =
                    old.next().unwrap_or_else(|| panic!("{page}: the program does not contain {olds:?}"));
                new += &format!("{kept}\n");
            }
            old.by_ref().take(olds.len()).for_each(drop);
            for line in hunk.lines().filter(|line| !line.starts_with('-')) {
                new += &format!("{}\n", line.get(1..).unwrap_or_default());
            }
        }
        old.for_each(|line| new += &format!("{line}\n"));
        assert!(new == program("after"), "{page}: its changes turn the first program into\n{new}");
    }
}

#[test]
fn every_package_has_the_licences_and_a_readme() {
    for package in PACKAGES {
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(read(&format!("{package}{licence}")), read(licence), "{package}{licence}");
        }
        let readme = read(&format!("{package}README.md"));
        assert!(readme.starts_with("# deep-size") && readme.contains("MIT"), "{package}README.md");
    }
}

#[test]
fn every_test_crate_is_in_the_architecture() {
    let page = read("docs/architecture.md");
    for name in entries("tests") {
        assert!(page.contains(&format!("`tests/{name}`")), "{name}");
    }
}

#[test]
fn the_architecture_page_is_short() {
    let lines = read("docs/architecture.md").lines().count();
    assert!(lines <= 250, "{lines} lines");
}

/// Folders end with a slash. In `impls`, the page names only folders.
#[test]
fn the_architecture_names_every_file_and_folder_of_the_core() {
    let page = read("docs/architecture.md");
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for name in entries(&format!("{CORE}{folder}")) {
            let is_folder = path(&format!("{CORE}{folder}{name}")).is_dir();
            let name = format!("{folder}{name}{}", if is_folder { "/" } else { "" });
            if is_folder || !name.starts_with("impls/") {
                assert!(page.contains(&format!("`{name}`")), "{name}");
            }
            if is_folder {
                folders.push(name);
            }
        }
    }
}

#[test]
fn the_architecture_names_only_existing_files() {
    for named in read("docs/architecture.md").split('`').skip(1).step_by(2) {
        let is_path = named.contains('/') && !named.contains([' ', '<', '=']);
        let is_there = |base: &&str| path(&format!("{base}{named}")).exists();
        assert!(!is_path || ["", CORE].iter().any(is_there), "{named}");
    }
}

#[test]
fn the_architecture_names_every_file_of_the_core_with_unsafe_code() {
    let page = read("docs/architecture.md");
    let (_, list) = page.split_once("Unsafe code is denied in the core.").expect("the page states the rule");
    let list = list.lines().next().unwrap_or_default();
    let mut named: Vec<String> =
        list.split('`').skip(1).step_by(2).map(|file| format!("{CORE}{file}")).collect();
    named.sort();
    let is_exception = |file: &String| file != &format!("{CORE}lib.rs") && read(file).contains("unsafe_code");
    let found: Vec<String> = files(CORE, "rs").into_iter().filter(is_exception).collect();
    assert_eq!(named, found);
}

/// The last column of each table names the tests.
#[test]
fn every_promise_names_existing_tests() {
    let text = read("SECURITY.md");
    let rows = text.lines().filter(|line| {
        line.starts_with("| ") && !line.starts_with("| promise") && !line.starts_with("| ---")
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 10);
    for row in rows {
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
        let tests: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty() && tests.iter().all(|test| path(test).exists()), "{row}");
    }
}

/// The first column names every folder of the root, and every folder of the packages, `docs`, `bench` and `tests`.
#[test]
fn the_layout_table_names_every_folder() {
    let text = read("CONTRIBUTING.md");
    let (_, section) = text.split_once("\n## Layout\n").expect("the page has a section on the layout");
    let (section, _) = section.split_once("\n## ").expect("the section is not the last");
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let mut named: Vec<String> =
        cells.flat_map(|cell| cell.split('`').step_by(2)).map(String::from).collect();
    named.sort();

    let below =
        ["bench", "deepsize-core", "deepsize-derive", "deepsize-format", "deepsize-track", "docs", "tests"];
    let mut found = folders("");
    found.extend(below.into_iter().flat_map(|folder| folders(&format!("{folder}/"))));
    found.sort();
    assert_eq!(named, found);
}

/// The subfolders of a folder, which is empty or ends with a slash.
fn folders(around: &str) -> Vec<String> {
    let all = entries(around).into_iter().map(|name| format!("{around}{name}"));
    all.filter(|folder| path(folder).is_dir()).collect()
}

/// The names in a folder, except the folders of Git and Cargo.
fn entries(folder: &str) -> Vec<String> {
    let entries = path(folder).read_dir().expect("folders can be read");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let name = entry.expect("entries can be read").file_name();
        name.into_string().expect("names are UTF-8")
    };
    entries.map(name).filter(|name| ![".git", "target"].contains(&name.as_str())).collect()
}

/// Only a crate's own feature enables its impls.
#[test]
fn the_impls_for_a_crate_need_only_its_feature() {
    let modules = read("deepsize-core/src/impls/crates/mod.rs");
    let (_, modules) = modules.rsplit_once("\n}\n\n").expect("the file begins with macros");
    for module in modules.split_terminator(";\n") {
        let (conditions, name) = module.rsplit_once("mod ").expect("the file ends with modules");
        assert_eq!(conditions.matches("#[cfg(").count(), 1, "{name}");
        let mut features = conditions.split("feature = \"").skip(1).filter_map(|rest| rest.split('"').next());
        let is_named = features.any(|feature| without_version(feature).replace('-', "_") == name);
        assert!(is_named || ["linked", "text_map"].contains(&name), "{name}");
    }
}

/// Shared by the tests of prose, because reading all files takes time.
static PROSE: LazyLock<Vec<(String, Vec<Sentence>)>> = LazyLock::new(all_sentences);

/// Every file with prose, and its sentences. The table of words is excluded.
fn all_sentences() -> Vec<(String, Vec<Sentence>)> {
    let extensions =
        ["md", "rs", "toml", "sh", "py", "js", "mjs", "cjs", "css", "html", "yml", "gitignore", "run"];
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for name in entries(&folder) {
            let file = format!("{folder}{name}");
            if path(&file).is_dir() {
                let is_hidden = name.starts_with(['.', '_']) && ![".ci", ".cargo"].contains(&name.as_str());
                if !is_hidden && !["book", "node_modules"].contains(&name.as_str()) {
                    folders.push(file + "/");
                }
            } else if extensions.contains(&name.rsplit('.').next().expect("names have parts"))
                && file != "tests/tidy/words.rs"
            {
                let sentences = prose::sentences(&file, &read(&file));
                found.push((file, sentences));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// `cargo test --test test_tidy words_are_rare -- --nocapture` prints every occurrence, including the allowed ones.
#[test]
fn discouraged_words_are_rare() {
    let mut excesses = String::new();
    for &(phrase, allowed, instead) in words::WORDS {
        let mut lines = Vec::new();
        for (file, sentences) in PROSE.iter() {
            let may_match = |sentence: &&Sentence| !(sentence.is_question && phrase.starts_with("what"));
            let found = sentences.iter().filter(may_match).flat_map(|sentence| sentence.find(phrase));
            lines.extend(found.map(|line| format!("  {file}:{line}\n")));
        }
        let count = lines.len();
        let listing = format!(
            "`{phrase}` occurs {count} times, allowed {allowed}; write: {instead}\n{}",
            lines.concat()
        );
        print!("{listing}");
        if count > allowed {
            excesses += &listing;
        }
    }
    assert!(excesses.is_empty(), "reword these:\n{excesses}");
}

/// `cargo test --test test_tidy sentences_are_rare -- --nocapture` prints every long sentence, including the allowed ones.
#[test]
fn long_sentences_are_rare() {
    let mut excesses = String::new();
    for (kind, allowed) in
        [(Kind::Comment, words::LONG_IN_COMMENTS), (Kind::Document, words::LONG_IN_DOCUMENTS)]
    {
        let (mut count, mut listing) = (0, String::new());
        for (file, sentences) in PROSE.iter() {
            for sentence in sentences {
                let is_long = sentence.word_count() > words::LONGEST && !sentence.is_table_row;
                if sentence.kind == kind && is_long {
                    count += 1;
                    let start = sentence.words.iter().take(8).map(|word| format!(" {}", word.text));
                    let (line, length) = (sentence.words[0].line, sentence.word_count());
                    let _ =
                        writeln!(listing, "  {file}:{line}: {length} words:{}", start.collect::<String>());
                }
            }
        }
        let listing = format!(
            "{kind:?}: {count} sentences have more than {} words, allowed {allowed}\n{listing}",
            words::LONGEST
        );
        print!("{listing}");
        if count > allowed {
            excesses += &listing;
        }
    }
    assert!(excesses.is_empty(), "split these:\n{excesses}");
}

#[test]
fn prose_is_found_in_comments_literals_and_test_names() {
    let source = concat!(
        "//! One fact, in\n//! two lines. `Code` is\n//! a word!\n//!\n//! - An [item](docs/page.md#part)\n",
        "fn f<'a>() {\n    let c = '\"'; // Is it beside code?\n    f(\"no\", \"the {count} words\");\n",
        "    let raw = r#\"a \"raw\" text\"#;\n}\n#[test]\nfn a_claim_holds() {}\n"
    );
    let found: Vec<_> = prose::sentences("file.rs", source)
        .iter()
        .map(|sentence| {
            let words: Vec<&str> = sentence.words.iter().map(|word| word.text.as_str()).collect();
            (sentence.kind, sentence.words[0].line, words.join(" "), sentence.is_question)
        })
        .collect();
    let expected = [
        (Kind::Comment, 1, "one fact , in two lines", false),
        (Kind::Comment, 2, "` is a word", false),
        (Kind::Comment, 5, "an item", false),
        (Kind::Comment, 7, "is it beside code", true),
        (Kind::Literal, 8, "the ` words", false),
        (Kind::Literal, 9, "a raw text", false),
        (Kind::TestName, 12, "a claim holds", false),
    ];
    assert_eq!(
        found,
        expected.map(|(kind, line, words, is_question)| (kind, line, words.to_owned(), is_question))
    );
}

#[test]
fn phrases_are_found_in_sentences() {
    let page = "It is\nred, blue or `code`. Is red? | red |\n\n```rust\nred(); // red\n```\n";
    let sentences = prose::sentences("page.md", page);
    let lines = |phrase: &str| sentences.iter().flat_map(|one| one.find(phrase)).collect::<Vec<_>>();
    assert_eq!(lines("red"), [2, 2, 2, 5]);
    assert_eq!(lines("is red , blue"), [1]);
    assert_eq!(lines("code"), [0; 0]);
    assert_eq!(lines("red is"), [0; 0]);
    assert_eq!(sentences[0].word_count(), 6);
}

/// Returns `ndarray` for `ndarray_0_17`.
fn without_version(feature: &str) -> &str {
    feature.split_once("_0_").map_or(feature, |(name, _)| name)
}

/// The lines of a manifest that define features, as names and values.
fn features(manifest: &str) -> BTreeMap<String, String> {
    let text = read(manifest);
    let (_, rest) = text.split_once("\n[features]\n").expect("there are features");
    let (section, _) = rest.split_once("\n[dependencies]\n").expect("dependencies follow");
    let lines = section.lines().filter_map(|line| line.split_once(" = "));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A breaking release of such a crate gets a separate feature, so that a library can name the version it needs.
#[test]
fn features_for_crates_before_their_version_1_carry_the_version() {
    let core = read("deepsize-core/Cargo.toml");
    let (_, dependencies) = core.split_once("\n[dependencies]\n").expect("there are dependencies");
    let (dependencies, _) = dependencies.split_once("\n[target").expect("targets follow");
    let manifests = [features("deepsize-core/Cargo.toml"), features("Cargo.toml")];
    let pages = [read("docs/crates.md"), read("docs/stability.md")];
    let mut found = 0;
    for line in dependencies.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, rest)) = line.split_once(" = ") else { continue };
        let version = rest.split("version = \"").nth(1).and_then(|rest| rest.split('"').next()).expect(line);
        // The newest version in `>=0.4, <0.6` is 0.5.
        let newest = match version.split_once("<0.") {
            Some((_, bound)) => bound.parse::<u32>().expect(line) - 1,
            None => match version.strip_prefix("0.") {
                Some(rest) => rest.split('.').next().and_then(|minor| minor.parse().ok()).expect(line),
                None => continue,
            },
        };
        let name = without_version(name);
        let feature = format!("{name}_0_{newest}");
        for features in &manifests {
            assert!(features.contains_key(&feature), "{feature}");
            let alias = features.get(name).unwrap_or_else(|| panic!("{name} has no alias"));
            // An alias, or the feature of version 1.
            let is_alias = alias.starts_with(&format!("[\"{name}_0_"));
            let is_version_1 =
                alias.contains(&format!("\"dep:{name}\"")) || alias.contains(&format!("/{name}\""));
            assert!(is_alias || is_version_1, "{name} = {alias}");
        }
        for page in &pages {
            assert!(page.contains(&format!("`{feature}`")), "{feature}");
        }
        found += 1;
    }
    assert!(found > 20, "{found} crates");
}
