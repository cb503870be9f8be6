//! Random values as Rust expressions, and the number of values of each type in them.

use std::collections::BTreeMap;

use crate::random::Random;
use crate::types::{Field, PLAIN, REFERENCE, Shape, Type, Types, has_names};

/// The number of values that a walk enters, in all and by variant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    pub(crate) all: usize,
    pub(crate) variants: BTreeMap<String, usize>,
}

/// Writes values, and counts them by the [key](Types::key) of their type.
pub(crate) struct Values<'a> {
    pub(crate) types: &'a Types,
    pub(crate) random: &'a mut Random,
    pub(crate) counts: BTreeMap<String, Count>,
    /// The number of values that the current expression makes and a walk enters.
    pub(crate) weight: usize,
    depth: usize,
}

impl<'a> Values<'a> {
    pub(crate) fn new(types: &'a Types, random: &'a mut Random) -> Self {
        Self { types, random, counts: BTreeMap::new(), weight: 1, depth: 0 }
    }

    /// Values of a type. For an enum, of all its variants or of some.
    pub(crate) fn several(&mut self, ty: &Type) -> Vec<String> {
        let Shape::Enum(variants) = self.types.shape(ty) else {
            return (0..=self.random.below(2)).map(|_| self.one(ty)).collect();
        };
        let variants = self.with_values(variants);
        let takes_all = !self.random.one_in(3);
        let first = self.random.below(variants.len());
        let mut values = Vec::new();
        for (index, variant) in variants.iter().enumerate() {
            if index == first || takes_all || self.random.one_in(3) {
                for _ in 0..=self.random.below(2) {
                    values.push(self.variant(ty, variant));
                }
            }
        }
        values
    }

    fn with_values(&self, mut variants: Vec<(String, Vec<Field>)>) -> Vec<(String, Vec<Field>)> {
        variants.retain(|(_, fields)| fields.iter().all(|field| self.types.has_values(&field.ty)));
        variants
    }

    /// One value.
    pub(crate) fn one(&mut self, ty: &Type) -> String {
        self.depth += 1;
        let value = self.any(ty);
        self.depth -= 1;
        value
    }

    fn any(&mut self, ty: &Type) -> String {
        match (self.types.shape(ty), ty) {
            (Shape::Struct { fields, is_packed }, _) => {
                self.count(ty, None);
                self.with_weight(usize::from(!is_packed), |values| values.structure(ty, &fields))
            }
            (Shape::Union(fields), Type::Defined(index, _)) => {
                self.count(ty, None);
                let field = fields[self.random.below(fields.len())].clone();
                let value = self.with_weight(0, |values| values.one(&field.ty));
                format!("T{index} {{ {}: {value} }}", field.name)
            }
            (Shape::Enum(variants), _) => {
                let mut variants = self.with_values(variants);
                if self.depth > 8 {
                    // Ends the recursion.
                    variants.sort_by_key(|(_, fields)| fields.len());
                    variants.truncate(1);
                }
                let variant = self.random.below(variants.len());
                self.variant(ty, &variants[variant])
            }
            (_, Type::Plain(index)) => PLAIN[*index].value.into(),
            (_, Type::Array(element, length)) => self.array(element, *length),
            (_, Type::Std(name, types)) => self.wrapped(name, &types[0]),
            (_, other) => unreachable!("{other:?} has no values"),
        }
    }

    fn with_weight(&mut self, factor: usize, make: impl FnOnce(&mut Self) -> String) -> String {
        let weight = self.weight;
        self.weight *= factor;
        let value = make(self);
        self.weight = weight;
        value
    }

    fn count(&mut self, ty: &Type, variant: Option<&str>) {
        if self.weight > 0 {
            let count = self.counts.entry(self.types.key(ty)).or_default();
            count.all += self.weight;
            if let Some(variant) = variant {
                *count.variants.entry(variant.into()).or_default() += self.weight;
            }
        }
    }

    fn structure(&mut self, ty: &Type, fields: &[Field]) -> String {
        match ty {
            Type::Defined(index, _) => format!("T{index}{}", self.fields(fields)),
            Type::Tuple(_) => {
                let values: String = fields.iter().map(|field| self.one(&field.ty) + ", ").collect();
                format!("({values})")
            }
            Type::Std("Range", types) => format!("({})..({})", self.one(&types[0]), self.one(&types[0])),
            Type::Std("ManuallyDrop", types) => format!("ManuallyDrop::new({})", self.one(&types[0])),
            Type::Std(name, types) => format!("{name}({})", self.one(&types[0])),
            other => unreachable!("{other:?} is not a struct"),
        }
    }

    fn variant(&mut self, ty: &Type, (name, fields): &(String, Vec<Field>)) -> String {
        self.count(ty, Some(name));
        let fields = self.fields(fields);
        match ty {
            Type::Defined(index, _) => format!("T{index}::{name}{fields}"),
            Type::Std(ty, _) => format!("{ty}::{name}{fields}"),
            other => unreachable!("{other:?} is not an enum"),
        }
    }

    fn fields(&mut self, fields: &[Field]) -> String {
        if fields.is_empty() {
            return String::new();
        }
        let mut list = Vec::new();
        for field in fields {
            let name = if has_names(fields) { format!("{}: ", field.name) } else { String::new() };
            let factor = usize::from(!field.is_skipped);
            list.push(name + &self.with_weight(factor, |values| values.one(&field.ty)));
        }
        let list = list.join(", ");
        if has_names(fields) { format!(" {{ {list} }}") } else { format!("({list})") }
    }

    fn array(&mut self, element: &Type, length: usize) -> String {
        match length {
            0 => "[]".into(),
            3.. if self.types.is_copy(element) => {
                let value = self.with_weight(length, |values| values.one(element));
                format!("[{value}; {length}]")
            }
            _ => format!("[{}]", (0..length).map(|_| self.one(element) + ", ").collect::<String>()),
        }
    }

    fn wrapped(&mut self, name: &str, ty: &Type) -> String {
        match name {
            "PhantomData" => name.into(),
            "Vec" if self.depth > 8 || !self.types.has_values(ty) => "Vec::new()".into(),
            "Vec" => {
                let count = self.random.below(3);
                format!("vec![{}]", (0..count).map(|_| self.one(ty) + ", ").collect::<String>())
            }
            REFERENCE => {
                let value = self.with_weight(0, |values| values.one(ty));
                format!("leaked::<{}>({value})", self.types.text(ty))
            }
            name => format!("{name}::new({})", self.one(ty)),
        }
    }
}
