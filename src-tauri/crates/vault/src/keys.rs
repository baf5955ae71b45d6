//! Key material: the root key, the wrapping keys, and the derivations between them.
//!
//! Every type here wipes itself, has no `Debug` and no `Serialize`. Not here: files.

use crate::{
    Error,
    memory::{LockedKey, leaving_nothing},
};
use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use drawbridge_domain::{Clock, Random, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::time::Duration;
use zeroize::Zeroize as _;

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

/// How long a derivation may take at most when its cost is chosen; the rest of the second that
/// unlocking may take is for everything else.
const TARGET_MOST: Duration = Duration::from_millis(800);

impl Argon2Cost {
    /// A cost that takes about `target` on this machine: never under the floor or under `least`,
    /// whichever is more. Takes one derivation at the floor.
    pub fn tuned(target: Duration, least: Option<Self>, clock: &dyn Clock) -> Self {
        let least = least.unwrap_or(ARGON2_FLOOR);
        let least = Self {
            memory_kib: least.memory_kib.max(ARGON2_FLOOR.memory_kib),
            passes: least.passes.max(ARGON2_FLOOR.passes),
            lanes: least.lanes.max(1),
        };
        if target.is_zero() {
            return least;
        }
        let start = clock.now();
        if argon2id(b"how long does it take", &[0; 16], ARGON2_FLOOR).is_err() {
            return least;
        }
        let one_pass = (clock.now().since(start) / ARGON2_FLOOR.passes).max(Duration::from_millis(1));
        let wanted = (target.min(TARGET_MOST).as_millis() / one_pass.as_millis().max(1)).try_into().unwrap_or(u32::MAX);
        Self { passes: least.passes.max(wanted).min(CEILING.passes), ..least }
    }

    /// Derives a key and drops it: for the benchmark that says what it takes.
    #[doc(hidden)]
    pub fn derive_for_comparison(self, passphrase: &SecretString) {
        let _ = argon2id(passphrase.expose().as_bytes(), &[0; 16], self);
    }

    /// The most of both in every part.
    #[must_use]
    pub fn dearer(self, other: Self) -> Self {
        Self {
            memory_kib: self.memory_kib.max(other.memory_kib),
            passes: self.passes.max(other.passes),
            lanes: self.lanes,
        }
    }

    /// The one under which guessing is cheaper.
    #[must_use]
    pub fn weaker(self, other: Self) -> Self {
        let price = |cost: Self| u64::from(cost.memory_kib) * u64::from(cost.passes);
        if price(other) < price(self) { other } else { self }
    }

    /// Whether guessing under this cost is in every part at least as dear as under the other.
    pub fn at_least(self, other: Self) -> bool {
        self.memory_kib >= other.memory_kib && self.passes >= other.passes
    }
}

/// The key that all others come from.
pub(crate) struct RootKey(LockedKey);

/// A key that wraps the root key in one slot.
pub(crate) struct WrappingKey(LockedKey);

/// A key for one purpose.
pub(crate) struct PurposeKey(pub(crate) LockedKey);

impl RootKey {
    pub(crate) fn random(random: &dyn Random) -> Result<Self, Error> {
        let mut key = LockedKey::zeroed()?;
        random.fill(key.as_mut_slice());
        Ok(Self(key))
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

    pub(crate) fn backup_key(&self, vault_id: &[u8; 16]) -> Result<PurposeKey, Error> {
        self.purpose(vault_id, b"drawbridge/1/backup")
    }

    /// HKDF (RFC 5869) with the vault's id as salt and the purpose as info.
    fn purpose(&self, vault_id: &[u8; 16], info: &[u8]) -> Result<PurposeKey, Error> {
        Ok(PurposeKey(derived(vault_id, &[self.0.as_slice()], info)?))
    }
}

impl PurposeKey {
    pub(crate) fn again(&self) -> Result<Self, Error> {
        Ok(Self(self.0.again()?))
    }
}

/// HKDF-SHA-256 (RFC 5869) over key material in parts.
fn derived(salt: &[u8], material: &[&[u8]], info: &[u8]) -> Result<LockedKey, Error> {
    leaving_nothing(|| {
        let mut extract = hkdf::HkdfExtract::<Sha256>::new(Some(salt));
        for part in material {
            extract.input_ikm(part);
        }
        let (mut extracted, expand) = extract.finalize();
        extracted.as_mut_slice().zeroize();
        let mut key = LockedKey::zeroed()?;
        expand.expand(info, key.as_mut_slice()).map_err(|_| Error::Derive)?;
        Ok(key)
    })
}

impl WrappingKey {
    pub(crate) fn random(random: &dyn Random) -> Result<Self, Error> {
        let mut key = LockedKey::zeroed()?;
        random.fill(key.as_mut_slice());
        Ok(Self(key))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let key: &[u8; KEY] = bytes.try_into().map_err(|_| Error::Damaged { what: "the keychain entry" })?;
        Ok(Self(LockedKey::copy(key)?))
    }

    /// Argon2id (RFC 9106) over a passphrase.
    pub(crate) fn from_passphrase(passphrase: &SecretString, salt: &[u8; 16], cost: Argon2Cost) -> Result<Self, Error> {
        Ok(Self(argon2id(passphrase.expose().as_bytes(), salt, cost)?))
    }

    /// From a recovery code's bits; they are random, so a slow derivation would add nothing.
    pub(crate) fn from_recovery(bits: &[u8], salt: &[u8; 16]) -> Result<Self, Error> {
        Ok(Self(derived(salt, &[bits], b"drawbridge/1/recovery")?))
    }

    /// From two keys of which neither is enough.
    pub(crate) fn from_both(first: &Self, second: &Self, salt: &[u8; 16]) -> Result<Self, Error> {
        Ok(Self(derived(salt, &[first.0.as_slice(), second.0.as_slice()], b"drawbridge/1/both")?))
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
        let key = plain.as_slice().try_into().ok().and_then(|key| LockedKey::copy(key).ok());
        plain.zeroize();
        key.map(RootKey)
    }
}

fn argon2id(secret: &[u8], salt: &[u8; 16], cost: Argon2Cost) -> Result<LockedKey, Error> {
    let params = argon2::Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY)).map_err(|_| Error::Derive)?;
    let mut key = LockedKey::zeroed()?;
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    leaving_nothing(|| argon2.hash_password_into(secret, salt, key.as_mut_slice())).map_err(|_| Error::Derive)?;
    Ok(key)
}

/// AES-256-GCM: nonce ‖ ciphertext ‖ tag. Nonces are random; a key seals far fewer than 2³² values.
pub(crate) fn encrypt(key: &[u8; KEY], plain: &[u8], bound: &[u8], random: &dyn Random) -> Result<Vec<u8>, Error> {
    let nonce = random_bytes::<NONCE>(random);
    let payload = Payload { msg: plain, aad: bound };
    let sealed = leaving_nothing(|| Aes256Gcm::new(key.into()).encrypt(&Nonce::from(nonce), payload))
        .map_err(|_| Error::Derive)?;
    let mut whole = nonce.to_vec();
    whole.extend_from_slice(&sealed);
    Ok(whole)
}

/// The plaintext, if key, bytes and bound data are the ones of [`encrypt`].
pub(crate) fn decrypt(key: &[u8; KEY], whole: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = whole.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: bound };
    leaving_nothing(|| Aes256Gcm::new(key.into()).decrypt(&Nonce::from(*nonce), payload)).ok()
}
