//! What happens to a sign-in that waits: the answer that comes back, the polling of a device code,
//! the end of its time. Every way back ends in one function, [`Keeper::settle`].
//!
//! Not here: starting one (`sign_ins.rs`), the protocol (`oauth`).

use crate::{
    Answer, Code, Keeper, Problem,
    accounts::ends,
    clients::Target,
    dto::{PasteCode, SignIn, SignInState},
    host_clock::{self, Answered},
    hosts::metadata_of,
    open::Open,
    sign_ins::{WAITING, expired},
    words,
};
use drawbridge_domain::{CredentialKind, SecretString, SignInId, SignInWay, Timestamp};
use drawbridge_oauth::{
    Answer as Came, ClientAuth, DevicePoll, Metadata, Return, ReturnVia, Tokens, loopback::Listener,
};
use drawbridge_providers::{Api, Endpoints, Ends, Grant, Identified};
use drawbridge_store::{Attempt, ClientRow, HostRow, NewCredential, SignInRow};
use std::{sync::Arc, time::Duration};
use url::Url;

/// RFC 8628 §3.5: what `slow_down` adds to the interval.
const SLOWER: Duration = Duration::from_secs(5);
const POLL_MAX: Duration = Duration::from_secs(60);
/// How long letting go of what is not kept may take.
const LET_GO: Duration = Duration::from_secs(10);

/// Everything a waiting sign-in was started with.
struct Case {
    row: SignInRow,
    attempt: Attempt,
    target: Target,
    host: HostRow,
    /// What the host says of itself.
    metadata: Option<Metadata>,
    client: ClientRow,
    secret: Option<SecretString>,
}

impl Case {
    fn auth(&self) -> ClientAuth<'_> {
        let provider = &self.target.provider;
        provider.client_auth(&self.client.client_id, self.secret.as_ref(), self.metadata.as_ref())
    }

    /// The endpoints, with those as they were when the sign-in began that its answer depends on.
    fn endpoints(&self) -> Option<Endpoints> {
        let mut endpoints = self.target.provider.endpoints(&self.target.host, self.metadata.as_ref())?;
        if let Ok(token) = Url::parse(&self.attempt.token_endpoint) {
            endpoints.token = token;
            endpoints.issuer = serde_json::from_str(&self.attempt.issuer).ok();
        }
        Some(endpoints)
    }
}

impl Keeper {
    /// Hands in what came back: a deep link, the address of a loopback page, or either pasted.
    /// Resolves when the exchange and the check are done; goes on if the caller goes away.
    ///
    /// Anybody on this computer can call this with anything: without a waiting sign-in whose
    /// `state` it carries, it changes nothing.
    pub async fn sign_in_return(self: &Arc<Self>, link: String) -> Answer<SignIn> {
        let open = self.opened().await?;
        let link = SecretString::from(link);
        let returned = drawbridge_oauth::parse_return(link.expose().trim()).map_err(|error| {
            tracing::info!(%error, "an address was handed in that is no answer");
            Problem::new(
                Code::SignInUnknown,
                "That address is not the answer to a sign-in.",
                "Copy the whole address of the page the browser ended on.",
            )
        })?;
        let keeper = Arc::clone(self);
        let work = Arc::clone(&open);
        let task = open.tasks.spawn(async move { keeper.answer(&work, returned).await });
        task.await.map_err(|error| words::internal("finishing the sign-in", &error))?
    }

    async fn answer(self: &Arc<Self>, open: &Arc<Open>, returned: Return) -> Answer<SignIn> {
        let case = self.waiting_for(open, &returned).await?;
        let id = case.row.id.clone();
        if self.parts.clock.now() >= case.row.ends_at {
            self.expire(open, &case.row).await?;
            return Err(expired(&case.row));
        }
        // From here on it is spent, however this goes on.
        let mut write = open.store.write().await.map_err(words::store)?;
        let first = write.move_sign_in(&id, WAITING, "exchanging", true).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if !first {
            return Err(unknown());
        }
        self.tell(&self.sign_in_show(id.clone()).await?);
        let asked = self.parts.clock.now();
        let outcome = self.exchange(open, &case, returned).await;
        self.settle(open, &case, outcome, asked).await
    }

    /// The waiting sign-in that an answer belongs to: same `state`, same way back, same address.
    async fn waiting_for(&self, open: &Open, returned: &Return) -> Answer<Case> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.sign_ins().await.map_err(words::store)?;
        for row in rows.into_iter().filter(|row| row.state == WAITING && row.way != SignInWay::Device) {
            let Some(attempt) = session.attempt(&row.id).await.map_err(words::store)? else { continue };
            if !attempt.state.same_as(returned.state.expose()) {
                continue;
            }
            let fits = match returned.via {
                ReturnVia::DeepLink | ReturnVia::Loopback { .. } => attempt.redirect_uri == returned.place,
                ReturnVia::Pasted => row.way == SignInWay::Paste,
            };
            if !fits {
                break;
            }
            drop(session);
            return self.case(open, row, attempt).await;
        }
        tracing::info!("an answer came that no sign-in waits for");
        Err(unknown())
    }

    async fn case(&self, open: &Open, row: SignInRow, attempt: Attempt) -> Answer<Case> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let host: HostRow = session
            .host(&row.host)
            .await
            .map_err(words::store)?
            .ok_or_else(|| words::not_found("host for that sign-in"))?;
        let clients = session.clients().await.map_err(words::store)?;
        let client = clients.into_iter().find(|client| client.id == row.client).ok_or_else(|| {
            Problem::new(
                Code::ClientMissing,
                "The client of this sign-in was removed meanwhile.",
                "Add it again, then start the sign-in again.",
            )
        })?;
        let secret = session.client_secret(&client.id).await.map_err(words::store)?;
        let target = self.target(&host.provider, Some(&host.base_url), Some(&host.api_url))?;
        let metadata = metadata_of(&host);
        Ok(Case { row, attempt, target, host, metadata, client, secret })
    }

    async fn exchange(&self, open: &Open, case: &Case, returned: Return) -> Answer<Tokens> {
        let came_along = returned.extra;
        let label = case.target.host.label();
        let endpoints = case.endpoints().ok_or_else(|| words::not_found("way to sign in at that host"))?;
        drawbridge_oauth::check_issuer(endpoints.issuer.as_ref(), returned.iss.as_deref())
            .map_err(|error| words::oauth(&error, label))?;
        let code = match returned.answer {
            Came::Code(code) => code,
            Came::Refused { error, .. } => return Err(words::refused(&error, label)),
        };
        let auth = case.auth();
        let exchange = drawbridge_oauth::exchange(
            &self.http,
            &endpoints,
            auth,
            &code,
            &case.attempt.verifier,
            &case.attempt.redirect_uri,
        );
        tokio::select! {
            tokens = exchange => {
                let mut tokens = match tokens {
                    Ok(tokens) => tokens,
                    Err(error) => {
                        self.look_again(open, &case.host, &error).await;
                        return Err(words::oauth(&error, label));
                    }
                };
                // What some hosts say only in the address they send the browser back to.
                let keeps = case.target.provider.definition.oauth.iter().flat_map(|oauth| &oauth.redirect_keeps);
                for name in keeps {
                    if let Some((_, value)) = came_along.iter().find(|(came, _)| came == name) {
                        tokens.kept.insert(name.clone(), value.clone());
                    }
                }
                Ok(tokens)
            }
            () = open.cancel.cancelled() => Err(words::locked()),
        }
    }

    /// Ends a sign-in with tokens or a problem: asks who it is, seals, starts the first listing. `asked` is
    /// when the host was asked for the tokens.
    async fn settle(
        self: &Arc<Self>,
        open: &Arc<Open>,
        case: &Case,
        outcome: Answer<Tokens>,
        asked: Timestamp,
    ) -> Answer<SignIn> {
        let id = &case.row.id;
        let connected = match outcome {
            Ok(tokens) => {
                let answered = Answered { asked, came: self.parts.clock.now(), date: tokens.server_date };
                self.connect(open, case, tokens, answered).await
            }
            Err(problem) => Err(problem),
        };
        Open::with(&open.listening, |listening| listening.remove(id));
        match connected {
            Ok(()) => {
                let sign_in = self.sign_in_show(id.clone()).await?;
                self.tell(&sign_in);
                if let Some(account) = &sign_in.account {
                    open.wake.notify_one();
                    self.request_sync(open, &account.id);
                }
                Ok(sign_in)
            }
            Err(problem) => {
                let text = serde_json::to_string(&problem).unwrap_or_default();
                let mut write = open.store.write().await.map_err(words::store)?;
                write.end_sign_in(id, "failed", None, Some(&text)).await.map_err(words::store)?;
                write.commit().await.map_err(words::store)?;
                self.tell(&self.sign_in_show(id.clone()).await?);
                Err(problem)
            }
        }
    }

    async fn connect(&self, open: &Open, case: &Case, tokens: Tokens, answered: Answered) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        write.move_sign_in(&case.row.id, "exchanging", "checking", true).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.tell(&self.sign_in_show(case.row.id.clone()).await?);
        let userinfo = case.metadata.as_ref().and_then(|metadata| metadata.userinfo.as_ref());
        let client_id = Some(case.client.client_id.as_str());
        let identified = self.identify(&case.target, &tokens.access, None, client_id, userinfo).await?;
        self.expected(open, case, &identified, &tokens).await?;
        let definition = &case.target.provider.definition;
        let life = definition.oauth.as_ref().map(|oauth| &oauth.life);
        let now = answered.issued();
        let credential = NewCredential {
            kind: CredentialKind::Oauth,
            client_id: Some(case.client.client_id.clone()),
            access: tokens.access,
            refresh: tokens.refresh,
            asked_scopes: case.row.asked_scopes.clone(),
            // What the API says the token has counts more than what the token endpoint promised.
            // An empty list there says that rights are not told as scopes, not that there are none.
            granted_scopes: identified.scopes.clone().or(tokens.scopes.filter(|scopes| !scopes.is_empty())),
            issued_at: now,
            // What the reply says counts first, the definition second.
            access_ends_at: ends(now, tokens.expires_in)
                .or(identified.expires_at)
                .or_else(|| ends(now, life.and_then(|life| life.access))),
            refresh_ends_at: ends(now, tokens.refresh_expires_in),
            refresh_end_stays: false,
            user_name: None,
            kept: tokens.kept.into_iter().chain(identified.kept.clone()).collect(),
            signed_in_at: now,
        };
        self.seal_account(open, &case.target, &identified, &credential, Some(&case.row.id)).await?;
        host_clock::note(open, &case.host.id, case.host.clock_ahead_ms, answered.clock_ahead_ms()).await
    }

    /// Refuses somebody else than the person a sign-in was to bring back, and lets go of what came.
    async fn expected(&self, open: &Open, case: &Case, who: &Identified, tokens: &Tokens) -> Answer<()> {
        let Some(expects) = &case.row.expects else { return Ok(()) };
        let mut session = open.store.read().await.map_err(words::store)?;
        let known = session.account(expects).await.map_err(words::store)?;
        drop(session);
        let Some(known) = known.filter(|known| known.identity.subject != who.identity.subject) else { return Ok(()) };
        let api = Api {
            http: &self.http,
            base: &case.target.api_url,
            token: &tokens.access,
            user: None,
            client_id: Some(&case.client.client_id),
        };
        let grant = Grant {
            access: &tokens.access,
            refresh: tokens.refresh.as_ref(),
            client: Some((&case.client.client_id, case.secret.as_ref())),
            kept: &tokens.kept,
        };
        // Only this one token where that can be told: the other person may be connected here too.
        let ends_one = case.target.provider.definition.revoke.as_ref().is_some_and(|revoke| revoke.ends == Ends::Token);
        if ends_one {
            let ended = case.target.provider.revoke(&api, &case.target.host, &grant, case.metadata.as_ref());
            let _ = tokio::time::timeout(LET_GO, ended).await;
        }
        Err(words::somebody_else(&who.identity.login, &known.identity.login, case.target.host.label()))
    }

    /// Hands in the code that a host showed for pasting, or the whole address the browser ended on.
    pub async fn sign_in_paste(self: &Arc<Self>, id: SignInId, request: PasteCode) -> Answer<SignIn> {
        let text = request.code.expose().trim();
        if text.contains("://") || text.starts_with("dev.drawbridge.desktop:") {
            return self.sign_in_return(text.to_owned()).await;
        }
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let attempt = session.attempt(&id).await.map_err(words::store)?;
        let row = session.sign_ins().await.map_err(words::store)?.into_iter().find(|row| row.id == id);
        drop(session);
        let (Some(row), Some(attempt)) = (row.filter(|row| row.state == WAITING), attempt) else {
            return Err(unknown());
        };
        if row.way != SignInWay::Paste {
            return Err(words::invalid(
                "That is only a part of the answer.",
                "Copy the whole address of the page the browser ended on.",
            ));
        }
        // Some hosts show code and state as one: the state then has to be ours.
        let (code, state) = text.split_once('#').map_or((text, None), |(code, state)| (code, Some(state)));
        if state.is_some_and(|state| !attempt.state.same_as(state)) {
            return Err(unknown());
        }
        if code.is_empty() || code.len() > 4096 || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(words::invalid("That can't be a code.", "Copy all of it, and nothing else."));
        }
        let returned = Return {
            via: ReturnVia::Pasted,
            place: String::new(),
            state: attempt.state.clone(),
            iss: None,
            answer: Came::Code(SecretString::from(code.to_owned())),
            extra: Vec::new(),
        };
        let (keeper, work) = (Arc::clone(self), Arc::clone(&open));
        let task = open.tasks.spawn(async move { keeper.answer(&work, returned).await });
        task.await.map_err(|error| words::internal("finishing the sign-in", &error))?
    }

    /// Looks after a waiting sign-in: its time, its listener, its polling. One task, ended by lock.
    pub(crate) fn attend(
        self: &Arc<Self>,
        open: &Arc<Open>,
        row: &SignInRow,
        attempt: &Attempt,
        listener: Option<Listener>,
    ) {
        if let Some(listener) = &listener {
            listener.answers_to(attempt.state.clone());
            let address = listener.redirect_uri();
            let address = address.trim_start_matches("http://");
            let address = address.split_once('/').map_or(address, |(address, _)| address).to_owned();
            Open::with(&open.listening, |listening| listening.insert(row.id.clone(), address));
        }
        let (keeper, work, row, attempt) = (Arc::clone(self), Arc::clone(open), row.clone(), attempt.clone());
        let cancel = open.cancel.clone();
        open.tasks.spawn(async move {
            let left = row.ends_at.since(keeper.parts.clock.now());
            tokio::select! {
                () = cancel.cancelled() => {}
                () = keeper.is_final(&work, &row) => {}
                () = tokio::time::sleep(left) => { let _ = keeper.expire(&work, &row).await; }
                () = keeper.listen(listener) => {}
                () = keeper.poll(&work, &row, &attempt) => {}
            }
            Open::with(&work.listening, |listening| listening.remove(&row.id));
        });
    }

    /// Resolves when a sign-in ended in another way, such as by being cancelled.
    async fn is_final(&self, open: &Open, row: &SignInRow) {
        let mut events = self.events();
        loop {
            if let Ok(sign_in) = self.sign_in_show(row.id.clone()).await
                && sign_in.state.is_final()
            {
                return;
            }
            tokio::select! {
                () = open.cancel.cancelled() => return,
                next = async {
                    // Only news of this sign-in is worth a look.
                    loop {
                        match events.recv().await {
                            Ok(crate::dto::Event::SignIn { sign_in }) if sign_in.id == row.id => return true,
                            Ok(_) => {}
                            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => return true,
                            Err(tokio::sync::broadcast::error::RecvError::Closed) => return false,
                        }
                    }
                } => if !next { return },
            }
        }
    }

    /// Hands in what reaches the loopback port. A wrong answer does not end the waiting.
    async fn listen(self: &Arc<Self>, listener: Option<Listener>) {
        let Some(listener) = listener else { return std::future::pending().await };
        loop {
            let address = listener.next_return().await;
            match self.sign_in_return(address.expose().clone()).await {
                Ok(sign_in) if sign_in.state == SignInState::Connected => return,
                Ok(_) => {}
                Err(problem) if problem.code == Code::SignInUnknown => {}
                Err(_) => return,
            }
        }
    }

    /// Asks the host whether the code was typed, no faster than it allows.
    async fn poll(self: &Arc<Self>, open: &Arc<Open>, row: &SignInRow, attempt: &Attempt) {
        if row.way != SignInWay::Device {
            return std::future::pending().await;
        }
        let first = row.poll_seconds.unwrap_or(0).max(attempt.interval).max(1);
        let mut interval = Duration::from_secs(u64::from(first));
        loop {
            tokio::time::sleep(interval).await;
            let Ok(case) = self.case(open, row.clone(), attempt.clone()).await else { continue };
            let Some(endpoints) = case.endpoints() else {
                return;
            };
            let device_code = &attempt.device_code;
            let asked = self.parts.clock.now();
            let polled = drawbridge_oauth::device_poll(&self.http, &endpoints, case.auth(), device_code).await;
            let label = case.target.host.label();
            let outcome = match polled {
                Ok(DevicePoll::Pending) => continue,
                Ok(DevicePoll::SlowDown) => {
                    interval += SLOWER;
                    self.keep_pause(open, &row.id, interval).await;
                    continue;
                }
                // No answer is no answer: ask again, more slowly (RFC 8628 §3.5).
                Err(
                    drawbridge_oauth::Error::Unreachable(_)
                    | drawbridge_oauth::Error::ReplyLost(_)
                    | drawbridge_oauth::Error::Unwell { .. },
                ) => {
                    interval = (interval * 2).min(POLL_MAX);
                    continue;
                }
                Ok(DevicePoll::Denied) => Err(words::refused("access_denied", label)),
                Ok(DevicePoll::Expired) => Err(words::refused("expired_token", label)),
                Ok(DevicePoll::Tokens(tokens)) => Ok(tokens),
                Err(error) => {
                    self.look_again(open, &case.host, &error).await;
                    Err(words::oauth(&error, label))
                }
            };
            let moved = async {
                let mut write = open.store.write().await.map_err(words::store)?;
                let first = write.move_sign_in(&row.id, WAITING, "exchanging", true).await.map_err(words::store)?;
                write.commit().await.map_err(words::store)?;
                Answer::Ok(first)
            };
            if moved.await.unwrap_or(false) {
                // On a task of its own: this one ends as soon as the sign-in is final.
                let (keeper, work) = (Arc::clone(self), Arc::clone(open));
                drop(open.tasks.spawn(async move {
                    let _ = keeper.settle(&work, &case, outcome, asked).await;
                }));
            }
            return std::future::pending().await;
        }
    }

    /// Keeps the pause that a host asked for, so that it holds after a restart too. What can't be kept now
    /// is asked for again then.
    async fn keep_pause(&self, open: &Open, id: &SignInId, pause: Duration) {
        let seconds = u32::try_from(pause.as_secs()).unwrap_or(u32::MAX);
        let kept = async {
            let mut write = open.store.write().await?;
            write.set_poll_seconds(id, seconds).await?;
            write.commit().await
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "the pause of a sign-in could not be kept");
        }
    }

    async fn expire(&self, open: &Open, row: &SignInRow) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        let moved = write.move_sign_in(&row.id, WAITING, "expired", true).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if moved {
            self.tell(&self.sign_in_show(row.id.clone()).await?);
        }
        Ok(())
    }

    /// After an unlock: sign-ins that waited go on waiting, those that were cut off in the middle
    /// of their exchange are told as failed, since their code is spent.
    pub(crate) async fn resume_sign_ins(self: &Arc<Self>, open: &Arc<Open>) {
        if let Err(problem) = self.try_resume(open).await {
            tracing::warn!(code = ?problem.code, "waiting sign-ins could not be taken up again");
        }
    }

    async fn try_resume(self: &Arc<Self>, open: &Arc<Open>) -> Answer<()> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.sign_ins().await.map_err(words::store)?;
        drop(session);
        let now = self.parts.clock.now();
        for row in rows {
            match row.state.as_str() {
                WAITING if now >= row.ends_at => {
                    let mut write = open.store.write().await.map_err(words::store)?;
                    write.move_sign_in(&row.id, WAITING, "expired", true).await.map_err(words::store)?;
                    write.commit().await.map_err(words::store)?;
                }
                WAITING => {
                    let mut session = open.store.read().await.map_err(words::store)?;
                    if let Some(attempt) = session.attempt(&row.id).await.map_err(words::store)? {
                        drop(session);
                        // The browser still comes back to the port it was sent to.
                        let listener = match row.way {
                            SignInWay::Loopback => Listener::bind_again(&attempt.redirect_uri).await,
                            _ => None,
                        };
                        self.attend(open, &row, &attempt, listener);
                    }
                }
                "exchanging" | "checking" => {
                    let problem = Problem::new(
                        Code::SignInFailed,
                        "Drawbridge was closed in the middle of this sign-in. Nothing was connected.",
                        "Start again.",
                    );
                    let text = serde_json::to_string(&problem).unwrap_or_default();
                    let mut write = open.store.write().await.map_err(words::store)?;
                    write.end_sign_in(&row.id, "failed", None, Some(&text)).await.map_err(words::store)?;
                    write.commit().await.map_err(words::store)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn unknown() -> Problem {
    Problem::new(
        Code::SignInUnknown,
        "No sign-in waits for this answer; perhaps it was used already. Nothing was changed.",
        "Start a sign-in here and approve it in the browser.",
    )
}
