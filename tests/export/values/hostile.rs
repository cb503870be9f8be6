//! Hand-written impls with hostile names and sizes.

use std::alloc::Layout;
use std::rc::Rc;

use deep_size::__private::TypeInfo;
use deep_size::{DeepSize, Walker};

/// Names that break a careless writer.
pub(crate) const HOSTILE_NAMES: [&str; 26] = [
    "a;b\n\"c\"",
    "",
    " ",
    "ends with a number 12",
    "12 34",
    "line\r\nbreak\u{2028}and\u{2029}more\u{85}",
    "tab\tnul\0bell\u{7}escape\u{1b}[31m delete\u{7f}",
    "quote\"quote'quote`",
    "comma,comma",
    "=1+1",
    "back\\slash\\n\\N\\",
    "</script><script>alert(1)</script>",
    "<!-- & &amp; &#10; -->",
    "<b>&lt;{a|b}</b>",
    "Straße 漢字 🦀 e\u{301}",
    "\u{202e}right to left",
    "\u{feff}\u{fffe}\u{ffff}",
    "a -> b [label=x]",
    "# comment",
    "-- separator",
    "name_[k]",
    "operator new(unsigned long)",
    "ns::f<int>::g(char const*)",
    "${x} $(y) %s %d {}",
    "__proto__",
    "-1.5e3",
];

pub(crate) struct Hostile {
    parts: Vec<Named>,
    shared: [Rc<Named>; 2],
}

impl Hostile {
    pub(crate) fn new() -> Self {
        let long: &'static str = Box::leak("very long; ".repeat(10_000).into());
        let names = HOSTILE_NAMES.into_iter().chain([long]);
        let shared = Rc::new(Named::new(HOSTILE_NAMES[0], 7));
        let parts = names.enumerate().map(|(at, name)| Named::new(name, at)).collect();
        Self { parts, shared: [shared.clone(), shared] }
    }
}

impl DeepSize for Hostile {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let layout = Layout::array::<Named>(self.parts.capacity()).expect("it was allocated");
        walker.allocation(self.parts.as_ptr(), layout, layout.size());
        for part in &self.parts {
            walker.field(part.name, part);
        }
        walker.field("shared", &self.shared);
    }
}

/// Claims this type name, and a variant of this name.
struct Named {
    name: &'static str,
    part: Vec<u8>,
}

impl Named {
    fn new(name: &'static str, bytes: usize) -> Self {
        Self { name, part: vec![0; bytes] }
    }
}

impl DeepSize for Named {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.variant(self.name);
        walker.field(self.name, &self.part);
    }

    fn __type_info(&self) -> TypeInfo {
        TypeInfo { name: self.name, ..TypeInfo::manual::<Self>() }
    }
}

/// A chain in which every link has a distinct name and type.
pub(crate) struct Deep<'n>(&'n [&'static str]);

impl Deep<'static> {
    pub(crate) fn new(depth: usize) -> Self {
        let name = |at| -> &'static str { Box::leak(format!("link{at}").into()) };
        Self(Box::leak((0..depth).map(name).collect()))
    }
}

impl DeepSize for Deep<'_> {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.allocation(std::ptr::null::<u8>(), Layout::new::<u64>(), 8);
        if let [name, rest @ ..] = self.0 {
            walker.field(name, &Deep(rest));
        }
    }

    fn __type_info(&self) -> TypeInfo {
        TypeInfo { name: self.0.first().unwrap_or(&"the end"), ..TypeInfo::manual::<Self>() }
    }
}

pub(crate) struct Wide(Vec<(&'static str, Vec<u8>)>);

impl Wide {
    pub(crate) fn new(fields: usize) -> Self {
        let field = |at| -> (&'static str, _) { (Box::leak(format!("field{at}").into()), vec![0; at % 50]) };
        Self((0..fields).map(field).collect())
    }
}

impl DeepSize for Wide {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let layout = Layout::array::<(&str, Vec<u8>)>(self.0.capacity()).expect("it was allocated");
        walker.allocation(self.0.as_ptr(), layout, layout.size());
        for (name, bytes) in &self.0 {
            walker.field(name, bytes);
        }
    }
}

/// Claims an impossible size: odd, and too large for an exact 64-bit float.
pub(crate) struct Huge;

impl DeepSize for Huge {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.field("half", &Half);
        walker.allocation(std::ptr::null::<u8>(), Layout::array::<u8>(3).expect("it is small"), 1);
    }
}

struct Half;

impl DeepSize for Half {
    fn walk_owned(&self, walker: &mut Walker<'_>) {
        let layout = Layout::array::<u8>(isize::MAX as usize - 64).expect("the size is below the limit");
        walker.allocation(std::ptr::null::<u8>(), layout, 1);
    }
}
