//! Writes reports on awkward values in every format, as inputs for `tests/viewers`.
//!
//! ```text
//! cargo run --manifest-path tests/viewers/inputs/Cargo.toml -- DIR
//! ```
//!
//! Each value has a `DIR/<name>.<format>` for every format, and `DIR/<name>.total` with the report's figures as JSON. The
//! values `service` and `service_later` are one service at two moments. `DIR/census` has a census as a page and as JSON.

mod census;
mod formats;
mod total;
#[path = "../../../export/values/mod.rs"]
mod values;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use deep_size::Report;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: viewer-inputs DIR");
        return ExitCode::from(2);
    };
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &std::path::Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, report) in values::all() {
        for (format, write) in formats::FORMATS {
            let mut out = BufWriter::new(File::create(folder.join(format!("{name}.{format}")))?);
            write(&report, &mut out)?;
            out.flush()?;
        }
        let total = serde_json::to_string_pretty(&total::of(&report)).map_err(io::Error::other)?;
        fs::write(folder.join(format!("{name}.total")), total)?;
    }
    census::write(&folder.join("census"))
}

/// Writes a report in one format.
type Write = fn(&Report, &mut BufWriter<File>) -> io::Result<()>;
