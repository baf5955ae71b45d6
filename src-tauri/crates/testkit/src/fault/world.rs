//! What the simulated server knows: codes, grants, tokens, and what each request does to them.
//!
//! Whatever the rules demand and a request does not bring is refused and noted. Not here: sockets,
//! and bad days.

use super::{
    CLIENT_ID, CLIENT_SECRET, Fault, Truth,
    rules::{BodyKind, ClientKind, Pkce, Refusal, Reuse, Rules, Shape},
    wire::{Asked, Reply},
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use drawbridge_domain::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};
use url::{Url, form_urlencoded};

/// How long a code works.
const CODE_LIFE: Duration = Duration::from_secs(10 * 60);

/// One person's grant.
pub(super) struct GrantState {
    pub truth: Truth,
    /// The refresh token that was issued last; empty if none is given.
    refresh: String,
    spent: HashMap<String, Timestamp>,
    /// With their ends; none never ends.
    access: HashMap<String, Option<Timestamp>>,
    scopes: Vec<String>,
    since: Timestamp,
    used: Timestamp,
}

/// What was approved and not exchanged yet.
struct Code {
    subject: String,
    challenge: Option<String>,
    redirect: String,
    scopes: Vec<String>,
    renews: bool,
    ends: Timestamp,
}

pub(super) struct World {
    pub rules: Rules,
    pub grants: HashMap<String, GrantState>,
    codes: HashMap<String, Code>,
    pub script: VecDeque<Fault>,
    /// Who sits before the browser.
    pub person: String,
    /// What was asked for in a way that the server refuses.
    pub complaints: Vec<String>,
    counter: u64,
    pub token_requests: u32,
    pub asked: u32,
    /// How many of the next questions about accounts meet a server that is not well.
    pub unwell: u32,
}

pub(super) fn end(grant: Option<&mut GrantState>, why: &'static str) {
    if let Some(grant) = grant.filter(|grant| grant.truth.alive) {
        grant.truth.alive = false;
        grant.truth.ended_by = Some(why);
        grant.access.clear();
    }
}

impl GrantState {
    fn opens(&self, access: &str, now: Timestamp) -> bool {
        self.access.get(access).is_some_and(|ends| ends.is_none_or(|ends| now < ends))
    }
}

impl World {
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            grants: HashMap::new(),
            codes: HashMap::new(),
            script: VecDeque::new(),
            person: String::new(),
            complaints: Vec::new(),
            counter: 0,
            token_requests: 0,
            asked: 0,
            unwell: 0,
        }
    }

    /// Whose access this is.
    pub fn owner(&self, access: &str, now: Timestamp) -> Option<&str> {
        self.grants.iter().find(|(_, grant)| grant.opens(access, now)).map(|(subject, _)| subject.as_str())
    }

    /// Whether any access of a person's grant works.
    pub fn opens(&self, subject: &str, now: Timestamp) -> bool {
        self.grants.get(subject).is_some_and(|grant| grant.access.keys().any(|access| grant.opens(access, now)))
    }

    /// Replaces the refresh token that was issued last, as somebody else's use of it does.
    pub fn steal(&mut self, subject: &str, now: Timestamp) {
        self.counter += 1;
        let next = format!("refresh-{}-stolen", self.counter);
        if let Some(grant) = self.grants.get_mut(subject) {
            let old = std::mem::replace(&mut grant.refresh, next);
            grant.spent.insert(old, now);
        }
    }

    /// What a person's approval of an authorisation request sends the browser back to.
    pub fn authorize(&mut self, page: &str, subject: &str, now: Timestamp) -> Result<String, String> {
        let made = self.try_authorize(page, subject, now);
        if let Err(why) = &made {
            self.complaints.push(format!("authorize: {why}"));
        }
        made
    }

    fn try_authorize(&mut self, page: &str, subject: &str, now: Timestamp) -> Result<String, String> {
        let rules = &self.rules.authorize;
        let url = Url::parse(page).map_err(|error| error.to_string())?;
        if url.path() != rules.path {
            return Err(format!("no page at {}", url.path()));
        }
        let mut pairs: HashMap<String, String> = HashMap::new();
        for (name, value) in url.query_pairs().into_owned() {
            if pairs.insert(name.clone(), value).is_some() {
                return Err(format!("{name} comes twice"));
            }
        }
        let given = |name: &str| pairs.get(name).map(String::as_str);
        if given("response_type") != Some("code") || given("client_id") != Some(CLIENT_ID) {
            return Err("response_type or client_id".to_owned());
        }
        let redirect = given("redirect_uri").ok_or("redirect_uri is missing")?;
        if !rules.redirects.is_empty()
            && !rules.redirects.iter().any(|known| is_registered(known, redirect, rules.any_port))
        {
            return Err(format!("redirect_uri {redirect} is not registered"));
        }
        let state = given("state").filter(|state| !state.is_empty()).ok_or("state is missing")?;
        if let Some((name, value)) = rules.requires.iter().find(|(name, value)| given(name) != Some(value)) {
            return Err(format!("{name}={value} is missing"));
        }
        if let Some(name) = rules.refuses.iter().find(|name| given(name).is_some()) {
            return Err(format!("{name} is not wanted"));
        }
        let challenge = given("code_challenge");
        match (rules.pkce, challenge) {
            (Pkce::Required, None) => return Err("code_challenge is missing".to_owned()),
            (Pkce::Required | Pkce::Checked, Some(_)) if given("code_challenge_method") != Some("S256") => {
                return Err("code_challenge_method is not S256".to_owned());
            }
            _ => {}
        }
        let asked = given(&rules.scope_parameter).unwrap_or_default();
        let scopes: Vec<String> =
            asked.split(rules.scope_separator.as_str()).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if let Some(name) =
            scopes.iter().find(|name| !rules.scopes.is_empty() && !rules.scopes.iter().any(|known| known == *name))
        {
            return Err(format!("scope {name} is not known"));
        }
        let renews = self.rules.renews
            && rules.refresh_needs.iter().all(|(name, value)| given(name) == Some(value))
            && rules.refresh_scope.as_ref().is_none_or(|wanted| scopes.contains(wanted));
        let made = Code {
            subject: subject.to_owned(),
            challenge: challenge.filter(|_| rules.pkce != Pkce::Ignored).map(str::to_owned),
            redirect: redirect.to_owned(),
            scopes,
            renews,
            ends: now.plus(CODE_LIFE),
        };
        let mut back = form_urlencoded::Serializer::new(String::new());
        self.counter += 1;
        let code = format!("code-{}", self.counter);
        back.append_pair("code", &code).append_pair("state", state);
        if let Some(issuer) = &rules.issuer {
            back.append_pair("iss", issuer);
        }
        let back = format!("{redirect}?{}", back.finish());
        self.codes.insert(code, made);
        Ok(back)
    }

    /// Complains of a secret in an address: those are written to logs, histories and referrers (RFC 9700 §4.3.2).
    pub fn look_at_address(&mut self, asked: &Asked) {
        const SECRETS: [&str; 6] =
            ["access_token", "refresh_token", "client_secret", "code_verifier", "device_code", "token"];
        let issued = |value: &str| self.grants.values().any(|grant| grant.access.contains_key(value));
        let found = asked.query.iter().find(|(name, value)| SECRETS.contains(&name.as_str()) || issued(value));
        let found = found.map(|(name, _)| format!("{}: a secret in the address, as {name}", asked.path));
        self.complaints.extend(found);
    }

    /// Answers a request to the token endpoint.
    pub fn token(&mut self, asked: &Asked, now: Timestamp, whole: bool, fewer: bool) -> Reply {
        let rules = &self.rules.token;
        if !rules.bodies.contains(&asked.kind()) {
            return self.refuse_request("the body has the wrong form");
        }
        if let Some(name) = asked.lacks(&rules.headers) {
            let why = format!("the header {name} is missing");
            return self.refuse_request(&why);
        }
        let form = asked.fields();
        if let Err(why) = client(asked, &form, &rules.clients) {
            self.complaints.push(format!("token: {why}"));
            return self.refused(&self.rules.errors.client);
        }
        let take = |name: &str| form.get(name).cloned().unwrap_or_default();
        match take("grant_type").as_str() {
            "authorization_code" => {
                let found = self.codes.remove(&take("code")).filter(|code| now < code.ends);
                let proof = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(take("code_verifier")));
                let fits = |code: &Code| {
                    code.challenge.as_ref().is_none_or(|challenge| *challenge == proof)
                        && code.redirect == take("redirect_uri")
                };
                let Some(code) = found.filter(fits) else {
                    self.complaints.push("token: the code is not known, or another's".to_owned());
                    return self.refused(&self.rules.errors.code);
                };
                let truth = Truth { alive: true, told: whole, ..Truth::default() };
                let (scopes, subject) = (code.scopes, code.subject);
                let (refresh, spent, access) = (String::new(), HashMap::new(), HashMap::new());
                let grant = GrantState { truth, refresh, spent, access, scopes, since: now, used: now };
                self.grants.insert(subject.clone(), grant);
                let shape = self.rules.token.reply.clone();
                self.issue(&subject, now, code.renews, &shape)
            }
            "refresh_token" => self.renew(&take("refresh_token"), now, whole, fewer),
            _ => self.refuse_request("the grant_type is not known"),
        }
    }

    fn renew(&mut self, token: &str, now: Timestamp, whole: bool, fewer: bool) -> Reply {
        let errors = self.rules.errors.clone();
        let holds = |grant: &GrantState| grant.refresh == token || grant.spent.contains_key(token);
        let found = self.grants.iter_mut().find(|(_, grant)| !token.is_empty() && holds(grant));
        let Some((subject, grant)) = found else {
            self.complaints.push("token: the refresh token is not known".to_owned());
            return self.refused(&errors.unknown);
        };
        let subject = subject.clone();
        grant.truth.told = whole;
        if !grant.truth.alive {
            let reused = grant.truth.ended_by == Some("reuse");
            return self.refused(if reused { &errors.reused } else { &errors.withdrawn });
        }
        let late = |limit: Option<Duration>, from: Timestamp| limit.is_some_and(|limit| now.since(from) >= limit);
        if late(self.rules.idle, grant.used) || late(self.rules.absolute, grant.since) {
            end(Some(grant), "idle");
            return self.refused(&errors.idle);
        }
        if let Some(spent) = grant.spent.get(token) {
            grant.truth.reuses += 1;
            let taken =
                self.rules.reuse == Reuse::Works || self.rules.grace.is_some_and(|grace| now.since(*spent) <= grace);
            if !taken {
                if self.rules.reuse == Reuse::EndsAll {
                    end(Some(grant), "reuse");
                }
                return self.refused(&errors.spent);
            }
        }
        grant.truth.renewals += 1;
        grant.used = now;
        if fewer {
            grant.scopes.truncate(1);
        }
        let shape = self.rules.token.renewal.as_ref().unwrap_or(&self.rules.token.reply).clone();
        self.issue(&subject, now, self.rules.rotates, &shape)
    }

    fn issue(&mut self, subject: &str, now: Timestamp, new_refresh: bool, shape: &Shape) -> Reply {
        self.counter += 1;
        let number = self.counter;
        let Some(grant) = self.grants.get_mut(subject) else { return Reply::text(500, "") };
        let access = format!("access-{number}-{subject}");
        if !self.rules.old_access_works {
            // Old access dies with its refresh token, as at the strictest servers.
            grant.access.clear();
        }
        grant.access.insert(access.clone(), self.rules.lives.map(|lives| now.plus(lives)));
        let mut refresh = None;
        if new_refresh {
            let old = std::mem::replace(&mut grant.refresh, format!("refresh-{number}-{subject}"));
            if !old.is_empty() {
                grant.spent.insert(old, now);
            }
            refresh = Some(grant.refresh.clone());
        }
        let told: Vec<&str> = grant
            .scopes
            .iter()
            .map(|name| self.rules.authorize.told_as.get(name).unwrap_or(name).as_str())
            .filter(|name| !name.is_empty())
            .collect();
        let scope = told.join(&self.rules.token.scope_join);
        let reply = shape.filled(&|name| match name {
            "access" => Some(Value::from(access.clone())),
            "refresh" => refresh.clone().map(Value::from),
            "lives" => self.rules.lives.map(|lives| Value::from(lives.as_secs())),
            "scope" => Some(Value::from(scope.clone())),
            "subject" => Some(Value::from(subject)),
            _ => None,
        });
        if self.rules.token.form_replies {
            let mut out = form_urlencoded::Serializer::new(String::new());
            for (key, value) in reply.as_object().into_iter().flatten() {
                out.append_pair(key, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
            return Reply::new(200, "application/x-www-form-urlencoded", out.finish());
        }
        Reply::json(200, reply.to_string())
    }

    /// Says whose access it is.
    pub fn who(&mut self, asked: &Asked, now: Timestamp) -> Reply {
        let rules = &self.rules.who;
        let told: Option<Value> = serde_json::from_slice(&asked.body).ok();
        let wanted: Option<Value> = rules.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let lacks = asked.lacks(&rules.headers).map(str::to_owned).or_else(|| {
            let missing = rules.query.iter().find(|(name, value)| asked.query.get(*name) != Some(value));
            missing.map(|(name, _)| name.clone())
        });
        if asked.method != rules.method || lacks.is_some() || told != wanted {
            let why = format!("who: {} with {lacks:?} missing, or another body", asked.method);
            self.complaints.push(why);
            return Reply::json(400, "{}");
        }
        if let Some(unwell) = rules.unwell.clone().filter(|_| self.unwell > 0) {
            self.unwell -= 1;
            return Reply::json(200, unwell);
        }
        let token = match &rules.token_header {
            Some(name) => Some(asked.header(name)).filter(|_| asked.header("authorization").is_empty()),
            None => asked.bearer(),
        };
        let subject = token.and_then(|token| self.owner(token, now)).map(str::to_owned);
        let Some(subject) = subject else { return Reply::json(rules.refused_status, rules.refused.clone()) };
        let granted = self.grants.get(&subject).map(|grant| grant.scopes.clone()).unwrap_or_default();
        if let Some(scope) = rules.scopes.iter().find(|scope| !granted.contains(scope)) {
            self.complaints.push(format!("who: {scope} was not granted"));
            return Reply::json(403, "{}");
        }
        let reply = rules.reply.filled(&|name| (name == "subject").then(|| Value::from(subject.clone())));
        Reply::json(200, reply.to_string())
    }

    /// Ends what a token stands for.
    pub fn revoke(&mut self, asked: &Asked, now: Timestamp) -> Reply {
        let rules = self.rules.revoke.clone();
        let fields = asked.fields();
        let lacks = asked.lacks(&rules.headers);
        let strange = fields.keys().any(|name| !rules.fields.is_empty() && !rules.fields.contains(name));
        if strange || lacks.is_some() || asked.kind() != rules.body && rules.body != BodyKind::Bearer {
            self.complaints.push(format!("revoke: {lacks:?} is missing, or another body"));
            return Reply::json(400, r#"{"error": "invalid_request"}"#);
        }
        if !rules.clients.is_empty()
            && let Err(why) = client(asked, &fields, &rules.clients)
        {
            self.complaints.push(format!("revoke: {why}"));
            return Reply::json(401, r#"{"error": "invalid_client"}"#);
        }
        let token = match rules.body {
            BodyKind::Bearer => asked.bearer().unwrap_or_default().to_owned(),
            _ => fields.get("token").cloned().unwrap_or_default(),
        };
        let found = self.grants.values_mut().find(|grant| {
            rules.takes_refresh && !token.is_empty() && grant.refresh == token
                || rules.takes_access && grant.opens(&token, now)
        });
        let Some(grant) = found else { return Reply::json(rules.unknown_status, rules.unknown) };
        if rules.ends_grant {
            end(Some(grant), "revoked");
        } else if grant.access.remove(&token).is_none() {
            grant.refresh.clear();
        }
        if grant.access.is_empty() && grant.refresh.is_empty() {
            end(Some(grant), "revoked");
        }
        Reply::json(200, rules.reply)
    }

    fn refuse_request(&mut self, why: &str) -> Reply {
        self.complaints.push(format!("token: {why}"));
        self.refused(&self.rules.errors.request)
    }

    fn refused(&self, refusal: &Refusal) -> Reply {
        let errors = &self.rules.errors;
        let body = errors.shape.filled(&|name| match name {
            "error" => Some(Value::from(refusal.error.clone())),
            "description" => Some(Value::from(refusal.description.clone())),
            _ => None,
        });
        Reply::json(refusal.status.unwrap_or(errors.status), body.to_string())
    }
}

/// Whether a request comes from the client, in one of these ways and in no other beside it.
fn client(asked: &Asked, form: &HashMap<String, String>, ways: &[ClientKind]) -> Result<(), String> {
    let given = |name: &str| form.get(name).map(String::as_str);
    let way = match (asked.basic(), given("client_secret")) {
        (Some(_), Some(_)) => return Err("the client says twice who it is".to_owned()),
        (Some((id, secret)), None) if id == CLIENT_ID && secret == CLIENT_SECRET => ClientKind::Basic,
        (Some((id, secret)), None) if id == CLIENT_ID && secret.is_empty() => ClientKind::Empty,
        (None, Some(secret)) if secret == CLIENT_SECRET && given("client_id") == Some(CLIENT_ID) => ClientKind::Body,
        (None, None) if given("client_id") == Some(CLIENT_ID) => ClientKind::None,
        _ => return Err("the client is not known".to_owned()),
    };
    if ways.contains(&way) { Ok(()) } else { Err(format!("a client may not come by {way:?}")) }
}

/// Whether a redirect address is the registered one, but for its port where any will do.
fn is_registered(known: &str, redirect: &str, any_port: bool) -> bool {
    if known == redirect {
        return true;
    }
    let (Ok(known), Ok(redirect)) = (Url::parse(known), Url::parse(redirect)) else { return false };
    let loopback = ["127.0.0.1", "[::1]", "localhost"].contains(&known.host_str().unwrap_or_default());
    any_port
        && loopback
        && (known.scheme(), known.host_str(), known.path()) == (redirect.scheme(), redirect.host_str(), redirect.path())
        && redirect.query().is_none()
}
