//! Requests written out by hand: the only place where a secret leaves its type, on its way to the
//! keeper, in a buffer that is wiped after sending.
//!
//! Written by hand because the request types can't be serialised, and that is on purpose: what
//! can't be serialised can't end up in a log. Not here: reading.

use drawbridge_domain::SecretString;
use hyper::body::Bytes;
use serde::Serialize;
use zeroize::Zeroizing;

/// An object being written.
pub(super) struct Written(Zeroizing<Vec<u8>>);

impl Written {
    /// An empty object with room for `secrets`, so that the buffer never moves and leaves a copy
    /// behind. A byte takes six at most when it is escaped.
    pub(super) fn object(secrets: &[&SecretString]) -> Self {
        let room: usize = secrets.iter().map(|secret| secret.expose().len() * 6).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(room + 8 * 1024));
        text.push(b'{');
        Self(text)
    }

    /// Adds a field that is no secret.
    pub(super) fn field(mut self, key: &str, value: &impl Serialize) -> Self {
        self.write(key, value);
        self
    }

    /// Adds a secret field.
    pub(super) fn secret(mut self, key: &str, value: &SecretString) -> Self {
        self.write(key, value.expose());
        self
    }

    fn write(&mut self, key: &str, value: &impl Serialize) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        let writes = [serde_json::to_writer(&mut *self.0, key), {
            self.0.push(b':');
            serde_json::to_writer(&mut *self.0, value)
        }];
        // Text and the DTOs' plain values always can be written into memory.
        debug_assert!(writes.iter().all(Result::is_ok), "a request's field could not be written");
    }

    /// The body, which is wiped when the connection has sent it.
    pub(super) fn body(mut self) -> Bytes {
        self.0.push(b'}');
        Bytes::from_owner(Wiped(self.0))
    }
}

/// Owns the bytes of a body and wipes them when the last user is done.
struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_keeper::dto::{CreateVault, NewClient};

    #[test]
    fn what_is_written_is_what_the_keeper_reads() {
        let passphrase = SecretString::from("ü\"\\\u{1}\n{} 7".to_owned());
        let body =
            Written::object(&[&passphrase]).field("kind", &"passphrase").secret("passphrase", &passphrase).body();
        match serde_json::from_slice(&body).expect("readable") {
            CreateVault::Passphrase { passphrase: read } => assert!(read.same_as(passphrase.expose())),
            CreateVault::Keychain => panic!("the kind was lost"),
        }
        let client = r#"{"provider":"somewhere","host":null,"api_url":null,"client_id":"x","client_secret":null}"#;
        assert!(serde_json::from_str::<NewClient>(client).is_ok(), "absent values are written as null");
    }

    #[test]
    fn the_buffer_does_not_move_while_it_is_written() {
        let secret = SecretString::from("\u{1}".repeat(60_000));
        let written = Written::object(&[&secret]);
        let before = written.0.as_ptr();
        let written = written.secret("token", &secret);
        assert_eq!(before, written.0.as_ptr(), "a move would leave an unwiped copy");
    }
}
