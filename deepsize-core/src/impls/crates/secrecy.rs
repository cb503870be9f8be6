//! `secrecy` 0.10: exact. No observer receives the text of a secret.

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretBox};

use crate::{DeepSize, Walker};

/// Like a `Box`.
impl<S: DeepSize + Zeroize + ?Sized> DeepSize for SecretBox<S> {
    built_in! {}

    fn walk_owned(&self, walker: &mut Walker<'_>) {
        walker.without_content(|walker| walker.pointee(self.expose_secret()));
    }
}
