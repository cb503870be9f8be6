//! Compares the layouts in reports with the compiler's layouts.

use std::collections::{BTreeMap, BTreeSet};

use crate::compiler::{Printed, PrintedField, PrintedVariant};
use crate::program::{Program, key};
use crate::types::{Field, Shape, Type};

/// The results of one program.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) texts: Vec<String>,
    /// The number of layouts, and of the types that they belong to.
    pub(crate) layouts: usize,
    pub(crate) types: BTreeSet<String>,
    /// The number of enums by discriminant.
    pub(crate) discriminants: BTreeMap<String, usize>,
}

/// A type's size and alignment, and the size of an `Option` of it.
#[derive(Clone, Copy, Debug)]
struct Facts {
    size: usize,
    alignment: usize,
    optional: usize,
}

/// A layout in a report.
#[derive(Debug)]
struct Reported<'a> {
    key: String,
    kind: &'a str,
    size: usize,
    alignment: usize,
    count: usize,
    padding: usize,
    discriminant: &'a str,
    niche: (&'a str, &'a str),
    fields: Vec<ReportedField<'a>>,
    variants: Vec<ReportedVariant<'a>>,
}

#[derive(Debug)]
struct ReportedVariant<'a> {
    name: &'a str,
    is_seen: bool,
    count: usize,
    padding: usize,
    unused: usize,
    fields: Vec<ReportedField<'a>>,
}

#[derive(Debug)]
struct ReportedField<'a> {
    name: &'a str,
    key: String,
    offset: usize,
    size: usize,
    alignment: usize,
}

/// Compares the output of a program with the layouts that the compiler printed.
pub(crate) fn check(program: &Program, mut printed: BTreeMap<String, Printed>, output: &str) -> Findings {
    let mut findings = Findings::default();
    let mut facts: BTreeMap<String, Facts> = BTreeMap::new();
    let mut lines = output.lines().map(|line| line.split('\t').collect::<Vec<_>>()).peekable();
    while let Some(line) = lines.next_if(|line| line[0] != "report") {
        match line[..] {
            ["type", name, size, alignment, optional] => {
                let (size, alignment, optional) = (number(size), number(alignment), number(optional));
                facts.insert(name.into(), Facts { size, alignment, optional });
            }
            ["tuple", name, ref offsets @ ..] => {
                // The compiler prints no tuples.
                let Some(Type::Tuple(types)) = program.known.get(name) else { unreachable!("{name}") };
                let field = |(index, (ty, offset)): (usize, (&Type, &&str))| PrintedField {
                    name: index.to_string(),
                    offset: number(offset),
                    size: facts_of(&facts, &program.types.key(ty)).size,
                };
                let fields = types.iter().zip(offsets).enumerate().map(field).collect();
                let Facts { size, alignment, .. } = facts[name];
                let variants = vec![PrintedVariant { name: String::new(), fields }];
                printed.insert(name.into(), Printed { size, alignment, tag: None, variants });
            }
            _ => unreachable!("unexpected line: {line:?}"),
        }
    }
    for (number_of_report, counts) in program.reports.iter().enumerate() {
        let Some(head) = lines.next() else { break };
        let mut layouts: Vec<Reported<'_>> = Vec::new();
        while let Some(line) = lines.next_if(|line| line[0] != "report") {
            read_line(&line, &mut layouts);
        }
        let mut checker = Checker { program, facts: &facts, printed: &printed, findings: &mut findings };
        let before = checker.findings.texts.len();
        let of_all = |part: fn(&Reported<'_>) -> usize| layouts.iter().map(part).sum::<usize>();
        checker.expect("padding of the report", number(head[1]), of_all(padding));
        checker.expect("unused bytes of the report", number(head[2]), of_all(unused));
        for layout in &layouts {
            checker.layout(layout, counts.get(&layout.key).map_or(0, |count| count.all));
            let by_variant =
                |name| counts.get(&layout.key).and_then(|count| count.variants.get(name)).copied();
            for variant in &layout.variants {
                let expected = by_variant(variant.name).unwrap_or(0);
                checker.expect(
                    &format!("values of {}::{}", layout.key, variant.name),
                    variant.count,
                    expected,
                );
            }
        }
        for missing in counts.keys().filter(|&key| !layouts.iter().any(|layout| layout.key == *key)) {
            checker.finding(format!("{missing}: no layout"));
        }
        for text in &mut findings.texts[before..] {
            *text = format!("case {}: {text}", number_of_report / 2);
        }
    }
    findings
}

fn facts_of(facts: &BTreeMap<String, Facts>, key: &str) -> Facts {
    *facts.get(key).unwrap_or_else(|| panic!("no facts about the type {key}"))
}

fn padding(layout: &Reported<'_>) -> usize {
    layout.padding * layout.count
        + layout.variants.iter().map(|variant| variant.padding * variant.count).sum::<usize>()
}

fn unused(layout: &Reported<'_>) -> usize {
    layout.variants.iter().map(|variant| variant.unused * variant.count).sum()
}

fn read_line<'a>(line: &[&'a str], layouts: &mut Vec<Reported<'a>>) {
    match line[..] {
        ["layout", name, kind, size, alignment, count, padding, discriminant, variant, field] => {
            layouts.push(Reported {
                key: key(name),
                kind,
                size: number(size),
                alignment: number(alignment),
                count: number(count),
                padding: number(padding),
                discriminant,
                niche: (variant, field),
                fields: Vec::new(),
                variants: Vec::new(),
            });
        }
        ["variant", name, is_seen, count, padding, unused] => {
            layouts.last_mut().expect("a layout").variants.push(ReportedVariant {
                name,
                is_seen: is_seen == "1",
                count: number(count),
                padding: number(padding),
                unused: number(unused),
                fields: Vec::new(),
            });
        }
        ["field", name, type_name, offset, size, alignment] => {
            let Reported { fields, variants, .. } = layouts.last_mut().expect("a layout");
            variants.last_mut().map_or(fields, |variant| &mut variant.fields).push(ReportedField {
                name,
                key: key(type_name),
                offset: number(offset),
                size: number(size),
                alignment: number(alignment),
            });
        }
        _ => unreachable!("unexpected line: {line:?}"),
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is not a number"))
}

struct Checker<'a> {
    program: &'a Program,
    facts: &'a BTreeMap<String, Facts>,
    printed: &'a BTreeMap<String, Printed>,
    findings: &'a mut Findings,
}

impl Checker<'_> {
    fn finding(&mut self, text: String) {
        self.findings.texts.push(text);
    }

    fn expect(&mut self, what: &str, found: usize, expected: usize) {
        if found != expected {
            self.finding(format!("{what}: {found} in the report, expected {expected}"));
        }
    }

    fn layout(&mut self, layout: &Reported<'_>, count: usize) {
        let key = &layout.key;
        let (Some(ty), Some(printed)) = (self.program.known.get(key), self.printed.get(key)) else {
            // Only the vector of a case is not in the list.
            return self.finding(format!("{key}: not printed by the compiler"));
        };
        self.findings.layouts += 1;
        self.findings.types.insert(key.clone());
        self.expect(&format!("size of {key}"), layout.size, printed.size);
        self.expect(&format!("alignment of {key}"), layout.alignment, printed.alignment);
        self.expect(&format!("values of {key}"), layout.count, count);
        let (kind, fields) = match self.program.types.shape(ty) {
            Shape::Struct { fields, .. } => ("Struct", fields),
            Shape::Union(fields) => ("Union", fields),
            Shape::Enum(variants) => {
                if layout.kind != "Enum" {
                    self.finding(format!("{key}: a {} in the report", layout.kind));
                }
                return self.enumeration(layout, printed, &variants);
            }
            Shape::Opaque => {
                return self.finding(format!("{key}: a layout of a type without reported fields"));
            }
        };
        if layout.kind != kind || layout.discriminant != "none" {
            self.finding(format!("{key}: a {} with discriminant {}", layout.kind, layout.discriminant));
        }
        let of_compiler = printed.variants.first().map_or(&[][..], |variant| &variant.fields);
        self.fields(key, &layout.fields, of_compiler, &fields);
        let taken = taken(of_compiler, printed.size);
        let padding = taken.iter().filter(|&&is_taken| !is_taken).count();
        self.expect(&format!("padding of {key}"), layout.padding, padding);
    }

    /// Compares fields, and their types with the declaration.
    fn fields(
        &mut self,
        owner: &str,
        reported: &[ReportedField<'_>],
        printed: &[PrintedField],
        declared: &[Field],
    ) {
        let is_wrapper = owner.starts_with("ManuallyDrop<");
        let simple = |name: &str| match name.trim_start_matches("r#") {
            // The contents of a wrapper have no name in reports.
            "value" if is_wrapper => "0".to_owned(),
            name => name.to_owned(),
        };
        let mut left: Vec<_> = reported
            .iter()
            .map(|field| PrintedField { name: simple(field.name), offset: field.offset, size: field.size })
            .collect();
        let mut right: Vec<_> =
            printed.iter().map(|field| PrintedField { name: simple(&field.name), ..field.clone() }).collect();
        let order = |field: &PrintedField| (field.name.clone(), field.offset);
        left.sort_by_key(order);
        right.sort_by_key(order);
        if left != right {
            self.finding(format!("fields of {owner}: {left:?} in the report, {right:?} of the compiler"));
        }
        if !reported.is_sorted_by_key(|field| field.offset) {
            self.finding(format!("fields of {owner}: not by offset"));
        }
        for field in reported {
            let Some(declared) = declared.iter().find(|one| simple(&one.name) == simple(field.name)) else {
                continue;
            };
            let declared = self.program.types.key(&declared.ty);
            let facts = facts_of(self.facts, &declared);
            if field.key != declared || field.size != facts.size || field.alignment != facts.alignment {
                self.finding(format!("{owner}: {field:?}, declared as {declared}: {facts:?}"));
            }
        }
    }

    fn enumeration(&mut self, layout: &Reported<'_>, printed: &Printed, declared: &[(String, Vec<Field>)]) {
        let Reported { key, size, variants, .. } = layout;
        if !variants.iter().map(|variant| variant.name).eq(declared.iter().map(|(name, _)| name)) {
            return self.finding(format!("{key}: not the declared variants"));
        }
        for (variant, (_, fields)) in variants.iter().zip(declared) {
            let name = format!("{key}::{}", variant.name);
            if variant.is_seen != (variant.count > 0) {
                self.finding(format!("{name}: {} values", variant.count));
            }
            // An empty variant may be missing in the compiler's list, but it has no values.
            let of_compiler = printed.variants.iter().find(|one| one.name == variant.name);
            match of_compiler {
                Some(of_compiler) if variant.is_seen => {
                    self.fields(&name, &variant.fields, &of_compiler.fields, fields);
                }
                None if variant.is_seen => self.finding(format!("{name}: not printed by the compiler")),
                _ if variant.fields.is_empty() && variant.unused == 0 && variant.padding == 0 => {}
                _ => self.finding(format!("{name}: bytes of a variant that was not seen")),
            }
        }
        let knows_all = variants.iter().all(|variant| variant.is_seen);
        *self.findings.discriminants.entry(discriminant_name(layout).into()).or_default() += 1;
        let niche = match (layout.discriminant, printed.tag) {
            ("unknown", _) if !knows_all => 0..=layout.alignment.min(16),
            ("absent", None) if variants.len() == 1 || *size == 0 => 0..=0,
            ("niche", None) if variants.len() > 1 => match self.niche(layout, printed) {
                Some(bytes) => bytes,
                None => return,
            },
            (tag, Some(bytes)) if tag == bytes.to_string() => 0..=0,
            (found, tag) => {
                return self.finding(format!("{key}: discriminant {found}, {tag:?} in the compiler"));
            }
        };
        let tag = printed.tag.unwrap_or(0);
        let all = printed.variants.iter().flat_map(|variant| &variant.fields);
        let ends = all.filter(|field| field.size > 0).map(end);
        let largest = if knows_all { ends.fold(tag, usize::max) } else { *size };
        for variant in variants.iter().filter(|variant| variant.is_seen) {
            let Some(of_compiler) = printed.variants.iter().find(|one| one.name == variant.name) else {
                continue;
            };
            let name = format!("{key}::{}", variant.name);
            let sized = || of_compiler.fields.iter().filter(|field| field.size > 0);
            let mut taken = taken(&of_compiler.fields, *size);
            taken[..tag].fill(true);
            let first = sized().map(|field| field.offset).min().unwrap_or(tag);
            let last = sized().map(end).fold(tag, usize::max);
            // Before the first field are bytes of the variant with the niche, or of a tag that is wider than needed.
            let start = if printed.tag.is_some() { tag } else { first };
            let free = |range: std::ops::Range<usize>| range.filter(|&at| !taken[at]).count();
            let holes = if sized().next().is_some() { free(start..last) } else { 0 };
            let padding = holes + free(largest..*size);
            let all = free(0..*size);
            let is_holder = layout.discriminant == "niche" && layout.niche.0 == variant.name;
            if knows_all && layout.discriminant != "unknown" {
                self.expect(&format!("padding of {name}"), variant.padding, padding);
            } else if variant.padding > padding {
                self.finding(format!(
                    "padding of {name}: {} in the report, at most {padding}",
                    variant.padding
                ));
            }
            // The bytes of the discriminant, besides a tag.
            let niche = if is_holder { 0..=0 } else { niche.clone() };
            let rest = all as isize - (variant.padding + variant.unused) as isize;
            let is_right = rest >= 0 && niche.contains(&(rest as usize));
            if !(is_right || rest == 0 && padding == all) {
                self.finding(format!(
                    "{name}: {} bytes of padding and {} unused, with {all} bytes besides the fields and a niche of {niche:?} bytes",
                    variant.padding, variant.unused
                ));
            }
        }
    }

    /// Checks that the field has a niche. Returns the number of bytes that the niche may take.
    fn niche(&mut self, layout: &Reported<'_>, printed: &Printed) -> Option<std::ops::RangeInclusive<usize>> {
        let Reported { key, niche: (variant, field), .. } = layout;
        let Some(holder) = layout.variants.iter().find(|one| one.name == *variant) else {
            self.finding(format!("{key}: no variant {variant}"));
            return None;
        };
        let has_niche = |field: &&ReportedField<'_>| {
            let facts = facts_of(self.facts, &field.key);
            field.size > 0 && facts.optional == facts.size
        };
        let possible: Vec<_> = holder.fields.iter().filter(has_niche).collect();
        let found = possible.iter().find(|one| one.name == *field);
        if found.is_none() && (possible.is_empty() || !field.is_empty()) {
            self.finding(format!("{key}: no niche in {variant}.{field}"));
            return None;
        }
        if let Some(field) = found {
            let mut is_free = vec![true; printed.size];
            for other in printed.variants.iter().filter(|one| one.name != *variant) {
                let sized = || other.fields.iter().filter(|field| field.size > 0);
                let start = sized().map(|field| field.offset).min().unwrap_or(0);
                let end = sized().map(end).max().unwrap_or(0);
                is_free[start..end].fill(false);
            }
            if !is_free[field.offset..field.offset + field.size].contains(&true) {
                self.finding(format!("{key}: other variants take all bytes of {variant}.{}", field.name));
            }
        }
        Some(match found {
            // The niche of these types takes all bytes up to a word.
            Some(field)
                if ["bool", "char", "NonZero", "Ordering", "&", "Box", "fn", "Vec", "String", "Rc"]
                    .iter()
                    .any(|start| field.key.starts_with(start)) =>
            {
                let bytes = most_bytes(self.program, field);
                bytes..=bytes
            }
            Some(field) => 1..=most_bytes(self.program, field),
            None => 1..=holder.fields.iter().map(|field| most_bytes(self.program, field)).max().unwrap_or(0),
        })
    }
}

/// The most bytes of a niche in a field: it is an integer.
fn most_bytes(program: &Program, field: &ReportedField<'_>) -> usize {
    let is_packed = program.types.is_packed(&program.known[&field.key]);
    field.size.min(if is_packed { 16 } else { field.alignment.min(16) })
}

fn discriminant_name<'a>(layout: &Reported<'a>) -> &'a str {
    match layout.discriminant {
        "niche" if layout.niche.1.is_empty() => "niche in an unknown field",
        found if found.starts_with(|c: char| c.is_ascii_digit()) => "tag",
        found => found,
    }
}

/// Whether a field takes each byte.
fn taken(fields: &[PrintedField], size: usize) -> Vec<bool> {
    let mut taken = vec![false; size];
    for field in fields {
        taken[field.offset..end(field)].fill(true);
    }
    taken
}

fn end(field: &PrintedField) -> usize {
    field.offset + field.size
}
