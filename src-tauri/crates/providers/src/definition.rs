//! What a provider is, as data: one TOML file each, in the catalogue or of a person's own.
//!
//! Every field says what it means and what is taken when it is left out; an unknown field is an
//! error, so that a slip is found where it was made. Not here: what the types alone can't say
//! (`check`), and anything that is done with it.

use crate::life::Life;
use drawbridge_domain::{BaseUrl, ProviderId, SignInWay};
use drawbridge_oauth::{FieldPath, ReplyPaths, loopback::Shape};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a provider is: facts, no behaviour.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Definition {
    /// Its name for a person.
    pub name: String,
    /// Two or three letters that stand for it.
    pub monogram: String,
    /// Where it stands in the picker.
    pub category: Category,
    /// The address of its public installation; none where every installation is somebody's own.
    #[serde(default)]
    pub host: Option<BaseUrl>,
    /// The address with parts that only the person knows: `https://{org}.example.com`.
    #[serde(default)]
    pub template: Option<String>,
    /// Those parts.
    #[serde(default, rename = "part")]
    pub parts: Vec<Part>,
    /// Whether a person's own server can be given by address.
    #[serde(default)]
    pub self_hosted: bool,
    /// How a server by address shows what it is.
    #[serde(default)]
    pub recognise: Option<Recognise>,
    /// The API's address, where it is not the host's: a path under the host or a whole address.
    #[serde(default)]
    pub api: Option<String>,
    /// The folder of the code that speaks its API, for providers that host repositories.
    #[serde(default)]
    pub forge: Option<String>,
    /// Where its hosts look in a repository for what they run by themselves: paths from its root, with one `*`
    /// at most, for a name in the last part.
    #[serde(default)]
    pub workflows: Vec<String>,
    /// How a sign-in goes; none where access is by token only.
    #[serde(default)]
    pub oauth: Option<OAuth>,
    /// How access is ended at the provider.
    #[serde(default)]
    pub revoke: Option<Revoke>,
    /// Who an access belongs to.
    #[serde(default)]
    pub who: Option<Who>,
    /// Tokens that a person makes at the provider and pastes.
    #[serde(default)]
    pub token: Option<Token>,
    /// What goes with an access where git asks for one.
    #[serde(default)]
    pub git: Git,
    /// Pages at the provider that a person may need.
    #[serde(default)]
    pub pages: Pages,
    /// What can be asked for.
    #[serde(default, rename = "scope")]
    pub scopes: Vec<ScopeDefinition>,
    /// How many requests at once its hosts are content with.
    #[serde(default = "four")]
    pub concurrency: usize,
    /// What a person should know before connecting, a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The day the facts were looked up, as `2026-11-22`.
    pub checked: String,
    /// Where the facts come from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Facts that could not be verified, by field: taken as hints, and what the provider says
    /// itself counts more.
    #[serde(default)]
    pub unverified: Vec<String>,
}

fn four() -> usize {
    4
}

/// Where a provider stands in the picker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Hosts of code.
    Code,
    /// Planning, tickets, documents.
    Work,
    /// Messages and meetings.
    Chat,
    /// Where programs run, and what watches them.
    Cloud,
    /// Files and pictures.
    Files,
    /// Sales, support, money.
    Business,
    /// Music, news, sport, networks of people.
    Social,
    /// Who somebody is, for many services.
    Identity,
    /// Whatever is found by its own description.
    Any,
}

/// A part of an address that only the person knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name in the template.
    pub name: String,
    /// What it is called for a person.
    pub label: String,
    /// Where to find it.
    pub hint: String,
    /// What is taken if nothing is given.
    #[serde(default)]
    pub default: Option<String>,
}

/// How a server shows what it is to somebody without access: one question, and what its answer has
/// whatever its status.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognise {
    /// What is asked: a path under the address.
    pub address: String,
    /// A header that the answer has.
    #[serde(default)]
    pub header: Option<String>,
    /// A field that the answer has, as JSON.
    #[serde(default)]
    pub field: Option<FieldPath>,
    /// What is in that field's text.
    #[serde(default)]
    pub contains: Option<String>,
    /// What is not.
    #[serde(default)]
    pub lacks: Option<String>,
}

/// How a sign-in goes (RFC 6749, RFC 7636, RFC 8252, RFC 8628).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct OAuth {
    /// Where a person's browser is sent: a path under the host or a whole address. Left out where
    /// only discovery tells.
    #[serde(default)]
    pub authorize: Option<String>,
    /// Where codes are exchanged.
    #[serde(default)]
    pub token: Option<String>,
    /// Where access is renewed, where that is not the token endpoint.
    #[serde(default)]
    pub refresh: Option<String>,
    /// Where a device code is asked for.
    #[serde(default)]
    pub device: Option<String>,
    /// Where a client registers itself (RFC 7591).
    #[serde(default)]
    pub register: Option<String>,
    /// The issuer named in answers (RFC 9207).
    #[serde(default)]
    pub issuer: Option<String>,
    /// Whether the host describes itself (RFC 8414, OpenID Connect Discovery): fills what is left out.
    #[serde(default)]
    pub discovery: bool,
    /// Whether a proof of possession of the code is sent (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
    /// The ways a client may say who it is, in the order they are preferred. `none` is for clients
    /// without a secret.
    #[serde(default = "by_body")]
    pub client_auth: Vec<ClientAuthMethod>,
    /// The ways a sign-in can come back, in the order they are preferred.
    pub ways: Vec<SignInWay>,
    /// How loopback addresses have to look.
    #[serde(default)]
    pub loopback: Shape,
    /// The redirect address at which the host shows the code for pasting, for the way `paste`.
    #[serde(default)]
    pub paste_redirect: Option<String>,
    /// What joins scopes.
    #[serde(default)]
    pub scope_separator: ScopeSeparator,
    /// The parameter that scopes are asked by.
    #[serde(default = "scope")]
    pub scope_parameter: String,
    /// How token requests are written.
    #[serde(default)]
    pub body: BodyFormat,
    /// Further parameters of the authorisation request.
    #[serde(default)]
    pub authorize_parameters: BTreeMap<String, String>,
    /// Further parameters of the exchange.
    #[serde(default)]
    pub exchange_parameters: BTreeMap<String, String>,
    /// Further parameters of a renewal.
    #[serde(default)]
    pub refresh_parameters: BTreeMap<String, String>,
    /// Further headers of requests to the token endpoint.
    #[serde(default)]
    pub token_headers: BTreeMap<String, String>,
    /// Parameters of the return that are kept with the account.
    #[serde(default)]
    pub redirect_keeps: Vec<String>,
    /// How replies of the token endpoint differ from RFC 6749 §5.1.
    #[serde(default)]
    pub reply: ReplyPaths,
    /// How long things live, and what renewing does.
    #[serde(default)]
    pub life: Life,
}

fn by_body() -> Vec<ClientAuthMethod> {
    vec![ClientAuthMethod::Body]
}

fn scope() -> String {
    "scope".to_owned()
}

/// Whether PKCE is sent. Always with S256: `plain` proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// Sent; the host checks it or ignores it.
    #[default]
    Sent,
    /// Sent, and the host insists on it.
    Required,
    /// Left out: the host refuses requests with it.
    Refused,
}

/// How a client says who it is at the token endpoint (RFC 6749 §2.3.1, OpenID Connect Core §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// By its id alone.
    None,
    /// Id and secret in the body.
    Body,
    /// Id and secret in the `Authorization` header.
    Basic,
}

/// What joins scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeSeparator {
    /// RFC 6749 §3.3.
    #[default]
    Space,
    /// As some hosts want it.
    Comma,
}

/// How requests to the token endpoint are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// RFC 6749 §4.1.3.
    #[default]
    Form,
    /// One JSON object of the same fields.
    Json,
}

/// How access is ended at the provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Revoke {
    /// Where: a path under the host or a whole address. `{client_id}` and kept fields are filled in.
    pub address: String,
    /// The method.
    #[serde(default)]
    pub method: Method,
    /// How the token travels.
    #[serde(default)]
    pub form: RevokeForm,
    /// Which token is sent; the other one if there is only that.
    #[serde(default)]
    pub token: WhichToken,
    /// What ends by it.
    #[serde(default)]
    pub ends: Ends,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// Methods of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// RFC 9110 §9.3.1.
    Get,
    /// RFC 9110 §9.3.3.
    #[default]
    Post,
    /// RFC 9110 §9.3.5.
    Delete,
}

/// How the token to be ended travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeForm {
    /// `token`, written and with the client authenticated as at the token endpoint (RFC 7009 §2.1).
    #[default]
    Rfc7009,
    /// As a bearer token: what is sent is what ends.
    Bearer,
    /// `{"access_token": …}` with the client's id and secret as user name and password.
    ClientJson,
    /// A form with `access_token`, and the client's id and secret beside it.
    AccessTokenForm,
}

/// Which token is sent to be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichToken {
    /// The refresh token, so that the grant ends.
    #[default]
    Refresh,
    /// The access token.
    Access,
}

/// What ends by a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// Everything that came of this sign-in.
    #[default]
    Grant,
    /// The one token.
    Token,
    /// Every sign-in of the person by this client, here and elsewhere.
    Everything,
}

/// Who an access belongs to: one request, and where its reply holds what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// Where: a path under the API's address or a whole address. Left out where only discovery tells.
    #[serde(default)]
    pub address: Option<String>,
    /// The method.
    #[serde(default = "get")]
    pub method: Method,
    /// A JSON body.
    #[serde(default)]
    pub body: Option<String>,
    /// Further headers; `{client_id}` and `{token}` are filled in.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The `Authorization` header; `{token}` is filled in. Empty where the token has a header of its own.
    #[serde(default = "bearer")]
    pub authorization: String,
    /// Where the code of an error is, for hosts that say errors with status 200.
    #[serde(default)]
    pub error: Option<FieldPath>,
    /// The codes there that say that the access is not accepted. Any other is the host's own trouble.
    #[serde(default)]
    pub unauthorized: Vec<String>,
    /// The stable id. Never a login name or an e-mail address, which can change hands.
    pub id: FieldPath,
    /// The login name; the name or the id where there is none.
    #[serde(default)]
    pub login: Option<FieldPath>,
    /// The display name.
    #[serde(default)]
    pub name: Option<FieldPath>,
    /// The e-mail address.
    #[serde(default)]
    pub email: Option<FieldPath>,
    /// Further fields that are kept with the account; never secrets.
    #[serde(default)]
    pub keeps: Vec<FieldPath>,
}

fn get() -> Method {
    Method::Get
}

fn bearer() -> String {
    "Bearer {token}".to_owned()
}

/// Tokens that a person makes at the provider.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Token {
    /// Whether a user name or e-mail address goes with it.
    pub user: bool,
    /// The `Authorization` header, where it is not that of `who`; `{token}` and `{basic}` are filled in.
    pub authorization: Option<String>,
    /// What to look for when making one.
    pub hint: Option<String>,
}

/// The user names under which git over HTTPS shows an access as the password (RFC 7617). `{login}` is filled
/// in with the account's login name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Git {
    /// With the access of a sign-in.
    #[serde(rename = "oauth")]
    pub user_of_sign_in: String,
    /// With a token that a person made.
    #[serde(rename = "token")]
    pub user_of_token: String,
}

impl Default for Git {
    /// What hosts that take any name take, and many of the others.
    fn default() -> Self {
        Self { user_of_sign_in: "oauth2".to_owned(), user_of_token: "oauth2".to_owned() }
    }
}

/// Pages at the provider: paths under the host or whole addresses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pages {
    /// Where a client is registered.
    pub register: Option<String>,
    /// Where a token is made.
    pub tokens: Option<String>,
    /// Where access is withdrawn; `{client_id}` is filled in.
    pub revoke: Option<String>,
}

/// One scope of a provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDefinition {
    /// The provider's own name.
    pub name: String,
    /// What it allows, in plain words, without an end.
    pub sentence: String,
    /// Whether Drawbridge asks for it.
    #[serde(default)]
    pub asked: bool,
    /// Granted names that include this one.
    #[serde(default)]
    pub implied_by: Vec<String>,
    /// What does not work without it, as a sentence without an end.
    #[serde(default)]
    pub without: Option<String>,
}

impl Definition {
    /// The ways a sign-in can come back, in order of preference.
    pub fn ways(&self) -> &[SignInWay] {
        self.oauth.as_ref().map_or(&[], |oauth| &oauth.ways)
    }

    /// The scopes that are asked for.
    pub fn asked(&self) -> impl Iterator<Item = &ScopeDefinition> {
        self.scopes.iter().filter(|scope| scope.asked)
    }

    /// The address of an installation, where the parts are known: given ones first, then their defaults.
    pub fn filled_host(&self, given: &BTreeMap<String, String>) -> Option<BaseUrl> {
        let Some(template) = &self.template else { return self.host.clone() };
        let mut text = template.clone();
        for part in &self.parts {
            let value = given.get(&part.name).or(part.default.as_ref())?;
            if !is_part(value) {
                return None;
            }
            text = text.replace(&format!("{{{}}}", part.name), value);
        }
        BaseUrl::parse(&text).ok()
    }

    /// Whether an address is one of the template, with every part filled in.
    pub fn is_of_template(&self, host: &BaseUrl) -> bool {
        let Some(template) = &self.template else { return false };
        // Addresses have their host in lower case, whatever was typed or stands in the template.
        let (template, host) = (template.to_ascii_lowercase(), host.as_str().to_ascii_lowercase());
        let mut texts = template.split(['{', '}']).step_by(2);
        let rest = texts.next().and_then(|before| host.strip_prefix(before));
        rest.is_some_and(|rest| fills(rest, &texts.collect::<Vec<_>>()))
    }
}

/// Whether what stands in the place of a part can be one: a name, never a way to another server.
fn is_part(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=100).contains(&text.len()) && text.chars().all(fits)
}

/// Whether a text is a part before each of these texts, in this order, and nothing besides.
fn fills(text: &str, texts: &[&str]) -> bool {
    match texts {
        [] => text.is_empty(),
        [last] => text.strip_suffix(last).is_some_and(is_part),
        [next, more @ ..] => {
            let mut places = text.match_indices(next);
            places.any(|(at, found)| is_part(&text[..at]) && fills(&text[at + found.len()..], more))
        }
    }
}

/// A provider's id out of the name of its file.
pub(crate) fn id_of(stem: &str) -> Option<ProviderId> {
    stem.parse().ok()
}
