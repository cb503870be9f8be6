//! The top of the page, readable without JavaScript.

use std::io::{self, Write};
use std::string::String;

use deep_size_format::html::write_total;
use deep_size_format::markup;

use crate::inspect::Report;
use crate::inspect::display::certainty;
use crate::inspect::units::{Bytes, Count, percent, plural};
use crate::tree::names::{clipped, end_of, short, whole};

const MOST_NAMED: usize = 3;

/// Writes the type of the value.
pub(super) fn name(report: &Report, out: &mut impl Write) -> io::Result<()> {
    out.write_all(markup(&clipped(&short(report.root().type_name()), 120)).as_bytes())
}

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let deep = report.deep_size();
    let share = |bytes| std::format!("{:.1} % of the total", percent(bytes, deep));
    let [one, several] = report.allocation_names();
    let allocations = plural(report.allocation_count(), one, several);
    total(
        out,
        "deep",
        "Deep size",
        deep,
        if report.is_exact() { "everything it owns" } else { "a lower bound" },
    )?;
    total(out, "shallow", "Shallow size", report.shallow_size(), "the value itself")?;
    total(out, "heap", "On the heap", report.heap_size(), &std::format!("in {allocations}"))?;
    total(out, "spare", "Spare capacity", report.spare_size(), &share(report.spare_size()))?;
    total(out, "padding", "Padding", report.padding(), &share(report.padding()))?;
    let unused = report.unused_by_variants();
    total(out, "unused", "Unused by variants", unused, &share(unused))?;
    total(out, "shared", "Behind shared handles", report.shared_size(), &share(report.shared_size()))?;
    out.write_all(b"</dl>\n")?;
    fates(report, out)?;
    notes(report, out)
}

fn total(out: &mut impl Write, name: &str, label: &str, bytes: usize, note: &str) -> io::Result<()> {
    write_total(out, [name, label], bytes as u64, Bytes(bytes), &[exact(bytes), note.into()])
}

fn exact(bytes: usize) -> String {
    plural(bytes, "byte", "bytes")
}

/// The outcome of a drop: freed, kept alive elsewhere, or leaked.
fn fates(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let sharing = &report.sharing;
    let unless = |bytes| match bytes {
        0 => String::new(),
        bytes => std::format!(", unless others hold {} of it", Bytes(bytes)),
    };
    let maybe = match sharing.uncertain_external {
        0 => String::new(),
        bytes => std::format!(", {} of it uncertain: {}", Bytes(bytes), sharing.doubt()),
    };
    let stays = match sharing.uncertain_external {
        0 => "stays alive (held elsewhere)",
        _ => "may stay alive",
    };
    let fates = [
        ("exclusive", "freed", sharing.exclusive, unless(sharing.uncertain_exclusive())),
        ("external", stays, sharing.external, maybe),
        ("cyclic", "leaked by cycles", sharing.cyclic, unless(sharing.uncertain_cyclic)),
    ];
    out.write_all(b"<section class=\"fates\" aria-labelledby=\"fates\">\n<h2 id=\"fates\">If it were dropped now</h2>\n")?;
    out.write_all(b"<svg class=\"fate-bar\" aria-hidden=\"true\" focusable=\"false\">")?;
    let mut start = 0.0;
    for &(name, _, bytes, _) in &fates {
        let share = percent(bytes, report.deep_size());
        write!(out, "<rect class=\"{name}\" x=\"{start:.3}%\" width=\"{share:.3}%\" height=\"100%\"/>")?;
        start += share;
    }
    out.write_all(b"</svg>\n<ul>\n")?;
    for (name, what, bytes, note) in fates {
        let share = percent(bytes, report.deep_size());
        write!(out, "<li id=\"total-{name}\"><span class=\"swatch {name}\" aria-hidden=\"true\"></span>")?;
        write!(out, "<data value=\"{bytes}\" title=\"{}\">{}</data> {what}", exact(bytes), Bytes(bytes))?;
        writeln!(out, " <small>{name}, {share:.1} %{note}</small></li>")?;
    }
    out.write_all(b"</ul>\n</section>\n")
}

/// The notes on lower bounds and truncation.
fn notes(report: &Report, out: &mut impl Write) -> io::Result<()> {
    if let Some(note) = certainty(&report.size()) {
        write!(out, "<p class=\"note\" id=\"not-exact\">{note}: ")?;
        let opaque = report.opaque_parts().iter().map(|part| (&part.path, part.reason));
        let bounds = report.lower_bounds().iter().map(|bound| (&bound.path, bound.reason));
        let places = report.opaque_parts().len() + report.lower_bounds().len();
        for (at, (path, reason)) in opaque.chain(bounds).take(MOST_NAMED).enumerate() {
            out.write_all(if at == 0 { b"" } else { b", " })?;
            out.write_all(b"<code>")?;
            out.write_all(markup(&end_of(whole(path), 60)).as_bytes())?;
            out.write_all(b"</code> (")?;
            out.write_all(markup(&clipped(&std::format!("{reason}"), 120)).as_bytes())?;
            out.write_all(b")")?;
        }
        if places > MOST_NAMED {
            write!(out, " and at {} more", plural(places - MOST_NAMED, "place", "places"))?;
        }
        out.write_all(b".</p>\n")?;
    }
    if report.unfollowed_pointer_count() > 0 {
        let count = report.unfollowed_pointer_count();
        let pointers = plural(count, "reference or raw pointer", "references or raw pointers");
        writeln!(out, "<p class=\"note\" id=\"unfollowed\">Holds up to {pointers}, not followed.</p>")?;
    }
    if report.is_truncated() {
        let nodes = Count(report.nodes().count());
        write!(
            out,
            "<p class=\"note\" id=\"truncated\"><strong>Truncated:</strong> the report is limited to {nodes} nodes. "
        )?;
        writeln!(
            out,
            "Further paths are added up in nodes named <code>…</code>. The totals are complete.</p>"
        )?;
    }
    Ok(())
}
