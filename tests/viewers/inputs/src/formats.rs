//! The formats, by the extension of their files.

use crate::Write;

pub(crate) const FORMATS: &[(&str, Write)] = &[
    ("csv", |report, out| report.write_csv(out)),
    ("layouts_csv", |report, out| report.write_layouts_csv(out)),
    ("dot", |report, out| report.write_dot(out)),
    ("folded", |report, out| report.write_folded(out)),
    ("heapsnapshot", |report, out| report.write_heapsnapshot(out)),
    ("html", |report, out| report.write_html(out)),
    ("json", |report, out| report.write_json(out)),
    ("pprof", |report, out| report.write_pprof(out)),
];
