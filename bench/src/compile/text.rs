//! Code size.

use std::path::Path;

use object::{Object as _, ObjectSection as _, SectionKind};

/// The total size of a program's code sections.
pub(super) fn bytes(program: &Path) -> u64 {
    let bytes = std::fs::read(program).expect("the program was built");
    let file = object::File::parse(&*bytes).expect("the program has a known format");
    let code = file.sections().filter(|section| section.kind() == SectionKind::Text);
    code.map(|section| section.size()).sum()
}
