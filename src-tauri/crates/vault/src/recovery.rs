//! The recovery code: what it looks like, and how it is read back from a person's typing.
//!
//! Thirty-two characters in groups of four, as `7F3K-…`: 28 of 5 random bits each (140 bits, so no
//! slow derivation is needed), 4 that check the others, so that a slip of the hand is told apart
//! from a wrong code. The alphabet leaves out what looks alike (I, L, O, U). Not here: what it opens.

use crate::{Error, keys};
use drawbridge_domain::{Random, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM: usize = 28;
const CHECK: usize = 4;
/// Characters in a group.
const GROUP: usize = 4;
/// How many groups a code has.
pub const RECOVERY_GROUPS: usize = (RANDOM + CHECK) / GROUP;

/// A recovery code.
pub struct RecoveryCode(SecretString);

impl RecoveryCode {
    /// A fresh one.
    pub fn random(random: &dyn Random) -> Self {
        let numbers = Zeroizing::new(keys::random_bytes::<RANDOM>(random));
        let mut code = Zeroizing::new(String::with_capacity(RANDOM + CHECK));
        code.extend(numbers.iter().map(|number| char::from(ALPHABET[usize::from(number & 31)])));
        let check = checked(&code);
        code.push_str(&check);
        Self(SecretString::from(code.to_string()))
    }

    /// Reads what a person typed: case, spaces and hyphens do not matter, and O is 0, I and L are 1.
    /// [`Error::RecoveryTypo`] if it can't be a code at all.
    pub fn parse(typed: &SecretString) -> Result<Self, Error> {
        let mut code = Zeroizing::new(String::with_capacity(RANDOM + CHECK));
        for letter in typed.expose().chars() {
            let letter = match letter.to_ascii_uppercase() {
                ' ' | '-' | '\t' | '\u{a0}' | '\u{2010}'..='\u{2015}' => continue,
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let known = u8::try_from(letter).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !known || code.len() >= RANDOM + CHECK {
                return Err(Error::RecoveryTypo);
            }
            code.push(letter);
        }
        if code.len() != RANDOM + CHECK || checked(&code[..RANDOM]) != code[RANDOM..] {
            return Err(Error::RecoveryTypo);
        }
        Ok(Self(SecretString::from(code.to_string())))
    }

    /// The code as it is shown and printed.
    pub fn shown(&self) -> SecretString {
        let mut text = String::with_capacity(RANDOM + CHECK + RECOVERY_GROUPS);
        for at in 0..RECOVERY_GROUPS {
            if at > 0 {
                text.push('-');
            }
            text.push_str(self.group(at));
        }
        SecretString::from(text)
    }

    /// Whether a person typed this group (counted from 0) right.
    pub fn is_group(&self, at: usize, typed: &SecretString) -> bool {
        let typed =
            Zeroizing::new(typed.expose().trim().to_ascii_uppercase().replace('O', "0").replace(['I', 'L'], "1"));
        at < RECOVERY_GROUPS && SecretString::from(self.group(at).to_owned()).same_as(&typed)
    }

    fn group(&self, at: usize) -> &str {
        &self.0.expose()[at * GROUP..(at + 1) * GROUP]
    }

    /// What the slot's key is derived from.
    pub(crate) fn material(&self) -> &[u8] {
        &self.0.expose().as_bytes()[..RANDOM]
    }
}

/// The characters that check the others.
fn checked(code: &str) -> String {
    let digest = Sha256::digest(format!("drawbridge/1/recovery-check{code}").as_bytes());
    digest[..CHECK].iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::SystemRandom;

    fn typed(text: &str) -> Result<RecoveryCode, Error> {
        RecoveryCode::parse(&SecretString::from(text.to_owned()))
    }

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let code = RecoveryCode::random(&SystemRandom);
        let shown = code.shown();
        assert_eq!(shown.expose().len(), 39, "eight groups of four and seven hyphens");
        for text in [
            shown.expose().clone(),
            shown.expose().to_lowercase(),
            shown.expose().replace('-', " "),
            shown.expose().replace('-', ""),
            shown.expose().replace('0', "o").replace('1', "l"),
        ] {
            assert!(typed(&text).expect("is a code").material() == code.material(), "read from another spelling");
        }
    }

    #[test]
    fn a_slip_is_told_apart_from_a_wrong_code() {
        let shown = RecoveryCode::random(&SystemRandom).shown();
        let slips = (0..shown.expose().len()).filter(|at| {
            let mut bytes = shown.expose().clone().into_bytes();
            if bytes[*at] == b'-' {
                return false;
            }
            bytes[*at] = if bytes[*at] == b'7' { b'8' } else { b'7' };
            typed(std::str::from_utf8(&bytes).expect("ASCII")).is_ok()
        });
        assert_eq!(slips.count(), 0, "each single slip must be noticed");
        for text in ["", "7", "not a code", &shown.expose()[..38], &format!("{}7", shown.expose()), "ÄÖÜ"] {
            assert!(matches!(typed(text).map(drop), Err(Error::RecoveryTypo)), "{} characters", text.len());
        }
    }

    #[test]
    fn a_group_is_checked_alone() {
        let code = RecoveryCode::random(&SystemRandom);
        let group = |at: usize| SecretString::from(code.group(at).to_lowercase());
        assert!((0..RECOVERY_GROUPS).all(|at| code.is_group(at, &group(at))));
        assert!(!code.is_group(0, &SecretString::from("----".to_owned())) && !code.is_group(8, &group(0)));
    }
}
