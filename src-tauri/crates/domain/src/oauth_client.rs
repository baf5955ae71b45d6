//! What an OAuth client is known by at its server, and what its secret can be (RFC 6749 §2.2, §2.3.1).
//!
//! Whoever types one, imports one or has one registered is held to the same. Not here: our own id of a
//! client (`ids`).

use crate::SecretString;

/// The longest client identifier, in bytes.
pub const MAX_CLIENT_IDENTIFIER: u32 = 200;
/// The longest client secret, in bytes.
pub const MAX_CLIENT_SECRET: u32 = 4096;

/// Whether a text can be a client identifier: 1 to 200 visible ASCII characters (RFC 6749 §2.2 leaves the size
/// open; its appendix A.1 allows blanks, too, which nobody hands out and copying adds).
pub fn is_client_identifier(text: &str) -> bool {
    (1..=MAX_CLIENT_IDENTIFIER as usize).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether a secret can be a client's: 1 to 4096 bytes without control characters.
pub fn is_client_secret(secret: &SecretString) -> bool {
    (1..=MAX_CLIENT_SECRET as usize).contains(&secret.expose().len()) && !secret.expose().contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::{MAX_CLIENT_IDENTIFIER, MAX_CLIENT_SECRET, is_client_identifier, is_client_secret};
    use crate::SecretString;

    #[test]
    fn one_line_says_what_they_can_be() {
        let longest = "x".repeat(MAX_CLIENT_IDENTIFIER as usize);
        assert!(["Iv1.8a61", "a:b@c", longest.as_str()].into_iter().all(is_client_identifier));
        let longer = format!("{longest}x");
        assert!(!["", "a b", "a\n", "ü", longer.as_str()].into_iter().any(is_client_identifier));
        let secret = |text: &str| is_client_secret(&SecretString::from(text.to_owned()));
        assert!(secret("a b ü") && secret(&"x".repeat(MAX_CLIENT_SECRET as usize)));
        assert!(!secret("") && !secret("a\nb") && !secret(&"x".repeat(MAX_CLIENT_SECRET as usize + 1)));
    }
}
