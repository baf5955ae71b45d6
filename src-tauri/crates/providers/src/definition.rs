//! What a provider is, as data: one TOML file each, in the catalogue or of a person's own.
//!
//! Every field says what it means and what is taken when it is left out; an unknown field is an
//! error, so that a slip is found where it was made. Not here: anything that is done with it.
//!
//! long: the whole format in one place, as who writes such a file reads it.

use crate::life::Life;
use drawbridge_domain::{BaseUrl, ProviderId, SignInWay};
use drawbridge_oauth::FieldPath;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

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
    /// The API's address, where it is not the host's: a path under the host or a whole address.
    #[serde(default)]
    pub api: Option<String>,
    /// The folder of the code that speaks its API, for providers that host repositories.
    #[serde(default)]
    pub forge: Option<String>,
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
    pub loopback: Loopback,
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
    pub reply: Reply,
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

/// How loopback redirect addresses have to look (RFC 8252 §7.3).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Loopback {
    /// `127.0.0.1`, `[::1]` or `localhost`.
    pub host: String,
    /// The only ports that may be used; any port if empty.
    pub ports: Vec<u16>,
    /// The path.
    pub path: String,
}

impl Default for Loopback {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), ports: Vec::new(), path: "/callback".to_owned() }
    }
}

/// Where a reply of the token endpoint holds what; each a path of field names joined by dots.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reply {
    /// The access token, if not `access_token`.
    pub access: Option<FieldPath>,
    /// The refresh token, if not `refresh_token`.
    pub refresh: Option<FieldPath>,
    /// Seconds until access ends, if not `expires_in`.
    pub expires_in: Option<FieldPath>,
    /// Seconds until renewing ends, if not `refresh_token_expires_in`.
    pub refresh_expires_in: Option<FieldPath>,
    /// The scopes granted, if not `scope`.
    pub scope: Option<FieldPath>,
    /// A field that is false when the reply is an error whatever its status; the code is in `error`.
    pub ok: Option<FieldPath>,
    /// Whether token types other than `bearer` are names without meaning here.
    pub any_type: bool,
    /// Fields that are kept with the account; never secrets.
    pub keeps: Vec<FieldPath>,
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
}

/// Why a definition can't be used; each says where and what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct DefinitionError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what is expected.
    pub what: String,
}

impl Definition {
    /// Reads and checks a definition.
    pub fn parse(text: &str) -> Result<Self, DefinitionError> {
        let definition: Self = toml::from_str(text).map_err(|error| DefinitionError {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            what: error.message().trim().to_owned(),
        })?;
        match definition.check() {
            Ok(()) => Ok(definition),
            Err((field, what)) => Err(DefinitionError { line: line_naming(text, field), what }),
        }
    }

    /// What the types alone can't say. An error names the field and what is expected of it.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |field, what: &str| Err((field, what.to_owned()));
        if self.name.trim().is_empty() || self.name.len() > 60 {
            return fail("name", "`name` has 1 to 60 letters");
        }
        if !(1..=3).contains(&self.monogram.chars().count()) {
            return fail("monogram", "`monogram` has one to three letters");
        }
        if self.host.is_none() && self.template.is_none() && !self.self_hosted {
            return fail("name", "one of `host`, `template` and `self_hosted = true` says where it is");
        }
        if let Some(template) = &self.template {
            for part in &self.parts {
                if !template.contains(&format!("{{{}}}", part.name)) {
                    return Err(("template", format!("`template` has no place for the part `{}`", part.name)));
                }
            }
            if template.matches('{').count() != self.parts.len() || BaseUrl::parse(&filled(template, "x")).is_err() {
                return fail("template", "`template` is an https address in which every {name} has its [[part]]");
            }
        } else if !self.parts.is_empty() {
            return fail("part", "parts belong to a `template`");
        }
        if !is_day(&self.checked) {
            return fail("checked", "`checked` is a day, as in \"2026-11-22\"");
        }
        if self.oauth.is_none() && self.token.is_none() {
            return fail("name", "there is a way in: [oauth], [token] or both");
        }
        if let Some(oauth) = &self.oauth {
            oauth.check()?;
        }
        let addresses = [
            ("address", self.who.as_ref().and_then(|who| who.address.as_deref())),
            ("address", self.revoke.as_ref().map(|revoke| revoke.address.as_str())),
            ("register", self.pages.register.as_deref()),
            ("tokens", self.pages.tokens.as_deref()),
            ("revoke", self.pages.revoke.as_deref()),
            ("api", self.api.as_deref()),
        ];
        for (field, address) in addresses {
            check_address(field, address)?;
        }
        if self.forge.is_none() && self.who.is_none() {
            return fail("name", "[who] says who an access belongs to");
        }
        if let Some(who) = &self.who {
            let places = std::iter::once(&who.authorization).chain(who.headers.values());
            if places.filter(|value| value.contains("{token}")).count() != 1 {
                return fail("authorization", "`authorization`, or else one of `headers`, has a place for {token}");
            }
            if who.error.is_some() == who.unauthorized.is_empty() {
                return fail("error", "`error` of [who] and `unauthorized` go together");
            }
            if who.body.as_deref().is_some_and(|body| serde_json::from_str::<serde_json::Value>(body).is_err()) {
                return fail("body", "`body` is JSON");
            }
        }
        if !(1..=64).contains(&self.concurrency) {
            return fail("concurrency", "`concurrency` is 1 to 64");
        }
        let mut names: Vec<&str> = self.scopes.iter().map(|scope| scope.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != self.scopes.len() {
            return fail("scope", "every scope is there once");
        }
        if self.scopes.iter().any(|scope| scope.sentence.trim().is_empty() || scope.sentence.ends_with('.')) {
            return fail("sentence", "`sentence` says in plain words what the scope allows, without a full stop");
        }
        Ok(())
    }

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
            // A part is a name, never a way to another server.
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if value.is_empty() || value.len() > 100 || !value.chars().all(fits) {
                return None;
            }
            text = text.replace(&format!("{{{}}}", part.name), value);
        }
        BaseUrl::parse(&text).ok()
    }
}

impl OAuth {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |field, what: &str| Err((field, what.to_owned()));
        if !self.discovery && (self.authorize.is_none() && self.device.is_none() || self.token.is_none()) {
            return fail("oauth", "[oauth] has `authorize` and `token`, or `discovery = true`");
        }
        if self.ways.is_empty() {
            return fail("ways", "`ways` names at least one: deep-link, loopback, paste, device");
        }
        if self.ways.contains(&SignInWay::Device) && self.device.is_none() && !self.discovery {
            return fail("ways", "the way `device` needs `device`, the endpoint");
        }
        if self.ways.contains(&SignInWay::Paste) != self.paste_redirect.is_some() {
            return fail("ways", "the way `paste` and `paste_redirect` go together");
        }
        if self.client_auth.is_empty() {
            return fail("client_auth", "`client_auth` names at least one: none, body, basic");
        }
        let fields = [
            ("authorize", &self.authorize),
            ("token", &self.token),
            ("refresh", &self.refresh),
            ("device", &self.device),
            ("register", &self.register),
        ];
        for (field, address) in fields {
            check_address(field, address.as_deref())?;
        }
        if !["127.0.0.1", "[::1]", "localhost"].contains(&self.loopback.host.as_str()) {
            return fail("host", "a loopback `host` is 127.0.0.1, [::1] or localhost");
        }
        if !self.loopback.path.starts_with('/') {
            return fail("path", "a loopback `path` begins with a slash");
        }
        let all = [
            ("authorize_parameters", &self.authorize_parameters),
            ("exchange_parameters", &self.exchange_parameters),
            ("refresh_parameters", &self.refresh_parameters),
        ];
        for (field, parameters) in all {
            if let Some(name) = OURS.into_iter().find(|name| parameters.contains_key(*name)) {
                return Err((field, format!("`{name}` is set by Drawbridge and can't be a parameter here")));
            }
        }
        Ok(())
    }
}

/// Parameters that the protocol sets, which no definition may.
const OURS: [&str; 8] =
    ["client_id", "client_secret", "redirect_uri", "state", "code", "code_challenge", "code_verifier", "refresh_token"];

/// A path under the host, or a whole https address (http on this computer).
fn check_address(field: &'static str, address: Option<&str>) -> Result<(), (&'static str, String)> {
    let Some(address) = address else { return Ok(()) };
    if address.starts_with('/') && !address.starts_with("//") {
        return Ok(());
    }
    let whole = filled(address, "x");
    let fits = Url::parse(&whole).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http") && BaseUrl::parse(&url.origin().ascii_serialization()).is_ok()
    });
    if fits { Ok(()) } else { Err((field, format!("`{field}` is a path under the host (/…) or an https address"))) }
}

/// A text with every `{…}` replaced.
fn filled(text: &str, with: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        whole.push_str(before);
        whole.push_str(with);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    whole.push_str(rest);
    whole
}

fn is_day(text: &str) -> bool {
    let digits: Vec<&str> = text.split('-').collect();
    digits.len() == 3
        && digits
            .iter()
            .zip([4, 2, 2])
            .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_digit()))
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// The first line that sets a field or opens a table of that name.
fn line_naming(text: &str, field: &str) -> usize {
    let names = |line: &str| {
        let line = line.trim_start().trim_start_matches('[');
        line.strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
    };
    text.lines().position(names).map_or(1, |at| at + 1)
}

/// A provider's id out of the name of its file.
pub(crate) fn id_of(stem: &str) -> Option<ProviderId> {
    stem.parse().ok()
}
