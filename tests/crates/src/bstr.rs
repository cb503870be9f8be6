use arbitrary::Unstructured;
use bstr::{BStr, BString};

use crate::exact;
use crate::random::Random;
use crate::support::assert_exact;

impl Random for BString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Vec::<u8>::random(source, depth).into()
    }
}

exact! {
    texts: BString;
    nested_texts: Vec<(BString, u8)>;
    texts_side_by_side: Vec<BString>;
}

#[test]
fn a_borrowed_text_owns_nothing() {
    assert_exact(|| BStr::new("in the program"));
    assert_exact(|| Box::<BStr>::from(Box::<[u8]>::from(*b"in a box")));
    assert_exact(BString::default);
}
