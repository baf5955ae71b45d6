//! The words of Drawbridge as types: ids, secrets, addresses, times, and the facts about
//! accounts and repositories that every room shares.
//!
//! Not here: any input or output, any reading of the clock or of randomness (both are passed in
//! as [`Clock`] and [`Random`]), and any sentence for a person (those are the keeper's).

mod account;
mod address;
mod host_pattern;
mod ids;
mod oauth_client;
mod repository;
mod secret;
mod time_source;
mod typed;

pub use account::{ClientOrigin, CredentialKind, Health, Identity, SignInWay};
pub use address::{AddressError, BaseUrl, SafeUrl, WebUrl};
pub use host_pattern::{HostPattern, PatternError};
pub use ids::{
    AccountId, ClientId, CloneId, CredentialId, FoundId, HostId, IdError, ProviderId, RepositoryId, RunId, SignInId,
    SourceId, ViewId,
};
pub use oauth_client::{MAX_CLIENT_IDENTIFIER, MAX_CLIENT_SECRET, is_client_identifier, is_client_secret};
pub use repository::{ForgeRepository, Permission, Visibility};
pub use secret::{Secret, SecretBytes, SecretString};
pub use time_source::{Clock, Random, SystemClock, SystemRandom, Timestamp, fraction};
pub use typed::{BasicFacts, CheckOutcome, ClientFacts, HeadersFacts, SecretPlace, SshKeyFacts, TypedFacts, TypedKind};
