//! "Why is this repository missing?": what is known here, and what each account's host says of it, asked once.
//!
//! A repository that does not exist and one that is hidden look the same from outside, and are told so. Not
//! here: the listing (`sync`), and what was removed (`missing.rs`).

mod words;

use crate::{
    Answer, Code, Keeper, Problem,
    dto::{AskWhy, Repository, RepositoryWhy, Tag, WhyCause, WhyChecked},
    missing::{accounts, removed},
    open::Open,
    repositories::{query, row},
    syncing::sync_broke,
};
use drawbridge_domain::{ForgeRepository, Health};
use drawbridge_providers::{ForgeError, RepositoryRef};
use drawbridge_search::{Query, Sort};
use drawbridge_store::{AccountRow, HostRow};
use std::time::Duration;
use url::Url;

/// How long a host may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// More accounts than this are not asked about one repository.
const MOST_ASKED: usize = 20;
const MOST_NEAR: u32 = 5;
const LONGEST: usize = 2000;

/// What a person asks about, taken apart.
struct Asked {
    /// The host and its port, if an address was given.
    host: Option<(String, Option<u16>)>,
    path: Vec<String>,
}

impl Asked {
    fn parse(text: &str) -> Answer<Self> {
        let text = text.trim();
        let (host, path) = if text.contains("://") {
            let url = Url::parse(text).map_err(|_| words::no_name())?;
            let host = url.host_str().ok_or_else(words::no_name)?.to_owned();
            // Git over SSH has a port of its own, which says nothing of the host's pages.
            let port = if url.scheme() == "ssh" { None } else { url.port_or_known_default() };
            (Some((host, port)), url.path().to_owned())
        } else if let Some((host, path)) = text.split_once('@').and_then(|(_, rest)| rest.split_once(':')) {
            (Some((host.to_owned(), None)), path.to_owned())
        } else {
            (None, text.to_owned())
        };
        let mut path: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        if let Some(last) = path.last_mut()
            && let Some(name) = last.strip_suffix(".git")
        {
            *last = name.to_owned();
        }
        let odd = |part: &String| part.chars().any(char::is_control) || part.is_empty();
        if text.len() > LONGEST || path.len() < 2 || path.iter().any(odd) {
            return Err(words::no_name());
        }
        Ok(Self { host, path })
    }

    fn is_at(&self, host: &HostRow) -> bool {
        let Some((name, port)) = &self.host else { return true };
        // Where people sign in elsewhere than their repositories are, those are where the API is.
        [&host.base_url, &host.api_url].into_iter().map(drawbridge_domain::BaseUrl::to_url).any(|url| {
            let same = url.host_str().is_some_and(|own| own.eq_ignore_ascii_case(name.trim_start_matches("www.")));
            same && port.is_none_or(|port| url.port_or_known_default() == Some(port))
        })
    }

    fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

/// An account that may reach it, and what it is called there.
struct Candidate {
    account: AccountRow,
    host: HostRow,
    owner: String,
    name: String,
}

impl Candidate {
    fn checked(&self, cause: WhyCause, sentence: String, fix: String) -> WhyChecked {
        WhyChecked {
            cause,
            account: Some(self.account.id.clone()),
            what: self.account.identity.login.clone(),
            host_label: Some(self.host.base_url.label().to_owned()),
            sentence,
            fix,
            page: None,
        }
    }
}

/// What an account's host said.
struct Said {
    checked: WhyChecked,
    found: Option<ForgeRepository>,
}

/// What was looked at that is no account.
fn here(cause: WhyCause, what: &str, sentence: String, fix: String) -> WhyChecked {
    let (account, host_label, page) = (None, None, None);
    WhyChecked { cause, account, what: what.to_owned(), host_label, sentence, fix, page }
}

/// How much a finding helps; the first is told first.
fn rank(cause: WhyCause) -> usize {
    use WhyCause::{
        Filtered, Found, Kept, Listed, NoAccount, NotApproved, NotAsked, NotListedYet, NotShown, Removed, ScopeMissing,
        SignInNeeded, SignOnFirst,
    };
    let order = [
        Filtered,
        Kept,
        Listed,
        Found,
        NotApproved,
        SignOnFirst,
        NoAccount,
        SignInNeeded,
        NotAsked,
        ScopeMissing,
        NotListedYet,
        Removed,
        NotShown,
    ];
    order.iter().position(|one| *one == cause).unwrap_or(order.len())
}

impl Keeper {
    /// Why a repository is not in the list, and what helps.
    pub async fn repository_why(&self, request: AskWhy) -> Answer<RepositoryWhy> {
        let asked = Asked::parse(&request.name)?;
        let open = self.opened().await?;
        let candidates = self.candidates(&open, &asked).await?;
        let name = candidates.first().map_or_else(|| asked.path.join("/"), |one| format!("{}/{}", one.owner, one.name));
        let listed = self.listed_as(&open, &candidates).await?;
        let mut checked = Vec::new();
        let mut gone = None;
        if let Some(listed) = &listed {
            checked.push(self.in_the_list(&open, listed, &request).await?);
        } else {
            if let Some((id, row)) = self.removed_as(&open, &candidates).await? {
                gone = Some(id);
                checked.push(row);
            }
            if candidates.is_empty() {
                checked.push(words::no_account(asked.host.as_ref().map(|(host, _)| host.as_str())));
            }
            let said = candidates.iter().take(MOST_ASKED).map(|candidate| self.ask(&open, candidate));
            checked.extend(futures::future::join_all(said).await.into_iter().map(|said| said.checked));
        }
        checked.sort_by_key(|one| rank(one.cause));
        let because = checked.first().cloned().ok_or_else(super::words::not_connected)?;
        let near = if listed.is_some() { Vec::new() } else { self.near(&open, &asked).await? };
        let at = self.parts.clock.now();
        Ok(RepositoryWhy { name, because, checked, repository: listed, removed: gone, near, at })
    }

    /// Adds a repository that no listing brought, for every account to which its host shows it. Nothing leaves
    /// by that.
    pub async fn repository_import(&self, name: String) -> Answer<Repository> {
        let asked = Asked::parse(&name)?;
        let open = self.opened().await?;
        let candidates = self.candidates(&open, &asked).await?;
        if candidates.is_empty() {
            let problem = words::no_account(asked.host.as_ref().map(|(host, _)| host.as_str()));
            return Err(Problem::new(Code::NotConnected, problem.sentence, problem.fix));
        }
        let mut refused = None;
        let mut imported = None;
        for candidate in candidates.iter().take(MOST_ASKED) {
            let said = self.ask(&open, candidate).await;
            let Some(found) = said.found else {
                refused.get_or_insert(said.checked);
                continue;
            };
            let now = self.parts.clock.now();
            let (host, account) = (&candidate.host.id, &candidate.account.id);
            let id = drawbridge_sync::import(&open.store, host, account, found, now).await.map_err(sync_broke)?;
            imported = id.or(imported);
        }
        let Some(id) = imported else {
            let (sentence, fix) = refused.map(|one| (one.sentence, one.fix)).unwrap_or_default();
            return Err(Problem::new(Code::NotFound, sentence, fix));
        };
        open.rebuild_index().await?;
        self.changed(&[Tag::Repositories, Tag::Accounts]);
        let mut session = open.store.read().await.map_err(super::words::store)?;
        let stored = session.repositories(&[id]).await.map_err(super::words::store)?.pop();
        stored.map(row).ok_or_else(|| super::words::not_found("repository with that id"))
    }

    /// The accounts at whose host it could be.
    async fn candidates(&self, open: &Open, asked: &Asked) -> Answer<Vec<Candidate>> {
        let catalog = self.catalog();
        let mut session = open.store.read().await.map_err(super::words::store)?;
        let mut candidates = Vec::new();
        for account in session.accounts().await.map_err(super::words::store)? {
            let Some(host) = session.host(&account.host).await.map_err(super::words::store)? else { continue };
            let names = catalog
                .find(&host.provider)
                .and_then(|provider| provider.forge())
                .filter(|_| asked.is_at(&host))
                .and_then(|forge| forge.names_in(&asked.path()));
            if let Some((owner, name)) = names {
                candidates.push(Candidate { account, host, owner, name });
            }
        }
        Ok(candidates)
    }

    async fn listed_as(&self, open: &Open, candidates: &[Candidate]) -> Answer<Option<Repository>> {
        let mut session = open.store.read().await.map_err(super::words::store)?;
        for one in candidates {
            let named = session.repositories_named(&one.owner, &one.name).await.map_err(super::words::store)?;
            if let Some(found) = named.into_iter().find(|found| found.host == one.host.id) {
                return Ok(Some(row(found)));
            }
        }
        Ok(None)
    }

    async fn in_the_list(&self, open: &Open, listed: &Repository, request: &AskWhy) -> Answer<WhyChecked> {
        let hidden = match &request.filters {
            Some(filters) => {
                let question = self.question(open, &filters.text).await?;
                let all = Query { offset: 0, limit: u32::MAX, ..query(&question, filters) };
                !open.index().await?.search(&all).ids.contains(&listed.id)
            }
            None => false,
        };
        Ok(match listed.missing_since {
            _ if hidden => here(WhyCause::Filtered, "Your filters", words::filtered(), words::clear_filters()),
            Some(_) => here(WhyCause::Kept, "The list", words::kept(), String::new()),
            None => here(WhyCause::Listed, "The list", words::listed(), String::new()),
        })
    }

    async fn removed_as(
        &self,
        open: &Open,
        candidates: &[Candidate],
    ) -> Answer<Option<(drawbridge_domain::RepositoryId, WhyChecked)>> {
        let mut session = open.store.read().await.map_err(super::words::store)?;
        let accounts = accounts(&mut session).await?;
        for one in candidates {
            let named = Some((&one.host.id, one.owner.as_str(), one.name.as_str()));
            let (_, rows) = session.removed(named, 1, 0).await.map_err(super::words::store)?;
            if let Some(row) = rows.into_iter().next() {
                let gone = removed(row, &accounts);
                let sentence = words::removed(gone.removed_at, &gone.why);
                let told = here(WhyCause::Removed, "Removed", sentence, words::bring_back(gone.forgotten_at));
                return Ok(Some((gone.id, told)));
            }
        }
        Ok(None)
    }

    /// What the host says to an account. Nothing that goes wrong is taken for "it is not there".
    async fn ask(&self, open: &Open, one: &Candidate) -> Said {
        let host = one.host.base_url.label();
        let not_asked = |sentence: String, fix: String| Said {
            checked: one.checked(WhyCause::NotAsked, sentence, fix),
            found: None,
        };
        let sign_in = || Said {
            checked: one.checked(WhyCause::SignInNeeded, words::not_asked_without_sign_in(), words::sign_in()),
            found: None,
        };
        if one.account.health == Health::NeedsYou {
            return sign_in();
        }
        let access = match self.access(open, &one.account.id).await {
            Ok(access) => access,
            Err(problem) if problem.code == Code::SignInNeeded => return sign_in(),
            Err(problem) => return not_asked(problem.message, problem.hint),
        };
        let Some(forge) = access.provider.forge() else { return not_asked(String::new(), String::new()) };
        let named = RepositoryRef { forge_id: "", owner: &one.owner, name: &one.name };
        let api = access.api();
        let asked = forge.find_repository(&api, named);
        let Ok(answer) = tokio::time::timeout(PATIENCE, asked).await else {
            return not_asked(words::silent(host), words::try_again());
        };
        let refused = |cause, sentence, fix, page: &Option<String>| Said {
            checked: WhyChecked { page: page.clone(), ..one.checked(cause, sentence, fix) },
            found: None,
        };
        match answer {
            Ok(Some(found)) => {
                let sentence = words::found(&found.full_name(), &one.name);
                Said { checked: one.checked(WhyCause::Found, sentence, words::import()), found: Some(found) }
            }
            Ok(None) => Said { checked: self.not_shown(open, one).await, found: None },
            Err(ForgeError::NotApproved { page }) => {
                refused(WhyCause::NotApproved, words::not_approved(&one.owner), words::ask_an_owner(), &page)
            }
            Err(ForgeError::SignOnFirst { page }) => {
                refused(WhyCause::SignOnFirst, words::sign_on_first(&one.owner), words::authorise(), &page)
            }
            Err(ForgeError::Unauthorized) => sign_in(),
            Err(error) => {
                let problem = super::words::forge(&error, host);
                not_asked(problem.message, problem.hint)
            }
        }
    }

    /// The host shows it not to this account: for what it lacks, or for no reason that can be seen.
    async fn not_shown(&self, open: &Open, one: &Candidate) -> WhyChecked {
        let host = one.host.base_url.label();
        let account = self.account_show(one.account.id.clone()).await.ok();
        if let Some(off) = account.as_ref().and_then(|account| account.off.first()) {
            return one.checked(
                WhyCause::ScopeMissing,
                words::scope_missing(host, &off.why),
                words::add_scope(&off.scope),
            );
        }
        let syncing = open.running().iter().any(|(id, _)| *id == one.account.id);
        if one.account.synced_at.is_none() || syncing {
            return one.checked(WhyCause::NotListedYet, words::not_listed_yet(host), words::wait_for_listing());
        }
        one.checked(WhyCause::NotShown, words::not_shown(host), words::not_shown_fix())
    }

    /// Full names in the list that are like it: with its name, or the beginning of it.
    async fn near(&self, open: &Open, asked: &Asked) -> Answer<Vec<String>> {
        let name = asked.path.last().map(String::as_str).unwrap_or_default();
        let mut ids = Vec::new();
        let cut: String = name.chars().take(name.chars().count().div_ceil(2).max(3)).collect();
        for text in [name, &cut] {
            if ids.is_empty() {
                let all = Query { text, sort: Sort::Best, limit: MOST_NEAR, ..Query::default() };
                ids = open.index().await?.search(&all).ids;
            }
        }
        let mut session = open.store.read().await.map_err(super::words::store)?;
        let rows = session.repositories(&ids).await.map_err(super::words::store)?;
        Ok(rows.into_iter().map(|row| row.forge.full_name()).collect())
    }
}
