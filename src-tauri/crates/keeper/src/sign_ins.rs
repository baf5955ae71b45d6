//! Sign-ins as a person sees them: start, list, wait, cancel.
//!
//! Not here: what happens when an answer comes back (`sign_in_flow.rs`).

use crate::{
    Answer, Code, Keeper, Problem, callbacks,
    clients::{self, Target},
    dto::{Account, Event, Scope, ScopeState, SignIn, SignInState, StartSignIn, Tag},
    open::Open,
    words,
};
use drawbridge_domain::{SecretString, SignInId, SignInWay, Timestamp};
use drawbridge_oauth::{deep_link_redirect, loopback::Listener};
use drawbridge_providers::{Definition, Provider};
use drawbridge_store::{Attempt, ClientRow, HostRow, SignInRow};
use std::{sync::Arc, time::Duration};

/// How long an answer may take. The code of a web flow lives ten minutes at most hosts anyway.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Ended sign-ins are shown for a day.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);
/// More at once than a person can mean.
const WAITING_MAX: usize = 20;

pub(crate) const WAITING: &str = "waiting";

pub(crate) fn state_of(text: &str) -> SignInState {
    match text {
        WAITING => SignInState::Waiting,
        "exchanging" => SignInState::Exchanging,
        "checking" => SignInState::Checking,
        "connected" => SignInState::Connected,
        "expired" => SignInState::Expired,
        "cancelled" => SignInState::Cancelled,
        _ => SignInState::Failed,
    }
}

impl SignInState {
    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Exchanging | Self::Checking)
    }
}

impl Keeper {
    /// Starts a sign-in: picks client and way, makes the page to open, and waits for the answer.
    pub async fn sign_in_start(self: &Arc<Self>, request: StartSignIn) -> Answer<SignIn> {
        let open = self.opened().await?;
        let target = self.target(&request.provider, request.host.as_ref(), request.api_url.as_ref())?;
        let definition = &target.provider.definition;
        let way = request.way.or_else(|| definition.ways().first().copied()).ok_or_else(|| not_offered(definition))?;
        if !definition.ways().contains(&way) {
            return Err(not_offered(definition));
        }
        let (client, host) = self.client_for(&open, &target, &request).await?;
        let metadata = self.described(&open, &target, Some(&host)).await?;
        let endpoints = target.provider.endpoints(&target.host, metadata.as_ref());
        let endpoints = endpoints.ok_or_else(|| not_offered(definition))?;
        if way == SignInWay::Device && endpoints.device.is_none() {
            return Err(not_offered(definition));
        }
        self.make_room(&open).await?;

        let asked_scopes = asked(definition, &request.scopes)?;
        let scopes: Vec<&str> = asked_scopes.iter().map(String::as_str).collect();
        let label = target.host.label();
        let now = self.parts.clock.now();
        let id = SignInId::random(&*self.parts.random);
        let nothing = || SecretString::from(String::new());
        let token_endpoint = endpoints.token.to_string();
        let issuer = match &endpoints.issuer {
            Some(issuer) => serde_json::to_string(issuer).map_err(|e| words::internal("keeping the issuer", &e))?,
            None => String::new(),
        };
        let mut listener = None;
        let (attempt, lifetime) = if way == SignInWay::Device {
            let start = drawbridge_oauth::device_start(&self.http, &endpoints, &client.client_id, &scopes).await;
            let start = match start {
                Ok(start) => start,
                Err(error) => {
                    self.look_again(&open, &host, &error).await;
                    return Err(words::oauth(&error, label));
                }
            };
            let attempt = Attempt {
                url: SecretString::from(start.verification_uri.to_string()),
                state: nothing(),
                verifier: nothing(),
                device_code: start.device_code,
                user_code: start.user_code,
                redirect_uri: String::new(),
                interval: u32::try_from(start.interval.as_secs().clamp(1, 600)).unwrap_or(5),
                token_endpoint,
                issuer,
            };
            (attempt, start.expires_in.min(Duration::from_secs(60 * 60)))
        } else {
            let mark = callbacks::mark_of(&mut open.store.read().await.map_err(words::store)?, &client.id).await?;
            let redirect_uri = if way == SignInWay::Loopback {
                let bound = Listener::bind_as(&target.provider.loopback().marked(mark.as_ref())).await;
                let bound = bound.map_err(|error| words::oauth(&error, label))?;
                listener.insert(bound).redirect_uri()
            } else if let (SignInWay::Paste, Some(oauth)) = (way, &definition.oauth) {
                oauth.paste_redirect.clone().ok_or_else(|| not_offered(definition))?
            } else {
                deep_link_redirect(mark.as_ref())
            };
            let parameters = definition.oauth.as_ref().map(|oauth| &oauth.authorize_parameters);
            let extra: Vec<(&str, &str)> =
                parameters.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let request = drawbridge_oauth::authorize(
                &endpoints,
                &client.client_id,
                &redirect_uri,
                &scopes,
                &extra,
                &*self.parts.random,
            )
            .map_err(|error| words::oauth(&error, label))?;
            let attempt = Attempt {
                url: SecretString::from(request.url.expose().to_string()),
                state: request.state,
                verifier: request.verifier,
                device_code: nothing(),
                user_code: String::new(),
                redirect_uri,
                interval: 0,
                token_endpoint,
                issuer,
            };
            (attempt, LIFETIME)
        };
        let row = SignInRow {
            id: id.clone(),
            host: host.id.clone(),
            client: client.id.clone(),
            way,
            state: WAITING.to_owned(),
            started_at: now,
            ends_at: now.plus(lifetime),
            account: None,
            problem: None,
            expects: request.account.clone(),
            asked_scopes,
            poll_seconds: None,
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        write.forget_sign_ins(now.minus(REMEMBERED)).await.map_err(words::store)?;
        write.add_sign_in(&row, &attempt).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.attend(&open, &row, &attempt, listener);
        self.changed(&[Tag::SignIns]);
        self.sign_in_show(id).await
    }

    /// The sign-ins of the last day, newest first.
    pub async fn sign_in_list(&self) -> Answer<Vec<SignIn>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.sign_ins().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let mut attempts = Vec::new();
        for row in &rows {
            attempts.push(session.attempt(&row.id).await.map_err(words::store)?);
        }
        drop(session);
        let accounts = self.account_list().await?.rows;
        let catalog = self.catalog();
        let told = rows.iter().zip(attempts).filter_map(|(row, attempt)| {
            let host = hosts.iter().find(|host| host.id == row.host)?;
            let provider = catalog.find(&host.provider)?;
            let account = accounts.iter().find(|account| Some(&account.id) == row.account.as_ref()).cloned();
            Some(sign_in_dto(&open, row, host, provider, attempt.as_ref(), account))
        });
        Ok(told.collect())
    }

    /// One sign-in.
    pub async fn sign_in_show(&self, id: SignInId) -> Answer<SignIn> {
        let all = self.sign_in_list().await?;
        all.into_iter().find(|sign_in| sign_in.id == id).ok_or_else(|| words::not_found("sign-in with that id"))
    }

    /// Resolves when the sign-in is final; at the latest a little after its end.
    pub async fn sign_in_wait(&self, id: SignInId) -> Answer<SignIn> {
        let mut events = self.events();
        loop {
            let sign_in = self.sign_in_show(id.clone()).await?;
            if sign_in.state.is_final() {
                return Ok(sign_in);
            }
            let left = sign_in.ends_at.since(self.parts.clock.now()) + Duration::from_secs(60);
            let next = tokio::time::timeout(left.max(Duration::from_secs(1)), events.recv()).await;
            match next {
                // Any event may be the one; a lag means that it may have been missed. Look again.
                Ok(Ok(Event::Stopping) | Err(tokio::sync::broadcast::error::RecvError::Closed)) => {
                    return Err(Problem::new(
                        Code::KeeperGone,
                        "Drawbridge is closing.",
                        "The sign-in waits; start it again.",
                    ));
                }
                Ok(_) => {}
                Err(_) => return self.sign_in_show(id).await,
            }
        }
    }

    /// Ends a waiting sign-in. An answer that comes later changes nothing.
    pub async fn sign_in_cancel(&self, id: SignInId) -> Answer<SignIn> {
        let open = self.opened().await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let moved = write.move_sign_in(&id, WAITING, "cancelled", true).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        let sign_in = self.sign_in_show(id).await?;
        if moved {
            self.tell(&sign_in);
        }
        Ok(sign_in)
    }

    /// Tells the fronts how a sign-in stands.
    pub(crate) fn tell(&self, sign_in: &SignIn) {
        self.emit(Event::SignIn { sign_in: sign_in.clone() });
        self.changed(&[Tag::SignIns]);
    }

    /// The client to sign in with: the one that was named, else the one of that host.
    async fn client_for(&self, open: &Open, target: &Target, request: &StartSignIn) -> Answer<(ClientRow, HostRow)> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let host = session.host_at(&request.provider, &target.host).await.map_err(words::store)?;
        let clients = session.clients().await.map_err(words::store)?;
        let found = host.and_then(|host| {
            let named = |client: &&ClientRow| request.client.as_ref().is_none_or(|id| client.id == *id);
            let client = clients.iter().filter(|client| client.host == host.id).find(named)?.clone();
            Some((client, host))
        });
        let Some((client, mut host)) = found else {
            drop(session);
            return Err(self.no_client(open, target).await);
        };
        if request.api_url.as_ref().is_some_and(|api| *api != host.api_url) {
            host.api_url = target.api_url.clone();
            drop(session);
            let mut write = open.store.write().await.map_err(words::store)?;
            write.put_host(&host).await.map_err(words::store)?;
            write.commit().await.map_err(words::store)?;
        }
        Ok((client, host))
    }

    /// Why a sign-in without a client goes no further, and how to come by one.
    async fn no_client(&self, open: &Open, target: &Target) -> Problem {
        let metadata = self.described(open, target, None).await.ok().flatten();
        let message = format!("No client is set up for {}.", target.host.label());
        let hint = if target.provider.registration(&target.host, metadata.as_ref()).is_some() {
            "Let Drawbridge register itself there (`drawbridge client register`), or add a client by its id."
        } else if target.provider.definition.token.is_some() {
            "Add one with its client id, or connect with an access token."
        } else {
            "Register Drawbridge there, then add the client id it gives."
        };
        Problem::new(Code::ClientMissing, message, hint)
    }

    /// Keeps the number of waiting sign-ins to what a person can mean, by ending the oldest.
    async fn make_room(&self, open: &Open) -> Answer<()> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.sign_ins().await.map_err(words::store)?;
        drop(session);
        let waiting: Vec<_> = rows.into_iter().filter(|row| row.state == WAITING).collect();
        for row in waiting.into_iter().skip(WAITING_MAX - 1) {
            self.sign_in_cancel(row.id).await?;
        }
        Ok(())
    }
}

/// The usual scopes, and those somebody wants beside them; each has to be one the provider has.
fn asked(definition: &Definition, more: &[String]) -> Answer<Vec<String>> {
    let mut all: Vec<String> = definition.asked().map(|scope| scope.name.clone()).collect();
    for wanted in more {
        if !definition.scopes.iter().any(|scope| scope.name == *wanted) {
            return Err(words::invalid(
                format!("{} has no scope called {wanted}, as far as Drawbridge knows.", definition.name),
                "`drawbridge provider show` lists them.",
            ));
        }
        if !all.contains(wanted) {
            all.push(wanted.clone());
        }
    }
    Ok(all)
}

/// Names the ways there are, as the API and the command line write them.
fn not_offered(definition: &Definition) -> Problem {
    let mut ways: Vec<String> = definition.ways().iter().map(|way| named(*way).to_owned()).collect();
    ways.extend(definition.token.is_some().then(|| "an access token".to_owned()));
    Problem::new(
        Code::NotOffered,
        format!("{} does not offer that way in.", definition.name),
        format!("It can be connected by: {}.", ways.join(", ")),
    )
}

fn named(way: SignInWay) -> &'static str {
    match way {
        SignInWay::DeepLink => "deep-link",
        SignInWay::Loopback => "loopback",
        SignInWay::Device => "device",
        SignInWay::Paste => "paste",
    }
}

fn sign_in_dto(
    open: &Open,
    row: &SignInRow,
    host: &HostRow,
    provider: &Provider,
    attempt: Option<&Attempt>,
    account: Option<Account>,
) -> SignIn {
    let definition = &provider.definition;
    let state = state_of(&row.state);
    let url = attempt.map(|attempt| attempt.url.expose().clone()).unwrap_or_default();
    SignIn {
        id: row.id.clone(),
        provider: host.provider.clone(),
        host: host.base_url.clone(),
        host_label: host.base_url.label().to_owned(),
        way: row.way,
        state,
        url,
        user_code: attempt.map(|attempt| attempt.user_code.clone()).filter(|code| !code.is_empty()),
        listens_at: Open::with(&open.listening, |listening| listening.get(&row.id).cloned()),
        scopes: clients::asked_scopes(definition)
            .into_iter()
            .map(|scope| {
                let asked = row.asked_scopes.contains(&scope.name);
                Scope { state: if asked { ScopeState::Asked } else { scope.state }, ..scope }
            })
            .collect(),
        started_at: row.started_at,
        ends_at: row.ends_at,
        account,
        problem: match (&row.problem, state) {
            (Some(text), _) => serde_json::from_str(text).ok(),
            (None, SignInState::Expired) => Some(expired(row)),
            _ => None,
        },
    }
}

pub(crate) fn expired(row: &SignInRow) -> Problem {
    let minutes = minutes(row.started_at, row.ends_at);
    Problem::new(
        Code::SignInExpired,
        format!("Nothing came back in {minutes} minutes. Nothing was changed."),
        match row.way {
            // Whoever got the link can't use it: the verifier never left this vault (RFC 7636 §1).
            SignInWay::DeepLink => {
                "Start again. If the browser said that it opens Drawbridge, another program may have taken the link; \
                 it can't sign in with it. Then start again by the browser's other way, the loopback port."
            }
            SignInWay::Loopback => {
                "Start again. If the browser could not open the last page, copy its address and hand that in."
            }
            _ => "Start again.",
        },
    )
}

fn minutes(from: Timestamp, to: Timestamp) -> u64 {
    to.since(from).as_secs().div_ceil(60)
}
