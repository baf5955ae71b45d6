//! Accounts: list, show, connect by token, disconnect.

use crate::{
    Answer, Code, Keeper, Problem,
    access::Access,
    clients::{self, Target},
    dto::{Account, ConnectToken, DisconnectReceipt, List, Scope, ScopeState, Tag},
    open::Open,
    words,
};
use drawbridge_domain::{AccountId, CredentialKind, Health, HostId, SecretString, Timestamp};
use drawbridge_providers::{Api, Definition, ForgeError, Identified, Revocation};
use drawbridge_store::{AccountRow, CredentialFacts, HostRow, NewAccount, NewCredential};
use std::{sync::Arc, time::Duration};

/// A revocation that takes longer is reported as not done; the account is removed all the same.
const REVOKE_LIMIT: Duration = Duration::from_secs(20);

/// The scopes of a credential against what was asked.
fn scopes(definition: &Definition, facts: Option<&CredentialFacts>) -> Vec<Scope> {
    let granted = facts.and_then(|facts| facts.granted_scopes.as_ref());
    let asked = facts.map(|facts| facts.asked_scopes.as_slice()).unwrap_or_default();
    definition
        .scopes
        .iter()
        .map(|scope| {
            let has = granted.map(|granted| {
                granted.iter().any(|name| name == scope.name || scope.implied_by.contains(&name.as_str()))
            });
            let was_asked = asked.iter().any(|name| name == scope.name);
            let state = match (has, was_asked) {
                (Some(true), _) => ScopeState::Granted,
                (Some(false), true) => ScopeState::Refused,
                (None, true) => ScopeState::Asked,
                (Some(false) | None, false) => ScopeState::NotAsked,
            };
            Scope { name: scope.name.to_owned(), sentence: scope.sentence.to_owned(), state }
        })
        .collect()
}

/// How an account fares, as a sentence and a second one.
fn state(account: &AccountRow, facts: Option<&CredentialFacts>, host: &str, refused: usize) -> (String, String) {
    let kept = format!("{} repositories stay listed", account.repositories);
    let renews = facts.is_some_and(|facts| facts.renewable);
    let moved = facts.is_some_and(|facts| facts.moved_at().is_some());
    match (account.health, account.health_cause.as_str()) {
        (Health::NeedsYou, "reply_lost") => {
            (format!("A reply of {host} was lost while renewing"), format!("Sign in once more; {kept}"))
        }
        (Health::NeedsYou, "client_missing") => {
            (format!("The client for {host} was removed"), format!("Add it again, then sign in; {kept}"))
        }
        (Health::NeedsYou, _) if moved => {
            ("Renewal moved to another vault, and access ended here".to_owned(), format!("Sign in again; {kept}"))
        }
        (Health::NeedsYou, _) => (format!("{host} ended this sign-in"), kept),
        (Health::TryingAgain, "limited") => (format!("{host} limits requests"), format!("Goes on by itself; {kept}")),
        (Health::TryingAgain, "stopped") => {
            ("The last listing stopped half-way".to_owned(), format!("Nothing was removed; {kept}"))
        }
        (Health::TryingAgain, _) => {
            (format!("{host} could not be reached"), "Everything listed there can still be searched".to_owned())
        }
        (Health::Soon, "held_back") => {
            ("Far fewer repositories than before".to_owned(), "Nothing was removed; see Activity".to_owned())
        }
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
            let second = match account.synced_at {
                _ if moved => "Asks for a sign-in when its access ends",
                Some(_) => "Up to date",
                None => "Not listed yet",
            };
            (first.to_owned(), second.to_owned())
        }
    }
}

pub(crate) fn account_dto(account: &AccountRow, host: &HostRow, facts: Option<&CredentialFacts>) -> Answer<Account> {
    let definition = clients::forge(&host.provider)?.definition();
    let scopes = scopes(definition, facts);
    let refused = scopes.iter().filter(|scope| scope.state == ScopeState::Refused).count();
    let label = host.base_url.label().to_owned();
    let (state, state_note) = state(account, facts, &label, refused);
    let soon = refused > 0 || facts.is_some_and(|facts| facts.moved_at().is_some());
    let health = if account.health == Health::Working && soon { Health::Soon } else { account.health };
    let client_id = facts.and_then(|facts| facts.client_id.as_deref());
    Ok(Account {
        id: account.id.clone(),
        provider: host.provider.clone(),
        provider_name: definition.name.to_owned(),
        host: host.base_url.clone(),
        host_label: label,
        subject: account.identity.subject.clone(),
        login: account.identity.login.clone(),
        name: account.identity.name.clone(),
        email: account.identity.email.clone(),
        swatch: account.swatch,
        kind: facts.map_or(CredentialKind::Token, |facts| facts.kind),
        health,
        state,
        state_note,
        scopes,
        repositories: account.repositories,
        connected_at: account.connected_at,
        synced_at: account.synced_at,
        access_ends_at: facts.and_then(|facts| facts.access_ends_at),
        renews_itself: facts.is_some_and(|facts| facts.renewable),
        revoke_page: revoke_page(definition, host, client_id),
    })
}

/// The host's page where access is withdrawn by hand: the client's own, or where tokens are listed.
fn revoke_page(definition: &Definition, host: &HostRow, client_id: Option<&str>) -> Option<String> {
    let path = match client_id {
        Some(client_id) => definition.revoke_page?.replace("{client_id}", client_id),
        None => definition.token_page?.to_owned(),
    };
    Some(host.base_url.join(&path).to_string())
}

impl Keeper {
    /// The accounts, in the order they were connected.
    pub async fn account_list(&self) -> Answer<List<Account>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let facts = session.credential_facts().await.map_err(words::store)?;
        let rows = accounts.iter().filter_map(|account| {
            let host = hosts.iter().find(|host| host.id == account.host)?;
            Some(account_dto(account, host, facts.iter().find(|facts| facts.account == account.id)))
        });
        Ok(List::whole(rows.collect::<Answer<_>>()?))
    }

    /// One account.
    pub async fn account_show(&self, id: AccountId) -> Answer<Account> {
        let accounts = self.account_list().await?.rows;
        accounts.into_iter().find(|account| account.id == id).ok_or_else(|| words::not_found("account with that id"))
    }

    /// Connects by a token that the person made at the host. The same person again updates the account.
    pub async fn connect_token(self: &Arc<Self>, request: ConnectToken) -> Answer<Account> {
        let open = self.opened().await?;
        let target = Target::resolve(&request.provider, request.host.as_ref(), request.api_url.as_ref())?;
        if !target.forge.definition().token {
            return Err(Problem::new(
                Code::NotOffered,
                format!("{} takes no access tokens.", target.forge.definition().name),
                "Sign in with the browser.",
            ));
        }
        let token = SecretString::from(request.token.expose().trim().to_owned());
        if token.is_empty() || token.expose().len() > 4096 || !token.expose().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(words::invalid(
                "That can't be an access token: it is empty, too long, or has spaces in it.",
                "Copy the whole token from the host's page, and nothing else.",
            ));
        }
        let identified = self.identify(&target, &token).await?;
        let credential = NewCredential {
            kind: CredentialKind::Token,
            client_id: None,
            access: token,
            refresh: None,
            asked_scopes: Vec::new(),
            granted_scopes: identified.scopes.clone(),
            issued_at: self.parts.clock.now(),
            access_ends_at: identified.expires_at,
            refresh_ends_at: None,
        };
        let id = self.seal_account(&open, &target, &identified, &credential, None).await?;
        self.sync_soon(&open, &id).await;
        self.account_show(id).await
    }

    /// Asks the host who a token belongs to: nothing is kept before this answered.
    pub(crate) async fn identify(&self, target: &Target, token: &SecretString) -> Answer<Identified> {
        let api = Api { http: &self.http, base: &target.api_url, token };
        let label = target.host.label();
        target.forge.identify(&api).await.map_err(|error| match error {
            ForgeError::Unauthorized => Problem::new(
                Code::SignInFailed,
                format!("{label} does not accept this token."),
                "See that it was copied whole and has not ended.",
            ),
            other => words::forge(&other, label),
        })
    }

    /// Writes account and credential in one transaction, and ends the sign-in that brought them.
    pub(crate) async fn seal_account(
        &self,
        open: &Open,
        target: &Target,
        identified: &Identified,
        credential: &NewCredential,
        sign_in: Option<&drawbridge_domain::SignInId>,
    ) -> Answer<AccountId> {
        let host = HostRow {
            id: HostId::random(&*self.parts.random),
            provider: clients::provider_id(target.forge.definition())?,
            base_url: target.host.clone(),
            api_url: target.api_url.clone(),
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        let host_id = write.put_host(&host).await.map_err(words::store)?;
        let new = NewAccount {
            id: AccountId::random(&*self.parts.random),
            host: host_id,
            identity: identified.identity.clone(),
            now: self.parts.clock.now(),
        };
        let (id, _) = write.put_account(&new).await.map_err(words::store)?;
        write.put_credential(&id, credential).await.map_err(words::store)?;
        // Validators belong to the token they were given for.
        write.replace_listing_pages(&id, &[]).await.map_err(words::store)?;
        if let Some(sign_in) = sign_in {
            write.end_sign_in(sign_in, "connected", Some(&id), None).await.map_err(words::store)?;
        }
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts, Tag::Clients]);
        Ok(id)
    }

    /// Revokes the access at the host where that can be done from here, then removes the account
    /// with everything only it reached. The receipt says what is left to do by hand.
    pub async fn account_disconnect(self: &Arc<Self>, id: AccountId) -> Answer<DisconnectReceipt> {
        let open = self.opened().await?;
        let account = self.account_show(id.clone()).await?;
        let running = Open::with(&open.syncs, |syncs| syncs.get(&id).cloned());
        if let Some(mut running) = running {
            running.cancel.cancel();
            let _ = tokio::time::timeout(REVOKE_LIMIT, running.done.wait_for(Option::is_some)).await;
        }
        let revocation = match self.access(&open, &id).await {
            Ok(access) => tokio::time::timeout(REVOKE_LIMIT, self.revoke(&open, &access)).await.ok(),
            Err(_) => None,
        };
        let mut write = open.store.write().await.map_err(words::store)?;
        let repositories = write.remove_account(&id).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        open.rebuild_index().await?;
        self.changed(&[Tag::Accounts, Tag::Repositories, Tag::Activity, Tag::Clients]);
        let host = &account.host_label;
        let (revoked, sentence) = match revocation {
            Some(Ok(Revocation::Ended)) => (true, format!("Revoked at {host}, then removed here.")),
            Some(Ok(Revocation::OnlyByHand)) => {
                (false, format!("Removed here. {host} lets only you end this access, on its own page."))
            }
            Some(Err(ForgeError::Unauthorized)) => {
                (true, format!("{host} had ended this access already; removed here."))
            }
            Some(Err(_)) | None => {
                (false, format!("Removed here. {host} did not confirm the revocation; end it on its page."))
            }
        };
        Ok(DisconnectReceipt {
            login: account.login,
            host_label: account.host_label,
            revoked,
            sentence,
            page: account.revoke_page.filter(|_| !revoked),
            repositories,
        })
    }

    async fn revoke(&self, open: &Open, access: &Access) -> Result<Revocation, ForgeError> {
        let mut client = None;
        if let Ok(mut session) = open.store.read().await {
            let facts = session.credential_facts().await.unwrap_or_default();
            let client_id =
                facts.into_iter().find(|facts| facts.account == access.account.id).and_then(|f| f.client_id);
            let rows = session.clients().await.unwrap_or_default();
            if let Some(row) = rows.into_iter().find(|row| Some(&row.client_id) == client_id.as_ref()) {
                let secret = session.client_secret(&row.id).await.ok().flatten();
                client = Some((row.client_id, secret));
            }
        }
        let api = Api { http: &self.http, base: &access.host.api_url, token: &access.token };
        let client = client.as_ref().map(|(id, secret)| (id.as_str(), secret.as_ref()));
        access.forge.revoke(&api, client).await
    }
}

/// When an access that lasts `left` ends, counted from now.
pub(crate) fn ends(now: Timestamp, left: Option<Duration>) -> Option<Timestamp> {
    left.map(|left| now.plus(left))
}
