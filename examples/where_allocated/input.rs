//! Makes a large JSON file from the sources of this repository.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

const FOLDERS: [&str; 6] = ["src", "deepsize-core", "deepsize-derive", "deepsize-track", "tests", "docs"];

/// Writes all files, with their lines and the words of each line.
pub(crate) fn write_sources(to: &Path) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut out = BufWriter::new(fs::File::create(to)?);
    out.write_all(b"[")?;
    for (at, path) in files.iter().enumerate() {
        let text = fs::read_to_string(path)?;
        let lines: Vec<_> =
            text.lines().enumerate().map(|(number, line)| line_of(number + 1, line)).collect();
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &json!({ "file": name, "lines": lines }))?;
    }
    out.write_all(b"\n]\n")?;
    out.flush()
}

fn line_of(number: usize, line: &str) -> serde_json::Value {
    let words: Vec<&str> =
        line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() > 1).collect();
    json!({ "number": number, "text": line, "words": words })
}

/// Collects the text files below a folder, without build output.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}
