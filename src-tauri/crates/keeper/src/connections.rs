//! Looking after connections: renew now, check, name, history.
//!
//! Not here: renewing itself (`access.rs`), doing it unasked (`upkeep.rs`), and what ends when (`calendar.rs`).

use crate::{
    Answer, Keeper,
    access::{Access, Wish},
    dto::{Account, AccountEvent, List, RenameAccount, Tag},
    open::Open,
    words,
};
use drawbridge_domain::{AccountId, Health};
use drawbridge_providers::{ForgeError, Identified};

const HISTORY_MOST: u32 = 500;
const NAME_MOST: usize = 60;

impl Keeper {
    /// Renews an account's access now, whether it is about to end or not.
    pub async fn account_refresh(&self, id: AccountId) -> Answer<Account> {
        let open = self.opened().await?;
        let asked_at = open.refresh_turn(&id).tries();
        let account = self.account_show(id.clone()).await?;
        if !account.renews_itself {
            return Err(words::renews_not(&account.host_label));
        }
        self.access_as(&open, &id, Wish::Asked(asked_at)).await?;
        self.account_show(id).await
    }

    /// Asks the host whether an account's access works, renewing it first if it is about to end.
    pub async fn account_check(&self, id: AccountId) -> Answer<Account> {
        let open = self.opened().await?;
        let mut access = self.access(&open, &id).await?;
        let found = crate::hosts::metadata_of(&access.host);
        let userinfo = found.as_ref().and_then(|found| found.userinfo.as_ref());
        let mut answer = access.provider.identify_at(&access.api(), userinfo).await;
        if matches!(answer, Err(ForgeError::Unauthorized)) {
            // Ended before its time, as the old access of a pair that was renewed meanwhile: once more.
            if let Some(newer) = self.newer_access(&open, &id, &access).await? {
                access = newer;
                answer = access.provider.identify_at(&access.api(), userinfo).await;
            }
        }
        let label = access.host.base_url.label();
        match answer {
            Ok(who) if who.identity.subject == access.account.identity.subject => {
                self.note_told(&open, &access, &who).await?;
                if !matches!(access.account.health, Health::Working | Health::Soon) {
                    let now = self.parts.clock.now();
                    let mut write = open.store.write().await.map_err(words::store)?;
                    write.set_health(&id, Health::Working, "", now, None).await.map_err(words::store)?;
                    write.commit().await.map_err(words::store)?;
                    self.changed(&[Tag::Accounts]);
                }
            }
            // A credential does not change hands; if it does, nothing it says belongs to this account.
            Ok(who) => {
                self.needs_you(&open, &id, "other_person").await?;
                return Err(words::somebody_else(&who.identity.login, &access.account.identity.login, label));
            }
            Err(ForgeError::Unauthorized) => {
                self.needs_you(&open, &id, "ended").await?;
                return Err(crate::access::sign_in_again(label));
            }
            Err(error) => return Err(words::forge(&error, label)),
        }
        self.account_show(id).await
    }

    /// Notes what the host says of an account's access beside whose it is, where that differs from what
    /// is known: a person can change a token's scopes, and its end, on the host's own page.
    async fn note_told(&self, open: &Open, access: &Access, told: &Identified) -> Answer<()> {
        let id = &access.account.id;
        let mut session = open.store.read().await.map_err(words::store)?;
        let now = session.credential(id).await.map_err(words::store)?;
        // What is said of access that was renewed meanwhile is not said of the new.
        let Some(known) = now.filter(|row| row.access.same_as(access.token.expose())).map(|row| row.facts) else {
            return Ok(());
        };
        let scopes = told.scopes.as_ref().filter(|scopes| known.granted_scopes.as_ref() != Some(*scopes));
        // The end of what is renewed comes with each renewal.
        let ends_at = told.expires_at.filter(|at| !known.renewable && known.access_ends_at != Some(*at));
        if scopes.is_none() && ends_at.is_none() {
            return Ok(());
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        write.set_told(id, known.issued_at, scopes.map(Vec::as_slice), ends_at).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Accounts]);
        Ok(())
    }

    /// Newer access than one that was refused, if there can be any. Where a renewal's reply was lost,
    /// that is why it was refused, and said so.
    pub(crate) async fn newer_access(&self, open: &Open, id: &AccountId, refused: &Access) -> Answer<Option<Access>> {
        let newer = self.access_as(open, id, Wish::Refused(refused.as_of)).await?;
        Ok(Some(newer).filter(|newer| !newer.token.same_as(refused.token.expose())))
    }

    /// Names an account; an empty name takes it away.
    pub async fn account_rename(&self, id: AccountId, request: RenameAccount) -> Answer<Account> {
        let open = self.opened().await?;
        let name = request.name.trim();
        if name.chars().count() > NAME_MOST || name.contains(char::is_control) {
            return Err(words::invalid("A name has up to 60 letters on one line.", "Choose a shorter one."));
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        let found = write.set_label(&id, Some(name).filter(|name| !name.is_empty())).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        if !found {
            return Err(words::not_found("account with that id"));
        }
        self.changed(&[Tag::Accounts]);
        self.account_show(id).await
    }

    /// What happened to an account's access, newest first.
    pub async fn account_history(&self, id: AccountId) -> Answer<List<AccountEvent>> {
        let open = self.opened().await?;
        let account = self.account_show(id.clone()).await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.account_events(&id, HISTORY_MOST).await.map_err(words::store)?;
        Ok(List::whole(
            rows.into_iter()
                .map(|row| AccountEvent {
                    sentence: words::account_event(&row.kind, &row.cause, &account.host_label),
                    at: row.at,
                    kind: row.kind,
                })
                .collect(),
        ))
    }
}

/// What was found in provider files of a person's own.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ProviderFiles {
    /// The files that can be used.
    pub good: Vec<String>,
    /// Those that can't, and why.
    pub bad: Vec<BadProviderFile>,
}

/// A provider file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadProviderFile {
    /// Which.
    pub path: String,
    /// The line, where there is one.
    pub line: Option<usize>,
    /// What is wrong, and what is expected.
    pub what: String,
}

/// Checks a provider file, or all in a folder. Needs no vault.
pub fn check_provider_files(path: &std::path::Path) -> ProviderFiles {
    let mut files = ProviderFiles { good: Vec::new(), bad: Vec::new() };
    let mut paths = vec![path.to_owned()];
    if path.is_dir() {
        paths = std::fs::read_dir(path).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
    }
    for path in paths {
        match drawbridge_providers::Catalog::read(&path) {
            Ok(_) => files.good.push(path.display().to_string()),
            Err(problem) => files.bad.push(BadProviderFile {
                path: path.display().to_string(),
                line: problem.line,
                what: problem.what,
            }),
        }
    }
    files
}
