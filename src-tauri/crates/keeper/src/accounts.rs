//! Accounts: list, show, connect by token, disconnect.

use crate::{
    Answer, Code, Keeper, Problem,
    clients::Target,
    dto::{Account, ConnectToken, Connected, DisconnectReceipt, FeatureOff, List, Scope, ScopeState, Tag},
    host_clock,
    hosts::metadata_of,
    open::Open,
    revocation::{REVOKE_LIMIT, Standing, by_hand},
    words,
};
use drawbridge_domain::{AccountId, CredentialKind, Health, HostId, Random, SecretString, Timestamp};
use drawbridge_providers::{Api, Ends, ForgeError, Identified, Provider, Rotation, ScopeDefinition};
use drawbridge_store::{
    AccountEventRow, AccountRow, ClientRow, CredentialFacts, CredentialRow, HostRow, NewAccount, NewCredential,
    NewRevocation, RevocationRow,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::OwnedMutexGuard;

/// When one that failed is tried again first.
const REVOKE_AGAIN: Duration = Duration::from_secs(5 * 60);

/// What is asked for to get a refresh token (OpenID Connect Core §11).
const STAY_SIGNED_IN: &str = "offline_access";

/// A renewal has ended by then, or waits for something that may take ages.
const TURN_LIMIT: Duration = Duration::from_secs(60);

/// The turn to renew an account, so that nobody else does; none where another's does not end.
async fn turn_of(open: &Open, id: &AccountId) -> Option<OwnedMutexGuard<()>> {
    let turn = Arc::clone(&open.refresh_turn(id).one).lock_owned();
    tokio::select! {
        turn = tokio::time::timeout(TURN_LIMIT, turn) => turn.ok(),
        () = open.cancel.cancelled() => None,
    }
}

/// Stops an account's sync, if one runs, and waits until it has ended.
async fn stop_sync(open: &Open, id: &AccountId) {
    let running = Open::with(&open.syncs, |syncs| syncs.get(id).cloned());
    if let Some(mut running) = running {
        running.cancel.cancel();
        let _ = tokio::time::timeout(REVOKE_LIMIT, running.done.wait_for(Option::is_some)).await;
    }
}

/// Whether a credential has a scope; nothing where the host does not say what was granted.
fn has_scope(scope: &ScopeDefinition, facts: Option<&CredentialFacts>) -> Option<bool> {
    // A refresh token says that it was granted, whether the reply names it or not.
    if scope.name == STAY_SIGNED_IN && facts.is_some_and(|facts| facts.renewable) {
        return Some(true);
    }
    let granted = facts.and_then(|facts| facts.granted_scopes.as_ref())?;
    Some(granted.iter().any(|name| *name == scope.name || scope.implied_by.contains(name)))
}

/// What does not work because a scope is known to be missing.
fn features_off(provider: Option<&Provider>, facts: Option<&CredentialFacts>) -> Vec<FeatureOff> {
    let asked = facts.map(|facts| facts.asked_scopes.as_slice()).unwrap_or_default();
    let by_token = facts.is_none_or(|facts| facts.kind != CredentialKind::Oauth);
    let scopes = provider.map_or(&[][..], |provider| &provider.definition.scopes);
    let missing = scopes.iter().filter(|scope| has_scope(scope, facts) == Some(false));
    let off = missing.filter_map(|scope| {
        let name = &scope.name;
        let why = if by_token {
            format!("This token was made without {name}")
        } else if asked.contains(name) {
            format!("{name} was asked for and not granted")
        } else {
            format!("{name} was not asked for")
        };
        Some(FeatureOff { sentence: scope.without.clone()?, scope: name.clone(), why })
    });
    off.collect()
}

/// The scopes of a credential against what was asked.
fn scopes(provider: Option<&Provider>, facts: Option<&CredentialFacts>) -> Vec<Scope> {
    let asked = facts.map(|facts| facts.asked_scopes.as_slice()).unwrap_or_default();
    provider
        .map_or(&[][..], |provider| &provider.definition.scopes)
        .iter()
        .map(|scope| {
            let has = has_scope(scope, facts);
            let was_asked = asked.contains(&scope.name);
            let state = match (has, was_asked) {
                (Some(true), _) => ScopeState::Granted,
                (Some(false), true) => ScopeState::Refused,
                (None, true) => ScopeState::Asked,
                (Some(false) | None, false) => ScopeState::NotAsked,
            };
            Scope { name: scope.name.clone(), sentence: scope.sentence.clone(), state }
        })
        .collect()
}

/// How an account fares, as a sentence and a second one.
pub(crate) fn state(
    account: &AccountRow,
    facts: Option<&CredentialFacts>,
    host: &str,
    refused: usize,
    off: &[FeatureOff],
) -> (String, String) {
    let kept = format!("{} repositories stay listed", crate::syncing::grouped(account.repositories));
    let renews = facts.is_some_and(|facts| facts.renewable);
    let moved = facts.is_some_and(|facts| facts.moved_at().is_some());
    match (account.health, account.health_cause.as_str()) {
        (Health::NeedsYou, "reply_lost") => {
            (format!("A reply of {host} was lost while renewing"), format!("Sign in once more; {kept}"))
        }
        (Health::NeedsYou, "reused") => (
            format!("This sign-in was used somewhere else, and {host} ended it"),
            format!("Sign in again, and look at your sessions there; {kept}"),
        ),
        (Health::NeedsYou, "expired") => {
            (format!("This sign-in at {host} has lived its time"), format!("Sign in again; {kept}"))
        }
        (Health::NeedsYou, "client_refused") => {
            (format!("{host} does not accept the client any more"), format!("Enter its id and secret again; {kept}"))
        }
        (Health::NeedsYou, "other_person") => {
            (format!("{host} says this access is somebody else's"), format!("Sign in again; {kept}"))
        }
        (Health::NeedsYou, "client_missing") => {
            (format!("The client for {host} was removed"), format!("Add it again, then sign in; {kept}"))
        }
        (Health::NeedsYou, _) if moved => {
            ("Renewal moved to another vault, and access ended here".to_owned(), format!("Sign in again; {kept}"))
        }
        (Health::NeedsYou, _) => (format!("{host} ended this sign-in"), format!("Sign in again; {kept}")),
        (Health::TryingAgain, "limited") => (format!("{host} limits requests"), format!("Goes on by itself; {kept}")),
        (Health::TryingAgain, "unwell") => {
            (format!("{host} is not well"), "Tried again by itself; nothing is lost".to_owned())
        }
        (Health::TryingAgain, "interposed") => (
            "The network asks for a sign-in of its own".to_owned(),
            "Open a page in the browser; nothing is lost".to_owned(),
        ),
        (Health::TryingAgain, "stopped") => {
            ("The last listing stopped half-way".to_owned(), format!("Nothing was removed; {kept}"))
        }
        (Health::TryingAgain, _) => {
            (format!("{host} could not be reached"), "Everything listed there can still be searched".to_owned())
        }
        (Health::Soon, "held_back") => {
            ("Far fewer repositories than before".to_owned(), "Nothing was removed; see Activity".to_owned())
        }
        (Health::Soon, "partial") => (
            format!("{host} left something out of the listing"),
            format!("Perhaps an organisation wants single sign-on: authorise it there; {kept}"),
        ),
        (Health::Working | Health::Soon, _) => {
            let first = if refused > 0 {
                "Gave less than was asked"
            } else if renews {
                "Renews itself"
            } else if moved {
                "Renewal moved to another vault"
            } else if facts.is_some_and(|facts| facts.access_ends_at.is_some()) {
                "Ends on a date of its own"
            } else {
                "No end date"
            };
            let second = match (account.synced_at, off.first()) {
                _ if moved => "Asks for a sign-in when its access ends",
                (_, Some(off)) if refused > 0 => &off.sentence,
                (Some(_), _) => "Up to date",
                (None, _) => "Not listed yet",
            };
            (first.to_owned(), second.to_owned())
        }
    }
}

/// `provider` is none where its file is not there any more: the account stays, with what is known.
fn account_dto(
    account: &AccountRow,
    host: &HostRow,
    provider: Option<&Provider>,
    facts: Option<&CredentialFacts>,
    clients: &[ClientRow],
) -> Account {
    let scopes = scopes(provider, facts);
    let refused = scopes.iter().filter(|scope| scope.state == ScopeState::Refused).count();
    let label = host.base_url.label().to_owned();
    let off = features_off(provider, facts);
    let (state, state_note) = state(account, facts, &label, refused, &off);
    let soon = refused > 0 || facts.is_some_and(|facts| facts.moved_at().is_some());
    let health = if account.health == Health::Working && soon { Health::Soon } else { account.health };
    let client_id = facts.and_then(|facts| facts.client_id.as_deref());
    let client = clients.iter().find(|client| client.host == host.id && Some(client.client_id.as_str()) == client_id);
    let has_secret = client.is_some_and(|client| client.has_secret);
    let revocable = provider
        .is_some_and(|provider| provider.can_revoke(client_id.is_some(), has_secret, metadata_of(host).as_ref()));
    Account {
        id: account.id.clone(),
        provider: host.provider.clone(),
        provider_name: provider.map_or_else(|| host.provider.to_string(), |provider| provider.definition.name.clone()),
        host: host.base_url.clone(),
        host_label: label,
        subject: account.identity.subject.clone(),
        login: account.identity.login.clone(),
        label: account.label.clone(),
        lists: provider.is_some_and(|provider| provider.forge().is_some()),
        searches: provider.and_then(Provider::forge).is_some_and(drawbridge_providers::Forge::searches),
        name: account.identity.name.clone(),
        email: account.identity.email.clone(),
        swatch: account.swatch,
        kind: facts.map_or(CredentialKind::Token, |facts| facts.kind),
        health,
        state,
        state_note,
        clock_note: host_clock::warning(host),
        scopes,
        off,
        next_try_at: account.next_try_at,
        repositories: account.repositories,
        connected_at: account.connected_at,
        synced_at: account.synced_at,
        access_ends_at: facts.and_then(|facts| facts.access_ends_at).map(|at| host_clock::by_ours(host, at)),
        renews_itself: facts.is_some_and(|facts| facts.renewable),
        revoke_page: provider.and_then(|provider| revoke_page(provider, host, client_id)),
        revocable,
    }
}

/// The host's page where access is withdrawn by hand: the client's own, or where tokens are listed.
fn revoke_page(provider: &Provider, host: &HostRow, client_id: Option<&str>) -> Option<String> {
    let pages = &provider.definition.pages;
    let page = if client_id.is_some() { &pages.revoke } else { &pages.tokens };
    provider.page(&host.base_url, page.as_deref(), client_id)
}

impl Keeper {
    /// The accounts, in the order they were connected.
    pub async fn account_list(&self) -> Answer<List<Account>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let facts = session.credential_facts().await.map_err(words::store)?;
        let clients = session.clients().await.map_err(words::store)?;
        let catalog = self.catalog();
        let rows = accounts.iter().filter_map(|account| {
            let host = hosts.iter().find(|host| host.id == account.host)?;
            let provider = catalog.find(&host.provider).map(|provider| &**provider);
            let facts = facts.iter().find(|facts| facts.account == account.id);
            Some(account_dto(account, host, provider, facts, &clients))
        });
        Ok(List::whole(rows.collect()))
    }

    /// One account.
    pub async fn account_show(&self, id: AccountId) -> Answer<Account> {
        let accounts = self.account_list().await?.rows;
        accounts.into_iter().find(|account| account.id == id).ok_or_else(|| words::not_found("account with that id"))
    }

    /// Connects by a token that the person made at the host. The same person again updates the account.
    /// A token that this one takes the place of works on at its host: it is named in the answer.
    pub async fn connect_token(self: &Arc<Self>, request: ConnectToken) -> Answer<Connected> {
        let open = self.opened().await?;
        let target = self.target_at(&open, &request.provider, request.host.as_ref(), request.api_url.as_ref()).await?;
        let name = &target.provider.definition.name;
        let Some(rule) = &target.provider.definition.token else {
            return Err(Problem::new(
                Code::NotOffered,
                format!("{name} takes no access tokens."),
                "Sign in with the browser.",
            ));
        };
        let user = request.user.as_deref().map(str::trim).filter(|user| !user.is_empty());
        if rule.user && user.is_none() {
            let told = rule.hint.as_deref().map(|hint| format!("{hint}."));
            return Err(words::invalid(
                format!("A user name goes with a token of {name}."),
                told.unwrap_or_else(|| "Give the name or e-mail address that you sign in with there.".to_owned()),
            ));
        }
        let user = user.filter(|_| rule.user);
        if user.is_some_and(|user| user.len() > 300 || user.contains(|c: char| c.is_control() || c == ':')) {
            return Err(words::invalid("That can't be a user name.", "Type it as you do at the host."));
        }
        let token = SecretString::from(request.token.expose().trim().to_owned());
        if token.is_empty() || token.expose().len() > 4096 || !token.expose().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(words::invalid(
                "That can't be an access token: it is empty, too long, or has spaces in it.",
                "Copy the whole token from the host's page, and nothing else.",
            ));
        }
        let identified = self.identify(&target, &token, user, None, None).await?;
        let now = self.parts.clock.now();
        let credential = NewCredential {
            kind: if user.is_some() { CredentialKind::Basic } else { CredentialKind::Token },
            client_id: None,
            access: token,
            refresh: None,
            asked_scopes: Vec::new(),
            granted_scopes: identified.scopes.clone(),
            issued_at: now,
            access_ends_at: identified.expires_at,
            refresh_ends_at: None,
            refresh_end_stays: false,
            user_name: user.map(str::to_owned),
            kept: identified.kept.clone(),
            signed_in_at: now,
        };
        let (id, replaced) = self.seal_account(&open, &target, &identified, &credential, None).await?;
        self.sync_soon(&open, &id).await;
        let replaced = replaced.map(|row| self.unended(row));
        Ok(Connected { account: self.account_show(id).await?, replaced })
    }

    /// Asks the host who a token belongs to: nothing is kept before this answered.
    pub(crate) async fn identify(
        &self,
        target: &Target,
        token: &SecretString,
        user: Option<&str>,
        client_id: Option<&str>,
        userinfo: Option<&url::Url>,
    ) -> Answer<Identified> {
        let api = Api { http: &self.http, base: &target.api_url, token, user, client_id };
        let label = target.host.label();
        target.provider.identify_at(&api, userinfo).await.map_err(|error| match error {
            ForgeError::Unauthorized => Problem::new(
                Code::SignInFailed,
                format!("{label} does not accept this token."),
                "See that it was copied whole and has not ended.",
            ),
            other => words::forge(&other, label),
        })
    }

    /// Writes account and credential in one transaction, and ends the sign-in that brought them. A token of
    /// the person's own that is replaced by that is noted as one that only they can end, and returned.
    pub(crate) async fn seal_account(
        &self,
        open: &Open,
        target: &Target,
        identified: &Identified,
        credential: &NewCredential,
        sign_in: Option<&drawbridge_domain::SignInId>,
    ) -> Answer<(AccountId, Option<RevocationRow>)> {
        let host = HostRow {
            id: HostId::random(&*self.parts.random),
            provider: target.provider.id.clone(),
            base_url: target.host.clone(),
            api_url: target.api_url.clone(),
            metadata: None,
            clock_ahead_ms: 0,
        };
        let _turn = self.come_to_rest(open, target, identified).await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        let host_id = write.put_host(&host).await.map_err(words::store)?;
        let new = NewAccount {
            id: AccountId::random(&*self.parts.random),
            host: host_id,
            identity: identified.identity.clone(),
            now: self.parts.clock.now(),
        };
        let (id, _) = write.put_account(&new).await.map_err(words::store)?;
        let before = write.credential(&id).await.map_err(words::store)?;
        let replaced = before.filter(|before| is_left_at_host(before, credential)).map(|before| {
            by_hand(RevocationRow {
                id: AccountId::random(&*self.parts.random).as_str().to_owned(),
                provider: host.provider.clone(),
                base_url: host.base_url.clone(),
                api_url: host.api_url.clone(),
                login: identified.identity.login.clone(),
                client_id: None,
                kept: before.facts.kept,
                asked_at: new.now,
                tries: 0,
                next_try_at: RevocationRow::NEVER,
                replaced: true,
            })
        });
        if let Some(replaced) = &replaced {
            write.add_revocation(replaced).await.map_err(words::store)?;
        }
        write.put_credential(&id, credential).await.map_err(words::store)?;
        // Validators belong to the token they were given for.
        write.replace_listing_pages(&id, &[]).await.map_err(words::store)?;
        let event = AccountEventRow { at: new.now, kind: "signed_in".to_owned(), cause: String::new() };
        write.add_account_event(&id, &event).await.map_err(words::store)?;
        if let Some(sign_in) = sign_in {
            write.end_sign_in(sign_in, "connected", Some(&id), None).await.map_err(words::store)?;
        }
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts, Tag::Clients]);
        Ok((id, replaced.map(|replaced| replaced.row)))
    }

    /// What still works with the access of before, where the account is known, ends first: a renewal, so that what it
    /// brings is not written over what comes now, and a listing, so that it is not taken for one of the new access.
    /// Until the turn that is returned is dropped, nothing is renewed.
    async fn come_to_rest(
        &self,
        open: &Open,
        target: &Target,
        identified: &Identified,
    ) -> Answer<Option<OwnedMutexGuard<()>>> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let host = session.host_at(&target.provider.id, &target.host).await.map_err(words::store)?;
        let Some(host) = host else { return Ok(None) };
        let known = session.account_at(&host.id, &identified.identity.subject).await.map_err(words::store)?;
        drop(session);
        let Some(id) = known else { return Ok(None) };
        stop_sync(open, &id).await;
        Ok(turn_of(open, &id).await)
    }

    /// Revokes the access at the host where that can be done from here, then removes the account
    /// with everything only it reached. The receipt says what is left to do by hand.
    pub async fn account_disconnect(self: &Arc<Self>, id: AccountId) -> Answer<DisconnectReceipt> {
        let open = self.opened().await?;
        let account = self.account_show(id.clone()).await?;
        let leaving = open.leave(&id);
        stop_sync(&open, &id).await;
        // From here on nothing is renewed: what is ended is what there is until it is removed.
        let mut turn = None;
        let ending = async {
            let mut to_end = self.to_end(&open, &id).await?;
            // Only where access has to work for it: a renewal whose reply is lost leaves a pair that nobody can end.
            if to_end.as_ref().is_some_and(|to_end| to_end.by_access) {
                // Where that fails, what is there is tried all the same.
                let _ = self.access(&open, &id).await;
            }
            turn = turn_of(&open, &id).await;
            to_end = self.to_end(&open, &id).await?;
            let standing = match &to_end {
                Some(to_end) => self.end(&open, &to_end.what, to_end.access_over).await,
                None => Standing::OnlyByHand,
            };
            Ok((to_end, standing))
        };
        let (to_end, standing) = match tokio::time::timeout(REVOKE_LIMIT, ending).await {
            Ok(ended) => ended?,
            Err(_) => {
                if turn.is_none() {
                    turn = turn_of(&open, &id).await;
                }
                (self.to_end(&open, &id).await?, Standing::Later)
            }
        };
        let unsure = to_end.as_ref().is_some_and(|to_end| to_end.pair_lost);
        let standing = if unsure { standing.of_what_is_here() } else { standing };
        let host = &account.host_label;
        let place = words::where_by_hand(account.revoke_page.is_some());
        let revoked = matches!(standing, Standing::Ended(_) | Standing::Over);
        let later = standing == Standing::Later;
        let sentence = match standing {
            Standing::Ended(Ends::Token) => {
                format!("This access was ended at {host}, then removed here. The app stays listed there.")
            }
            Standing::Ended(Ends::Everything) => {
                format!("Ended at {host} with every other sign-in of yours by this client, then removed here.")
            }
            Standing::Ended(Ends::Grant) => format!("Revoked at {host}, then removed here."),
            Standing::Over => format!("{host} had ended this access already; removed here."),
            Standing::OnlyByHand => format!("Removed here. {host} lets only you end this access, {place}."),
            Standing::NotKnown => format!(
                "Removed here. A reply of {host} was lost while renewing, so whether access lives on there \
                 is not known: look {place}."
            ),
            Standing::Later => {
                format!("Removed here. {host} did not do it yet; the access is ended there as soon as it can be.")
            }
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        // In one transaction: what is removed here and not ended there must not be forgotten.
        for left in to_end.into_iter().flat_map(|to_end| to_end.left(standing, &*self.parts.random)) {
            write.add_revocation(&left).await.map_err(words::store)?;
        }
        let repositories = write.remove_account(&id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        drop((turn, leaving));
        Open::with(&self.budgets, |all| all.remove(&id));
        open.upkeep_wake.notify_one();
        open.rebuild_index().await?;
        self.changed(&[Tag::Accounts, Tag::Repositories, Tag::Activity, Tag::Clients]);
        Ok(DisconnectReceipt {
            login: account.login,
            host_label: account.host_label,
            revoked,
            sentence,
            queued: later,
            page: account.revoke_page.filter(|_| !revoked || standing == Standing::Ended(Ends::Token)),
            repositories,
        })
    }

    /// What would have to be ended at the host of an account.
    async fn to_end(&self, open: &Open, id: &AccountId) -> Answer<Option<ToEnd>> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let Some(account) = session.account(id).await.map_err(words::store)? else { return Ok(None) };
        let Some(host) = session.host(&account.host).await.map_err(words::store)? else { return Ok(None) };
        let Some(credential) = session.credential(id).await.map_err(words::store)? else { return Ok(None) };
        let rows = session.clients().await.map_err(words::store)?;
        let issued_to =
            |row: &ClientRow| row.host == host.id && Some(&row.client_id) == credential.facts.client_id.as_ref();
        let secret = match rows.into_iter().find(issued_to) {
            Some(row) => session.client_secret(&row.id).await.map_err(words::store)?,
            None => None,
        };
        drop(session);
        let provider = self.known(&host.provider).ok();
        let life = provider.as_ref().and_then(|provider| Some(&provider.definition.oauth.as_ref()?.life));
        let stays = life.is_some_and(|life| life.rotation == Rotation::Stays);
        let now = self.parts.clock.now();
        let theirs = host_clock::by_theirs(&host, now);
        Ok(Some(ToEnd {
            by_access: provider.as_ref().is_some_and(|provider| provider.ends_by_access(secret.is_some())),
            access_over: credential.facts.access_ends_at.is_some_and(|ends| theirs >= ends),
            pair_lost: credential.facts.refresh_started_at.is_some() && !stays,
            what: NewRevocation {
                row: RevocationRow {
                    id: AccountId::random(&*self.parts.random).as_str().to_owned(),
                    provider: host.provider,
                    base_url: host.base_url,
                    api_url: host.api_url,
                    login: account.identity.login,
                    client_id: credential.facts.client_id,
                    kept: credential.facts.kept,
                    asked_at: now,
                    tries: 0,
                    next_try_at: now.plus(REVOKE_AGAIN),
                    replaced: false,
                },
                access: credential.access,
                refresh: credential.refresh,
                secret,
            },
        }))
    }
}

/// What is to be ended of an account.
struct ToEnd {
    what: NewRevocation,
    /// Whether it is ended by its access token.
    by_access: bool,
    /// Whether the access token has ended by its time.
    access_over: bool,
    /// Whether a newer pair may have been issued whose reply did not arrive.
    pair_lost: bool,
}

impl ToEnd {
    /// What stays listed after the try.
    fn left(self, standing: Standing, random: &dyn Random) -> Vec<NewRevocation> {
        let row = self.what.row.clone();
        match standing {
            Standing::Ended(_) | Standing::Over => Vec::new(),
            Standing::OnlyByHand | Standing::NotKnown => vec![by_hand(row)],
            // The pair that was lost is not ended by ending this one.
            Standing::Later if self.pair_lost => {
                let id = AccountId::random(random).as_str().to_owned();
                vec![self.what, by_hand(RevocationRow { id, ..row })]
            }
            Standing::Later => vec![self.what],
        }
    }
}

/// Whether a token that the person made works on at its host once another is in its place: as far as is
/// known it has not ended, and it is another.
fn is_left_at_host(before: &CredentialRow, now: &NewCredential) -> bool {
    let by_hand = matches!(before.facts.kind, CredentialKind::Token | CredentialKind::Basic);
    let over = before.facts.access_ends_at.is_some_and(|ends| ends <= now.issued_at);
    by_hand && !over && !before.access.same_as(now.access.expose())
}

/// When an access that lasts `left` ends, counted from now.
pub(crate) fn ends(now: Timestamp, left: Option<Duration>) -> Option<Timestamp> {
    left.map(|left| now.plus(left))
}
