//! Key material: the root key, the wrapping keys, and the derivations between them.
//!
//! Every type here wipes itself, has no `Debug` and no `Serialize`. Not here: files.

use crate::Error;
use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use drawbridge_domain::{Random, SecretString};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a key.
pub(crate) const KEY: usize = 32;
const NONCE: usize = 12;

/// What Argon2id costs (RFC 9106 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// The least that is ever made or accepted. A header that asks for less was tampered with.
pub const ARGON2_FLOOR: Argon2Cost = Argon2Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
/// The most that is accepted, so that a forged header can't take all memory.
const CEILING: Argon2Cost = Argon2Cost { memory_kib: 2 * 1024 * 1024, passes: 64, lanes: 16 };

impl Default for Argon2Cost {
    fn default() -> Self {
        ARGON2_FLOOR
    }
}

impl Argon2Cost {
    /// Whether this lies between the floor and what can be paid.
    pub(crate) fn acceptable(self) -> bool {
        self.memory_kib >= ARGON2_FLOOR.memory_kib
            && self.passes >= ARGON2_FLOOR.passes
            && self.lanes >= 1
            && self.memory_kib <= CEILING.memory_kib
            && self.passes <= CEILING.passes
            && self.lanes <= CEILING.lanes
    }
}

/// Random bytes of a fixed length.
pub(crate) fn random_bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// The key that all others come from.
pub(crate) struct RootKey(Zeroizing<[u8; KEY]>);

/// A key that wraps the root key in one slot.
pub(crate) struct WrappingKey(Zeroizing<[u8; KEY]>);

/// A key for one purpose.
pub(crate) struct PurposeKey(pub(crate) Zeroizing<[u8; KEY]>);

impl RootKey {
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random_bytes(random)))
    }

    pub(crate) fn database_key(&self, vault_id: &[u8; 16]) -> Result<PurposeKey, Error> {
        self.purpose(vault_id, b"drawbridge/1/database")
    }

    pub(crate) fn seal_key(&self, vault_id: &[u8; 16]) -> Result<PurposeKey, Error> {
        self.purpose(vault_id, b"drawbridge/1/seal")
    }

    pub(crate) fn header_key(&self, vault_id: &[u8; 16]) -> Result<PurposeKey, Error> {
        self.purpose(vault_id, b"drawbridge/1/header")
    }

    /// HKDF (RFC 5869) with the vault's id as salt and the purpose as info.
    fn purpose(&self, vault_id: &[u8; 16], info: &[u8]) -> Result<PurposeKey, Error> {
        let mut key = Zeroizing::new([0; KEY]);
        Hkdf::<Sha256>::new(Some(vault_id), self.0.as_slice())
            .expand(info, key.as_mut_slice())
            .map_err(|_| Error::Derive)?;
        Ok(PurposeKey(key))
    }
}

impl WrappingKey {
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random_bytes(random)))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let key: [u8; KEY] = bytes.try_into().map_err(|_| Error::Damaged { what: "the keychain entry" })?;
        Ok(Self(Zeroizing::new(key)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Wraps the root key: nonce, then ciphertext and tag.
    pub(crate) fn wrap(&self, root: &RootKey, bound: &[u8], random: &dyn Random) -> Result<Vec<u8>, Error> {
        encrypt(&self.0, root.0.as_slice(), bound, random)
    }

    /// The root key again, if this key wrapped it with the same bound data.
    pub(crate) fn unwrap(&self, wrapped: &[u8], bound: &[u8]) -> Option<RootKey> {
        let mut plain = decrypt(&self.0, wrapped, bound)?;
        let key: Option<[u8; KEY]> = plain.as_slice().try_into().ok();
        plain.zeroize();
        key.map(|key| RootKey(Zeroizing::new(key)))
    }
}

/// Argon2id (RFC 9106) over a passphrase.
pub(crate) fn from_passphrase(
    passphrase: &SecretString,
    salt: &[u8; 16],
    cost: Argon2Cost,
) -> Result<WrappingKey, Error> {
    let params = argon2::Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY)).map_err(|_| Error::Derive)?;
    let mut key = Zeroizing::new([0; KEY]);
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(passphrase.expose().as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| Error::Derive)?;
    Ok(WrappingKey(key))
}

/// AES-256-GCM: nonce ‖ ciphertext ‖ tag. Nonces are random; a key seals far fewer than 2³² values.
pub(crate) fn encrypt(key: &[u8; KEY], plain: &[u8], bound: &[u8], random: &dyn Random) -> Result<Vec<u8>, Error> {
    let nonce = random_bytes::<NONCE>(random);
    let sealed = Aes256Gcm::new(key.into())
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: bound })
        .map_err(|_| Error::Derive)?;
    let mut whole = nonce.to_vec();
    whole.extend_from_slice(&sealed);
    Ok(whole)
}

/// The plaintext, if key, bytes and bound data are the ones of [`encrypt`].
pub(crate) fn decrypt(key: &[u8; KEY], whole: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = whole.split_first_chunk::<NONCE>()?;
    Aes256Gcm::new(key.into()).decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: bound }).ok()
}
