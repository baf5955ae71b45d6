//! Identifiers as types of their own, so that an account id can't be handed in where a sign-in id
//! is meant. Parsed at the edge; inside, an id is always well formed.
//!
//! Not here: what the ids point at.

use crate::Random;
use serde::{Deserialize, Serialize};

/// Text that is not an id: wrong length or wrong characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct IdError;

/// Lower-case letters and digits without the ones that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
const LENGTH: usize = 16;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type,
            utoipa::ToSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[specta(type = String)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// A new id of 80 random bits.
            pub fn random(random: &dyn Random) -> Self {
                let mut bytes = [0_u8; LENGTH];
                random.fill(&mut bytes);
                Self(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                let fits = text.len() == LENGTH && text.bytes().all(|b| ALPHABET.contains(&b));
                if fits { Ok(Self(text)) } else { Err(IdError) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse().map(Self).map_err(|_| IdError)
            }
        }
    };
}

text_id!(
    /// One account in this vault. Ours, not the host's: the host's stable user id is
    /// [`crate::Identity::subject`].
    AccountId
);
text_id!(
    /// One OAuth client registration in this vault. Not the `client_id` of RFC 6749 §2.2.
    ClientId
);
text_id!(
    /// One credential that was typed in by hand.
    CredentialId
);
text_id!(
    /// One sign-in: one attempt to connect.
    SignInId
);
text_id!(
    /// One making of copies of repositories.
    CloneId
);
text_id!(
    /// One installation of a provider, known to this vault.
    HostId
);
text_id!(
    /// One list of repositories that the person keeps under a name.
    ViewId
);
number_id!(
    /// One repository in this vault. 32 bits: a person's inventory stays far below four thousand million.
    RepositoryId
);
number_id!(
    /// One source: a repository, or a part of it, in which is looked for something.
    SourceId
);
number_id!(
    /// Something that was found in a source.
    FoundId
);
number_id!(
    /// One recorded sync run.
    RunId
);

/// A provider's name in the catalogue, such as the folder name of its definition.
/// 1 to 40 characters of `a-z`, `0-9` and `-`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[specta(type = String)]
#[schema(value_type = String)]
pub struct ProviderId(String);

impl ProviderId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProviderId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        let fits = (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text)) } else { Err(IdError) }
    }
}

impl std::str::FromStr for ProviderId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::try_from(text.to_owned())
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> String {
        id.0
    }
}

impl std::fmt::Display for ProviderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    #[test]
    fn an_id_survives_text_and_rejects_what_is_not_one() {
        let id = AccountId::random(&SystemRandom);
        assert_eq!(id.to_string().parse(), Ok(id), "an id reads back from its own text");
        for bad in ["", "short", "UPPERCASEUPPERCA", "aaaaaaaaaaaaaaa/", "aaaaaaaaaaaaaaaaa"] {
            assert_eq!(bad.parse::<AccountId>(), Err(IdError), "{bad:?} is not an id");
        }
        for bad in ["", "Upper", "a b", "../x"] {
            assert_eq!(bad.parse::<ProviderId>(), Err(IdError), "{bad:?} names no provider");
        }
    }
}
