//! Providers, clients and accounts as fronts show them.

use drawbridge_domain::{
    AccountId, BaseUrl, ClientId, CredentialKind, Health, ProviderId, SecretString, SignInWay, Timestamp,
};
use serde::{Deserialize, Serialize};

/// A provider of the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Provider {
    /// Its name in the catalogue.
    pub id: ProviderId,
    /// Its name for a person.
    pub name: String,
    /// Two letters that stand for it.
    pub monogram: String,
    /// Its public installation.
    pub host: BaseUrl,
    /// Whether a person's own server can be given by address.
    pub self_hosted: bool,
    /// The ways a sign-in can come back, in order of preference.
    pub ways: Vec<SignInWay>,
    /// Whether a pasted access token connects it.
    pub token: bool,
    /// What is asked for, and what is deliberately not.
    pub scopes: Vec<Scope>,
    /// The page where a person makes an access token.
    pub token_page: Option<String>,
    /// The page where a person registers a client.
    pub client_page: Option<String>,
    /// The redirect addresses a client has to be registered with, to copy.
    pub redirects: Vec<String>,
    /// The clients that are ready to use.
    pub clients: Vec<Client>,
    /// How many accounts are connected.
    pub connected: u32,
}

/// How one scope stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeState {
    /// Asked for; not yet known whether granted.
    Asked,
    /// Granted.
    Granted,
    /// Asked for and not granted.
    Refused,
    /// Never asked for.
    NotAsked,
}

/// One scope in plain words.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Scope {
    /// The provider's own name.
    pub name: String,
    /// What it allows, as a sentence without an end.
    pub sentence: String,
    /// How it stands.
    pub state: ScopeState,
}

/// An OAuth client registration at a host. Its secret is never part of an answer.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Client {
    /// Ours.
    pub id: ClientId,
    /// Whose.
    pub provider: ProviderId,
    /// The installation it is registered at.
    pub host: BaseUrl,
    /// Where that installation's API is.
    pub api_url: BaseUrl,
    /// The `client_id` of RFC 6749 §2.2.
    pub client_id: String,
    /// Whether a secret is sealed with it.
    pub has_secret: bool,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A client to add. A second one for the same host replaces the first.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct NewClient {
    /// Whose.
    pub provider: ProviderId,
    /// The installation; the provider's public one if absent.
    pub host: Option<BaseUrl>,
    /// Where its API is, if that can't be told from the host.
    pub api_url: Option<BaseUrl>,
    /// The `client_id` the host gave.
    pub client_id: String,
    /// The `client_secret` the host gave, if any.
    #[specta(type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub client_secret: Option<SecretString>,
}

/// A connected account.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Account {
    /// Ours.
    pub id: AccountId,
    /// Whose.
    pub provider: ProviderId,
    /// The provider's name for a person.
    pub provider_name: String,
    /// The installation.
    pub host: BaseUrl,
    /// The host for a sentence: `github.com`.
    pub host_label: String,
    /// The host's stable user id.
    pub subject: String,
    /// The login name.
    pub login: String,
    /// The display name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The colour that tells it apart, 1 to 8.
    pub swatch: u8,
    /// How it is connected.
    pub kind: CredentialKind,
    /// How it fares.
    pub health: Health,
    /// What the health means, as a sentence.
    pub state: String,
    /// A second sentence: what is safe, what comes next.
    pub state_note: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How many repositories it reaches.
    pub repositories: u32,
    /// When it was first connected.
    pub connected_at: Timestamp,
    /// When a listing was last complete.
    pub synced_at: Option<Timestamp>,
    /// When its access ends, if the host said.
    pub access_ends_at: Option<Timestamp>,
    /// Whether access is renewed without the person.
    pub renews_itself: bool,
    /// The host's page where the person can withdraw the access by hand.
    pub revoke_page: Option<String>,
}

/// What a disconnect ended, and what it could not.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct DisconnectReceipt {
    /// Which account it was.
    pub login: String,
    /// At which host.
    pub host_label: String,
    /// Whether the host confirmed that the access has ended.
    pub revoked: bool,
    /// What was done, or why it could not be, as a sentence.
    pub sentence: String,
    /// The page where the rest can be done by hand, if something is left.
    pub page: Option<String>,
    /// How many repositories left the list.
    pub repositories: u32,
}
