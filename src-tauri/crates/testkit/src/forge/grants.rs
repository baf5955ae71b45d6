//! Tokens, codes and everything between a click on "Approve" and a revocation.
//!
//! Not here: the endpoints that hand them out (see `web` and `device`).

use super::{Dialect, Registration};
use crate::temp::SeededRandom;
use drawbridge_domain::{Random as _, Timestamp};
use std::{collections::HashMap, time::Duration};

/// How long a code of the web flow works.
pub(super) const CODE_LIFE: Duration = Duration::from_mins(10);
/// How long a device code works.
pub(super) const DEVICE_LIFE: Duration = Duration::from_mins(15);
/// How long an access token works where they expire.
pub(super) const TOKEN_LIFE: Duration = Duration::from_hours(8);
/// How long a refresh token works.
pub(super) const REFRESH_LIFE: Duration = Duration::from_hours(184 * 24);

/// What a token is, which shows in how it begins and in what replies say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Issued to an OAuth app (`gho_`); does not expire.
    Oauth,
    /// Issued to a client whose tokens expire (`ghu_`), with permissions instead of scopes.
    Expiring,
    /// Made by the person (`ghp_`), with scopes.
    Classic,
    /// Made by the person (`github_pat_`), with permissions instead of scopes and an end.
    FineGrained,
}

impl TokenKind {
    /// Whether replies name scopes.
    pub(super) fn scoped(self) -> bool {
        matches!(self, Self::Oauth | Self::Classic)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub user: usize,
    pub kind: TokenKind,
    pub scopes: Vec<String>,
    /// The client it was issued to, by id.
    pub client: Option<String>,
    pub ends: Option<Timestamp>,
    pub used: u32,
    pub resets: Timestamp,
}

impl Token {
    pub fn has(&self, scope: &str) -> bool {
        !self.kind.scoped() || self.scopes.iter().any(|one| one == scope)
    }

    /// Whether it shows more than what everybody sees.
    pub fn sees_private(&self) -> bool {
        self.has("repo")
    }
}

struct Refresh {
    user: usize,
    client: String,
    access: String,
    ends: Timestamp,
    used: bool,
}

/// What an authorisation request asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub client: String,
    /// Where to go back to, and whether the request said so.
    pub redirect: String,
    pub redirect_given: bool,
    pub state: Option<String>,
    pub scopes: Vec<String>,
    pub challenge: Option<String>,
}

pub(super) struct Code {
    pub asked: Asked,
    pub user: usize,
    pub ends: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DeviceState {
    Waiting,
    Approved(usize),
    Denied,
}

#[derive(Debug, Clone)]
pub(super) struct Device {
    pub client: String,
    pub user_code: String,
    pub scopes: Vec<String>,
    pub state: DeviceState,
    pub ends: Timestamp,
    pub interval: u64,
    pub asked_at: Option<Timestamp>,
}

/// A fresh pair, or a single token that does not expire.
pub(super) struct Issued {
    pub access: String,
    pub refresh: Option<String>,
    pub scopes: Vec<String>,
}

pub(super) struct Grants {
    random: SeededRandom,
    dialect: Dialect,
    pub clients: Vec<Registration>,
    pub expiring: bool,
    pub reuse_ends_all: bool,
    tokens: HashMap<String, Token>,
    refreshes: HashMap<String, Refresh>,
    pub codes: HashMap<String, Code>,
    /// Consent pages that are open in a browser, by the value in their form.
    pub consents: HashMap<String, Asked>,
    pub devices: HashMap<String, Device>,
    /// Values of open forms of the device page.
    pub device_forms: HashMap<String, String>,
}

impl Grants {
    pub fn new(seed: u64, dialect: Dialect, clients: Vec<Registration>) -> Self {
        Self {
            random: SeededRandom::new(seed),
            dialect,
            clients,
            expiring: false,
            reuse_ends_all: false,
            tokens: HashMap::new(),
            refreshes: HashMap::new(),
            codes: HashMap::new(),
            consents: HashMap::new(),
            devices: HashMap::new(),
            device_forms: HashMap::new(),
        }
    }

    pub fn client(&self, id: &str) -> Option<&Registration> {
        self.clients.iter().find(|client| client.client_id == id)
    }

    /// Random text of letters and digits.
    pub fn text(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut bytes = vec![0; length];
        self.random.fill(&mut bytes);
        bytes.iter().map(|&byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])).collect()
    }

    /// A code that a person can type: eight consonants, `WDJB-MJHT`.
    pub fn user_code(&mut self) -> String {
        const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        let code: String = bytes.iter().map(|&byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])).collect();
        format!("{}-{}", &code[..4], &code[4..])
    }

    pub fn add_token(
        &mut self,
        user: usize,
        kind: TokenKind,
        scopes: Vec<String>,
        client: Option<&str>,
        ends: Option<Timestamp>,
    ) -> String {
        let text = format!("{}{}", self.dialect.speaks().token_prefix(kind), self.text(36));
        let client = client.map(str::to_owned);
        let resets = Timestamp::from_millis(0);
        self.tokens.insert(text.clone(), Token { user, kind, scopes, client, ends, used: 0, resets });
        text
    }

    pub fn edit_all(&mut self, scopes: &[&str], ends: Option<Timestamp>) {
        for token in self.tokens.values_mut() {
            token.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
            token.ends = ends;
        }
    }

    pub fn texts(&self) -> Vec<String> {
        self.tokens.keys().cloned().collect()
    }

    /// The token if it is known and has not ended.
    pub fn token(&mut self, text: &str, now: Timestamp) -> Option<&mut Token> {
        self.tokens.get_mut(text).filter(|token| token.ends.is_none_or(|ends| now < ends))
    }

    pub fn issue(&mut self, user: usize, client: &str, scopes: Vec<String>, now: Timestamp) -> Issued {
        if !self.expiring {
            let access = self.add_token(user, TokenKind::Oauth, scopes.clone(), Some(client), None);
            return Issued { access, refresh: None, scopes };
        }
        let ends = now.plus(TOKEN_LIFE);
        let access = self.add_token(user, TokenKind::Expiring, Vec::new(), Some(client), Some(ends));
        let refresh = format!("ghr_{}", self.text(72));
        let entry = Refresh {
            user,
            client: client.to_owned(),
            access: access.clone(),
            ends: now.plus(REFRESH_LIFE),
            used: false,
        };
        self.refreshes.insert(refresh.clone(), entry);
        Issued { access, refresh: Some(refresh), scopes: Vec::new() }
    }

    /// Trades a refresh token for a new pair; the old pair ends. None if it is not good for one.
    pub fn refresh(&mut self, text: &str, client: &str, now: Timestamp) -> Option<Issued> {
        let entry = self.refreshes.get_mut(text).filter(|entry| entry.client == client && now < entry.ends)?;
        let (user, access) = (entry.user, entry.access.clone());
        if std::mem::replace(&mut entry.used, true) {
            if self.reuse_ends_all {
                self.end_grant(user, client);
            }
            return None;
        }
        self.tokens.remove(&access);
        Some(self.issue(user, client, Vec::new(), now))
    }

    /// Ends one token. False if it is not one of this client.
    pub fn end_token(&mut self, text: &str, client: &str) -> bool {
        let ours = self.tokens.get(text).is_some_and(|token| token.client.as_deref() == Some(client));
        if ours {
            self.tokens.remove(text);
        }
        ours
    }

    /// The user whose token this is, if it was issued to this client and still works.
    pub fn user_of(&mut self, text: &str, client: &str, now: Timestamp) -> Option<usize> {
        self.token(text, now).filter(|token| token.client.as_deref() == Some(client)).map(|token| token.user)
    }

    /// Ends everything that a user gave a client.
    pub fn end_grant(&mut self, user: usize, client: &str) {
        self.tokens.retain(|_, token| token.user != user || token.client.as_deref() != Some(client));
        self.refreshes.retain(|_, entry| entry.user != user || entry.client != client);
    }

    /// Ends every token there is.
    pub fn end_all(&mut self) {
        self.tokens.clear();
        self.refreshes.clear();
    }

    /// How many tokens work now.
    pub fn working(&self, now: Timestamp) -> usize {
        self.tokens.values().filter(|token| token.ends.is_none_or(|ends| now < ends)).count()
    }

    /// Forgets codes and pages whose time is over, so that a long demo does not grow.
    pub fn tidy(&mut self, now: Timestamp) {
        self.codes.retain(|_, code| now < code.ends);
        // A device that asks a little too late is still told that it is too late.
        self.devices.retain(|_, device| now < device.ends.plus(DEVICE_LIFE));
        if self.consents.len() > 1_000 {
            self.consents.clear();
        }
        if self.device_forms.len() > 1_000 {
            self.device_forms.clear();
        }
    }
}
