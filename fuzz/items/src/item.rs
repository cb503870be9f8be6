//! Generates items.
//!
//! An item is a list of pieces of text, so that a failing item can be reduced piece by piece.

use crate::random::Random;

/// A placeholder for the derived traits.
pub(crate) const DERIVE: &str = "%derive";
/// Encloses attributes of the derive under test.
pub(crate) const OURS: char = '@';

const PRIMITIVES: &[&str] = &["u8", "u64", "bool", "char", "f32", "()", "usize", "i128"];
const TYPE_NAMES: &[&str] = &[
    "Item",
    "Option",
    "String",
    "DeepSize",
    "r#type",
    "r#dyn",
    "Größe",
    "lower",
    "Vec",
    "Box",
    "Result",
    "Copy",
    "Sized",
    "Clone",
    "PhantomData",
    "core",
    "std",
    "alloc",
    "deep_size",
    "Walker",
    "Visitor",
    "AnyVisitor",
    "Parts",
    "Probe",
    "TypeInfo",
    "_deep_size",
    "__DeepSizeVisitor",
    "__private",
    "u8",
    "bool",
    "usize",
    "str",
    "T",
    "N",
    "Self_",
];
const FIELD_NAMES: &[&str] = &[
    "a",
    "b",
    "value",
    "name",
    "walker",
    "visitor",
    "r#type",
    "deep_size",
    "r#fn",
    "r#match",
    "__field0",
    "__field1",
    "__visitor",
    "__value",
    "__function",
    "_deep_size",
    "self_",
    "_unused",
    "größe",
    "Upper",
    "_0",
];
const VARIANT_NAMES: &[&str] = &[
    "A",
    "B",
    "C",
    "Some",
    "None",
    "Ok",
    "r#type",
    "r#Self_",
    "__field0",
    "__value",
    "__visitor",
    "lower",
    "_D",
    "DeepSize",
];
const TYPE_PARAMS: &[&str] = &[
    "T",
    "U",
    "DeepSize",
    "Walker",
    "_deep_size",
    "__DeepSizeVisitor",
    "r#type",
    "lower",
    "V",
    "Option",
    "Copy",
];
const CONST_PARAMS: &[&str] = &["N", "LEN", "__value", "__visitor", "__field0", "M", "r#const", "lower"];
const LIFETIMES: &[&str] = &["'a", "'b", "'__visitor", "'_deep_size", "'A"];
/// Items that have the names of variables, types or modules in generated code.
const HOSTILE: &[&str] = &[
    "pub const __value: u8 = 0;",
    "pub static __visitor: u8 = 0;",
    "pub struct __function;",
    "pub const __field0: &str = \"\";",
    "pub static __field1: u8 = 0;",
    "pub struct __DeepSizeVisitor;",
    "pub struct _deep_size;",
    "pub mod core {}",
    "pub mod std {}",
    "pub mod alloc {}",
    "pub mod _deep_size {}",
    "pub mod deep_size {}",
    "pub mod __private {}",
    "pub trait DeepSize {}",
    "pub trait Parts {}",
    "pub trait Visitor {}",
    "pub struct Walker;",
    "pub struct usize;",
    "pub struct bool;",
    "pub enum Other { __value, __visitor, __field0, A } pub use self::Other::*;",
    "pub const before: u8 = 0; pub const further: u8 = 0; pub const walker: u8 = 0; pub const visitor: u8 = 0;",
    "pub const name: u8 = 0; pub const value: u8 = 0; pub const a: u8 = 0;",
    "pub trait Loud { fn measured_field(&self) {} fn is_flat() {} fn walk_owned(&self) {} fn visit_parts(&self) {} fn of(&self) {} } impl<X: ?Sized> Loud for X {}",
    "pub trait Noisy { fn deep_size_is_flat(self) -> bool where Self: Sized { true } fn active_variant(&mut self, _: u8) {} } impl<X> Noisy for X {}",
    "pub struct Some; pub struct None;",
    "pub type Self_ = u8;",
    "pub union __walker { pub x: u8 }",
    "macro_rules! stringify { () => { compile_error!(\"\") } } macro_rules! concat { () => { compile_error!(\"\") } }",
    "pub fn __value() {}",
    "pub mod glob { pub const __value: u8 = 0; pub static __visitor: u8 = 0; pub struct __field0; } pub use self::glob::*;",
];
const ALLOWS: &[&str] = &[
    "#[allow(unused_parens)]",
    "#[allow(non_camel_case_types)]",
    "#[allow(non_upper_case_globals)]",
    "#[allow(deprecated)]",
    "#[allow(non_snake_case)]",
    "#[allow(unused_braces)]",
    "#[expect(unused_parens)]",
    "#[allow(unused_qualifications)]",
    "#[allow(single_use_lifetimes)]",
    "#[allow(warnings)]",
    "#[allow(unused)]",
    "#[warn(unused_parens)]",
];

/// A module with one deriving item. Removing a piece may leave a valid module.
pub(crate) struct Module(pub(crate) Vec<String>);

impl Module {
    pub(crate) fn text(&self) -> String {
        self.0.concat().replace('\n', " ")
    }
}

struct Generator<'r> {
    random: &'r mut Random,
    name: String,
    types: Vec<String>,
    consts: Vec<String>,
    lifetimes: Vec<String>,
    /// The parameters as arguments.
    arguments: String,
    style: Style,
    has_prelude: bool,
    is_union: bool,
    is_packed: bool,
    is_marked: bool,
    /// Whether the last field may be unsized.
    has_tail: bool,
    macros: usize,
}

/// A name. No lint reports the first `plain` names.
fn name(random: &mut Random, style: Style, names: &[&str], plain: usize) -> String {
    let end = if style.wild { names.len() } else { plain };
    random.pick(&names[..end]).to_owned()
}

/// The properties that all modules of a crate share.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) edition: u32,
    /// Whether some parts allow lints. Otherwise, the crate forbids all lints.
    pub(crate) allows: bool,
    /// Whether items with the names in generated code are in scope.
    pub(crate) hostile: bool,
    /// Whether parts of items have names that lints report.
    pub(crate) wild: bool,
}

/// A random module.
pub(crate) fn module(random: &mut Random, style: Style) -> Module {
    let shape = random.below(10);
    let has_prelude = !random.one_in(12);
    let mut generator = Generator {
        name: name(random, style, TYPE_NAMES, 4),
        is_union: shape == 9,
        is_packed: shape < 7 && random.one_in(8),
        random,
        types: Vec::new(),
        consts: Vec::new(),
        lifetimes: Vec::new(),
        arguments: String::new(),
        style,
        has_prelude,
        is_marked: false,
        has_tail: shape < 7,
        macros: 0,
    };
    generator.module(shape)
}

impl Generator<'_> {
    fn module(&mut self, shape: usize) -> Module {
        let mut pieces = Vec::new();
        if !self.has_prelude {
            pieces.push("#![no_implicit_prelude]\n".to_owned());
        }
        pieces.push("pub trait Tr { type Assoc; type Lent<'x> where Self: 'x; const LENGTH: ::core::primitive::usize; }\n".to_owned());
        pieces.push("impl Tr for u64 { type Assoc = u8; type Lent<'x> = &'x u8; const LENGTH: ::core::primitive::usize = 2; }\n".to_owned());
        pieces.push("pub struct Sized_<const LEN: ::core::primitive::usize>;\n".to_owned());
        pieces.push("impl<const LEN: ::core::primitive::usize> ::deep_size::DeepSize for Sized_<LEN> { fn walk_owned(&self, _: &mut ::deep_size::Walker<'_>) {} }\n".to_owned());
        pieces.push("pub struct Counter;\n".to_owned());
        pieces.push("pub struct Foreign;\n".to_owned());
        pieces.push("pub const LENGTH: ::core::primitive::usize = 2;\n".to_owned());
        let hostile = if self.style.hostile { self.random.below(4) } else { 0 };
        for number in 0..hostile {
            let item = self.random.pick(HOSTILE);
            if self.random.one_in(3) {
                pieces.push(format!("pub mod hostile{number} {{ {item} }}\n"));
                pieces.push(format!("pub use self::hostile{number}::*;\n"));
            } else {
                pieces.push(format!("{item}\n"));
            }
        }
        let parameters = self.parameters();
        let mut item = self.attributes();
        item.push(format!("#[derive({DERIVE})]\n"));
        item.push(self.repr(shape));
        let keyword = if self.is_union {
            "pub union "
        } else if shape < 7 {
            "pub struct "
        } else {
            "pub enum "
        };
        item.push(format!("{keyword}{}", self.name));
        item.extend(parameters);
        match shape {
            0 => item.push(format!("{};\n", self.clause())),
            1..4 => {
                item.push("(".to_owned());
                self.fields(false, &mut item);
                item.push(format!("){};\n", self.clause()));
            }
            7 | 8 => self.variants(&mut item),
            _ => {
                item.push(format!("{}{{", self.clause()));
                self.fields(true, &mut item);
                item.push("}\n".to_owned());
            }
        }
        self.wrap(&mut pieces, item);
        Module(pieces)
    }

    fn wrap(&mut self, pieces: &mut Vec<String>, item: Vec<String>) {
        match self.random.below(6) {
            0 => {
                pieces.push("pub fn function() {\n".to_owned());
                pieces.extend(item);
                pieces.push("}\n".to_owned());
            }
            1 => {
                pieces.push("macro_rules! make { ($($t:tt)*) => { $($t)* } }\n make! {\n".to_owned());
                pieces.extend(item);
                pieces.push("}\n".to_owned());
            }
            // Each identifier comes from the macro, except the name of the type.
            2 => {
                let name = self.name.clone();
                pieces.push("macro_rules! make { ($name:ident, $field:ident, $ty:ty) => {\n".to_owned());
                for piece in item {
                    let piece =
                        if piece.starts_with("pub ") { piece.replacen(&name, "$name", 1) } else { piece };
                    let piece = match piece.find(" value: ") {
                        Some(_) => piece.replacen(" value: ", " $field: ", 1),
                        None if piece.ends_with(" u64,\n") => piece.replacen(" u64,\n", " $ty,\n", 1),
                        None => piece,
                    };
                    pieces.push(piece);
                }
                pieces.push(format!("}} }}\n make!({name}, value, u64);\n"));
            }
            _ => pieces.extend(item),
        }
    }

    fn attributes(&mut self) -> Vec<String> {
        let mut attributes = Vec::new();
        let choices = &[
            "/** Text. */\n",
            "#[cfg_attr(all(), doc = \"text\")]\n",
            "#[must_use]\n",
            "#[doc(hidden)]\n",
            "#[deprecated]\n",
        ];
        for _ in 0..self.random.below(3) / 2 {
            attributes.push(self.random.pick(choices).to_owned());
        }
        if self.style.allows && self.random.one_in(2) {
            attributes.push(format!("{}\n", self.random.pick(ALLOWS)));
        }
        attributes
    }

    fn repr(&mut self, shape: usize) -> String {
        if self.is_packed {
            return self
                .random
                .pick(&["#[repr(packed)]\n", "#[repr(C, packed(2))]\n", "#[cfg_attr(all(), repr(packed))]\n"])
                .to_owned();
        }
        match (self.random.below(8), shape) {
            (0, _) => "#[repr(C)]\n".to_owned(),
            (1, 7 | 8) => {
                self.random.pick(&["#[repr(u8)]\n", "#[repr(C, i16)]\n", "#[repr(isize)]\n"]).to_owned()
            }
            (2, _) => "#[repr(align(16))]\n".to_owned(),
            (3, 0..7) => "#[repr(transparent)]\n".to_owned(),
            _ => String::new(),
        }
    }

    fn parameters(&mut self) -> Vec<String> {
        if self.random.one_in(3) {
            return Vec::new();
        }
        let (mut pieces, mut arguments) = (vec!["<".to_owned()], Vec::new());
        for _ in 0..self.random.below(3) {
            let lifetime = name(self.random, self.style, LIFETIMES, 2);
            let bound = match self.lifetimes.first() {
                Some(first) if self.random.one_in(4) => format!(": {first}"),
                _ => String::new(),
            };
            pieces.push(format!("{}{lifetime}{bound}, ", self.allow()));
            arguments.push(lifetime.clone());
            self.lifetimes.push(lifetime);
        }
        for _ in 0..self.random.below(3) {
            let name = name(self.random, self.style, TYPE_PARAMS, 3);
            let bound = self.random.pick(&[
                "",
                "",
                "",
                ": Tr",
                ": ?::core::marker::Sized",
                ": ::core::clone::Clone + Tr",
                ": 'static",
                ": (Tr)",
                ": for<'x> ::core::ops::Fn(&'x u8) -> &'x u8",
                ": ::core::iter::Iterator<Item = u8>",
                ": ::std::borrow::ToOwned",
            ]);
            let default = if self.random.one_in(6) { " = u8" } else { "" };
            let copy = if self.is_union {
                if bound.is_empty() { ": ::core::marker::Copy" } else { " + ::core::marker::Copy" }
            } else {
                ""
            };
            pieces.push(format!("{}{name}{bound}{copy}{default}, ", self.allow()));
            arguments.push(name.clone());
            self.types.push(name);
        }
        for _ in 0..self.random.below(4) / 2 {
            let name = name(self.random, self.style, CONST_PARAMS, 2);
            let default = self.random.pick(&["", "", " = 3", " = { 3 }"]);
            pieces.push(format!("{}const {name}: ::core::primitive::usize{default}, ", self.allow()));
            arguments.push(name.clone());
            self.consts.push(name);
        }
        pieces.push(">".to_owned());
        self.arguments = format!("<{}>", arguments.join(", "));
        pieces
    }

    fn allow(&mut self) -> String {
        if self.style.allows && self.random.one_in(5) {
            format!("{} ", self.random.pick(ALLOWS))
        } else {
            String::new()
        }
    }

    fn clause(&mut self) -> String {
        let Some(param) = self.types.first().cloned() else { return String::new() };
        let length = self.length();
        match self.random.below(8) {
            0 => format!(" where {param}: Tr, "),
            1 => format!(" where for<'x> &'x {param}: ::core::marker::Copy, "),
            2 => format!(" where [u8; {length}]: ::core::marker::Sized, {param}: ::core::marker::Sized "),
            3 => format!(" where ({param}): ::core::marker::Sized "),
            _ => String::new(),
        }
    }

    fn fields(&mut self, named: bool, item: &mut Vec<String>) {
        let count = self.random.below(5) + usize::from(self.is_union);
        let mut names = Vec::new();
        for _ in 0..count {
            let name = name(self.random, self.style, FIELD_NAMES, 8);
            if named && names.contains(&name) {
                continue;
            }
            names.push(name.clone());
            let prefix = self.field_attributes();
            let (ty, ours) = self.field_type();
            let name = if named { format!("{name}: ") } else { String::new() };
            item.push(format!("{prefix}{ours}pub {name}{ty},\n"));
        }
        if !self.is_marked && !self.random.one_in(6) {
            let name = if named { "marker: " } else { "" };
            item.push(format!("pub {name}{},\n", self.marker()));
            self.is_marked = true;
        }
        if self.has_tail && self.random.one_in(12) {
            let name = if named { "tail: " } else { "" };
            let tail = self.random.pick(&[
                "[u8]",
                "str",
                "[::std::string::String]",
                "dyn ::core::marker::Send",
                "::std::path::Path",
            ]);
            item.push(format!("pub {name}{tail},\n"));
        }
    }

    /// A type that uses the parameters, because unused ones are errors.
    fn marker(&mut self) -> String {
        let lifetimes = self.lifetimes.iter().map(|lifetime| format!("&{lifetime} ()"));
        let types = self.types.iter().map(|ty| format!("*const {ty}"));
        let parts: Vec<_> = lifetimes.chain(types).collect();
        format!("::core::marker::PhantomData<({})>", parts.join(", "))
    }

    fn field_attributes(&mut self) -> String {
        let attribute = match self.random.below(16) {
            0 => "/** Text. */ ",
            1 => "#[cfg(all())] ",
            2 => "#[cfg(any())] ",
            3 => "#[deprecated] ",
            4 => "#[cfg_attr(all(), doc = \"text\")] ",
            5 => "#[doc(hidden)] ",
            _ => "",
        };
        format!("{attribute}{}", self.allow())
    }

    /// A field's type, and an attribute of the derive for it.
    fn field_type(&mut self) -> (String, String) {
        if self.is_union || self.is_packed {
            return (self.copy_type(), self.ours(&["skip"]));
        }
        if let (Some(lifetime), true) = (self.lifetimes.first().cloned(), self.random.one_in(8)) {
            let target = self.random.pick(&["str", "[u8]", "u64", "::std::string::String"]);
            return (format!("&{lifetime} {target}"), self.ours(&["borrowed"]));
        }
        let ty = self.ty(3);
        let ours = self.ours(&["skip", "with = |_, _| ()", "with = ::deep_size::with::flat", "bound = \"\""]);
        (ty, ours)
    }

    fn ours(&mut self, choices: &[&str]) -> String {
        if self.random.one_in(10) {
            format!("{OURS}#[deep_size({})]{OURS} ", self.random.pick(choices))
        } else {
            String::new()
        }
    }

    fn copy_type(&mut self) -> String {
        let length = self.length();
        match self.random.below(10) {
            0 => format!("[u8; {length}]"),
            1 => "*const Foreign".to_owned(),
            2 => "fn(u8) -> u64".to_owned(),
            3 => "::core::option::Option<fn(&u8) -> &u8>".to_owned(),
            4 => self.param(),
            8 => format!("::core::mem::ManuallyDrop<{}>", self.param()),
            9 => format!("(({}))", self.param()),
            5 => "::core::marker::PhantomData<Foreign>".to_owned(),
            6 => format!("(u8, [u64; {length}])"),
            _ => self.random.pick(PRIMITIVES).to_owned(),
        }
    }

    fn param(&mut self) -> String {
        match self.types.len() {
            0 => "u64".to_owned(),
            count => self.types[self.random.below(count)].clone(),
        }
    }

    fn length(&mut self) -> String {
        self.macros += 1;
        let unique = format!("method{}", self.macros);
        match self.random.below(12) {
            0 => "LENGTH".to_owned(),
            1 => "{ LENGTH }".to_owned(),
            2 => "if true { 1 } else { 2 }".to_owned(),
            3 => "{ const fn length() -> ::core::primitive::usize { 3 } length() }".to_owned(),
            4 => format!("{{ impl Counter {{ pub fn {unique}(&self) {{}} }} 2 }}"),
            5 => "match 2 { 2 => 1, _ => 3 }".to_owned(),
            6 => "::core::mem::size_of::<u64>()".to_owned(),
            7 => "(3)".to_owned(),
            8 => "{ let x = [0; 3]; x.len() }".to_owned(),
            9 if !self.consts.is_empty() => self.consts[0].clone(),
            10 => "1 + 2".to_owned(),
            _ => "3".to_owned(),
        }
    }

    fn ty(&mut self, depth: usize) -> String {
        if depth == 0 {
            return if self.random.one_in(3) {
                self.param()
            } else {
                self.random.pick(PRIMITIVES).to_owned()
            };
        }
        let inner = self.ty(depth - 1);
        let length = self.length();
        let lifetime = self.lifetimes.first().cloned().unwrap_or_else(|| "'static".to_owned());
        let param = self.param();
        match self.random.below(46) {
            0 => format!("[{inner}; {length}]"),
            1 => format!("({inner}, u8)"),
            2 => format!("({inner})"),
            3 => format!("({inner},)"),
            4 => format!("::std::vec::Vec<{inner}>"),
            5 => format!("::std::boxed::Box<{inner}>"),
            6 => format!("::core::option::Option<{inner}>"),
            7 => format!("::std::rc::Rc<{inner}>"),
            8 => format!("&{lifetime} {inner}"),
            9 => format!("&{lifetime} mut {inner}"),
            10 => format!("*const {inner}"),
            11 => format!("*mut {inner}"),
            12 => format!("fn({inner}) -> u8"),
            13 => "for<'x> fn(&'x u8) -> &'x u8".to_owned(),
            14 => "unsafe extern \"C\" fn(u8, ...)".to_owned(),
            15 => "::std::boxed::Box<dyn for<'x> ::core::ops::Fn(&'x u8) -> &'x u8 + ::core::marker::Send>"
                .to_owned(),
            16 => format!("::std::boxed::Box<dyn ::core::ops::FnMut({inner}) + {lifetime}>"),
            17 => format!("::core::marker::PhantomData<{inner}>"),
            18 => format!("::core::marker::PhantomData<fn() -> {inner}>"),
            19 => format!("<{param} as Tr>::Assoc"),
            20 => format!("{param}::Assoc"),
            21 => format!("ty!({inner})"),
            22 => "ty![u8]".to_owned(),
            23 => format!("::core::option::Option<::std::boxed::Box<{}{}>>", self.name, self.arguments),
            24 => format!("::std::vec::Vec<{}{}>", self.name, self.arguments),
            25 if self.has_prelude => format!("Option<{inner}>"),
            26 if self.has_prelude => format!("Vec<{inner}>"),
            27 if self.has_prelude => "String".to_owned(),
            28 => format!("::core::cell::Cell<{inner}>"),
            29 => format!("::std::collections::HashMap<{inner}, ::std::string::String>"),
            30 => format!("::std::borrow::Cow<{lifetime}, str>"),
            31 => "Foreign".to_owned(),
            32 => format!("::std::boxed::Box<[{inner}]>"),
            33 => "::std::boxed::Box<dyn ::core::any::Any + (::core::marker::Send)>".to_owned(),
            34 if self.style.edition == 2015 => "::std::boxed::Box<::core::any::Any>".to_owned(),
            36 => "::core::option::Option<::std::boxed::Box<Self>>".to_owned(),
            37 => format!(
                "::core::option::Option<::std::boxed::Box<{}<::core::option::Option<{inner}>>>>",
                self.name
            ),
            38 => "::std::boxed::Box<dyn Tr<Assoc = u8>>".to_owned(),
            39 => format!("Sized_<{{ {length} }}>"),
            40 => format!("Sized_<{}>", self.consts.first().map_or("3", String::as_str)),
            41 => "[u8; <u64 as Tr>::LENGTH]".to_owned(),
            42 => format!("<{param} as Tr>::Lent<{lifetime}>"),
            43 => format!("extern \"C\" fn({inner}, &u8) -> {param}"),
            44 => format!("::core::result::Result<{inner}, ty!({param})>"),
            45 => "::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = u8>>>".to_owned(),
            35 => format!("::core::mem::ManuallyDrop<{inner}>"),
            _ => "::std::string::String".to_owned(),
        }
    }

    fn variants(&mut self, item: &mut Vec<String>) {
        item.push(format!("{}{{", self.clause()));
        let mut names = Vec::new();
        for _ in 0..self.random.below(5) {
            let name = name(self.random, self.style, VARIANT_NAMES, 3);
            if names.contains(&name) {
                continue;
            }
            names.push(name.clone());
            let prefix = self.field_attributes();
            let ours = self.ours(&["skip"]);
            item.push(format!("{prefix}{ours}{name}"));
            let form = self.random.below(3);
            let start = item.len();
            match form {
                0 => {
                    item.push("(".to_owned());
                    self.fields(false, item);
                    item.push(")".to_owned());
                }
                1 => {
                    item.push(" {".to_owned());
                    self.fields(true, item);
                    item.push("}".to_owned());
                }
                _ => {}
            }
            for piece in &mut item[start..] {
                *piece = piece.replacen("pub ", " ", 1);
            }
            if self.random.one_in(8) {
                item.push(
                    self.random
                        .pick(&[" = 10", " = { 11 }", " = if true { 12 } else { 13 }", " = -1", " = 7 + 9"])
                        .to_owned(),
                );
            }
            item.push(",\n".to_owned());
        }
        item.push("}\n".to_owned());
    }
}
