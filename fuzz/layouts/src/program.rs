//! The text of a program, which prints the layouts in reports on its values.

use std::collections::BTreeMap;

use crate::random::Random;
use crate::types::{Type, Types};
use crate::values::{Count, Values};

/// A program, and the expected facts about it.
pub(crate) struct Program {
    pub(crate) types: Types,
    pub(crate) source: String,
    /// Every type in a value, by key.
    pub(crate) known: BTreeMap<String, Type>,
    /// The number of values by type in each report.
    pub(crate) reports: Vec<BTreeMap<String, Count>>,
}

const HEAD: &str = r#"#![allow(warnings)]
use std::cell::{Cell, RefCell};
use std::cmp::{Ordering, Reverse};
use std::convert::Infallible;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, align_of, offset_of, size_of};
use std::num::{NonZero, Wrapping};
use std::ops::{Bound, ControlFlow, Range};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use deep_size::layouts::{Discriminant, FieldLayout};
use deep_size::{DeepSize, inspect};

fn same(number: u8) -> u8 {
    number
}

fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn fields(fields: &[FieldLayout]) {
    for FieldLayout { name, type_name, offset, size, alignment, .. } in fields {
        println!("field\t{name}\t{type_name}\t{offset}\t{size}\t{alignment}");
    }
}

fn show(value: &dyn DeepSize) {
    let report = inspect(value);
    println!("report\t{}\t{}", report.padding(), report.unused_by_variants());
    for layout in report.layouts() {
        let (tag, variant, field) = match &layout.discriminant {
            None => ("none".into(), "", ""),
            Some(Discriminant::Tag(bytes)) => (bytes.to_string(), "", ""),
            Some(Discriminant::Niche { variant, field }) => ("niche".into(), &**variant, field.as_deref().unwrap_or_default()),
            Some(Discriminant::Absent) => ("absent".into(), "", ""),
            Some(_) => ("unknown".into(), "", ""),
        };
        println!(
            "layout\t{}\t{:?}\t{}\t{}\t{}\t{}\t{tag}\t{variant}\t{field}",
            layout.type_name, layout.kind, layout.size, layout.alignment, layout.count, layout.padding,
        );
        assert!(!layout.is_estimate);
        fields(&layout.fields);
        for variant in &layout.variants {
            let (name, seen) = (&variant.name, usize::from(variant.is_seen()));
            println!("variant\t{name}\t{seen}\t{}\t{}\t{}", variant.count, variant.padding, variant.unused);
            fields(&variant.fields);
        }
    }
}

"#;

impl Program {
    /// A program with reports on this many types.
    pub(crate) fn new(random: &mut Random, count: usize) -> Self {
        let (mut types, mut cases, mut known) = (Types::default(), Vec::new(), BTreeMap::new());
        while cases.len() < count {
            for ty in types.more(random) {
                if cases.len() < count && types.has_values(&ty) && !cases.contains(&ty) {
                    cases.push(ty);
                }
            }
        }
        let mut source = HEAD.to_owned();
        types.definitions.iter().for_each(|definition| source += &types.source(definition));
        let mut reports = Vec::new();
        for (number, ty) in cases.iter().enumerate() {
            source += &format!("\nfn case{number}() {{\n");
            let text = types.text(ty);
            let mut values = Values::new(&types, random);
            let list = values.several(ty).join(", ");
            source += &format!("    let values: Vec<{text}> = vec![{list}];\n    show(&values);\n");
            reports.push(values.counts);

            // The same type as a field and in a block.
            let mut values = Values::new(&types, random);
            let boxed = Type::Std("Box", vec![ty.clone()]);
            let holder = Type::Tuple(vec![ty.clone(), boxed, Type::Plain(1)]);
            let value = values.one(&holder);
            source +=
                &format!("    let holder: {} = {value};\n    show(&holder);\n}}\n", types.text(&holder));
            reports.push(values.counts);
            types.collect(&holder, &mut known);
        }
        source += "\nfn main() {\n";
        for (key, ty) in &known {
            let text = types.text(ty);
            source += &format!(
                "    println!(\"type\\t{{}}\\t{{}}\\t{{}}\\t{{}}\", {key:?}, size_of::<{text}>(), align_of::<{text}>(), size_of::<Option<{text}>>());\n"
            );
        }
        for (key, ty) in &known {
            if let Type::Tuple(parts) = ty {
                let text = types.text(ty);
                let offset = |index| format!(", offset_of!({text}, {index})");
                let offsets: String = (0..parts.len()).map(offset).collect();
                let format = "\\t{}".repeat(parts.len());
                source += &format!("    println!(\"tuple\\t{{}}{format}\", {key:?}{offsets});\n");
            }
        }
        (0..cases.len()).for_each(|number| source += &format!("    case{number}();\n"));
        source += "}\n";
        Self { types, source, known, reports }
    }
}

/// A type's name without paths.
pub(crate) fn key(name: &str) -> String {
    let mut key = String::new();
    let mut word = String::new();
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else if c == ':' && characters.peek() == Some(&':') {
            characters.next();
            word.clear();
        } else {
            key += &word;
            word.clear();
            key.push(c);
        }
    }
    key + &word
}
