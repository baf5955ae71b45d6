//! What a person is to be told, also when they look elsewhere.

use drawbridge_domain::{AccountId, ClientId, CredentialId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Only a new sign-in mends it.
    SignIn,
    /// The host says that access is somebody else's than the account's.
    OtherPerson,
    /// A client is missing or is not accepted; every account that lives by it waits.
    Client,
    /// A listing would have removed too much.
    HeldBack,
    /// Something ends in 14, 3 or 1 days, or has ended.
    End,
}

/// One cause that needs the person. There while the cause is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Notice {
    /// The cause: the same until it is gone.
    pub id: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// Who or what, for a person.
    pub title: String,
    /// What happened or will, and the next step, as sentences.
    pub sentence: String,
    /// The account to look at, if it is one's; the first of those that share the cause.
    pub account: Option<AccountId>,
    /// The credential that was typed in, if it is about one.
    pub credential: Option<CredentialId>,
    /// The client, if it is about the secret of one.
    pub client: Option<ClientId>,
    /// Since when the cause is there; of an end, when it is.
    pub at: Timestamp,
    /// Whether the person was told. An end is told again at the next mark before it.
    pub told: bool,
}

/// Says that the person was told of a notice.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct NoticeTold {
    /// Which.
    pub id: String,
}
