use arbitrary::Unstructured;
use deep_size::{Observer, observe};
use secrecy::{SecretBox, SecretString};

use crate::exact;
use crate::random::Random;
use crate::support::assert_exact;

impl Random for SecretString {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        String::random(source, depth).into()
    }
}

impl Random for SecretBox<Vec<u8>> {
    fn random(source: &mut Unstructured<'_>, depth: usize) -> Self {
        Self::new(Box::new(Vec::random(source, depth)))
    }
}

exact! {
    texts: Vec<SecretString>;
    boxes: Vec<SecretBox<Vec<u8>>>;
}

#[test]
fn slices_are_exact() {
    assert_exact(|| SecretBox::<[u8]>::from(vec![1, 2, 3]));
}

/// The texts and the integers that an observer receives.
#[derive(Default)]
struct Texts(Vec<Vec<u8>>, Vec<i128>);

impl Observer for Texts {
    fn wants_content(&self) -> bool {
        true
    }

    fn content(&mut self, bytes: &[u8]) {
        self.0.push(bytes.to_vec());
    }

    fn integer(&mut self, value: i128) {
        self.1.push(value);
    }
}

#[test]
fn no_observer_receives_a_secret() {
    let secrets = (SecretString::from("secret"), SecretBox::new(Box::new((3_u64, String::from("secret")))));
    let value = (String::from("before"), secrets, String::from("after"), 7_u64);
    let mut texts = Texts::default();
    observe(&value, &mut texts);
    assert_eq!(texts.0, [b"before".to_vec(), b"after".to_vec()]);
    assert_eq!(texts.1, [7]);
}
