//! One attempt to connect, from the click to the callback.

use super::{Account, Scope};
use crate::error::Problem;
use drawbridge_domain::{AccountId, BaseUrl, ClientId, ProviderId, SecretString, SignInId, SignInWay, Timestamp};
use serde::{Deserialize, Serialize};

/// Starts a sign-in.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct StartSignIn {
    /// Whose.
    pub provider: ProviderId,
    /// The installation; the provider's public one if absent.
    pub host: Option<BaseUrl>,
    /// Where its API is, if that can't be told from the host.
    pub api_url: Option<BaseUrl>,
    /// The client to use, if there are several.
    pub client: Option<ClientId>,
    /// How the answer comes back; the provider's first way if absent.
    pub way: Option<SignInWay>,
    /// The account whose person is to come back. Somebody else changes nothing.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Scopes to ask for beside the usual ones.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// The code that a host showed for pasting, or the whole address the browser ended on.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct PasteCode {
    /// What was pasted.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub code: SecretString,
}

/// Connects by a token that the person made at the host.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct ConnectToken {
    /// Whose.
    pub provider: ProviderId,
    /// The installation; the provider's public one if absent.
    pub host: Option<BaseUrl>,
    /// Where its API is, if that can't be told from the host.
    pub api_url: Option<BaseUrl>,
    /// The token.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub token: SecretString,
    /// The user name or e-mail address that goes with it, where the provider wants one.
    #[serde(default)]
    pub user: Option<String>,
}

/// Where a sign-in stands. The first three are alive, the rest are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// Waiting for the person to approve in the browser.
    Waiting,
    /// The answer came; exchanging it.
    Exchanging,
    /// Asking the host who signed in and what was granted.
    Checking,
    /// Connected.
    Connected,
    /// It went wrong; see `problem`.
    Failed,
    /// Nothing came back in time.
    Expired,
    /// The person cancelled it.
    Cancelled,
}

/// An address as a QR code (ISO/IEC 18004), without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct QrCode {
    /// Its rows from the top, each as long as there are rows: `#` is dark, `.` is light.
    pub rows: Vec<String>,
    /// Whether the code is filled in there, so that nothing has to be typed.
    pub fills_code: bool,
}

/// One sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct SignIn {
    /// Ours.
    pub id: SignInId,
    /// Whose.
    pub provider: ProviderId,
    /// The installation.
    pub host: BaseUrl,
    /// The host for a sentence.
    pub host_label: String,
    /// How the answer comes back.
    pub way: SignInWay,
    /// Where it stands.
    pub state: SignInState,
    /// The page to open in the browser. Holds no secret of ours but the single-use `state`.
    pub url: String,
    /// For a device code: what to type there.
    pub user_code: Option<String>,
    /// For a device code: the page to scan with another device, with the code filled in where the host
    /// has such a page.
    pub qr: Option<QrCode>,
    /// What is different from usual about its way back, as sentences.
    pub note: Option<String>,
    /// For a loopback return: where it listens, such as `127.0.0.1:49152`.
    pub listens_at: Option<String>,
    /// What is asked for.
    pub scopes: Vec<Scope>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ends if nobody answers.
    pub ends_at: Timestamp,
    /// The account, once connected.
    pub account: Option<Account>,
    /// What went wrong, once failed.
    pub problem: Option<Problem>,
}
