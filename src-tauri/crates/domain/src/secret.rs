//! Values that must not be seen: tokens, passphrases, client secrets, verifiers, keys.
//!
//! A secret has no `Display`, no `Serialize` and a `Debug` that shows nothing, so a leak is a
//! compile error, and its memory is overwritten when it is dropped. Not here: encryption.

use serde::{Deserialize, Deserializer};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// A value that can be used but not printed, compared in plain time, or written out.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

/// Secret text, such as a token or a passphrase.
pub type SecretString = Secret<String>;
/// Secret bytes, such as a wrapped key in the clear.
pub type SecretBytes = Secret<Vec<u8>>;

impl<T: Zeroize> Secret<T> {
    /// Takes the value in. The caller's copy, if any, is the caller's to wipe.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// Looks at the value. Every use of this word is a place to review.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl SecretString {
    /// Whether both hold the same text, in time that depends on the lengths only.
    pub fn same_as(&self, other: &str) -> bool {
        self.expose().as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for SecretString {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// Secrets may come in over a border; nothing makes one go out, as there is no `Serialize`.
impl<'de> Deserialize<'de> for SecretString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_a_secret() {
        let shown = format!("{:?}", Some(SecretString::from("canary-7f3a".to_owned())));
        assert_eq!(shown, "Some([secret])", "the text of a secret must not be printable");
    }

    #[test]
    fn comparison_is_by_value() {
        let secret = SecretString::from("abc".to_owned());
        assert!(secret.same_as("abc"));
        assert!(!secret.same_as("abd") && !secret.same_as("ab"));
    }
}
