//! Reading accounts from a sealed file: all of them, or nothing is changed.

use super::{
    MOST_FILE,
    document::{self, Entry},
    export::turns,
    words,
};
use crate::{
    Answer, Keeper,
    backups::named_path,
    dto::{ImportAccounts, Imported, Tag},
    open::Open,
};
use drawbridge_domain::{AccountId, ClientId, ClientOrigin, HostId, Timestamp};
use drawbridge_store::{ClientRow, CredentialFacts, HostRow, NewAccount, NewCredential, Write};
use std::{sync::Arc, time::Duration};

/// What came of it.
#[derive(Default)]
pub(super) struct Arrived {
    pub added: Vec<AccountId>,
    pub updated: Vec<AccountId>,
    pub kept: u32,
    /// Accounts whose renewal belongs to this vault now.
    pub renewing: u32,
    /// Hosts whose client here is another one than the file's.
    pub other_clients: Vec<String>,
}

impl Keeper {
    /// Reads accounts from a sealed file: adds who is new, replaces access that is older here.
    pub async fn accounts_import(self: &Arc<Self>, request: ImportAccounts) -> Answer<Imported> {
        let open = self.opened().await?;
        let path = named_path(&request.path)?;
        let reading = tokio::task::spawn_blocking(move || {
            let text = drawbridge_vault::read_age_file(&path, &request.passphrase, MOST_FILE);
            let text = text.map_err(words::unreadable)?;
            document::read(text.expose()).map_err(words::unusable)
        });
        let entries = tokio::select! {
            read = reading => read.map_err(|error| crate::words::internal("reading the accounts", &error))??,
            () = open.cancel.cancelled() => return Err(crate::words::locked()),
        };
        let entries = entries.into_iter().map(|entry| checked(self, entry)).collect::<Answer<Vec<_>>>()?;
        // A front that goes away must not keep the others from hearing of it.
        let (keeper, work) = (Arc::clone(self), Arc::clone(&open));
        let done = open.tasks.spawn(async move { keeper.import(&work, entries).await }).await;
        done.map_err(|error| crate::words::internal("adding the accounts", &error))?
    }

    async fn import(self: &Arc<Self>, open: &Arc<Open>, entries: Vec<Entry>) -> Answer<Imported> {
        // A renewal that is under way would write its own pair over what comes in.
        let turns = turns(open, &met(open, &entries).await?).await?;
        let mut arrived = Arrived::default();
        let mut write = open.store.write().await.map_err(crate::words::store)?;
        // A moment apart each, so that they keep the order of the file.
        let begun = self.parts.clock.now();
        for (entry, at) in entries.into_iter().zip(0..) {
            let now = begun.plus(Duration::from_millis(at));
            self.take_in(&mut write, entry, now, &mut arrived).await?;
        }
        write.commit().await.map_err(crate::words::store)?;
        drop(turns);
        self.changed(&[Tag::Accounts, Tag::Clients]);
        for id in arrived.added.iter().chain(&arrived.updated) {
            self.sync_soon(open, id).await;
        }
        let count = |ids: &[AccountId]| u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Ok(Imported {
            added: count(&arrived.added),
            updated: count(&arrived.updated),
            kept: arrived.kept,
            sentence: words::imported(&arrived),
        })
    }

    async fn take_in(&self, write: &mut Write, entry: Entry, now: Timestamp, arrived: &mut Arrived) -> Answer<()> {
        let Entry { provider, base_url, api_url, identity, credential, client } = entry;
        // A host that is known keeps its API's address: a file that could change it would send the
        // tokens of the accounts that are here elsewhere.
        let known = write.host_at(&provider, &base_url).await.map_err(crate::words::store)?;
        let label = base_url.label().to_owned();
        let host = match known {
            Some(host) => host.id,
            None => {
                let new = HostRow {
                    id: HostId::random(&*self.parts.random),
                    provider,
                    base_url,
                    api_url,
                    metadata: None,
                    clock_ahead_ms: 0,
                };
                write.put_host(&new).await.map_err(crate::words::store)?
            }
        };
        if let Some(client) = client {
            let there = write.clients().await.map_err(crate::words::store)?;
            match there.iter().find(|row| row.host == host) {
                Some(own) if own.client_id != client.client_id => {
                    if !arrived.other_clients.contains(&label) {
                        arrived.other_clients.push(label);
                    }
                }
                Some(_) => {}
                None => {
                    let row = ClientRow {
                        id: ClientId::random(&*self.parts.random),
                        host: host.clone(),
                        client_id: client.client_id,
                        has_secret: client.secret.is_some(),
                        added_at: now,
                        name: String::new(),
                        origin: ClientOrigin::Imported,
                        preferred: false,
                        management_url: None,
                        secret_ends_at: None,
                    };
                    write.put_client(&row, client.secret.as_ref(), None).await.map_err(crate::words::store)?;
                    if let Some(mark) = &client.mark {
                        crate::callbacks::keep_mark(write, &row.id, mark).await?;
                    }
                }
            }
        }
        // A clock that goes ahead, or a forged file, must not make it newer than all that follows.
        let credential = NewCredential { issued_at: credential.issued_at.min(now), ..credential };
        let there = write.account_at(&host, &identity.subject).await.map_err(crate::words::store)?;
        if let Some(id) = &there {
            let facts = write.credential_facts().await.map_err(crate::words::store)?;
            let here = facts.iter().find(|facts| facts.account == *id);
            if here.is_some_and(|here| !is_better(&credential, here)) {
                arrived.kept += 1;
                return Ok(());
            }
        }
        let new = NewAccount { id: AccountId::random(&*self.parts.random), host, identity, now };
        let (id, _) = write.put_account(&new).await.map_err(crate::words::store)?;
        // It is this vault's from now on: writing it clears the journal.
        write.put_credential(&id, &credential).await.map_err(crate::words::store)?;
        // Validators belong to the token they were given for.
        write.replace_listing_pages(&id, &[]).await.map_err(crate::words::store)?;
        arrived.renewing += u32::from(credential.refresh.is_some());
        if there.is_some() {
            arrived.updated.push(id);
        } else {
            arrived.added.push(id);
        }
        Ok(())
    }
}

/// The accounts that are here already.
async fn met(open: &Open, entries: &[Entry]) -> Answer<Vec<AccountId>> {
    let mut session = open.store.read().await.map_err(crate::words::store)?;
    let mut met = Vec::new();
    for entry in entries {
        let host = session.host_at(&entry.provider, &entry.base_url).await.map_err(crate::words::store)?;
        let Some(host) = host else { continue };
        let account = session.account_at(&host.id, &entry.identity.subject).await.map_err(crate::words::store)?;
        met.extend(account.filter(|id| !met.contains(id)));
    }
    Ok(met)
}

/// Whether a credential from a file takes the place of the one that is here: if it is newer. What
/// surely renews itself here does not give way to what can't; and what moved away can come back.
fn is_better(file: &NewCredential, here: &CredentialFacts) -> bool {
    let renews = file.refresh.is_some();
    if here.surely_renews() && !renews {
        return false;
    }
    file.issued_at > here.issued_at || (file.issued_at == here.issued_at && renews && !here.surely_renews())
}

/// Holds an account against the catalogue, as every edge does.
fn checked(keeper: &Keeper, entry: Entry) -> Answer<Entry> {
    let target = keeper.target(&entry.provider, Some(&entry.base_url), Some(&entry.api_url))?;
    // Tokens for the public installation go to its own API and nowhere else.
    if let Some(public) = target.provider.public_host()
        && entry.base_url == public
        && entry.api_url != target.provider.api_url(&public)
    {
        return Err(words::other_api(public.label()));
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use drawbridge_domain::{CredentialKind, SecretString};

    fn file(issued_at: i64, renews: bool) -> NewCredential {
        let token = || SecretString::from("token".to_owned());
        NewCredential {
            kind: CredentialKind::Oauth,
            client_id: None,
            access: token(),
            refresh: renews.then(token),
            asked_scopes: Vec::new(),
            granted_scopes: None,
            issued_at: Timestamp::from_millis(issued_at),
            access_ends_at: None,
            refresh_ends_at: None,
            refresh_end_stays: false,
            user_name: None,
            kept: std::collections::BTreeMap::default(),
            signed_in_at: Timestamp::from_millis(issued_at),
        }
    }

    #[test]
    fn what_is_newer_wins_and_what_renews_itself_stays() {
        let here = |renewable: bool, started: Option<i64>| CredentialFacts {
            account: "aaaaaaaaaaaaaaaa".parse().expect("an id"),
            kind: CredentialKind::Oauth,
            client_id: None,
            asked_scopes: Vec::new(),
            granted_scopes: None,
            issued_at: Timestamp::from_millis(10),
            access_ends_at: None,
            refresh_ends_at: None,
            refresh_end_stays: false,
            user_name: None,
            kept: std::collections::BTreeMap::default(),
            signed_in_at: Timestamp::from_millis(1),
            retry_at: None,
            failures: 0,
            renewable,
            refresh_started_at: started.map(Timestamp::from_millis),
        };
        let (plain, renews, doubtful, moved) =
            (here(false, None), here(true, None), here(true, Some(11)), here(false, Some(11)));
        for (file, here, wins, why) in [
            (file(11, false), &plain, true, "newer"),
            (file(9, false), &plain, false, "older"),
            (file(10, false), &plain, false, "the same once more"),
            (file(11, false), &renews, false, "it would stop renewing itself"),
            (file(11, true), &renews, true, "newer, and renews itself"),
            (file(10, true), &renews, false, "the same once more"),
            (file(11, false), &doubtful, true, "what is here can't be renewed"),
            (file(10, true), &doubtful, true, "the export that was cut off comes back"),
            (file(10, true), &moved, true, "what moved comes back"),
            (file(9, true), &moved, false, "older"),
        ] {
            assert_eq!(is_better(&file, here), wins, "{why}");
        }
    }
}
