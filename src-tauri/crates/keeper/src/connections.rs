//! Looking after connections: renew now, check, name, history, and what ends when.
//!
//! Not here: renewing itself (`access.rs`), and doing it unasked (`upkeep.rs`).

use crate::{
    Answer, Keeper,
    access::{Access, Wish},
    dto::{Account, AccountEvent, Ending, EndingKind, List, RenameAccount, Tag},
    open::Open,
    words,
};
use drawbridge_domain::{AccountId, Health, Timestamp};
use drawbridge_providers::ForgeError;
use drawbridge_store::{AccountRow, CredentialFacts, HostRow};
use std::time::Duration;

const HISTORY_MOST: u32 = 500;
const NAME_MOST: usize = 60;
const DAY: u64 = 24 * 60 * 60;

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
        let mut answer = access.provider.identify_at(&self.api(&access), userinfo).await;
        if matches!(answer, Err(ForgeError::Unauthorized)) {
            // Ended before its time, as the old access of a pair that was renewed meanwhile: once more.
            if let Some(newer) = self.newer_access(&open, &id, &access).await? {
                access = newer;
                answer = access.provider.identify_at(&self.api(&access), userinfo).await;
            }
        }
        let label = access.host.base_url.label();
        match answer {
            Ok(who) if who.identity.subject == access.account.identity.subject => {
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

    /// What ends when, the next first: what a person has to see to, and what looks after itself.
    pub async fn calendar(&self) -> Answer<List<Ending>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.accounts().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        let facts = session.credential_facts().await.map_err(words::store)?;
        let typed = session.typed_credentials().await.map_err(words::store)?;
        drop(session);
        let now = self.parts.clock.now();
        let mut endings = Self::typed_endings(&typed, now);
        for account in &accounts {
            let Some(host) = hosts.iter().find(|host| host.id == account.host) else { continue };
            let Some(facts) = facts.iter().find(|facts| facts.account == account.id) else { continue };
            endings.extend(self.endings_of(account, host, facts, now));
        }
        endings.sort_by_key(|ending| ending.at);
        Ok(List::whole(endings))
    }

    fn endings_of(&self, account: &AccountRow, host: &HostRow, facts: &CredentialFacts, now: Timestamp) -> Vec<Ending> {
        let provider = self.catalog().find(&host.provider).cloned();
        let life = provider.as_ref().and_then(|provider| provider.definition.oauth.as_ref()).map(|oauth| &oauth.life);
        let whole = life.and_then(|life| life.refresh_absolute).map(|whole| facts.signed_in_at.plus(whole));
        let idle = life.and_then(|life| life.refresh_idle).map(|idle| facts.issued_at.plus(idle));
        let ends = |kind: EndingKind, at: Timestamp, by_itself: bool| {
            let left = at.since(now).as_secs();
            let label = host.base_url.label();
            Ending {
                account: Some(account.id.clone()),
                credential: None,
                login: account.label.clone().unwrap_or_else(|| account.identity.login.clone()),
                host_label: label.to_owned(),
                provider: Some(host.provider.clone()),
                kind,
                at,
                by_itself,
                days_left: u32::try_from(left / DAY).unwrap_or(u32::MAX),
                over: at <= now,
                sentence: words::ending(kind, by_itself, label),
            }
        };
        let mut all = Vec::new();
        if facts.surely_renews() {
            all.extend(facts.access_ends_at.map(|at| ends(EndingKind::Access, at, true)));
            // Whichever comes first; each renewal moves the first two on.
            let moving = [facts.refresh_ends_at, idle].into_iter().flatten().min();
            all.extend(moving.map(|at| ends(EndingKind::Renewal, at, true)));
            all.extend(whole.map(|at| ends(EndingKind::SignIn, at, false)));
        } else {
            all.extend(facts.access_ends_at.map(|at| ends(EndingKind::Access, at, false)));
        }
        all
    }
}

/// When an account's renewal has to be used lest it ends by being idle: at four fifths of its time.
pub(crate) fn keep_alive_at(facts: &CredentialFacts, idle: Option<Duration>) -> Option<Timestamp> {
    if !facts.surely_renews() {
        return None;
    }
    let part = |whole: Duration| whole.mul_f64(0.8);
    let said = facts.refresh_ends_at.map(|ends| facts.issued_at.plus(part(ends.since(facts.issued_at))));
    let known = idle.map(|idle| facts.issued_at.plus(part(idle)));
    [said, known].into_iter().flatten().min()
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
