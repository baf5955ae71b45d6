//! Search at the hosts: who has not found it in the list asks the hosts for it, account by account.
//!
//! Only when a person says so: words are not sent to a host as they are typed. Nothing that comes is kept, and
//! what goes wrong with one account is told beside what the others brought. Not here: the search of the list
//! (`repositories.rs`), and the way from a row into it (`repository_import` in `why.rs`).

use crate::{
    Answer, Code, Keeper, Problem,
    access::Access,
    dto::{HostAsked, HostFound, HostSearch, HostSearched},
    open::Open,
    words::{self, host_search as said},
};
use drawbridge_domain::{ForgeRepository, Health};
use drawbridge_providers::{ForgeError, Matches};
use drawbridge_store::{AccountRow, HostRow};
use futures::StreamExt as _;
use std::{collections::HashMap, sync::Arc, time::Duration};

/// How long an account's answer is waited for, with all that it takes.
const PATIENCE: Duration = Duration::from_secs(8);
/// How many accounts are asked at once.
const AT_ONCE: usize = 8;
/// More accounts than this are not asked.
const MOST_ASKED: usize = 40;
/// What the strictest host takes.
const LONGEST: usize = 256;
const LIMIT_DEFAULT: u32 = 20;
const LIMIT_MAX: u32 = 50;

/// An account and its host.
#[derive(Clone)]
struct Candidate {
    account: AccountRow,
    host: HostRow,
}

/// What is asked for.
#[derive(Clone)]
struct Wanted {
    words: Arc<str>,
    most: usize,
}

impl Keeper {
    /// Asks the hosts for repositories by words, as every account whose host can be searched, or as one.
    pub async fn host_search(&self, request: HostSearch) -> Answer<HostSearched> {
        let open = self.opened().await?;
        let words = self.words_of(&open, &request.text).await?;
        let most = if request.limit == 0 { LIMIT_DEFAULT } else { request.limit.min(LIMIT_MAX) };
        let wanted = Wanted { words: words.as_str().into(), most: most as usize };
        let candidates = self.searchable(&open, &request).await?;
        let each = candidates.iter().cloned().enumerate();
        let answers = each.map(|(place, one)| self.answer_of(&open, place, one, wanted.clone()));
        let answers: Vec<Answer<Matches>> = futures::stream::iter(answers).buffered(AT_ONCE).collect().await;
        if open.cancel.is_cancelled() {
            return Err(words::locked());
        }
        let asked = candidates.iter().zip(&answers).map(|(one, answer)| asked(one, answer)).collect();
        let shown = answers.into_iter().map(|answer| answer.unwrap_or_default().rows);
        let found = candidates.into_iter().zip(shown);
        let rows = merged(&open, found).await?;
        Ok(HostSearched { text: words, rows, asked, at: self.parts.clock.now() })
    }

    /// The words to send, if a host can be asked for them.
    async fn words_of(&self, open: &Open, text: &str) -> Answer<String> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST || text.contains(char::is_control) {
            return Err(said::no_words(LONGEST));
        }
        if !self.question(open, text).await?.filters.is_empty() {
            return Err(said::words_only());
        }
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The accounts at hosts of repositories, or the one that is meant.
    async fn searchable(&self, open: &Open, request: &HostSearch) -> Answer<Vec<Candidate>> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let mut candidates = Vec::new();
        for account in session.accounts().await.map_err(words::store)? {
            if request.account.as_ref().is_some_and(|id| *id != account.id) {
                continue;
            }
            let Some(host) = session.host(&account.host).await.map_err(words::store)? else { continue };
            let lists = self.catalog().find(&host.provider).is_some_and(|provider| provider.forge().is_some());
            if lists {
                candidates.push(Candidate { account, host });
            } else if request.account.is_some() {
                return Err(words::lists_nothing(host.base_url.label()));
            }
        }
        match (candidates.is_empty(), &request.account) {
            (true, Some(_)) => Err(words::not_found("account with that id")),
            (true, None) => Err(said::nobody_to_ask()),
            _ => Ok(candidates),
        }
    }

    /// What the host shows to an account, within the time that is waited for it.
    async fn answer_of(&self, open: &Open, place: usize, one: Candidate, wanted: Wanted) -> Answer<Matches> {
        let host = one.host.base_url.label().to_owned();
        if place >= MOST_ASKED {
            return Err(said::too_many(MOST_ASKED));
        }
        // Access that is being renewed is renewed to the end however short the patience is.
        let answer = tokio::time::timeout(PATIENCE, self.search_as(open, &one, &wanted)).await;
        answer.unwrap_or_else(|_| Err(said::silent(&host)))
    }

    /// Asks as one account; once more with newer access, if what was there was refused.
    async fn search_as(&self, open: &Open, one: &Candidate, wanted: &Wanted) -> Answer<Matches> {
        let host = one.host.base_url.label();
        let searches = self.catalog().find(&one.host.provider).and_then(|provider| provider.forge());
        if !searches.is_some_and(drawbridge_providers::Forge::searches) {
            return Err(said::no_search(host));
        }
        if one.account.health == Health::NeedsYou {
            return Err(said::sign_in_first(host));
        }
        let mut access = self.access(open, &one.account.id).await.map_err(|problem| not_asked(problem, host))?;
        let mut answer = search(open, &access, wanted).await?;
        if matches!(answer, Err(ForgeError::Unauthorized)) {
            let newer = self.newer_access(open, &one.account.id, &access).await;
            if let Some(newer) = newer.map_err(|problem| not_asked(problem, host))? {
                access = newer;
                answer = search(open, &access, wanted).await?;
            }
        }
        answer.map_err(|error| match error {
            ForgeError::RateLimited { wait } => said::limited(host, self.parts.clock.now().plus(wait)),
            error => words::forge(&error, host),
        })
    }
}

async fn search(open: &Open, access: &Access, wanted: &Wanted) -> Answer<Result<Matches, ForgeError>> {
    let host = access.host.base_url.label();
    let Some(forge) = access.provider.forge() else { return Err(words::lists_nothing(host)) };
    let api = access.api();
    tokio::select! {
        answer = forge.search(&api, &wanted.words, wanted.most) => Ok(answer),
        () = open.cancel.cancelled() => Err(words::locked()),
    }
}

/// Access that there is none of, told for a search.
fn not_asked(problem: Problem, host: &str) -> Problem {
    if problem.code == Code::SignInNeeded { said::sign_in_first(host) } else { problem }
}

fn asked(one: &Candidate, answer: &Answer<Matches>) -> HostAsked {
    let (found, more) = answer.as_ref().map_or((0, false), |found| (found.rows.len(), found.more));
    HostAsked {
        account: one.account.id.clone(),
        login: one.account.identity.login.clone(),
        host_label: one.host.base_url.label().to_owned(),
        found: u32::try_from(found).unwrap_or(u32::MAX),
        more,
        problem: answer.as_ref().err().cloned(),
    }
}

/// What the hosts show, each repository once: host by host as the accounts come, in the order of each host.
async fn merged(open: &Open, found: impl Iterator<Item = (Candidate, Vec<ForgeRepository>)>) -> Answer<Vec<HostFound>> {
    let mut hosts: Vec<(HostRow, Vec<HostFound>)> = Vec::new();
    for (Candidate { account, host }, shown) in found {
        let at = hosts.iter().position(|(known, _)| known.id == host.id).unwrap_or(hosts.len());
        if at == hosts.len() {
            hosts.push((host, Vec::new()));
        }
        let (host, rows) = &mut hosts[at];
        for one in shown {
            let same = rows.iter_mut().find(|row| row.forge_id == one.forge_id);
            match same {
                // A host may name one twice, too.
                Some(row) if row.accounts.contains(&account.id) => {}
                Some(row) => row.accounts.push(account.id.clone()),
                None => rows.push(row(one, host, &account)),
            }
        }
    }
    let mut session = open.store.read().await.map_err(words::store)?;
    let mut all = Vec::new();
    for (host, mut rows) in hosts {
        let ids: Vec<&str> = rows.iter().map(|row| row.forge_id.as_str()).collect();
        let known: HashMap<String, _> = session.repositories_known(&host.id, &ids).await.map_err(words::store)?;
        for row in &mut rows {
            row.known = known.get(&row.forge_id).copied();
        }
        all.append(&mut rows);
    }
    Ok(all)
}

fn row(found: ForgeRepository, host: &HostRow, account: &AccountRow) -> HostFound {
    HostFound {
        full_name: found.full_name(),
        description: found.description,
        visibility: found.visibility,
        archived: found.archived,
        fork: found.fork,
        language: found.language,
        web_url: found.web_url,
        provider: host.provider.clone(),
        host: host.base_url.clone(),
        host_label: host.base_url.label().to_owned(),
        forge_id: found.forge_id,
        accounts: vec![account.id.clone()],
        known: None,
    }
}
