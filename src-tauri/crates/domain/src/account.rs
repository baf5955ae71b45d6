//! Facts about an account: who it is at its host, how it is connected, how it fares.
//!
//! Not here: the credential itself and anything stored.

use serde::{Deserialize, Serialize};

/// Who an account is at its host, as the host tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The host's stable user id. Never the login name: logins change and are given to others.
    pub subject: String,
    /// The login name of today.
    pub login: String,
    /// The display name, if the person gave one.
    pub name: Option<String>,
    /// The public e-mail address, if any.
    pub email: Option<String>,
}

/// What kind of credential an account is connected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// Issued to an OAuth client after a sign-in.
    Oauth,
    /// A token the person made at the host and pasted.
    Token,
    /// A user name and a password or token that goes with it.
    Basic,
}

/// Where an OAuth client registration comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientOrigin {
    /// The person registered it and typed it in.
    Own,
    /// It came from a settings file or the environment.
    Imported,
    /// Drawbridge registered it at the host (RFC 7591).
    Registered,
}

/// How a sign-in comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignInWay {
    /// The browser opens a link with our own scheme (RFC 8252 §7.1).
    DeepLink,
    /// The browser is sent to a port of this computer (RFC 8252 §7.3).
    Loopback,
    /// The person types a code on any device (RFC 8628).
    Device,
    /// The host shows a code, and the person pastes it here.
    Paste,
}

/// How a connection fares: what the health light shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It worked the last time it was used.
    Working,
    /// It works, but gave less than asked or ends soon.
    Soon,
    /// Only the person can mend it: sign in again.
    NeedsYou,
    /// The host could not be reached or is limiting; tried again by itself.
    TryingAgain,
}
