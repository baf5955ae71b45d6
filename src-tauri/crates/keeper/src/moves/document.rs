//! What an export says: the JSON document inside the sealed file, written and read.
//!
//! `docs/EXPORT.md` describes it for other programs. Written by hand, as secrets have no
//! `Serialize` on purpose; read into types that are checked before anything acts on them. Not here:
//! the sealed file around it (`vault`), and what becomes of the accounts.

use drawbridge_domain::{BaseUrl, CredentialKind, Identity, ProviderId, SecretBytes, SecretString, Timestamp};
use drawbridge_oauth::CallbackMark;
use drawbridge_store::NewCredential;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, io::Write};
use zeroize::Zeroizing;

/// The format that is written, and the newest that can be read.
pub(super) const FORMAT: u64 = 1;
/// The seal's library works on this much at a time, see [`write`].
const BLOCK: usize = 64 * 1024;

pub(super) const MOST_ACCOUNTS: usize = 1000;
const MOST_SUBJECT: usize = 255;
const MOST_LOGIN: usize = 255;
const MOST_LINE: usize = 1000;
const MOST_CLIENT_ID: usize = 200;
const MOST_CLIENT_SECRET: usize = 4096;
/// What a host may issue at most (`oauth`).
const MOST_TOKEN: usize = 16 * 1024;
const MOST_SCOPES: usize = 200;
const MOST_SCOPE: usize = 255;
const MOST_KEPT: usize = 1000;

/// One account as it travels.
#[derive(Debug)]
pub(super) struct Entry {
    pub provider: ProviderId,
    pub base_url: BaseUrl,
    pub api_url: BaseUrl,
    pub identity: Identity,
    pub credential: NewCredential,
    /// The registration its credential was issued to.
    pub client: Option<EntryClient>,
}

/// A client registration as it travels.
#[derive(Debug)]
pub(super) struct EntryClient {
    pub client_id: String,
    pub secret: Option<SecretString>,
    /// What its redirect addresses end in, if they are its installation's own.
    pub mark: Option<CallbackMark>,
}

/// Why a document can't be used. Never with what it says: that may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not such a document at all.
    NotOne,
    /// It was written by a newer version.
    Newer,
    /// Too many accounts.
    TooMany,
    /// An account, counted from 1, and what of it can't be.
    Account(usize, &'static str),
}

// Writing.

/// Writes the document. Its end is filled up with spaces, which JSON allows, to whole blocks and
/// one more: sealing leaves its last block behind in memory, and that one is without secrets.
pub(super) fn write(entries: &[&Entry], exported_at: Timestamp) -> SecretBytes {
    // First only counted, so that the buffer is made once and never moves: a move would leave a
    // copy behind that nobody wipes.
    let mut count = Count(0);
    put(&mut count, entries, exported_at);
    let room = (count.0.div_ceil(BLOCK) + 1) * BLOCK;
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    let before = text.as_ptr();
    put(&mut *text, entries, exported_at);
    text.resize(room, b' ');
    debug_assert_eq!(before, text.as_ptr(), "the buffer moved while it was written");
    SecretBytes::new(std::mem::take(&mut *text))
}

struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn put(out: &mut impl Write, entries: &[&Entry], exported_at: Timestamp) {
    let mut json = Json { out, first: true };
    json.open('{').field("format", &FORMAT).field("exported_at", &exported_at).key("accounts").open('[');
    for entry in entries {
        let credential = &entry.credential;
        json.item().open('{');
        json.field("provider", &entry.provider).key("host").open('{');
        json.field("base_url", &entry.base_url).field("api_url", &entry.api_url).close('}');
        json.field("subject", &entry.identity.subject).field("login", &entry.identity.login);
        json.field("name", &entry.identity.name).field("email", &entry.identity.email);
        json.field("moves", &credential.refresh.is_some()).key("credential").open('{');
        json.field("kind", &credential.kind).field("client_id", &credential.client_id);
        json.secret("access_token", Some(&credential.access)).secret("refresh_token", credential.refresh.as_ref());
        json.field("asked_scopes", &credential.asked_scopes).field("granted_scopes", &credential.granted_scopes);
        json.field("issued_at", &credential.issued_at).field("access_ends_at", &credential.access_ends_at);
        json.field("refresh_ends_at", &credential.refresh_ends_at).field("user_name", &credential.user_name);
        json.field("kept", &credential.kept).field("signed_in_at", &credential.signed_in_at).close('}').key("client");
        match &entry.client {
            Some(client) => {
                json.open('{').field("client_id", &client.client_id);
                json.secret("client_secret", client.secret.as_ref());
                json.field("callback_mark", &client.mark.as_ref().map(CallbackMark::as_str)).close('}')
            }
            None => json.value(&()),
        };
        json.close('}');
    }
    json.close(']').close('}');
}

/// JSON being written. Into memory, which can't fail.
struct Json<'a, W> {
    out: &'a mut W,
    /// Whether nothing was written yet in the object or list that is open.
    first: bool,
}

impl<W: Write> Json<'_, W> {
    fn raw(&mut self, byte: char) {
        let done = write!(self.out, "{byte}");
        debug_assert!(done.is_ok(), "memory can be written");
    }

    fn item(&mut self) -> &mut Self {
        if !std::mem::replace(&mut self.first, false) {
            self.raw(',');
        }
        self
    }

    fn open(&mut self, bracket: char) -> &mut Self {
        self.raw(bracket);
        self.first = true;
        self
    }

    fn close(&mut self, bracket: char) -> &mut Self {
        self.raw(bracket);
        self.first = false;
        self
    }

    fn key(&mut self, key: &str) -> &mut Self {
        self.item().value(&key).raw(':');
        self
    }

    fn value(&mut self, value: &impl Serialize) -> &mut Self {
        let done = serde_json::to_writer(&mut *self.out, value);
        debug_assert!(done.is_ok(), "a plain value can be written into memory");
        self
    }

    fn field(&mut self, key: &str, value: &impl Serialize) -> &mut Self {
        self.key(key).value(value)
    }

    /// The one place where a secret leaves its type on the way out.
    fn secret(&mut self, key: &str, value: Option<&SecretString>) -> &mut Self {
        self.key(key).value(&value.map(|secret| secret.expose().as_str()))
    }
}

// Reading.

#[derive(Deserialize)]
struct JustFormat {
    format: u64,
}

#[derive(Deserialize)]
struct Document {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    provider: String,
    host: Host,
    subject: String,
    login: String,
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    moves: bool,
    credential: Credential,
    client: Option<Client>,
}

#[derive(Deserialize)]
struct Host {
    base_url: String,
    api_url: String,
}

#[derive(Deserialize)]
struct Credential {
    kind: CredentialKind,
    client_id: Option<String>,
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    #[serde(default)]
    asked_scopes: Vec<String>,
    granted_scopes: Option<Vec<String>>,
    issued_at: Timestamp,
    access_ends_at: Option<Timestamp>,
    refresh_ends_at: Option<Timestamp>,
    user_name: Option<String>,
    #[serde(default)]
    kept: BTreeMap<String, String>,
    signed_in_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Client {
    client_id: String,
    client_secret: Option<SecretString>,
    callback_mark: Option<String>,
}

/// Reads the document. Fields that are not known are passed over; whatever can't be makes all of
/// it unusable. What the JSON library says of an error is dropped: it quotes values.
pub(super) fn read(text: &[u8]) -> Result<Vec<Entry>, Unusable> {
    // The format first: a newer one may have changed everything else.
    match serde_json::from_slice::<JustFormat>(text) {
        Ok(JustFormat { format }) if format > FORMAT => return Err(Unusable::Newer),
        Ok(JustFormat { format: 0 }) | Err(_) => return Err(Unusable::NotOne),
        Ok(_) => {}
    }
    let document: Document = serde_json::from_slice(text).map_err(|_| Unusable::NotOne)?;
    if document.accounts.len() > MOST_ACCOUNTS {
        return Err(Unusable::TooMany);
    }
    let entries = document.accounts.into_iter().enumerate();
    entries.map(|(at, account)| checked(account).map_err(|what| Unusable::Account(at + 1, what))).collect()
}

fn checked(account: Account) -> Result<Entry, &'static str> {
    let Account { provider, host, subject, login, name, email, moves, credential, client } = account;
    need(is_line(&subject, MOST_SUBJECT), "its subject")?;
    need(is_line(&login, MOST_LOGIN), "its login")?;
    need(name.as_ref().is_none_or(|name| is_line(name, MOST_LINE)), "its name")?;
    need(email.as_ref().is_none_or(|email| is_line(email, MOST_LINE)), "its email")?;
    need(moves == credential.refresh_token.is_some(), "whether what renews it moves")?;
    let credential = checked_credential(credential)?;
    if let Some(client) = &client {
        need(credential.client_id.as_ref() == Some(&client.client_id), "its client, which is not the credential's")?;
        let fits = |secret: &SecretString| is_line(secret.expose(), MOST_CLIENT_SECRET);
        need(client.client_secret.as_ref().is_none_or(fits), "its client's secret")?;
        let fits = |mark: &String| CallbackMark::parse(mark).is_some();
        need(client.callback_mark.as_ref().is_none_or(fits), "its client's redirect addresses")?;
    }
    Ok(Entry {
        provider: provider.parse().map_err(|_| "its provider")?,
        base_url: address(&host.base_url).ok_or("its host's address")?,
        api_url: address(&host.api_url).ok_or("its API's address")?,
        identity: Identity { subject, login, name, email },
        credential,
        client: client.map(|client| EntryClient {
            client_id: client.client_id,
            secret: client.client_secret,
            mark: client.callback_mark.and_then(|mark| CallbackMark::parse(&mark)),
        }),
    })
}

fn checked_credential(credential: Credential) -> Result<NewCredential, &'static str> {
    let Credential { kind, client_id, access_token, refresh_token, asked_scopes, granted_scopes, .. } = credential;
    let graphic =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    need(client_id.as_ref().is_none_or(|id| graphic(id, MOST_CLIENT_ID)), "its client's id")?;
    // It becomes a header.
    need(graphic(access_token.expose(), MOST_TOKEN), "its access token")?;
    need(refresh_token.as_ref().is_none_or(|token| is_line(token.expose(), MOST_TOKEN)), "its refresh token")?;
    // Only a client can renew.
    need(refresh_token.is_none() || (kind == CredentialKind::Oauth && client_id.is_some()), "what renews it")?;
    let times =
        [Some(credential.issued_at), credential.signed_in_at, credential.access_ends_at, credential.refresh_ends_at];
    need(times.into_iter().flatten().all(is_written_well), "its times")?;
    need(credential.user_name.as_ref().is_none_or(|name| is_line(name, MOST_SCOPE)), "its user name")?;
    let kept = |(path, value): (&String, &String)| is_line(path, MOST_SCOPE) && is_line(value, MOST_KEPT);
    need(credential.kept.len() <= MOST_SCOPES && credential.kept.iter().all(kept), "what is kept with it")?;
    let scopes = |list: &[String]| list.len() <= MOST_SCOPES && list.iter().all(|scope| is_line(scope, MOST_SCOPE));
    need(scopes(&asked_scopes) && granted_scopes.as_deref().is_none_or(scopes), "its scopes")?;
    Ok(NewCredential {
        kind,
        client_id,
        access: access_token,
        refresh: refresh_token,
        asked_scopes,
        granted_scopes,
        issued_at: credential.issued_at,
        access_ends_at: credential.access_ends_at,
        refresh_ends_at: credential.refresh_ends_at,
        refresh_end_stays: false,
        user_name: credential.user_name,
        kept: credential.kept,
        signed_in_at: credential.signed_in_at.unwrap_or(credential.issued_at),
    })
}

fn need(holds: bool, what: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(what) }
}

/// Some text on one line, of so many characters at most.
fn is_line(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.contains(char::is_control)
}

/// An address that also reads back from its own text: it is read again from the vault each time,
/// and one that could not be would make the whole list of hosts unreadable.
fn address(text: &str) -> Option<BaseUrl> {
    let url = BaseUrl::parse(text).ok()?;
    (BaseUrl::parse(url.as_str()).as_ref() == Ok(&url)).then_some(url)
}

/// The same for a time: the text holds years of four digits only.
fn is_written_well(time: Timestamp) -> bool {
    Timestamp::parse(&time.to_string()) == Some(time)
}

/// What of a host's scopes a document can hold: a host may answer anything.
pub(super) fn scopes_that_travel(scopes: &[String]) -> Vec<String> {
    scopes.iter().filter(|scope| is_line(scope, MOST_SCOPE)).take(MOST_SCOPES).cloned().collect()
}

#[cfg(test)]
mod tests;
