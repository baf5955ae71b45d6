//! Requests written out by hand: the only place where a secret leaves its type, on its way to the
//! keeper, in a buffer that is wiped after sending.
//!
//! Written by hand because the request types can't be serialised, and that is on purpose: what
//! can't be serialised can't end up in a log. Not here: reading.

use drawbridge_domain::SecretString;
use hyper::body::Bytes;
use serde::Serialize;
use std::io;
use zeroize::Zeroizing;

/// A request's body: one object, wiped when the connection has sent it.
///
/// `fields` is asked twice: first how much room it needs, then to write into a buffer of that size.
/// So the buffer never moves, which would leave a copy behind.
pub(super) fn object(fields: impl Fn(&mut Object<'_>)) -> Bytes {
    Bytes::from_owner(Wiped(written(fields)))
}

fn written(fields: impl Fn(&mut Object<'_>)) -> Zeroizing<Vec<u8>> {
    let mut room = Room(0);
    Object::whole(&mut room, &fields);
    let mut text = Zeroizing::new(Vec::with_capacity(room.0));
    Object::whole(&mut *text, &fields);
    text
}

/// An object being written.
pub(super) struct Object<'w> {
    out: &'w mut dyn io::Write,
    empty: bool,
}

impl Object<'_> {
    fn whole(out: &mut dyn io::Write, fields: &dyn Fn(&mut Object<'_>)) {
        put(out, b"{");
        fields(&mut Object { out, empty: true });
        put(out, b"}");
    }

    /// Adds a field that is no secret.
    pub(super) fn field(&mut self, key: &str, value: &impl Serialize) {
        self.key(key);
        plain(self.out, value);
    }

    /// Adds a secret field.
    pub(super) fn secret(&mut self, key: &str, value: &SecretString) {
        self.key(key);
        plain(self.out, value.expose());
    }

    /// Adds a list of secrets.
    pub(super) fn secrets(&mut self, key: &str, values: &[SecretString]) {
        self.key(key);
        put(self.out, b"[");
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                put(self.out, b",");
            }
            plain(self.out, value.expose());
        }
        put(self.out, b"]");
    }

    /// Adds an object, with whatever secrets are in it.
    pub(super) fn object(&mut self, key: &str, fields: impl Fn(&mut Object<'_>)) {
        self.key(key);
        Object::whole(self.out, &fields);
    }

    /// Adds a list of objects, with whatever secrets are in them.
    pub(super) fn objects<T>(&mut self, key: &str, values: &[T], fields: impl Fn(&mut Object<'_>, &T)) {
        self.key(key);
        put(self.out, b"[");
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                put(self.out, b",");
            }
            Object::whole(self.out, &|object| fields(object, value));
        }
        put(self.out, b"]");
    }

    fn key(&mut self, key: &str) {
        if !self.empty {
            put(self.out, b",");
        }
        self.empty = false;
        plain(self.out, key);
        put(self.out, b":");
    }
}

fn put(out: &mut dyn io::Write, bytes: &[u8]) {
    let put = out.write_all(bytes);
    // Memory takes what there is room for, and the room was counted.
    debug_assert!(put.is_ok(), "a request could not be written");
}

fn plain(out: &mut dyn io::Write, value: &(impl Serialize + ?Sized)) {
    let written = serde_json::to_writer(out, value);
    // Text and the DTOs' plain values always can be written into memory.
    debug_assert!(written.is_ok(), "a request's field could not be written");
}

/// Counts what would be written.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
    use drawbridge_keeper::dto::{AddSlot, CheckRecovery, CreateVault, NewClient, Proof};

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn what_is_written_is_what_the_keeper_reads() {
        let odd = secret("ü\"\\\u{1}\n{} 7");
        let body = object(|slot| {
            slot.object("way", |way| {
                way.field("kind", &"both");
                way.secret("passphrase", &odd);
            });
            slot.object("proof", |proof| proof.field("kind", &"keychain"));
        });
        match serde_json::from_slice::<AddSlot>(&body).expect("readable") {
            AddSlot { way: CreateVault::Both { passphrase }, proof: Proof::Keychain } => {
                assert!(passphrase.same_as(odd.expose()), "the secret arrives as it was");
            }
            other => panic!("something was lost: {other:?}"),
        }
        let body = object(|check| check.secrets("groups", &[secret("7F3K"), secret("\"")]));
        let groups = serde_json::from_slice::<CheckRecovery>(&body).expect("readable").groups;
        assert!(groups.len() == 2 && groups[0].same_as("7F3K") && groups[1].same_as("\""), "in order");
        let pair = object(|outer| {
            outer.objects("pair", &[secret("1"), secret("\"")], |inner, value| inner.secret("v", value));
        });
        assert_eq!(pair, r#"{"pair":[{"v":"1"},{"v":"\""}]}"#);
        assert_eq!(object(|check| check.secrets("groups", &[])), r#"{"groups":[]}"#);
        assert_eq!(object(|_| {}), "{}");
        let client = r#"{"provider":"somewhere","host":null,"api_url":null,"client_id":"x","client_secret":null}"#;
        assert!(serde_json::from_str::<NewClient>(client).is_ok(), "absent values are written as null");
    }

    #[test]
    fn the_buffer_has_its_size_before_anything_is_in_it() {
        let long = secret(&"\u{1}".repeat(60_000));
        let text = written(|outer| {
            outer.object("proof", |proof| proof.secret("passphrase", &long));
            outer.secrets("groups", &[long.clone(), secret("ü")]);
        });
        assert_eq!(text.capacity(), text.len(), "it was made for exactly this and did not grow: a move leaves a copy");
    }
}
