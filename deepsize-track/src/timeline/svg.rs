//! A timeline as an SVG plot.

use std::fmt::Write as _;
use std::time::Duration;

use super::data::{Contents, Note, halve};
use super::layout::{self, Axis};
use super::sample::{Event, Sample};
use crate::units::{Bytes, Count};
use crate::visible::Visible;
use deep_size_format::markup as escape;

const LEFT: f64 = 92.0;
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 320.0;
/// The heights of the title above the lanes, and of the axis below the plot.
const HEAD: f64 = 58.0;
const FOOT: f64 = 46.0;
/// The height of a lane for names of marks, and the number of lanes.
const LANE: f64 = 17.0;
const LANES: usize = 8;
/// The number of lanes for scopes.
const DEPTH: usize = 32;
/// The font size of names, and their maximum length.
const SIZE: f64 = 11.0;
const MAX_LENGTH: usize = 32;
/// More steps could not be distinguished at the plot's width.
const MAX_STEPS: usize = 2000;

const STYLE: &str = "
  svg { background: #fff; --text: #1f2328; --quiet: #59636e; --grid: #d8dee4; --line: #0969da; --mark: #a04100; \
  --scope: #8250df; --peak: #cf222e; --back: #fff }
  @media (prefers-color-scheme: dark) { svg { background: #0d1117; --text: #e6edf3; --quiet: #9198a1; \
  --grid: #30363d; --line: #4493f8; --mark: #f0883e; --scope: #ab7df8; --peak: #ff7b72; --back: #0d1117 } }
  text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: var(--quiet) }
  .title { font-size: 16px; font-weight: 600; fill: var(--text) }
  .grid { stroke: var(--grid) }
  .area { fill: var(--line); fill-opacity: .14 }
  .live { fill: none; stroke: var(--line); stroke-width: 1.5; stroke-linejoin: round }
  .high { fill: none; stroke: var(--peak); stroke-width: 1.5; stroke-opacity: .7 }
  .resident { fill: none; stroke: var(--quiet); stroke-dasharray: 4 3 }
  .mark line { stroke: var(--mark); stroke-opacity: .7 }
  .scope rect { fill: var(--scope); fill-opacity: .18; stroke: var(--scope); stroke-opacity: .7 }
  .mark text, .scope text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
  .mark text { fill: var(--mark) }
  .scope text { fill: var(--scope) }
  .peak circle { fill: var(--peak); stroke: var(--back) }
  .peak text { font-weight: 600; fill: var(--peak); stroke: var(--back); stroke-width: 4px; paint-order: stroke }
";

pub(super) fn text(record: &Contents) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = Plot::new(record).draw(&mut text);
    text
}

struct Plot<'r> {
    record: &'r Contents,
    samples: Vec<Sample>,
    marks: Vec<Line<'r>>,
    scopes: Vec<Bracket<'r>>,
    peak: Sample,
    bytes: Axis,
    seconds: Axis,
    /// The y coordinate of the plot's upper edge.
    top: f64,
    /// The width of the image.
    width: f64,
}

/// The line of a mark.
struct Line<'r> {
    note: &'r Note,
    at: f64,
    name: String,
    lane: Option<usize>,
}

/// A scope from its begin to its end.
struct Bracket<'r> {
    /// The begin, or the end if the scope began before the timeline.
    note: &'r Note,
    from: Duration,
    to: Duration,
    lane: usize,
}

/// The scopes of all threads. An inner one has a lower lane than the outer one. Scopes that overlap have different lanes.
fn brackets(marks: &[Note], last: Duration) -> Vec<Bracket<'_>> {
    let mut brackets: Vec<Bracket<'_>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for note in marks {
        let at = note.sample.at;
        if note.event == Event::Begin {
            let outer = open.iter().rev().find(|&&open| brackets[open].note.thread == note.thread);
            let mut lane = outer.map_or(0, |&outer| brackets[outer].lane + 1);
            while open.iter().any(|&open| brackets[open].lane == lane) {
                lane += 1;
            }
            open.push(brackets.len());
            brackets.push(Bracket { note, from: at, to: last, lane });
        } else if note.event == Event::End {
            let is_same = |other: &Note| other.thread == note.thread && other.name == note.name;
            if let Some(place) = open.iter().rposition(|&open| is_same(brackets[open].note)) {
                brackets[open.remove(place)].to = at;
            } else {
                let lane = brackets.iter().map(|bracket| bracket.lane + 1).max().unwrap_or(0);
                brackets.push(Bracket { note, from: Duration::ZERO, to: at, lane });
            }
        }
    }
    brackets
}

impl<'r> Plot<'r> {
    fn new(record: &'r Contents) -> Self {
        let highest =
            |left: Sample, right: &Sample| if right.peak_size > left.peak_size { *right } else { left };
        let of_marks = record.marks.iter().map(|mark| mark.sample);
        let mut samples: Vec<Sample> = record.samples.iter().copied().chain(of_marks).collect();
        samples.sort_by_key(|sample| sample.at);
        let peak = samples.iter().fold(samples[0], highest);
        let resident = samples.iter().filter_map(|sample| sample.resident_size).max();
        let ends = [samples[0], samples[samples.len() - 1]];
        while samples.len() > MAX_STEPS {
            halve(&mut samples);
        }
        // The first and the last sample stay, even if they are low.
        if samples[0].at > ends[0].at {
            samples.insert(0, ends[0]);
        }
        if samples[samples.len() - 1].at < ends[1].at {
            samples.push(ends[1]);
        }
        let mut plot = Self {
            record,
            samples,
            marks: Vec::new(),
            scopes: brackets(&record.marks, ends[1].at),
            peak,
            bytes: layout::bytes(peak.peak_size.max(resident.unwrap_or(0))),
            seconds: layout::seconds(ends[1].at.as_secs_f64()),
            top: 0.0,
            width: LEFT + WIDTH + 28.0,
        };
        plot.place_marks();
        plot
    }

    fn place_marks(&mut self) {
        let line = |note: &'r Note| Line { note, at: self.x(note.sample), name: name(note), lane: None };
        self.marks = self.record.marks.iter().filter(|note| note.event == Event::Mark).map(line).collect();
        let places = self.marks.iter().map(|line| (line.at, layout::width(&line.name, SIZE) + 8.0));
        let places: Vec<(f64, f64)> = places.collect();
        let mut lanes = 0;
        for ((line, lane), (at, width)) in
            self.marks.iter_mut().zip(layout::lanes(&places, LANES)).zip(&places)
        {
            line.lane = lane;
            if let Some(lane) = lane {
                lanes = lanes.max(lane + 1);
                self.width = self.width.max(at + width + 6.0);
            }
        }
        self.top = HEAD + LANE * lanes as f64;
    }

    fn x(&self, sample: Sample) -> f64 {
        self.time(sample.at)
    }

    fn time(&self, at: Duration) -> f64 {
        LEFT + WIDTH * (at.as_secs_f64() / self.seconds.end).min(1.0)
    }

    fn y(&self, bytes: f64) -> f64 {
        self.top + HEIGHT * (1.0 - bytes / self.bytes.end)
    }

    fn draw(&self, out: &mut String) -> std::fmt::Result {
        let lanes = self.shown_scopes().map(|scope| scope.lane + 1).max().unwrap_or(0);
        let (width, height) = (self.width, self.top + HEIGHT + FOOT + LANE * lanes as f64);
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-labelledby=\"title about\">"
        )?;
        let duration = Seconds(self.seconds.end);
        let samples = Count(self.record.samples.len() as u64);
        let peak = format!("peak {} at {}", Bytes(self.peak.peak_size), Seconds(self.peak.at.as_secs_f64()));
        writeln!(out, "<title id=\"title\">Live memory</title>")?;
        let ends =
            [self.samples[0], self.samples[self.samples.len() - 1]].map(|sample| Bytes(sample.live_size));
        writeln!(
            out,
            "<desc id=\"about\">Live memory of a process over {duration}: {} at the start, {peak}, {} at the \
             end.</desc>\n<style>{STYLE}</style>",
            ends[0], ends[1]
        )?;
        writeln!(out, "<text class=\"title\" x=\"{LEFT}\" y=\"26\">Live memory</text>")?;
        let mut about = format!("{duration}, {samples} samples");
        let unnamed = self.marks.iter().filter(|line| line.lane.is_none()).count();
        if unnamed > 0 {
            write!(about, "; {} of {} mark names are shown only in tooltips", unnamed, self.marks.len())?;
        }
        let hidden = self.scopes.len() - self.shown_scopes().count();
        if hidden > 0 {
            write!(about, "; {hidden} deeper scopes are not shown")?;
        }
        if self.record.dropped_marks > 0 {
            write!(about, "; {} more marks were dropped", Count(self.record.dropped_marks))?;
        }
        if self.samples.iter().any(|sample| sample.resident_size.is_some()) {
            about += "; dashed: resident memory";
        }
        writeln!(out, "<text x=\"{LEFT}\" y=\"44\">{about}</text>")?;
        self.draw_axes(out)?;
        self.draw_curve(out)?;
        self.marks.iter().try_for_each(|line| self.draw_mark(line, out))?;
        self.shown_scopes().try_for_each(|scope| self.draw_scope(scope, out))?;
        self.draw_peak(&peak, out)?;
        writeln!(out, "</svg>")
    }

    fn draw_axes(&self, out: &mut String) -> std::fmt::Result {
        let (right, bottom) = (LEFT + WIDTH, self.top + HEIGHT);
        for (bytes, text) in &self.bytes.ticks {
            let y = self.y(*bytes);
            writeln!(
                out,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>\
                 <text class=\"bytes\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 8.0,
                y + 4.0
            )?;
        }
        for (seconds, text) in &self.seconds.ticks {
            let x = LEFT + WIDTH * seconds / self.seconds.end;
            writeln!(
                out,
                "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{bottom:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\"/>\
                 <text class=\"time\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>",
                bottom + 5.0,
                bottom + 20.0
            )?;
        }
        Ok(())
    }

    /// Draws steps: each amount lasts until the next sample, and each peak since the last one.
    fn draw_curve(&self, out: &mut String) -> std::fmt::Result {
        let first = self.samples[0];
        let mut path = format!("M{:.1} {:.1}", self.x(first), self.y(first.live_size as f64));
        let mut peaks = String::new();
        for pair in self.samples.windows(2) {
            let (left, right) = (self.x(pair[0]), self.x(pair[1]));
            write!(path, "H{right:.1}V{:.1}", self.y(pair[1].live_size as f64))?;
            if pair[1].peak_size > pair[0].live_size.max(pair[1].live_size) {
                write!(peaks, "M{left:.1} {:.1}H{right:.1}", self.y(pair[1].peak_size as f64))?;
            }
        }
        let (right, bottom) = (LEFT + WIDTH, self.top + HEIGHT);
        writeln!(out, "<path class=\"area\" d=\"{path}H{right:.1}V{bottom:.1}H{LEFT:.1}Z\"/>")?;
        writeln!(out, "<path class=\"live\" d=\"{path}\"/>")?;
        if !peaks.is_empty() {
            writeln!(out, "<path class=\"high\" d=\"{peaks}\"><title>peaks between samples</title></path>")?;
        }
        let mut path = String::new();
        for (sample, size) in self.samples.iter().filter_map(|sample| Some((sample, sample.resident_size?))) {
            let (x, y) = (self.x(*sample), self.y(size as f64));
            write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { 'M' } else { 'L' })?;
        }
        if !path.is_empty() {
            writeln!(out, "<path class=\"resident\" d=\"{path}\"><title>resident memory</title></path>")?;
        }
        Ok(())
    }

    fn shown_scopes(&self) -> impl Iterator<Item = &Bracket<'r>> {
        self.scopes.iter().filter(|scope| scope.lane < DEPTH)
    }

    fn draw_scope(&self, scope: &Bracket<'_>, out: &mut String) -> std::fmt::Result {
        let Bracket { note, from, to, lane } = *scope;
        let (left, top) = (self.time(from), self.top + HEIGHT + FOOT - 12.0 + LANE * lane as f64);
        let (width, text) = ((self.time(to) - left).max(1.0), name(note));
        writeln!(
            out,
            "<g class=\"scope\"><title>{}: {} from {}, thread {}</title>\
             <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
            escape(&note.name),
            Seconds((to - from).as_secs_f64()),
            Seconds(from.as_secs_f64()),
            note.thread,
            LANE - 2.0
        )?;
        if layout::width(&text, SIZE) + 8.0 <= width {
            write!(out, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", left + 4.0, top + SIZE, escape(&text))?;
        }
        writeln!(out, "</g>")
    }

    fn draw_mark(&self, line: &Line<'_>, out: &mut String) -> std::fmt::Result {
        let sample = line.note.sample;
        let (label, time) = (escape(&line.note.name), Seconds(sample.at.as_secs_f64()));
        let end = line.lane.map_or(self.top, |lane| self.top - LANE * (lane + 1) as f64 + 2.0);
        writeln!(
            out,
            "<g class=\"mark\"><title>{label}: {} at {time}</title>\
             <line x1=\"{at:.1}\" y1=\"{:.1}\" x2=\"{at:.1}\" y2=\"{end:.1}\"/>",
            Bytes(sample.live_size),
            self.top + HEIGHT,
            at = line.at
        )?;
        if line.lane.is_some() {
            write!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                line.at + 4.0,
                end + SIZE - 1.0,
                escape(&line.name)
            )?;
        }
        writeln!(out, "</g>")
    }

    fn draw_peak(&self, text: &str, out: &mut String) -> std::fmt::Result {
        let (x, y) = (self.x(self.peak), self.y(self.peak.peak_size as f64));
        let half = layout::width(text, 12.0) / 2.0;
        // Keep the text inside the plot.
        let middle = x.clamp(LEFT + half + 4.0, LEFT + WIDTH - half - 4.0);
        writeln!(
            out,
            "<g class=\"peak\"><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>\
             <text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text></g>",
            y - 10.0
        )
    }
}

/// The name of a mark or scope, with invisible characters escaped, cut to `MAX_LENGTH` characters.
fn name(note: &Note) -> String {
    let label = Visible(&note.name).to_string();
    if label.chars().count() <= MAX_LENGTH {
        return label;
    }
    label.chars().take(MAX_LENGTH - 1).chain(['…']).collect()
}

/// A time, in the largest unit that gives at least 1.
struct Seconds(f64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (unit, name) = layout::unit_of_time(self.0);
        write!(out, "{:.1} {name}", self.0 / unit)
    }
}
