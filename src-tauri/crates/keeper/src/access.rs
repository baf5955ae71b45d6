//! The access of an account: handed out fresh, renewed when it is about to end.
//!
//! One renewal at a time per account. A journal entry is durable before the request is sent, the
//! new pair before its first use, so a crash or a lost reply is told apart from a refusal. Nothing
//! is ever deleted by a failure. Not here: the protocol, and looking after access nobody uses
//! (`upkeep.rs`).

use crate::{
    Answer, Code, Keeper, Problem,
    dto::Tag,
    host_clock::{self, Answered},
    hosts::metadata_of,
    keeper::Line,
    open::{Open, Turn},
    words,
};
use drawbridge_domain::{AccountId, Health, SecretString, Timestamp};
use drawbridge_oauth::{Error, RefusalHint, Tokens};
use drawbridge_providers::{Api, Life, Provider, Rotation};
use drawbridge_store::{
    AccountEventRow, AccountRow, CredentialFacts, CredentialRow, HostRow, NewCredential, RepositoryRow,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::OwnedMutexGuard;

/// Renewed this long before the end where the definition says nothing, so that a long listing does
/// not run out of it.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// The pause after a first failure; doubled with each more.
const PAUSE: Duration = Duration::from_secs(30);
const PAUSE_MOST: Duration = Duration::from_secs(60 * 60);
/// How exactly two ends have to be the same to be one.
const COUNTING: Duration = Duration::from_secs(60);
/// No pause is longer, whoever wished for it: a later time was noted by a clock that was wrong.
const WAIT_MOST: Duration = Duration::from_secs(26 * 60 * 60);
/// How often it is tried to keep what a renewal brought, and how long is waited in between.
const KEEP_TRIES: u32 = 300;
const KEEP_PAUSE: Duration = Duration::from_secs(2);

/// Everything a question to an account's host needs.
pub(crate) struct Access {
    pub account: AccountRow,
    pub host: HostRow,
    pub provider: Arc<Provider>,
    pub token: SecretString,
    pub user: Option<String>,
    pub client_id: Option<String>,
    /// How its host is asked: within the account's budget, before what works in the background.
    pub http: Line,
    /// How many renewals had been tried when it was handed out.
    pub as_of: u64,
}

impl Access {
    /// What asking the account's host takes.
    pub(crate) fn api(&self) -> Api<'_> {
        Api {
            http: &self.http,
            base: &self.host.api_url,
            token: &self.token,
            user: self.user.as_deref(),
            client_id: self.client_id.as_deref(),
        }
    }

    /// The same for work that nobody waits for.
    pub(crate) fn in_background(self) -> Self {
        Self { http: self.http.in_background(), ..self }
    }
}

/// How much somebody wants new access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Only if what is there is about to end.
    IfEnding,
    /// Newer than after so many tries: what was handed out then was refused. Who finds that another
    /// tried meanwhile takes what came of it.
    Refused(u64),
    /// The same, so that it does not end by being idle; nobody was refused.
    Newer(u64),
    /// The same, but a person asked: also where it was refused for good, or is not tried again yet.
    Asked(u64),
}

/// What a renewal works with.
struct Case {
    account: AccountRow,
    host: HostRow,
    provider: Arc<Provider>,
    credential: CredentialRow,
    secret: Option<SecretString>,
}

impl Case {
    fn life(&self) -> Option<&Life> {
        self.provider.definition.oauth.as_ref().map(|oauth| &oauth.life)
    }

    fn margin(&self) -> Duration {
        let margin = self.life().and_then(|life| life.margin).unwrap_or(MARGIN);
        // Access that lives shorter than the margin is not renewed at once again and again.
        let whole = self.credential.facts.access_ends_at.map(|ends| ends.since(self.credential.facts.issued_at));
        whole.map_or(margin, |whole| margin.min(whole / 3))
    }

    /// When access is renewed, by the host's clock: ahead of its end, and not all that end together at the
    /// same moment.
    fn due_at(&self, ends: Timestamp) -> Timestamp {
        let margin = self.margin();
        ends.minus(margin + margin.mul_f64(0.2 * host_clock::spread(&self.credential.facts)))
    }

    /// Whether sending a refresh token again whose reply was lost can do no harm.
    fn may_repeat(&self, started: Timestamp, now: Timestamp) -> bool {
        let Some(life) = self.life() else { return false };
        // Where it stays the same, the lost reply spent nothing.
        if life.rotation == Rotation::Stays {
            return true;
        }
        // One guarded try, where the provider documents that a spent one is taken for a while.
        life.grace.is_some_and(|grace| now.since(started) < grace) && self.credential.facts.failures == 0
    }
}

impl Keeper {
    /// The strongest access that there is to a repository.
    pub(crate) async fn access_to(&self, open: &Open, repository: &RepositoryRow) -> Answer<Access> {
        let mut access = Err(words::unreached(&repository.forge.full_name()));
        for account in &repository.accounts {
            access = self.access(open, account).await;
            if access.is_ok() {
                break;
            }
        }
        access
    }

    /// The account's access, renewed first if it is about to end.
    pub(crate) async fn access(&self, open: &Open, id: &AccountId) -> Answer<Access> {
        self.access_as(open, id, Wish::IfEnding).await
    }

    /// The account's access, as fresh as is wished. Whoever waited for another's renewal finds the
    /// new pair and sends nothing.
    pub(crate) async fn access_as(&self, open: &Open, id: &AccountId, wish: Wish) -> Answer<Access> {
        let turn = open.refresh_turn(id);
        let held = Arc::clone(&turn.one).lock_owned().await;
        let mut session = open.store.read().await.map_err(words::store)?;
        let account =
            session.account(id).await.map_err(words::store)?.ok_or_else(|| words::not_found("account with that id"))?;
        let host = session
            .host(&account.host)
            .await
            .map_err(words::store)?
            .ok_or_else(|| words::not_found("host for that account"))?;
        let credential = session
            .credential(id)
            .await
            .map_err(words::store)?
            .ok_or_else(|| words::not_found("credential for that account"))?;
        let clients = session.clients().await.map_err(words::store)?;
        let client = clients
            .iter()
            .find(|client| client.host == host.id && Some(&client.client_id) == credential.facts.client_id.as_ref());
        let secret = match client {
            Some(client) => session.client_secret(&client.id).await.map_err(words::store)?,
            None => None,
        };
        drop(session);
        let provider = self.known(&host.provider)?;
        let facts = credential.facts.clone();
        let has_client = client.is_some();
        let case =
            Case { account: account.clone(), host: host.clone(), provider: Arc::clone(&provider), credential, secret };
        let now = host_clock::by_theirs(&host, self.parts.clock.now());
        let ends = facts.access_ends_at.filter(|_| facts.renewable);
        let wanted = match wish {
            Wish::IfEnding => ends.is_some_and(|ends| now >= case.due_at(ends)),
            Wish::Refused(tries) | Wish::Newer(tries) | Wish::Asked(tries) => facts.renewable && turn.tries() <= tries,
        };
        // What another tried meanwhile is what was waited for, also where it failed.
        if let (Wish::Refused(tries) | Wish::Newer(tries) | Wish::Asked(tries), Some(problem)) = (wish, turn.failure())
            && turn.tries() > tries
        {
            return Err(problem);
        }
        let over = ends.is_some_and(|ends| now >= ends);
        let (token, as_of) = match wish {
            // Without its client a renewal can only be refused.
            _ if wanted && !has_client && (over || wish != Wish::IfEnding) => {
                // What still works is used on.
                if over || matches!(wish, Wish::Refused(_)) {
                    self.needs_you(open, id, "client_missing").await?;
                }
                return Err(Problem::new(
                    Code::ClientMissing,
                    format!("The client that renews this sign-in at {} was removed.", host.base_url.label()),
                    "Add the client again, or sign in again.",
                ));
            }
            _ if wanted && has_client => {
                let (renewed, as_of) = self.renew_apart(open, case, wish, turn, held).await?;
                (renewed?, as_of)
            }
            _ => (case.credential.access, turn.tries()),
        };
        let http = self.line(id, &provider);
        Ok(Access { as_of, token, user: facts.user_name, client_id: facts.client_id, http, account, host, provider })
    }

    /// Renews in a task of its own: what was sent can't be taken back, so that whoever stops waiting stops only
    /// that. With how many were tried by then.
    async fn renew_apart(
        &self,
        open: &Open,
        case: Case,
        wish: Wish,
        turn: Arc<Turn>,
        held: OwnedMutexGuard<()>,
    ) -> Answer<(Answer<SecretString>, u64)> {
        let (Some(keeper), Some(work)) = (self.me.upgrade(), open.me.upgrade()) else { return Err(words::locked()) };
        let renewing = open.tasks.spawn(async move {
            let renewed = keeper.renew(&work, case, wish).await;
            turn.note(renewed.as_ref().err().cloned());
            let as_of = turn.tries();
            drop(held);
            (renewed, as_of)
        });
        renewing.await.map_err(|error| words::internal("renewing access", &error))
    }

    async fn renew(&self, open: &Open, case: Case, wish: Wish) -> Answer<SecretString> {
        let id = &case.account.id;
        let label = case.host.base_url.label();
        let now = self.parts.clock.now();
        let facts = &case.credential.facts;
        let theirs = host_clock::by_theirs(&case.host, now);
        let still_good = facts.access_ends_at.is_none_or(|ends| theirs < ends);
        let was_lost = facts.refresh_started_at.is_some();
        // What was refused for good is not sent again, unless a person asks for it.
        let asked = matches!(wish, Wish::Asked(_));
        if !asked && is_over(&case.account, facts) {
            let may_work = still_good && wish == Wish::IfEnding;
            return if may_work { Ok(case.credential.access) } else { Err(sign_in_again(label)) };
        }
        if let Some(started) = facts.refresh_started_at
            && !case.may_repeat(started, now)
        {
            // The refresh token may be spent, and sending a spent one again can end the whole grant.
            // Use what is left of the old access, then ask the person once.
            if still_good && wish == Wish::IfEnding {
                return Ok(case.credential.access);
            }
            self.needs_you(open, id, "reply_lost").await?;
            return Err(sign_in_again(label));
        }
        if let Some(retry_at) = facts.retry_at
            && waits(retry_at, now)
            && !asked
        {
            let may_work = still_good && wish == Wish::IfEnding;
            return if may_work { Ok(case.credential.access) } else { Err(words::tried_again_at(label, retry_at)) };
        }
        let found = metadata_of(&case.host);
        let endpoints = case.provider.endpoints(&case.host.base_url, found.as_ref());
        let (Some(refresh), Some(client_id), Some(endpoints)) = (&case.credential.refresh, &facts.client_id, endpoints)
        else {
            let may_work = still_good && wish == Wish::IfEnding;
            return if may_work { Ok(case.credential.access) } else { Err(words::renews_nowhere(label)) };
        };
        if was_lost {
            // The time of the first one stays: the grace of a provider counts from there.
            let mut write = open.store.write().await.map_err(words::store)?;
            write.note_refresh_repeated(id).await.map_err(words::store)?;
            write.commit().await.map_err(words::store)?;
        } else {
            self.journal(open, id, Some(now)).await?;
        }
        let auth = case.provider.client_auth(client_id, case.secret.as_ref(), found.as_ref());
        let error = match drawbridge_oauth::refresh(&self.http, &endpoints, auth, refresh).await {
            Ok(tokens) => return self.take_renewed(open, &case, tokens, now).await,
            Err(error) => error,
        };
        tracing::info!(account = %id.as_str(), %error, "access could not be renewed");
        let host = case.host.clone();
        // Noted before anything else is asked: until then the answer counts as lost.
        let came = self.not_renewed(open, case, &error, wish, now).await;
        self.look_again(open, &host, &error).await;
        came
    }

    /// Notes what a renewal was refused for, or why it failed. What is there is handed out where that may do.
    async fn not_renewed(
        &self,
        open: &Open,
        case: Case,
        error: &Error,
        wish: Wish,
        now: Timestamp,
    ) -> Answer<SecretString> {
        let id = &case.account.id;
        let label = case.host.base_url.label();
        let facts = &case.credential.facts;
        let theirs = host_clock::by_theirs(&case.host, now);
        let was_lost = facts.refresh_started_at.is_some();
        let may_work = wish == Wish::IfEnding && facts.access_ends_at.is_none_or(|ends| theirs < ends);
        match error {
            Error::Refused { error, hint } if ends_grant(error, *hint) => {
                let cause = cause_of_end(&case, *hint, was_lost, theirs);
                self.journal(open, id, None).await?;
                self.needs_you(open, id, cause).await?;
                Err(sign_in_again(label))
            }
            Error::Refused { error, .. } if refuses_client(error) => {
                self.not_now(open, &case, now, None, "client_refused").await?;
                if may_work {
                    return Ok(case.credential.access);
                }
                self.needs_you(open, id, "client_refused").await?;
                Err(words::client_refused(label))
            }
            // Kept as started: at rest this says that the reply was lost.
            error if error.reply_may_be_lost() => {
                self.remember(open, id, "reply_lost", "").await?;
                if may_work { Ok(case.credential.access) } else { Err(words::oauth(error, label)) }
            }
            error => {
                let wait = match error {
                    Error::Unwell { wait, .. } => *wait,
                    _ => None,
                };
                self.not_now(open, &case, now, wait, cause_of_failure(error)).await?;
                if may_work { Ok(case.credential.access) } else { Err(words::oauth(error, label)) }
            }
        }
    }

    /// Makes the new pair durable; only then is it used.
    async fn take_renewed(&self, open: &Open, case: &Case, tokens: Tokens, asked: Timestamp) -> Answer<SecretString> {
        let id = &case.account.id;
        let now = self.parts.clock.now();
        let answered = Answered { asked, came: now, date: tokens.server_date };
        let renewed = renewed(case, tokens, answered.issued());
        let less = case.credential.facts.granted_scopes.as_ref().zip(renewed.granted_scopes.as_ref());
        let less = less.is_some_and(|(before, after)| before.iter().any(|scope| !after.contains(scope)));
        let cause = if less { "fewer_scopes" } else { "" };
        let event = AccountEventRow { at: now, kind: "renewed".to_owned(), cause: cause.to_owned() };
        // The host may have ended the old pair already: a disk that is full or a long writer is no reason to let go
        // of the new one.
        let mut left = KEEP_TRIES;
        while let Err(error) = keep_renewed(open, case, &renewed, &event).await {
            left -= 1;
            if left == 0 || open.store.database().writer().is_closed() {
                return Err(words::store(error));
            }
            tracing::warn!(account = %id.as_str(), %error, "renewed access could not be kept yet");
            tokio::time::sleep(KEEP_PAUSE).await;
        }
        host_clock::note(open, &case.host.id, case.host.clock_ahead_ms, answered.clock_ahead_ms()).await?;
        self.changed(&[Tag::Accounts]);
        Ok(renewed.access)
    }

    /// Notes that a renewal surely was not carried out, and when it is tried again.
    async fn not_now(
        &self,
        open: &Open,
        case: &Case,
        now: Timestamp,
        wait: Option<Duration>,
        cause: &str,
    ) -> Answer<()> {
        let id = &case.account.id;
        let pause = wait.unwrap_or_else(|| PAUSE * 2_u32.pow(case.credential.facts.failures.min(7))).min(PAUSE_MOST);
        // Up to a fifth later, so that many accounts do not come back in step.
        let later = pause + pause.mul_f64(0.2 * drawbridge_domain::fraction(&*self.parts.random));
        let retry_at = now.plus(later);
        let still_lost = case.credential.facts.refresh_started_at.is_some();
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_refresh_failed(id, retry_at, still_lost).await.map_err(words::store)?;
        // The first of a row is worth a line; the tenth is not.
        if case.credential.facts.failures == 0 {
            let event = AccountEventRow { at: now, kind: "not_renewed".to_owned(), cause: cause.to_owned() };
            write.add_account_event(id, &event).await.map_err(words::store)?;
        }
        let theirs = host_clock::by_theirs(&case.host, now);
        let ended = case.credential.facts.access_ends_at.is_some_and(|ends| theirs >= ends);
        if ended && case.account.health != Health::NeedsYou {
            write.set_health(id, Health::TryingAgain, cause, now, Some(retry_at)).await.map_err(words::store)?;
        }
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts]);
        Ok(())
    }

    async fn journal(&self, open: &Open, account: &AccountId, at: Option<Timestamp>) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_refresh_started(account, at).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)
    }

    /// Adds a line to an account's history.
    pub(crate) async fn remember(&self, open: &Open, account: &AccountId, kind: &str, cause: &str) -> Answer<()> {
        let at = self.parts.clock.now();
        let mut write = open.store.write().await.map_err(words::store)?;
        let event = AccountEventRow { at, kind: kind.to_owned(), cause: cause.to_owned() };
        write.add_account_event(account, &event).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)
    }

    /// Notes that only the person can mend this account. Said once: a second time changes nothing.
    pub(crate) async fn needs_you(&self, open: &Open, account: &AccountId, cause: &str) -> Answer<()> {
        let now = self.parts.clock.now();
        let mut write = open.store.write().await.map_err(words::store)?;
        let before = write.account(account).await.map_err(words::store)?;
        if before.is_some_and(|before| before.health == Health::NeedsYou && before.health_cause == cause) {
            return Ok(());
        }
        write.set_health(account, Health::NeedsYou, cause, now, None).await.map_err(words::store)?;
        let event = AccountEventRow { at: now, kind: "needs_sign_in".to_owned(), cause: cause.to_owned() };
        write.add_account_event(account, &event).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts]);
        Ok(())
    }
}

async fn keep_renewed(
    open: &Open,
    case: &Case,
    renewed: &NewCredential,
    event: &AccountEventRow,
) -> Result<(), drawbridge_store::Error> {
    let id = &case.account.id;
    let mut write = open.store.write().await?;
    write.put_credential(id, renewed).await?;
    write.add_account_event(id, event).await?;
    if renews_away(&case.account) {
        write.set_health(id, Health::Working, "", event.at, None).await?;
    }
    write.commit().await
}

/// Whether a renewal that failed is not tried again yet.
pub(crate) fn waits(retry_at: Timestamp, now: Timestamp) -> bool {
    now < retry_at && retry_at.since(now) <= WAIT_MOST
}

/// Whether the host said that this grant works no more.
fn is_over(account: &AccountRow, facts: &CredentialFacts) -> bool {
    account.health == Health::NeedsYou
        && match account.health_cause.as_str() {
            "ended" | "reused" | "expired" => true,
            // Sent a second time, and refused then.
            "reply_lost" => facts.refresh_started_at.is_none(),
            _ => false,
        }
}

/// Whether an account's trouble is over once its access was renewed.
fn renews_away(account: &AccountRow) -> bool {
    let of_renewal = ["ended", "reused", "expired", "reply_lost", "client_missing", "client_refused", "unreachable"];
    account.health == Health::NeedsYou && of_renewal.contains(&account.health_cause.as_str())
        || account.health == Health::TryingAgain
            && ["unreachable", "unwell", "interposed"].contains(&account.health_cause.as_str())
}

/// Whether a refusal says that a refresh token works no more (RFC 6749 §5.2, and what hosts say instead).
fn ends_grant(error: &str, hint: Option<RefusalHint>) -> bool {
    // Some hosts call a refresh token that they do not take a client that is not authorised.
    error == "unauthorized_client" && hint.is_some()
        || matches!(
            error,
            "invalid_grant"
                | "bad_refresh_token"
                | "invalid_refresh_token"
                | "token_revoked"
                | "token_expired"
                | "expired_token"
                | "account_inactive"
        )
}

/// Codes that say that it is the client that is not accepted.
fn refuses_client(error: &str) -> bool {
    matches!(
        error,
        "invalid_client" | "unauthorized_client" | "incorrect_client_credentials" | "bad_client_secret" | "http_401"
    )
}

/// Why a grant is over, as far as that can be told.
fn cause_of_end(case: &Case, hint: Option<RefusalHint>, was_lost: bool, now: Timestamp) -> &'static str {
    let facts = &case.credential.facts;
    let life = case.life();
    let idle = life.and_then(|life| life.refresh_idle).map(|idle| facts.issued_at.plus(idle));
    let whole = life.and_then(|life| life.refresh_absolute).map(|whole| facts.signed_in_at.plus(whole));
    let over = [facts.refresh_ends_at, idle, whole].into_iter().flatten().any(|ends| now >= ends);
    // Where it stays the same, the lost reply spent nothing: it ended for a reason of its own.
    let stays = life.is_some_and(|life| life.rotation == Rotation::Stays);
    match hint {
        _ if was_lost && !stays => "reply_lost",
        Some(RefusalHint::Reused) => "reused",
        Some(RefusalHint::Expired) => "expired",
        _ if over => "expired",
        _ => "ended",
    }
}

fn cause_of_failure(error: &Error) -> &'static str {
    match error {
        Error::Unreachable(_) => "unreachable",
        Error::Unwell { .. } => "unwell",
        Error::Interposed => "interposed",
        _ => "refused",
    }
}

pub(crate) fn sign_in_again(host: &str) -> Problem {
    Problem::new(Code::SignInNeeded, format!("{host} ended this sign-in."), "Sign in again; what is listed here stays.")
}

/// The credential after a renewal at `now`, by the host's clock. A host that sends no new refresh token keeps the old one
/// (RFC 6749 §6). What the reply says counts first, the definition second.
fn renewed(case: &Case, tokens: Tokens, now: Timestamp) -> NewCredential {
    let before = &case.credential;
    let facts = &before.facts;
    let lives = case.life().and_then(|life| life.access);
    let said = tokens.refresh_expires_in.map(|left| now.plus(left));
    // Hosts count in whole seconds, and some take a moment longer.
    let stays = |before: Timestamp| said.is_none_or(|said| said <= before.plus(COUNTING));
    NewCredential {
        kind: facts.kind,
        client_id: facts.client_id.clone(),
        access: tokens.access,
        refresh_ends_at: said.or(facts.refresh_ends_at),
        refresh_end_stays: facts.refresh_ends_at.is_some_and(stays),
        refresh: tokens.refresh.or_else(|| before.refresh.clone()),
        asked_scopes: facts.asked_scopes.clone(),
        granted_scopes: tokens.scopes.filter(|scopes| !scopes.is_empty()).or_else(|| facts.granted_scopes.clone()),
        issued_at: now,
        access_ends_at: tokens.expires_in.or(lives).map(|left| now.plus(left)),
        user_name: facts.user_name.clone(),
        kept: facts.kept.clone().into_iter().chain(tokens.kept).collect(),
        signed_in_at: facts.signed_in_at,
    }
}
