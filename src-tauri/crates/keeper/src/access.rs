//! The access token of an account, renewed when it is about to end.
//!
//! One refresh at a time per account. A journal entry is durable before the request is sent, the
//! new pair before its first use, so a crash or a lost reply is told apart from a refusal. Nothing
//! is ever deleted by a failure. Not here: the protocol.

use crate::{Answer, Code, Keeper, Problem, clients, dto::Tag, open::Open, words};
use drawbridge_domain::{AccountId, Health, SecretString, Timestamp};
use drawbridge_oauth::{ClientAuth, Error, Tokens};
use drawbridge_providers::Forge;
use drawbridge_store::{AccountRow, CredentialRow, HostRow, NewCredential};
use std::time::Duration;

/// Renewed this long before the end, so that a long listing does not run out of it.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// Everything a question to an account's host needs.
pub(crate) struct Access {
    pub account: AccountRow,
    pub host: HostRow,
    pub forge: &'static dyn Forge,
    pub token: SecretString,
}

impl Keeper {
    /// The account's access, renewed first if it is about to end.
    pub(crate) async fn access(&self, open: &Open, id: &AccountId) -> Answer<Access> {
        // Whoever waited here finds the new pair of the one before, and sends nothing.
        let turn = open.refresh_turn(id);
        let _turn = turn.lock().await;
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
        let forge = clients::forge(&host.provider)?;
        let now = self.parts.clock.now();
        let ends = credential.facts.access_ends_at.filter(|_| credential.facts.renewable);
        let token = match ends {
            // Without its client a refresh can only be refused.
            Some(ends) if now >= ends && client.is_none() => {
                self.needs_you(open, id, "client_missing").await?;
                return Err(Problem::new(
                    Code::ClientMissing,
                    format!("The client that renews this sign-in at {} was removed.", host.base_url.label()),
                    "Add the client again, or sign in again.",
                ));
            }
            Some(ends) if now.plus(MARGIN) >= ends && client.is_some() => {
                self.renew(open, &account, &host, forge, credential, secret.as_ref()).await?
            }
            _ => credential.access,
        };
        Ok(Access { account, host, forge, token })
    }

    async fn renew(
        &self,
        open: &Open,
        account: &AccountRow,
        host: &HostRow,
        forge: &'static dyn Forge,
        credential: CredentialRow,
        secret: Option<&SecretString>,
    ) -> Answer<SecretString> {
        let label = host.base_url.label();
        let now = self.parts.clock.now();
        let still_good = credential.facts.access_ends_at.is_none_or(|ends| now < ends);
        if credential.facts.refresh_started_at.is_some() {
            // A reply was lost: the refresh token may be spent, and sending a spent one again can
            // end the whole grant. Use what is left of the old access, then ask the person once.
            if still_good {
                return Ok(credential.access);
            }
            self.needs_you(open, &account.id, "reply_lost").await?;
            return Err(sign_in_again(label));
        }
        let (Some(refresh), Some(client_id), Some(endpoints)) =
            (&credential.refresh, &credential.facts.client_id, forge.endpoints(&host.base_url))
        else {
            return Ok(credential.access);
        };
        self.journal(open, &account.id, Some(now)).await?;
        let auth = ClientAuth::new(client_id, secret);
        match drawbridge_oauth::refresh(&self.http, &endpoints, auth, refresh).await {
            Ok(tokens) => {
                let renewed = renewed(&credential, tokens, self.parts.clock.now());
                let mut write = open.store.write().await.map_err(words::store)?;
                write.put_credential(&account.id, &renewed).await.map_err(words::store)?;
                write.commit().await.map_err(words::store)?;
                self.changed(&[Tag::Accounts]);
                Ok(renewed.access)
            }
            Err(Error::Refused { error }) if error == "invalid_grant" || error == "bad_refresh_token" => {
                self.journal(open, &account.id, None).await?;
                self.needs_you(open, &account.id, "ended").await?;
                Err(sign_in_again(label))
            }
            // Kept as started: at rest this says that the reply was lost.
            Err(error) if error.reply_may_be_lost() => {
                if still_good {
                    Ok(credential.access)
                } else {
                    Err(words::oauth(&error, label))
                }
            }
            Err(error) => {
                self.journal(open, &account.id, None).await?;
                if still_good { Ok(credential.access) } else { Err(words::oauth(&error, label)) }
            }
        }
    }

    async fn journal(&self, open: &Open, account: &AccountId, at: Option<Timestamp>) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_refresh_started(account, at).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)
    }

    /// Notes that only the person can mend this account.
    pub(crate) async fn needs_you(&self, open: &Open, account: &AccountId, cause: &str) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_health(account, Health::NeedsYou, cause, self.parts.clock.now(), None).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts]);
        Ok(())
    }
}

pub(crate) fn sign_in_again(host: &str) -> Problem {
    Problem::new(Code::SignInNeeded, format!("{host} ended this sign-in."), "Sign in again; what is listed here stays.")
}

/// The credential after a renewal. A host that sends no new refresh token keeps the old one
/// (RFC 6749 §6).
fn renewed(before: &CredentialRow, tokens: Tokens, now: Timestamp) -> NewCredential {
    let facts = &before.facts;
    NewCredential {
        kind: facts.kind,
        client_id: facts.client_id.clone(),
        access: tokens.access,
        refresh_ends_at: tokens.refresh_expires_in.map(|left| now.plus(left)).or(facts.refresh_ends_at),
        refresh: tokens.refresh.or_else(|| before.refresh.clone()),
        asked_scopes: facts.asked_scopes.clone(),
        granted_scopes: tokens.scopes.filter(|scopes| !scopes.is_empty()).or_else(|| facts.granted_scopes.clone()),
        issued_at: now,
        access_ends_at: tokens.expires_in.map(|left| now.plus(left)),
    }
}
