//! Credentials that a person types in beside what a sign-in brings: their kinds, and what may be
//! shown of each.
//!
//! Not here: the secret parts, which only the store holds, sealed; and the forms they are typed into.

use crate::WebUrl;
use serde::{Deserialize, Serialize};

/// What kind of credential was typed in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TypedKind {
    /// A key pair for SSH (RFC 4252 §7).
    SshKey,
    /// HTTP headers (RFC 9110 §5) for certain hosts.
    Headers,
    /// A user name and a password (RFC 7617).
    Basic,
    /// An OAuth client that acts for itself (RFC 6749 §4.4).
    ClientCredentials,
}

impl TypedKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::SshKey, Self::Headers, Self::Basic, Self::ClientCredentials];
}

/// What may be shown of a credential that was typed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(tag = "kind", content = "facts", rename_all = "kebab-case")]
pub enum TypedFacts {
    /// Of a key pair for SSH.
    SshKey(SshKeyFacts),
    /// Of HTTP headers.
    Headers(HeadersFacts),
    /// Of a user name and a password.
    Basic(BasicFacts),
    /// Of an OAuth client that acts for itself.
    ClientCredentials(ClientFacts),
}

impl TypedFacts {
    /// Of which kind they are.
    pub fn kind(&self) -> TypedKind {
        match self {
            Self::SshKey(_) => TypedKind::SshKey,
            Self::Headers(_) => TypedKind::Headers,
            Self::Basic(_) => TypedKind::Basic,
            Self::ClientCredentials(_) => TypedKind::ClientCredentials,
        }
    }
}

/// The public half of a key pair for SSH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SshKeyFacts {
    /// `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` and so on (RFC 4253 §6.6).
    pub algorithm: String,
    /// The public key as one line of an `authorized_keys` file.
    pub public_key: String,
    /// `SHA256:` and the digest, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// The comment of the public key; may be empty.
    pub comment: String,
}

/// The names of HTTP headers whose values are secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct HeadersFacts {
    /// The names, in the order in which they were typed.
    pub names: Vec<String>,
    /// The address that tells whether they are taken.
    pub check_url: Option<WebUrl>,
}

/// What goes with a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct BasicFacts {
    /// The user name.
    pub user: String,
    /// The address that tells whether both are taken.
    pub check_url: Option<WebUrl>,
}

/// An OAuth client that acts for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ClientFacts {
    /// RFC 6749 §3.2.
    pub token_endpoint: WebUrl,
    /// RFC 6749 §2.2.
    pub client_id: String,
    /// What is asked for (RFC 6749 §3.3).
    pub scopes: Vec<String>,
    /// How the client says who it is.
    pub secret_in: SecretPlace,
}

/// Where a client's secret travels (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretPlace {
    /// In the `Authorization` header, which every server has to understand.
    #[default]
    Header,
    /// In the request's body.
    Body,
}

/// What asking the other side about a credential came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It was taken.
    Accepted,
    /// It was refused.
    Refused,
}
