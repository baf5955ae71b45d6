//! Seals single values: AES-256-GCM with associated data that binds a value to its one place.
//!
//! Moving a sealed value to another row, field, table or vault makes it unreadable, so a list
//! query never needs to decrypt a secret and a swapped secret is never taken for another. Not here: SQL.

use crate::keys::{self, PurposeKey};
use drawbridge_domain::{Random, SecretString};
use zeroize::Zeroize as _;

/// Bumped when the meaning of sealed content changes.
const SCHEMA: u32 = 1;
/// The one place a sealed value belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The row's key as text.
    pub row: &'a str,
    /// The column.
    pub field: &'a str,
}

/// Seals and unseals values of one open vault.
pub struct Sealer {
    key: PurposeKey,
    vault_id: [u8; 16],
    key_version: u32,
}

impl Sealer {
    pub(crate) fn new(key: PurposeKey, vault_id: [u8; 16], key_version: u32) -> Self {
        Self { key, vault_id, key_version }
    }

    /// How often the vault's keys were renewed, and once more; part of what values are bound to.
    pub fn key_version(&self) -> u32 {
        self.key_version
    }

    /// Seals a secret for its place.
    pub fn seal(&self, place: Place<'_>, secret: &SecretString, random: &dyn Random) -> Result<Vec<u8>, crate::Error> {
        keys::encrypt(&self.key.0, secret.expose().as_bytes(), &self.bound(place), random)
    }

    /// The secret again; `None` if the bytes do not belong to this place or were changed.
    pub fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Option<SecretString> {
        let plain = keys::decrypt(&self.key.0, sealed, &self.bound(place))?;
        String::from_utf8(plain).map(SecretString::new).map_err(|error| error.into_bytes().zeroize()).ok()
    }

    /// Vault, place, schema and key version; each part with its length in front, so that no two
    /// places share their bytes.
    fn bound(&self, place: Place<'_>) -> Vec<u8> {
        let mut bound = self.vault_id.to_vec();
        for part in [place.table, place.row, place.field] {
            bound.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bound.extend_from_slice(part.as_bytes());
        }
        bound.extend_from_slice(&SCHEMA.to_be_bytes());
        bound.extend_from_slice(&self.key_version.to_be_bytes());
        bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::RootKey;
    use drawbridge_domain::SystemRandom;

    const HERE: Place<'_> = Place { table: "credential", row: "7", field: "access" };

    fn sealer(vault_id: [u8; 16]) -> Sealer {
        let root = RootKey::random(&SystemRandom).expect("memory");
        Sealer::new(root.seal_key(&vault_id).expect("derives"), vault_id, 1)
    }

    #[test]
    fn a_sealed_value_opens_only_at_its_own_place() {
        let sealer = sealer([1; 16]);
        let secret = SecretString::from("canary".to_owned());
        let sealed = sealer.seal(HERE, &secret, &SystemRandom).expect("seals");
        assert!(sealer.unseal(HERE, &sealed).is_some_and(|plain| plain.same_as("canary")));
        for other in [
            Place { table: "client", ..HERE },
            Place { row: "8", ..HERE },
            Place { field: "refresh", ..HERE },
            Place { table: "credential7", row: "", field: "access" },
        ] {
            assert!(sealer.unseal(other, &sealed).is_none(), "{other:?} must not open a value of {HERE:?}");
        }
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_vault_and_under_its_keys() {
        let root = RootKey::random(&SystemRandom).expect("memory");
        let of =
            |vault_id: [u8; 16], version| Sealer::new(root.seal_key(&[1; 16]).expect("derives"), vault_id, version);
        let sealed = of([1; 16], 1).seal(HERE, &SecretString::from("canary".to_owned()), &SystemRandom).expect("seals");
        assert!(of([1; 16], 1).unseal(HERE, &sealed).is_some());
        assert!(of([2; 16], 1).unseal(HERE, &sealed).is_none(), "another vault, even with the same key");
        assert!(of([1; 16], 2).unseal(HERE, &sealed).is_none(), "another key version");
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let sealer = sealer([1; 16]);
        let sealed = sealer.seal(HERE, &SecretString::from("canary".to_owned()), &SystemRandom).expect("seals");
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(sealer.unseal(HERE, &flipped).is_none(), "byte {at} flipped");
            assert!(sealer.unseal(HERE, &sealed[..at]).is_none(), "cut at {at}");
        }
    }
}
