//! Providers, clients and accounts as fronts show them.

use crate::error::Problem;
use drawbridge_domain::{
    AccountId, BaseUrl, ClientId, ClientOrigin, CredentialId, CredentialKind, Health, ProviderId, SecretString,
    SignInWay, Timestamp,
};
use serde::{Deserialize, Serialize};

/// Asks what kind of server stands at an address.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RecogniseServer {
    /// The address, as a person types it.
    pub host: BaseUrl,
}

/// What kind of server stands at an address.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Recognised {
    /// The address as it is used.
    pub host: BaseUrl,
    /// The kind of server.
    pub provider: ProviderId,
    /// The same for a person.
    pub sentence: String,
}

/// A provider of the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Provider {
    /// Its name in the catalogue.
    pub id: ProviderId,
    /// Its name for a person.
    pub name: String,
    /// Two letters that stand for it.
    pub monogram: String,
    /// Where it stands in the picker: `code`, `work`, `chat`, `cloud`, `files`, `business`, `social`,
    /// `identity` or `any`.
    pub category: String,
    /// Whether it is a file of the person's own.
    pub own: bool,
    /// Whether its repositories are listed.
    pub lists: bool,
    /// Its public installation; none where every installation is somebody's own.
    pub host: Option<BaseUrl>,
    /// The address with parts that only the person knows: `https://{org}.example.com`.
    pub template: Option<String>,
    /// Those parts.
    pub parts: Vec<ProviderPart>,
    /// Whether a person's own server can be given by address.
    pub self_hosted: bool,
    /// The ways a sign-in can come back, in order of preference.
    pub ways: Vec<SignInWay>,
    /// Whether a pasted access token connects it.
    pub token: bool,
    /// Whether a user name goes with such a token.
    pub token_with_user: bool,
    /// What to look for when making one.
    pub token_hint: Option<String>,
    /// Whether a client has to have a secret.
    pub needs_secret: bool,
    /// What to know before connecting, a sentence each.
    pub notes: Vec<String>,
    /// Facts of its definition that could not be verified, by field.
    pub unverified: Vec<String>,
    /// What is asked for, and what is deliberately not.
    pub scopes: Vec<Scope>,
    /// The page where a person makes an access token.
    pub token_page: Option<String>,
    /// The page where a person registers a client.
    pub client_page: Option<String>,
    /// Whether Drawbridge may be able to register itself there; only the host itself knows.
    pub may_register: bool,
    /// The clients that are ready to use.
    pub clients: Vec<Client>,
    /// How many accounts are connected, at whichever of its hosts.
    pub connected: u32,
    /// The host of each of them.
    pub connected_at: Vec<BaseUrl>,
}

/// A part of an address that only the person knows.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ProviderPart {
    /// Its name in the template.
    pub name: String,
    /// What it is called for a person.
    pub label: String,
    /// Where to find it.
    pub hint: String,
    /// What is taken if nothing is given.
    pub default: Option<String>,
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

/// Something that does not work because a scope is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct FeatureOff {
    /// What does not work, as a sentence without an end.
    pub sentence: String,
    /// The scope it would need, by the provider's own name.
    pub scope: String,
    /// Why that is missing, as a sentence without an end.
    pub why: String,
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
    /// What the person calls it; may be empty.
    pub name: String,
    /// Where it comes from.
    pub origin: ClientOrigin,
    /// Whether it is taken where none is named.
    pub preferred: bool,
    /// When it was added.
    pub added_at: Timestamp,
    /// When its secret ends (RFC 7591 §3.2.1); nothing for never, or if the host did not say.
    pub secret_ends_at: Option<Timestamp>,
}

/// Has Drawbridge register itself at a host (RFC 7591).
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RegisterClient {
    /// Whose.
    pub provider: ProviderId,
    /// The installation; the provider's public one if absent.
    pub host: Option<BaseUrl>,
    /// Where its API is, if that can't be told from the host.
    #[serde(default)]
    pub api_url: Option<BaseUrl>,
}

/// What came of a registration.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RegisteredClient {
    /// The client, ready to use.
    pub client: Client,
    /// What was done and what to know about it, as sentences.
    pub sentence: String,
}

/// What came of removing a client. It is gone here in any case.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RemovedClient {
    /// Whether a registration by Drawbridge may be left at the host.
    pub left_at_host: bool,
    /// What was done, as a sentence.
    pub sentence: String,
}

/// A client to add, in place of one with the same `client_id` at the same host.
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
    /// What to call it.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether it is taken where none is named; the first of a host always is.
    #[serde(default)]
    pub preferred: bool,
    /// Whether it is registered with the redirect addresses of this installation alone, as
    /// `client_redirects` gives them, and not with those that all share.
    #[serde(default)]
    pub own_redirects: bool,
}

/// Which installation's redirect addresses.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RedirectsOf {
    /// Whose.
    pub provider: ProviderId,
    /// The installation; the provider's public one if absent.
    pub host: Option<BaseUrl>,
}

/// Clients of a settings file or of the environment.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ImportClients {
    /// At most a hundred.
    pub clients: Vec<NewClient>,
}

/// What became of one client of an import.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ImportedClient {
    /// Whose.
    pub provider: ProviderId,
    /// The `client_id` of RFC 6749 §2.2.
    pub client_id: String,
    /// The client, if it was added.
    pub client: Option<Client>,
    /// Why it was passed over, as a sentence; empty if it was added.
    pub why: String,
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
    /// What the person calls it; nothing if never named.
    pub label: Option<String>,
    /// Whether its repositories are listed.
    pub lists: bool,
    /// Whether its host can be searched for repositories.
    pub searches: bool,
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
    /// That this computer's clock and the host's differ by more than five minutes, as a sentence.
    pub clock_note: Option<String>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What does not work because a scope is known to be missing.
    pub off: Vec<FeatureOff>,
    /// When it is tried again by itself, if something went wrong or its host asks to wait.
    pub next_try_at: Option<Timestamp>,
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
    /// Whether Drawbridge can end the access at the host, as far as is known; else only the person can.
    pub revocable: bool,
}

/// An account that was just connected.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Connected {
    /// As it is now.
    #[serde(flatten)]
    pub account: Account,
    /// The access that it took the place of and that works on at its host, if there is any.
    pub replaced: Option<Unended>,
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
    /// Whether the access is ended there as soon as the host can be reached.
    pub queued: bool,
    /// The page where the rest can be done by hand, if something is left.
    pub page: Option<String>,
    /// How many repositories left the list.
    pub repositories: u32,
}

/// All accounts on their way out, as when a computer is lost.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct DisconnectAll {
    /// Each of them, in the order they were connected.
    pub rows: Vec<Disconnecting>,
    /// Whether nothing more will happen.
    pub over: bool,
}

/// One of them. Neither receipt nor problem: it has not been its turn yet.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Disconnecting {
    /// Which account it is, or was.
    pub account: AccountId,
    /// Its login name.
    pub login: String,
    /// The host for a sentence.
    pub host_label: String,
    /// What was ended, once that is known.
    pub receipt: Option<DisconnectReceipt>,
    /// Why it is still here, if it could not be disconnected.
    pub problem: Option<Problem>,
}

/// Access that was removed here and has not ended at its host yet, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Unended {
    /// Ours.
    pub id: String,
    /// Of which provider.
    pub provider: ProviderId,
    /// At which host.
    pub host: BaseUrl,
    /// The host for a sentence.
    pub host_label: String,
    /// Whose access it was.
    pub login: String,
    /// When it was removed here.
    pub removed_at: Timestamp,
    /// When it is tried next; nothing if only the person can end it.
    pub next_try_at: Option<Timestamp>,
    /// How it stands, as a sentence.
    pub sentence: String,
    /// The page where it can be ended by hand.
    pub page: Option<String>,
}

/// Names an account.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RenameAccount {
    /// The name; empty takes it away.
    pub name: String,
}

/// One line of an account's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct AccountEvent {
    /// When.
    pub at: Timestamp,
    /// What: `signed_in`, `renewed`, `not_renewed`, `reply_lost` or `needs_sign_in`.
    pub kind: String,
    /// The same in words.
    pub sentence: String,
}

/// What ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// The access itself.
    Access,
    /// Renewing, if nobody does it before.
    Renewal,
    /// The whole sign-in, whatever is done.
    SignIn,
    /// A credential that was typed in, as the person said.
    Credential,
    /// The secret of a client that Drawbridge registered (RFC 7591 §3.2.1).
    ClientSecret,
}

/// Something that ends on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Ending {
    /// The account whose access it is, if it is one's.
    pub account: Option<AccountId>,
    /// The credential that was typed in, if it is one.
    pub credential: Option<CredentialId>,
    /// The client whose secret it is, if it is one's.
    pub client: Option<ClientId>,
    /// The account's, the credential's or the client's name for a person.
    pub login: String,
    /// The host for a sentence.
    pub host_label: String,
    /// The provider, where it is known.
    pub provider: Option<ProviderId>,
    /// What ends.
    pub kind: EndingKind,
    /// When.
    pub at: Timestamp,
    /// Whether Drawbridge sees to it by itself.
    pub by_itself: bool,
    /// Whole days until then.
    pub days_left: u32,
    /// Whether that is over.
    pub over: bool,
    /// The same in words.
    pub sentence: String,
}
