//! What readers would trip over, and no compiler notices.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PACKAGES: [&str; 5] =
    ["", "deepsize-core/", "deepsize-derive/", "deepsize-track/", "deepsize-track/macros/"];

/// The core, as `docs/architecture.md` maps it.
const CORE: &str = "deepsize-core/src/";

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

#[track_caller]
fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The files with this extension below a folder, by their paths from the root.
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
    ["src", "deepsize-core", "deepsize-derive", "deepsize-track", "tests", "examples"]
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
    for package in ["deep-size-core", "deep-size-derive", "deep-size-track-macros"] {
        assert!(root.contains(&format!("\n{package} = {{ version = \"={version}\", path = ")), "{package}");
    }
    for package in PACKAGES {
        assert!(read(&format!("{package}Cargo.toml")).contains("\nversion.workspace = true\n"), "{package}");
    }
    let lock_file = read("Cargo.lock");
    for package in
        ["deep-size", "deep-size-core", "deep-size-derive", "deep-size-track", "deep-size-track-macros"]
    {
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

/// An impl that is in a file of its own says so by its path: `impls/std/sync/mutex.rs` has to do with `std::sync`.
#[test]
fn impls_lie_where_their_types_come_from() {
    for file in files("deepsize-core/src/impls", "rs") {
        let module = file.strip_prefix("deepsize-core/src/impls/").expect("that is where they are");
        let library = module.split('/').next().expect("paths have parts");
        // What several libraries have in common.
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

#[test]
fn nothing_is_left_undone() {
    // In two halves, or this file would find itself.
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
fn every_example_is_in_the_readme_and_says_how_to_run_it() {
    let readme = read("README.md");
    for file in files("examples", "rs") {
        let name = file.trim_start_matches("examples/").trim_end_matches(".rs").trim_end_matches("/main");
        if name.contains('/') {
            // A part of an example.
            continue;
        }
        assert!(readme.contains(&format!("[`{name}`]({file})")), "{name}");
        let text = read(&file);
        let runs = [format!("--example {name}"), format!("--package {name}")];
        assert!(text.starts_with("//! ") && runs.iter().any(|run| text.contains(run)), "{name}");
    }
}

/// The documents with links, and the folders that they lie in.
fn documents() -> Vec<(String, &'static str)> {
    let in_docs = files("docs", "md").into_iter().map(|file| (file, "docs/"));
    [("README.md".into(), ""), ("CONTRIBUTING.md".into(), "")].into_iter().chain(in_docs).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (document, folder) in documents() {
        let text = read(&document);
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

/// By what a heading is linked to.
fn anchor(line: &str) -> Option<String> {
    let heading = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))?;
    let kept = heading.chars().filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}

/// A page on moving from a peer shows all lines in which the program that uses the peer and the one that uses us differ.
#[test]
fn pages_on_moving_show_what_changes_in_the_programs() {
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
                let kept = old.next().unwrap_or_else(|| panic!("{page}: {olds:?} are not in the program"));
                new += &format!("{kept}\n");
            }
            old.by_ref().take(olds.len()).for_each(drop);
            for line in hunk.lines().filter(|line| !line.starts_with('-')) {
                new += &format!("{}\n", line.get(1..).unwrap_or_default());
            }
        }
        old.for_each(|line| new += &format!("{line}\n"));
        assert!(new == program("after"), "{page}: its changes make of the first program\n{new}");
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
fn the_architecture_can_be_read_at_a_sitting() {
    let lines = read("docs/architecture.md").lines().count();
    assert!(lines <= 250, "{lines} lines");
}

/// Files by their names, folders with a slash at the end. Of the impls, only the folders.
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
fn the_architecture_names_no_file_that_is_gone() {
    for named in read("docs/architecture.md").split('`').skip(1).step_by(2) {
        let is_path = named.contains('/') && !named.contains([' ', '<', '=']);
        let is_there = |base: &&str| path(&format!("{base}{named}")).exists();
        assert!(!is_path || ["", CORE].iter().any(is_there), "{named}");
    }
}

/// The first cells of the table name every folder at the root, and every folder right below one with parts of its own.
#[test]
fn the_layout_table_names_every_folder() {
    let text = read("CONTRIBUTING.md");
    let (_, section) = text.split_once("\n## Layout\n").expect("there is a section on the layout");
    let (section, _) = section.split_once("\n## ").expect("other sections follow");
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let mut named: Vec<String> =
        cells.flat_map(|cell| cell.split('`').step_by(2)).map(String::from).collect();
    named.sort();

    let below = ["bench", "deepsize-core", "deepsize-derive", "deepsize-track", "docs", "tests"];
    let mut found = folders("");
    found.extend(below.into_iter().flat_map(|folder| folders(&format!("{folder}/"))));
    found.sort();
    assert_eq!(named, found);
}

/// The folders right below one, which is empty or ends with a slash.
fn folders(around: &str) -> Vec<String> {
    let all = entries(around).into_iter().map(|name| format!("{around}{name}"));
    all.filter(|folder| path(folder).is_dir()).collect()
}

/// The names of what lies in a folder, except what Git and Cargo put there.
fn entries(folder: &str) -> Vec<String> {
    let entries = path(folder).read_dir().expect("folders can be read");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let name = entry.expect("entries can be read").file_name();
        name.into_string().expect("names are UTF-8")
    };
    entries.map(name).filter(|name| ![".git", "target"].contains(&name.as_str())).collect()
}

/// The impls for a crate need no other feature than the crate's own.
#[test]
fn the_impls_for_a_crate_need_its_feature_alone() {
    let modules = read("deepsize-core/src/impls/crates/mod.rs");
    let (_, modules) = modules.split_once("\n}\n\n").expect("a macro comes first");
    for module in modules.split_terminator(";\n") {
        let (conditions, name) = module.rsplit_once("mod ").expect("nothing but modules");
        assert_eq!(conditions.matches("#[cfg(").count(), 1, "{name}");
        let mut features = conditions.split("feature = \"").skip(1).filter_map(|rest| rest.split('"').next());
        let is_named = features.any(|feature| without_version(feature).replace('-', "_") == name);
        assert!(is_named || name == "text_map", "{name}");
    }
}

/// `ndarray` of `ndarray_0_17`.
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

/// A breaking release of such a crate gets a feature of its own, so a library names the version that it means.
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
        // Of `>=0.4, <0.6` the newest version is 0.5.
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
            assert!(alias.starts_with(&format!("[\"{name}_0_")), "{name} = {alias}");
        }
        for page in &pages {
            assert!(page.contains(&format!("`{feature}`")), "{feature}");
        }
        found += 1;
    }
    assert!(found > 20, "{found} crates");
}
