//! Writing accounts to a sealed file, and letting go of what moved.

use super::{
    document::{self, Entry, EntryClient},
    words,
};
use crate::{
    Answer, Keeper,
    backups::{make_private_folder, named_path},
    dto::{ExportAccounts, Exported, Tag},
    open::Open,
    vault_cases::check_passphrase,
};
use drawbridge_domain::{AccountId, SecretBytes, SecretString, Timestamp};
use drawbridge_store::{AccountRow, ClientRow, HostRow, NewCredential, Session};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::OwnedMutexGuard;

/// An account that goes into the file.
struct Leaving {
    id: AccountId,
    entry: Entry,
    /// Whether it renews itself here and goes on to do so.
    renews_here: bool,
    /// Whether what renews it may be used up, so that it can't move.
    doubtful: bool,
}

impl Keeper {
    /// Writes accounts to a file sealed with a passphrase of its own. What renews their access moves
    /// along if that is asked for, and is forgotten here once the file is safe.
    pub async fn accounts_export(self: &Arc<Self>, request: ExportAccounts) -> Answer<Exported> {
        let open = {
            // Tries take turns, so that the pause after wrong ones can't be outrun.
            let _turn = self.gate.lock().await;
            let open = self.opened().await?;
            self.prove(&open, &request.proof).await?;
            open
        };
        check_passphrase(&request.passphrase)?;
        let path = named_path(&request.path)?;
        // A front that goes away half-way must not leave it half done.
        let (keeper, work) = (Arc::clone(self), Arc::clone(&open));
        let done = open.tasks.spawn(async move { keeper.export(&work, request, path).await }).await;
        done.map_err(|error| crate::words::internal("writing the accounts", &error))?
    }

    async fn export(&self, open: &Open, request: ExportAccounts, path: PathBuf) -> Answer<Exported> {
        let _chore = open.chore.lock().await;
        if path.symlink_metadata().is_ok() {
            return Err(crate::words::vault(drawbridge_vault::Error::FileExists));
        }
        let ids = self.chosen(open, request.accounts).await?;
        // Nobody renews meanwhile what is about to leave.
        let _turns = if request.move_renewal { turns(open, &ids).await? } else { Vec::new() };
        let now = self.parts.clock.now();
        // Read and noted in one transaction: a sign-in in between would be taken for what moved.
        let mut write = open.store.write().await.map_err(crate::words::store)?;
        let leaving = gather(&mut write, &ids, request.move_renewal).await?;
        let entries: Vec<&Entry> = leaving.iter().map(|one| &one.entry).collect();
        let text = document::write(&entries, now);
        document::read(text.expose()).map_err(|_| words::not_writable())?;
        make_private_folder(&path)?;
        let moved = leaving.iter().filter(|one| one.entry.credential.refresh.is_some());
        let moved: Vec<AccountId> = moved.map(|one| one.id.clone()).collect();
        if moved.is_empty() {
            drop(write);
        } else {
            // First the note "may be used elsewhere", then the file, then the forgetting. Whenever
            // the process dies in between, the token is sent from nowhere or from where the file is
            // read, but never from both: what is noted as started is not sent again from here. The
            // other order would have a moment in which two places hold it and neither knows.
            for id in &moved {
                write.set_refresh_started(id, Some(now)).await.map_err(crate::words::store)?;
            }
            write.commit().await.map_err(crate::words::store)?;
        }
        if let Err(error) = self.write_file(path.clone(), request.passphrase, text).await {
            // Where no file of ours has its name, nothing moved; else the note stays as it is.
            if matches!(error, drawbridge_vault::Error::FileExists) || path.symlink_metadata().is_err() {
                self.take_back(open, &moved, now).await?;
            }
            return Err(words::not_written(error));
        }
        self.let_go(open, &moved, now).await?;
        Ok(Self::told(&path, &leaving, &moved))
    }

    /// The accounts that were asked for, each once.
    async fn chosen(&self, open: &Open, asked: Vec<AccountId>) -> Answer<Vec<AccountId>> {
        let mut session = open.store.read().await.map_err(crate::words::store)?;
        let accounts = session.accounts().await.map_err(crate::words::store)?;
        if accounts.is_empty() {
            return Err(crate::words::not_connected());
        }
        if asked.iter().any(|id| !accounts.iter().any(|account| account.id == *id)) {
            return Err(crate::words::not_found("account with that id"));
        }
        let all = accounts.into_iter().map(|account| account.id);
        let ids: Vec<AccountId> = all.filter(|id| asked.is_empty() || asked.contains(id)).collect();
        if ids.len() > document::MOST_ACCOUNTS {
            return Err(words::too_many());
        }
        Ok(ids)
    }

    async fn write_file(
        &self,
        to: PathBuf,
        passphrase: SecretString,
        text: SecretBytes,
    ) -> Result<(), drawbridge_vault::Error> {
        let (target, random) = (self.config.unlock_target, Arc::clone(&self.parts.random));
        let written = tokio::task::spawn_blocking(move || {
            drawbridge_vault::write_age_file(&to, &passphrase, &text, target, &*random)
        });
        written.await.unwrap_or(Err(drawbridge_vault::Error::Derive))
    }

    async fn take_back(&self, open: &Open, moved: &[AccountId], noted: Timestamp) -> Answer<()> {
        if moved.is_empty() {
            return Ok(());
        }
        let mut write = open.store.write().await.map_err(crate::words::store)?;
        for id in moved {
            write.take_back_refresh_started(id, noted).await.map_err(crate::words::store)?;
        }
        write.commit().await.map_err(crate::words::store)
    }

    /// Forgets what moved; the file has it.
    async fn let_go(&self, open: &Open, moved: &[AccountId], noted: Timestamp) -> Answer<()> {
        if moved.is_empty() {
            return Ok(());
        }
        let forgotten = async {
            let mut write = open.store.write().await?;
            for id in moved {
                write.forget_refresh_token(id, noted).await?;
            }
            write.commit().await
        };
        let forgotten = forgotten.await;
        self.changed(&[Tag::Accounts]);
        forgotten.map_err(|error| words::not_forgotten(crate::words::store(error)))
    }

    fn told(path: &Path, leaving: &[Leaving], moved: &[AccountId]) -> Exported {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let ends = leaving.iter().filter(|one| one.entry.credential.refresh.is_none());
        let ends = ends.filter_map(|one| {
            let at = one.entry.credential.access_ends_at?;
            let who = format!("{} at {}", one.entry.identity.login, one.entry.base_url.label());
            Some(words::End { who, at, or_sooner: one.renews_here })
        });
        let doubtful = leaving.iter().filter(|one| one.doubtful).count();
        Exported {
            path: path.display().to_string(),
            accounts: count(leaving.len()),
            moved: count(moved.len()),
            sentence: words::exported(leaving.len(), moved.len(), doubtful, &ends.collect::<Vec<_>>()),
        }
    }
}

/// The turns to renew accounts, always taken in the same order.
pub(super) async fn turns(open: &Open, ids: &[AccountId]) -> Answer<Vec<OwnedMutexGuard<()>>> {
    let mut ids: Vec<&AccountId> = ids.iter().collect();
    ids.sort();
    let mut turns = Vec::with_capacity(ids.len());
    for id in ids {
        tokio::select! {
            turn = Arc::clone(&open.refresh_turn(id).one).lock_owned() => turns.push(turn),
            () = open.cancel.cancelled() => return Err(crate::words::locked()),
        }
    }
    Ok(turns)
}

/// Reads what goes into the file.
async fn gather(session: &mut Session, ids: &[AccountId], moves: bool) -> Answer<Vec<Leaving>> {
    let hosts = session.hosts().await.map_err(crate::words::store)?;
    let clients = session.clients().await.map_err(crate::words::store)?;
    let mut leaving = Vec::with_capacity(ids.len());
    for id in ids {
        let account = session.account(id).await.map_err(crate::words::store)?;
        let Some(account) = account else { return Err(crate::words::not_found("account with that id")) };
        let Some(host) = hosts.iter().find(|host| host.id == account.host) else {
            return Err(crate::words::not_found("host for that account"));
        };
        leaving.push(one(session, account, host, &clients, moves).await?);
    }
    Ok(leaving)
}

async fn one(
    session: &mut Session,
    account: AccountRow,
    host: &HostRow,
    clients: &[ClientRow],
    moves: bool,
) -> Answer<Leaving> {
    let credential = session.credential(&account.id).await.map_err(crate::words::store)?;
    let Some(credential) = credential else { return Err(crate::words::not_found("credential for that account")) };
    let facts = credential.facts;
    let client =
        clients.iter().find(|client| client.host == host.id && Some(&client.client_id) == facts.client_id.as_ref());
    let client = match client {
        Some(client) => Some(EntryClient {
            client_id: client.client_id.clone(),
            secret: session.client_secret(&client.id).await.map_err(crate::words::store)?,
            mark: crate::callbacks::mark_of(session, &client.id).await?,
        }),
        None => None,
    };
    let moves = moves && facts.surely_renews();
    Ok(Leaving {
        id: account.id,
        renews_here: facts.surely_renews() && !moves,
        doubtful: facts.renewable && !facts.surely_renews(),
        entry: Entry {
            provider: host.provider.clone(),
            base_url: host.base_url.clone(),
            api_url: host.api_url.clone(),
            identity: account.identity,
            credential: NewCredential {
                kind: facts.kind,
                client_id: facts.client_id,
                access: credential.access,
                refresh: credential.refresh.filter(|_| moves),
                asked_scopes: document::scopes_that_travel(&facts.asked_scopes),
                granted_scopes: facts.granted_scopes.as_deref().map(document::scopes_that_travel),
                issued_at: facts.issued_at,
                access_ends_at: facts.access_ends_at,
                refresh_ends_at: facts.refresh_ends_at.filter(|_| moves),
                refresh_end_stays: facts.refresh_end_stays,
                user_name: facts.user_name,
                kept: facts.kept,
                signed_in_at: facts.signed_in_at,
            },
            client,
        },
    })
}
