//! Random types.

use std::collections::BTreeMap;

use crate::random::Random;

/// A type. In a definition, it may contain parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    /// An index into [`PLAIN`].
    Plain(usize),
    Parameter(usize),
    /// An index into the definitions, and the arguments.
    Defined(usize, Vec<Type>),
    /// A generic type of the standard library, by name.
    Std(&'static str, Vec<Type>),
    Tuple(Vec<Type>),
    Array(Box<Type>, usize),
}

/// A type without parameters: its name, a value, and whether it is `Copy`. An empty type has no value.
pub(crate) struct Plain {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    is_copy: bool,
}

const fn copy(name: &'static str, value: &'static str) -> Plain {
    Plain { name, value, is_copy: true }
}

const fn owned(name: &'static str, value: &'static str) -> Plain {
    Plain { name, value, is_copy: false }
}

pub(crate) const PLAIN: &[Plain] = &[
    copy("u32", "7"),
    copy("u8", "7"),
    copy("u16", "7"),
    copy("u64", "7"),
    copy("u128", "7"),
    copy("usize", "7"),
    copy("i8", "-7"),
    copy("i32", "-7"),
    copy("f32", "1.5"),
    copy("f64", "1.5"),
    copy("bool", "true"),
    copy("char", "'x'"),
    copy("()", "()"),
    copy("NonZero<u8>", "NonZero::<u8>::MAX"),
    copy("NonZero<u32>", "NonZero::<u32>::MAX"),
    copy("NonZero<u64>", "NonZero::<u64>::MAX"),
    copy("NonZero<i128>", "NonZero::<i128>::MAX"),
    copy("Ordering", "Ordering::Less"),
    copy("Duration", "Duration::ZERO"),
    copy("&'static str", "\"text\""),
    copy("fn(u8) -> u8", "(same as fn(u8) -> u8)"),
    copy("Infallible", ""),
    owned("Cell<u32>", "Cell::new(7)"),
    owned("String", "String::from(\"text\")"),
    owned("Box<str>", "\"text\".into()"),
    owned("Box<[u16]>", "Box::new([7, 8])"),
];

const UNIT: Type = Type::Plain(12);

/// The generic types of the standard library, with the numbers of their parameters.
const STD: &[(&str, usize)] = &[
    ("Option", 1),
    ("Option", 1),
    ("Option", 1),
    ("Result", 2),
    ("Result", 2),
    ("Bound", 1),
    ("Poll", 1),
    ("ControlFlow", 2),
    ("Box", 1),
    ("Vec", 1),
    ("Rc", 1),
    ("RefCell", 1),
    ("Range", 1),
    ("Reverse", 1),
    ("Wrapping", 1),
    ("ManuallyDrop", 1),
    ("PhantomData", 1),
    (REFERENCE, 1),
];

pub(crate) const REFERENCE: &str = "&'static ";

/// A type that derives `DeepSize`.
#[derive(Debug)]
pub(crate) struct Definition {
    name: String,
    parameters: usize,
    /// The contents of `repr`, or an empty text.
    repr: String,
    body: Body,
    is_copy: bool,
    /// Whether arguments must be `Copy`.
    takes_copy: bool,
    is_aligned: bool,
    /// Whether arguments must be types from [`PLAIN`] with a value.
    takes_plain_types: bool,
}

#[derive(Debug)]
enum Body {
    Struct(Vec<Field>),
    Enum(Vec<Variant>),
    Union(Vec<Field>),
}

#[derive(Debug)]
struct Variant {
    name: String,
    fields: Vec<Field>,
    discriminant: Option<i64>,
}

/// A field. In a definition, its type may contain parameters.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) is_skipped: bool,
}

/// The parts of a type without parameters.
pub(crate) enum Shape {
    /// `is_packed` states that flat fields are not entered.
    Struct {
        fields: Vec<Field>,
        is_packed: bool,
    },
    Enum(Vec<(String, Vec<Field>)>),
    Union(Vec<Field>),
    /// A type whose fields are not reported.
    Opaque,
}

/// The types of one program.
#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) definitions: Vec<Definition>,
}

/// Where a type is used.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    parameters: usize,
    is_copy: bool,
    has_copy_parameters: bool,
    may_be_empty: bool,
    may_be_aligned: bool,
}

impl Types {
    /// Adds definitions, and returns types without parameters.
    pub(crate) fn more(&mut self, random: &mut Random) -> Vec<Type> {
        let place = Place {
            depth: 3,
            parameters: 0,
            is_copy: false,
            has_copy_parameters: false,
            may_be_empty: false,
            may_be_aligned: true,
        };
        if random.one_in(4) {
            return vec![self.ty(random, place)];
        }
        let definition = self.definition(random);
        let (parameters, index) = (definition.parameters, self.definitions.len());
        self.definitions.push(definition);
        let instances = if parameters > 0 { 2 + random.below(2) } else { 1 };
        (0..instances).map(|_| self.instance(random, index, place)).collect()
    }

    fn instance(&self, random: &mut Random, index: usize, place: Place) -> Type {
        let Definition { parameters, takes_copy, takes_plain_types, .. } = self.definitions[index];
        let mut argument = || {
            let place = Place {
                depth: if takes_plain_types { 0 } else { place.depth.saturating_sub(1) },
                is_copy: place.is_copy || takes_copy,
                parameters: if takes_plain_types { 0 } else { place.parameters },
                may_be_empty: !takes_plain_types && random.one_in(6),
                ..place
            };
            self.ty(random, place)
        };
        Type::Defined(index, (0..parameters).map(|_| argument()).collect())
    }

    fn ty(&self, random: &mut Random, place: Place) -> Type {
        for _ in 0..20 {
            let ty = self.any(random, place);
            if (!place.is_copy || self.is_copy(&ty))
                && (place.may_be_aligned || !self.is_aligned(&ty))
                && (place.may_be_empty || self.has_values(&ty))
            {
                return ty;
            }
        }
        Type::Plain(0)
    }

    fn any(&self, random: &mut Random, place: Place) -> Type {
        let takes_parameters = place.parameters > 0 && (place.has_copy_parameters || !place.is_copy);
        if takes_parameters && random.one_in(3) {
            return Type::Parameter(random.below(place.parameters));
        }
        if place.depth == 0 || random.one_in(3) {
            return Type::Plain(random.below(PLAIN.len()));
        }
        let inner = Place { depth: place.depth - 1, may_be_empty: random.one_in(6), ..place };
        match random.below(12) {
            0 | 1 => Type::Tuple((0..=random.below(4)).map(|_| self.ty(random, inner)).collect()),
            2 => {
                let element = self.ty(random, inner);
                let lengths: &[usize] =
                    if matches!(element, Type::Plain(_)) { &[0, 1, 3, 20, 100] } else { &[0, 1, 2] };
                Type::Array(Box::new(element), lengths[random.below(lengths.len())])
            }
            3..=5 if !self.definitions.is_empty() => {
                let index = random.below(self.definitions.len());
                self.instance(random, index, place)
            }
            _ => {
                let (name, parameters) = STD[random.below(STD.len())];
                Type::Std(name, (0..parameters).map(|_| self.ty(random, inner)).collect())
            }
        }
    }

    fn definition(&self, random: &mut Random) -> Definition {
        let parameters = if random.one_in(3) { 1 + random.below(2) } else { 0 };
        let is_copy = random.one_in(3);
        let mut definition = Definition {
            name: format!("T{}", self.definitions.len()),
            parameters,
            repr: String::new(),
            body: Body::Struct(Vec::new()),
            is_copy,
            takes_copy: is_copy,
            is_aligned: false,
            takes_plain_types: false,
        };
        match random.below(20) {
            0 | 1 => self.union(random, &mut definition),
            2..=10 => self.structure(random, &mut definition),
            _ => self.enumeration(random, &mut definition),
        }
        for parameter in 0..parameters {
            definition.use_parameter(parameter);
        }
        let contains = |predicate: fn(&Definition) -> bool| {
            let types = || definition.fields().map(|field| &field.ty);
            types().any(|ty| self.any_part(ty, &|ty| matches!(ty, Type::Defined(index, _) if self.definitions.get(*index).is_some_and(predicate))))
        };
        let takes_plain_types = contains(|part| part.takes_plain_types);
        let is_aligned = contains(|part| part.is_aligned);
        definition.takes_plain_types |= takes_plain_types;
        definition.is_aligned |= is_aligned;
        definition
    }

    fn place_in(&self, definition: &Definition) -> Place {
        Place {
            depth: 2,
            parameters: definition.parameters,
            is_copy: definition.is_copy,
            has_copy_parameters: definition.takes_copy,
            may_be_empty: false,
            may_be_aligned: true,
        }
    }

    fn union(&self, random: &mut Random, definition: &mut Definition) {
        (definition.takes_plain_types, definition.takes_copy) = (true, true);
        definition.repr = random.pick(&["", "", "C", "align(8)", "C, packed"]).into();
        definition.is_aligned = definition.repr.contains("align");
        let place = Place {
            is_copy: true,
            may_be_aligned: !definition.repr.contains("packed"),
            ..self.place_in(definition)
        };
        let fields = (0..=random.below(4)).map(|index| {
            let (mut ty, mut is_skipped) = (self.ty(random, place), false);
            if !definition.is_copy && random.one_in(4) {
                let inner = self.ty(random, Place { is_copy: false, ..place });
                (ty, is_skipped) = (Type::Std("ManuallyDrop", vec![inner]), true);
            }
            Field { name: letter(index), ty, is_skipped }
        });
        definition.body = Body::Union(fields.collect());
    }

    fn structure(&self, random: &mut Random, definition: &mut Definition) {
        let reprs = [
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "C",
            "C",
            "C",
            "packed",
            "packed(2)",
            "C, packed",
            "C, packed(4)",
            "align(2)",
            "align(16)",
            "C, align(8)",
            "align(64)",
            "transparent",
        ];
        definition.repr = random.pick(&reprs).into();
        definition.is_aligned = definition.repr.contains("align");
        let is_packed = definition.repr.contains("packed");
        definition.takes_plain_types = is_packed;
        definition.takes_copy |= is_packed;
        let mut place = self.place_in(definition);
        place.may_be_aligned = !is_packed;
        let mut fields = if definition.repr == "transparent" {
            self.transparent(random, place)
        } else {
            self.fields(random, definition, place, 6)
        };
        if is_packed {
            fields.iter_mut().for_each(|field| field.is_skipped |= !self.is_copy(&field.ty));
        }
        definition.body = Body::Struct(fields);
    }

    fn enumeration(&self, random: &mut Random, definition: &mut Definition) {
        let count = match random.below(40) {
            0 => 0,
            1..=4 => 1,
            5 => 300,
            _ => 2 + random.below(5),
        };
        if count == 0 {
            definition.parameters = 0;
            definition.body = Body::Enum(Vec::new());
            return;
        }
        let has_fields = !random.one_in(6);
        let place = self.place_in(definition);
        let mut variants: Vec<Variant> = (0..count)
            .map(|index| {
                let place = Place { may_be_empty: random.one_in(10), ..place };
                let most = if count > 6 { 1 } else { 3 };
                let fields = if has_fields && !random.one_in(4) {
                    self.fields(random, definition, place, most)
                } else {
                    Vec::new()
                };
                Variant { name: format!("V{index}"), fields, discriminant: None }
            })
            .collect();
        let integers: &[&str] = match count {
            300 => &["u16", "i16", "i64"],
            _ => &["u8", "i8", "u16", "i32", "u64", "isize"],
        };
        let integer = random.pick(integers);
        definition.repr = match random.below(20) {
            0..=2 => integer.into(),
            3 | 4 if variants.iter().any(|variant| !variant.fields.is_empty()) => format!("C, {integer}"),
            5 => "C".into(),
            6 | 7 => random.pick(&["align(8)", "align(2)", "align(64)"]).into(),
            8 => format!("{integer}, align(16)"),
            9 | 10 if count == 1 => {
                variants[0].fields = self.transparent(random, place);
                "transparent".into()
            }
            _ => String::new(),
        };
        definition.is_aligned = definition.repr.contains("align");
        let has_integer = definition.repr.contains(integer);
        let is_plain = variants.iter().all(|variant| variant.fields.is_empty()) && definition.parameters == 0;
        if (has_integer || is_plain && definition.repr != "transparent") && random.one_in(2) {
            let starts: &[i64] = match &*definition.repr {
                repr if repr.contains('8') => &[0, 5, 100],
                repr if has_integer && repr.contains('u') => &[0, 5, 1000],
                repr if has_integer || repr.contains('C') => &[0, -100, 1000],
                _ => &[0, -100, -300, 100_000, 1 << 40],
            };
            let start = starts[random.below(starts.len())];
            for (number, variant) in (0..).zip(&mut variants) {
                variant.discriminant = Some(start + 2 * number);
            }
        }
        definition.body = Body::Enum(variants);
    }

    /// One field of any type, and empty ones.
    fn transparent(&self, random: &mut Random, place: Place) -> Vec<Field> {
        let mut types = vec![self.ty(random, place)];
        if random.one_in(2) {
            types.insert(random.below(2), Type::Std("PhantomData", vec![Type::Plain(0)]));
        }
        numbered(types)
    }

    fn fields(&self, random: &mut Random, definition: &Definition, place: Place, most: usize) -> Vec<Field> {
        let types = (0..=random.below(most)).map(|_| match random.below(12) {
            0 => Type::Array(Box::new(self.ty(random, Place { depth: 0, ..place })), 0),
            1 if !place.is_copy && place.may_be_aligned => {
                let own = (0..definition.parameters).map(Type::Parameter).collect();
                let own = Type::Defined(self.definitions.len(), own);
                Type::Std("Option", vec![Type::Std("Box", vec![own])])
            }
            _ => self.ty(random, place),
        });
        let mut fields = numbered(types.collect());
        let has_names = random.one_in(2);
        for (index, field) in fields.iter_mut().enumerate() {
            field.is_skipped = random.one_in(15);
            if has_names {
                field.name = letter(index);
            }
        }
        fields
    }

    /// Whether a predicate holds for the type or for a part of it, also behind pointers.
    fn any_part(&self, ty: &Type, predicate: &dyn Fn(&Type) -> bool) -> bool {
        let any = |types: &[Type]| types.iter().any(|ty| self.any_part(ty, predicate));
        predicate(ty)
            || match ty {
                Type::Plain(_) | Type::Parameter(_) => false,
                Type::Defined(_, types) | Type::Std(_, types) | Type::Tuple(types) => any(types),
                Type::Array(element, _) => self.any_part(element, predicate),
            }
    }

    fn is_aligned(&self, ty: &Type) -> bool {
        self.any_part(
            ty,
            &|part| matches!(part, Type::Defined(index, _) if self.definitions[*index].is_aligned),
        )
    }

    /// Whether a type has a packed part, whose fields have a higher alignment.
    pub(crate) fn is_packed(&self, ty: &Type) -> bool {
        let is_packed = |field: &Field| self.is_packed(&field.ty);
        match (ty, self.shape(ty)) {
            (Type::Std("Box" | "Vec" | "Rc" | REFERENCE | "PhantomData", _), _) => false,
            (Type::Defined(index, _), _) if self.definitions[*index].repr.contains("packed") => true,
            (Type::Array(element, _), _) => self.is_packed(element),
            (_, Shape::Struct { fields, .. } | Shape::Union(fields)) => fields.iter().any(is_packed),
            (_, Shape::Enum(variants)) => variants.iter().flat_map(|(_, fields)| fields).any(is_packed),
            (_, Shape::Opaque) => false,
        }
    }

    pub(crate) fn is_copy(&self, ty: &Type) -> bool {
        let all = |types: &[Type]| types.iter().all(|ty| self.is_copy(ty));
        match ty {
            Type::Plain(index) => PLAIN[*index].is_copy,
            Type::Parameter(_) => true,
            Type::Defined(index, arguments) => self.definitions[*index].is_copy && all(arguments),
            Type::Std("PhantomData" | REFERENCE, _) => true,
            Type::Std("Box" | "Vec" | "Rc" | "RefCell" | "Range", _) => false,
            Type::Std(_, types) | Type::Tuple(types) => all(types),
            Type::Array(element, _) => self.is_copy(element),
        }
    }

    pub(crate) fn has_values(&self, ty: &Type) -> bool {
        let has_all = |fields: &[Field]| fields.iter().all(|field| self.has_values(&field.ty));
        match ty {
            Type::Plain(index) => !PLAIN[*index].value.is_empty(),
            Type::Parameter(_) | Type::Std("Vec" | "PhantomData", _) => true,
            Type::Std("Box" | "Rc" | "RefCell" | REFERENCE, types) => self.has_values(&types[0]),
            Type::Array(element, length) => *length == 0 || self.has_values(element),
            _ => match self.shape(ty) {
                Shape::Struct { fields, .. } | Shape::Union(fields) => has_all(&fields),
                Shape::Enum(variants) => variants.iter().any(|(_, fields)| has_all(fields)),
                Shape::Opaque => true,
            },
        }
    }

    /// The parts of a type.
    pub(crate) fn shape(&self, ty: &Type) -> Shape {
        let of_variants = |variants: &[(&str, Option<&Type>)]| {
            let variant = |(name, ty): &(&str, Option<&Type>)| {
                let fields = ty.iter().map(|&ty| ty.clone()).collect();
                ((*name).to_owned(), numbered(fields))
            };
            Shape::Enum(variants.iter().map(variant).collect())
        };
        let of_fields = |fields: Vec<Field>| Shape::Struct { fields, is_packed: false };
        let named = |name: &str, ty: &Type| Field { name: name.into(), ty: ty.clone(), is_skipped: false };
        match ty {
            Type::Plain(_) | Type::Parameter(_) | Type::Array(..) => Shape::Opaque,
            Type::Tuple(types) => of_fields(numbered(types.clone())),
            Type::Std("Option", types) => of_variants(&[("None", None), ("Some", Some(&types[0]))]),
            Type::Std("Poll", types) => of_variants(&[("Ready", Some(&types[0])), ("Pending", None)]),
            Type::Std("Bound", types) => {
                let ty = Some(&types[0]);
                of_variants(&[("Included", ty), ("Excluded", ty), ("Unbounded", None)])
            }
            Type::Std("Result", types) => of_variants(&[("Ok", Some(&types[0])), ("Err", Some(&types[1]))]),
            Type::Std("ControlFlow", types) => {
                of_variants(&[("Break", Some(&types[0])), ("Continue", Some(&types[1]))])
            }
            Type::Std("Range", types) => of_fields(vec![named("start", &types[0]), named("end", &types[0])]),
            Type::Std("Reverse" | "Wrapping", types) => of_fields(numbered(types.clone())),
            Type::Std("ManuallyDrop", types) => of_fields(vec![named("value", &types[0])]),
            Type::Std(..) => Shape::Opaque,
            Type::Defined(index, arguments) => {
                let definition = &self.definitions[*index];
                let filled = |fields: &Vec<Field>| {
                    let fill = |field: &Field| Field { ty: fill(&field.ty, arguments), ..field.clone() };
                    fields.iter().map(fill).collect::<Vec<_>>()
                };
                match &definition.body {
                    Body::Struct(fields) => Shape::Struct {
                        fields: filled(fields),
                        is_packed: definition.repr.contains("packed"),
                    },
                    Body::Union(fields) => Shape::Union(filled(fields)),
                    Body::Enum(variants) => {
                        let variant = |variant: &Variant| (variant.name.clone(), filled(&variant.fields));
                        Shape::Enum(variants.iter().map(variant).collect())
                    }
                }
            }
        }
    }

    /// The type in Rust.
    pub(crate) fn text(&self, ty: &Type) -> String {
        let list = |types: &[Type]| types.iter().map(|ty| self.text(ty)).collect::<Vec<_>>().join(", ");
        match ty {
            Type::Plain(index) => PLAIN[*index].name.into(),
            Type::Parameter(index) => format!("P{index}"),
            // The definition itself is not yet in the list.
            Type::Defined(index, arguments) if arguments.is_empty() => format!("T{index}"),
            Type::Defined(index, arguments) => format!("T{index}<{}>", list(arguments)),
            Type::Std(REFERENCE, types) => format!("{REFERENCE}{}", list(types)),
            // The compiler leaves out a default.
            Type::Std("ControlFlow", types) if types[1] == UNIT => {
                format!("ControlFlow<{}>", list(&types[..1]))
            }
            Type::Std(name, types) => format!("{name}<{}>", list(types)),
            Type::Tuple(types) if types.len() == 1 => format!("({},)", list(types)),
            Type::Tuple(types) => format!("({})", list(types)),
            Type::Array(element, length) => format!("[{}; {length}]", self.text(element)),
        }
    }

    /// The name of the type, without the paths that the compiler and `type_name` write differently.
    pub(crate) fn key(&self, ty: &Type) -> String {
        self.text(ty).replace(REFERENCE, "&")
    }

    /// Adds a type and all types in it.
    pub(crate) fn collect(&self, ty: &Type, found: &mut BTreeMap<String, Type>) {
        if found.insert(self.key(ty), ty.clone()).is_some() {
            return;
        }
        match ty {
            Type::Plain(_) | Type::Parameter(_) => {}
            Type::Defined(..) => {
                let mut fields = |fields: Vec<Field>| {
                    fields.iter().for_each(|field| self.collect(&field.ty, found));
                };
                match self.shape(ty) {
                    Shape::Struct { fields: all, .. } | Shape::Union(all) => fields(all),
                    Shape::Enum(variants) => variants.into_iter().for_each(|(_, all)| fields(all)),
                    Shape::Opaque => {}
                }
            }
            Type::Std(_, types) | Type::Tuple(types) => {
                types.iter().for_each(|ty| self.collect(ty, found));
            }
            Type::Array(element, _) => self.collect(element, found),
        }
    }

    /// The definition in Rust.
    pub(crate) fn source(&self, definition: &Definition) -> String {
        let Definition { name, parameters, repr, body, is_copy, takes_copy, .. } = definition;
        let derives = if *is_copy { "Clone, Copy, DeepSize" } else { "DeepSize" };
        let repr = if repr.is_empty() { String::new() } else { format!("#[repr({repr})] ") };
        let bound = if *takes_copy { "'static + Copy" } else { "'static" };
        let list: Vec<_> = (0..*parameters).map(|index| format!("P{index}: {bound}")).collect();
        let generics = if list.is_empty() { String::new() } else { format!("<{}>", list.join(", ")) };
        let (keyword, body) = match body {
            Body::Struct(fields) => {
                let end = if has_names(fields) { "" } else { ";" };
                ("struct", format!("{}{end}", self.fields_source(fields)))
            }
            Body::Union(fields) => ("union", self.fields_source(fields)),
            Body::Enum(variants) => {
                let variant = |variant: &Variant| {
                    let value = variant.discriminant.map_or(String::new(), |value| format!(" = {value}"));
                    format!("{}{}{value}, ", variant.name, self.fields_source(&variant.fields))
                };
                ("enum", format!("{{ {}}}", variants.iter().map(variant).collect::<String>()))
            }
        };
        format!("#[derive({derives})] {repr}{keyword} {name}{generics} {body}\n")
    }

    fn fields_source(&self, fields: &[Field]) -> String {
        if fields.is_empty() {
            return String::new();
        }
        let named = has_names(fields);
        let field = |field: &Field| {
            let attribute = if field.is_skipped { "#[deep_size(skip)] " } else { "" };
            let name = if named { format!("{}: ", field.name) } else { String::new() };
            format!("{attribute}{name}{}", self.text(&field.ty))
        };
        let list = fields.iter().map(field).collect::<Vec<_>>().join(", ");
        if named { format!(" {{ {list} }}") } else { format!("({list})") }
    }
}

impl Definition {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        let (fields, variants): (&[Field], &[Variant]) = match &self.body {
            Body::Struct(fields) | Body::Union(fields) => (fields, &[]),
            Body::Enum(variants) => (&[], variants),
        };
        fields.iter().chain(variants.iter().flat_map(|variant| &variant.fields))
    }

    /// Adds a field of type `PhantomData` if the parameter is not used.
    fn use_parameter(&mut self, parameter: usize) {
        let mut all = Vec::new();
        self.fields().for_each(|field| parameters(&field.ty, &mut all));
        if all.contains(&parameter) || parameter >= self.parameters {
            return;
        }
        let fields = match &mut self.body {
            Body::Struct(fields) | Body::Union(fields) => fields,
            Body::Enum(variants) => &mut variants.last_mut().expect("generic enums have variants").fields,
        };
        let name = if has_names(fields) { letter(fields.len()) } else { fields.len().to_string() };
        let ty = Type::Std("PhantomData", vec![Type::Parameter(parameter)]);
        fields.push(Field { name, ty, is_skipped: false });
    }
}

fn parameters(ty: &Type, found: &mut Vec<usize>) {
    match ty {
        Type::Plain(_) => {}
        Type::Parameter(index) => found.push(*index),
        // A recursive use does not count for the compiler.
        Type::Std("Option", types) if matches!(&types[0], Type::Std("Box", _)) => {}
        Type::Defined(_, types) | Type::Std(_, types) | Type::Tuple(types) => {
            types.iter().for_each(|ty| parameters(ty, found));
        }
        Type::Array(element, _) => parameters(element, found),
    }
}

fn fill(ty: &Type, arguments: &[Type]) -> Type {
    let all = |types: &[Type]| types.iter().map(|ty| fill(ty, arguments)).collect();
    match ty {
        Type::Plain(_) => ty.clone(),
        Type::Parameter(index) => arguments[*index].clone(),
        Type::Defined(index, types) => Type::Defined(*index, all(types)),
        Type::Std(name, types) => Type::Std(name, all(types)),
        Type::Tuple(types) => Type::Tuple(all(types)),
        Type::Array(element, length) => Type::Array(Box::new(fill(element, arguments)), *length),
    }
}

fn numbered(types: Vec<Type>) -> Vec<Field> {
    let field = |(index, ty): (usize, Type)| Field { name: index.to_string(), ty, is_skipped: false };
    types.into_iter().enumerate().map(field).collect()
}

fn letter(index: usize) -> String {
    ["a", "b", "c", "d", "e", "f", "g", "r#type"][index.min(7)].into()
}

/// Whether the fields have names instead of numbers.
pub(crate) fn has_names(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.name.parse::<usize>().is_err())
}
