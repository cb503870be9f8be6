//! The formats, by the extension of their files.

use crate::Write;

pub(crate) const FORMATS: &[(&str, Write)] =
    &[("heapsnapshot", |report, out| report.write_heapsnapshot(out))];
