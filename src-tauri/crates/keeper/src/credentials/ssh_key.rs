//! Key pairs for SSH: made, read and written by the library that knows the formats.
//!
//! A key that comes with a passphrase is stored without it: the vault seals it, and a second lock whose
//! key lies beside it would keep nobody out (adr/0012). The library wipes what it holds, but not where
//! that was moved from, so the stack is overwritten after it. Not here: signing, and agents.

use super::words;
use crate::{Answer, Problem};
use drawbridge_domain::{Random, SecretString, SshKeyFacts};
use drawbridge_vault::leaving_nothing;
use ssh_key::{
    Algorithm, Error, HashAlg, Kdf, LineEnding, PrivateKey,
    private::{Ed25519Keypair, KeypairData},
    public::KeyData,
};
use zeroize::Zeroizing;

/// Weaker RSA keys are refused by servers, too.
const RSA_LEAST: usize = 2048;
/// More rounds of key derivation than anybody has a use for: minutes of work.
const MOST_ROUNDS: u32 = 1000;
const LONGEST_COMMENT: usize = 200;

/// A new Ed25519 key pair.
pub(super) fn generate(random: &dyn Random, comment: &str) -> Answer<(SshKeyFacts, SecretString)> {
    leaving_nothing(|| made(random, comment))
}

/// Reads a private key file, opening it where it is encrypted. Takes as long as its key derivation
/// wants: not for a thread that others wait for.
pub(super) fn import(
    file: &SecretString,
    passphrase: Option<&SecretString>,
    comment: Option<&str>,
) -> Answer<(SshKeyFacts, SecretString)> {
    leaving_nothing(|| taken(file, passphrase, comment))
}

/// The public half of a key that is stored; fails if it can't be read.
pub(super) fn facts_of(stored: &SecretString) -> Answer<SshKeyFacts> {
    leaving_nothing(|| {
        let key = PrivateKey::from_openssh(stored.expose().as_bytes());
        facts(&key.map_err(|error| crate::words::internal("reading a key", &error))?)
    })
}

fn made(random: &dyn Random, comment: &str) -> Answer<(SshKeyFacts, SecretString)> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    random.fill(&mut *seed);
    let pair = KeypairData::from(Ed25519Keypair::from_seed(&seed));
    written(&PrivateKey::new(pair, comment).map_err(|error| crate::words::internal("making a key", &error))?)
}

fn taken(
    file: &SecretString,
    passphrase: Option<&SecretString>,
    comment: Option<&str>,
) -> Answer<(SshKeyFacts, SecretString)> {
    let file = Zeroizing::new(format!("{}\n", file.expose().trim()));
    let key = PrivateKey::from_openssh(file.as_bytes()).map_err(|error| unreadable(&file, &error))?;
    let mut key = if key.is_encrypted() { open(&key, passphrase)? } else { key };
    let comment = match comment {
        Some(comment) => comment.to_owned(),
        // Whoever made the file wrote what they liked.
        None => key.comment().chars().filter(|c| !c.is_control()).take(LONGEST_COMMENT).collect(),
    };
    key.set_comment(comment);
    strong_enough(&key)?;
    written(&key)
}

fn open(key: &PrivateKey, passphrase: Option<&SecretString>) -> Answer<PrivateKey> {
    let Some(passphrase) = passphrase else { return Err(words::key_has_passphrase()) };
    if matches!(key.kdf(), Kdf::Bcrypt { rounds, .. } if *rounds > MOST_ROUNDS) {
        return Err(words::key_takes_too_long(MOST_ROUNDS));
    }
    key.decrypt(passphrase.expose()).map_err(|error| match error {
        Error::AlgorithmUnknown | Error::AlgorithmUnsupported { .. } => words::key_of_another_kind(),
        // Two numbers that have to be the same are not.
        Error::Crypto => words::key_not_opened(),
        _ => words::key_unreadable(),
    })
}

fn unreadable(file: &str, error: &Error) -> Problem {
    let first = file.lines().next().unwrap_or_default();
    if first.starts_with("ssh-") || first.starts_with("ecdsa-") || first.starts_with("sk-") {
        return words::key_is_public();
    }
    if first.starts_with("PuTTY-User-Key-File") || first.ends_with("PRIVATE KEY-----") && !first.contains("OPENSSH") {
        return words::key_of_another_format();
    }
    match error {
        Error::AlgorithmUnknown | Error::AlgorithmUnsupported { .. } => words::key_of_another_kind(),
        _ => words::key_unreadable(),
    }
}

fn strong_enough(key: &PrivateKey) -> Answer<()> {
    match key.public_key().key_data() {
        KeyData::Ed25519(_) | KeyData::Ecdsa(_) => Ok(()),
        KeyData::Rsa(rsa) => {
            let modulus = rsa.n.as_positive_bytes().unwrap_or_default();
            let unused = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
            let bits = modulus.len() * 8 - unused;
            if bits < RSA_LEAST { Err(words::key_too_weak(bits, RSA_LEAST)) } else { Ok(()) }
        }
        _ => Err(words::key_of_another_kind()),
    }
}

fn written(key: &PrivateKey) -> Answer<(SshKeyFacts, SecretString)> {
    let text = key.to_openssh(LineEnding::LF).map_err(|error| crate::words::internal("writing a key", &error))?;
    Ok((facts(key)?, SecretString::new(text.as_str().to_owned())))
}

fn facts(key: &PrivateKey) -> Answer<SshKeyFacts> {
    let public = key.public_key();
    let line = public.to_openssh().map_err(|error| crate::words::internal("writing a public key", &error))?;
    // The library names RSA by its hash, too; the key itself is the same.
    let algorithm = match public.algorithm() {
        Algorithm::Rsa { .. } => "ssh-rsa".to_owned(),
        other => other.to_string(),
    };
    Ok(SshKeyFacts {
        algorithm,
        public_key: line.trim().to_owned(),
        fingerprint: public.fingerprint(HashAlg::Sha256).to_string(),
        comment: public.comment().to_owned(),
    })
}
