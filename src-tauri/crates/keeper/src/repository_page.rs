//! A repository's page: its README, and the names of its branches and tags, as its host has them.
//!
//! What was read stays in the vault, so that it is there without the host too; a reading that failed leaves it as
//! it was and says why. Which README is meant is in `readme.rs`. Not here: what is found in sources, copies, and
//! how a text is shown.

mod readme;

use crate::{
    Answer, Code, Keeper, Problem,
    access::Access,
    cloning::{git_address, git_credential},
    dto::{
        NamedReference, ReadmeFound, RepositoryContents, RepositoryReadme, RepositoryRef, RepositoryReferences, Tag,
    },
    open::Open,
    repositories::{self, Home},
    turns::{HostTurn, HostTurns},
    words,
};
use drawbridge_domain::RepositoryId;
use drawbridge_git::{Error, Reference, References, Remote};
use drawbridge_providers::ForgeError;
use drawbridge_store::{ContentRow, NamedRow, Names, NamesRow, ReadmeKind, ReadmeRow};
use std::{
    cmp::{Ordering, Reverse},
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use url::Url;

/// A host that takes longer is not waited for.
const README_LIMIT: Duration = Duration::from_secs(60);
const NAMES_LIMIT: Duration = Duration::from_secs(60);
/// Those before have ended by then, or hang on at a host that gives no end.
const TURN_LIMIT: Duration = Duration::from_secs(60);
/// How many repositories of one host are read at once, whoever asked for them.
const PER_HOST: usize = 3;
/// How many branches are kept by name, and how many tags.
const MOST_NAMES: usize = 1000;
/// A name that is longer is counted and not kept.
const LONGEST_NAME: usize = 1024;

/// The readings of an open vault.
#[derive(Default)]
pub(crate) struct Readings {
    turns: HostTurns<PER_HOST>,
    /// Who asks for what is being read takes what comes of it.
    running: Mutex<HashMap<RepositoryId, Arc<Reading>>>,
}

type Reading = tokio::sync::Mutex<Option<RepositoryContents>>;

impl Readings {
    fn of(&self, id: RepositoryId) -> Arc<Reading> {
        Open::with(&self.running, |running| Arc::clone(running.entry(id).or_default()))
    }

    /// Whoever asks from now on is answered by a new reading.
    fn is_over(&self, id: RepositoryId) {
        Open::with(&self.running, |running| running.remove(&id));
    }
}

impl Keeper {
    /// A repository's README, branches and tags: as they were read last, or `fresh` from its host. What could not
    /// be read says why beside what was there before; that there is no README is an answer.
    pub async fn repository_contents(&self, reference: RepositoryRef, fresh: bool) -> Answer<RepositoryContents> {
        let open = self.opened().await?;
        let home = home(&open, &reference).await?;
        if fresh {
            // What two questions to a host take would make the future of every front large.
            return Box::pin(self.read_contents(&open, &home)).await;
        }
        let mut session = open.store.read().await.map_err(words::store)?;
        let kept = session.repository_content(home.repository.id).await.map_err(words::store)?;
        Ok(shown(&home, kept.unwrap_or_default()))
    }

    async fn read_contents(&self, open: &Open, home: &Home) -> Answer<RepositoryContents> {
        let id = home.repository.id;
        let reading = open.readings.of(id);
        let mut reading = tokio::select! {
            reading = reading.lock() => reading,
            () = open.cancel.cancelled() => return Err(words::locked()),
        };
        if let Some(came) = reading.as_ref() {
            return Ok(came.clone());
        }
        let turn = tokio::select! {
            turn = open.readings.turns.take_within(&home.host.id, TURN_LIMIT) => turn.map(Arc::new),
            () = open.cancel.cancelled() => return Err(words::locked()),
        };
        let turn = turn.ok_or_else(|| words::page_too_slow(home.label()));
        let (readme, names) = match (turn, self.access_to(open, &home.repository).await) {
            (Ok(turn), Ok(access)) => {
                tokio::join!(self.read_readme(open, home, &access), self.read_names(open, home, &access, turn))
            }
            (Err(problem), _) | (_, Err(problem)) => (Err(problem.clone()), Err(problem)),
        };
        let came = self.keep_contents(open, home, readme, names).await?;
        *reading = Some(came.clone());
        open.readings.is_over(id);
        Ok(came)
    }

    async fn read_readme(&self, open: &Open, home: &Home, access: &Access) -> Answer<ReadmeRow> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let kept = session.repository_content(home.repository.id).await.map_err(words::store)?;
        drop(session);
        let kept = kept.and_then(|kept| kept.readme).and_then(|readme| readme.file);
        let look = async |access: &Access| {
            let look = readme::look(access, &home.repository.forge, kept.as_ref());
            tokio::select! {
                biased;
                () = open.cancel.cancelled() => Err(words::locked()),
                looked = tokio::time::timeout(README_LIMIT, look) => {
                    looked.map_err(|_| words::page_too_slow(home.label()))
                }
            }
        };
        let mut looked = look(access).await?;
        if matches!(looked, Err(ForgeError::Unauthorized))
            && let Some(newer) = self.newer_access(open, &access.account.id, access).await?
        {
            looked = look(&newer).await?;
        }
        match looked.map_err(|error| words::forge(&error, home.label()))? {
            readme::Looked::Found(file) => Ok(ReadmeRow { read_at: self.parts.clock.now(), file }),
            readme::Looked::Hidden => Err(words::repository_hidden(&home.full_name(), home.label())),
            readme::Looked::NoForge => Err(words::lists_nothing(home.label())),
        }
    }

    async fn read_names(&self, open: &Open, home: &Home, access: &Access, turn: Arc<HostTurn>) -> Answer<NamesRow> {
        let address = git_address(&home.repository.forge.clone_url).ok_or_else(words::cloned_nowhere)?;
        let mut listed = list(open, home, access, &address, &turn).await?;
        if matches!(listed, Err(Error::Unauthorized))
            && let Some(newer) = self.newer_access(open, &access.account.id, access).await?
        {
            listed = list(open, home, &newer, &address, &turn).await?;
        }
        let place = address.host_str().unwrap_or_default();
        let shown = git_credential(access, &address).is_some();
        let found = listed.map_err(|error| words::references_failed(&error, home.label(), place, shown))?;
        Ok(NamesRow { read_at: self.parts.clock.now(), names: names(found) })
    }

    /// Writes what was read beside what was there. What failed where nothing was ever read is only told: it would
    /// take the place of something that was.
    async fn keep_contents(
        &self,
        open: &Open,
        home: &Home,
        readme: Answer<ReadmeRow>,
        names: Answer<NamesRow>,
    ) -> Answer<RepositoryContents> {
        // The database closes behind a lock; what is said then is that it is locked.
        if open.cancel.is_cancelled() {
            return Err(words::locked());
        }
        let mut write = open.store.write().await.map_err(words::store)?;
        let mut row = write.repository_content(home.repository.id).await.map_err(words::store)?.unwrap_or_default();
        (row.readme, row.readme_trouble) = kept(readme, row.readme)?;
        (row.names, row.names_trouble) = kept(names, row.names)?;
        if row.readme.is_some() || row.names.is_some() {
            write.put_repository_content(home.repository.id, &row).await.map_err(words::store)?;
            if open.cancel.is_cancelled() {
                return Err(words::locked());
            }
            write.commit().await.map_err(words::store)?;
            self.changed(&[Tag::Contents]);
        }
        Ok(shown(home, row))
    }
}

/// What stays of a reading, and why it failed if it did; a lock ends all of it.
fn kept<T>(came: Answer<T>, before: Option<T>) -> Answer<(Option<T>, Option<String>)> {
    match came {
        Ok(read) => Ok((Some(read), None)),
        Err(problem) if matches!(problem.code, Code::VaultLocked | Code::KeeperGone) => Err(problem),
        Err(problem) => {
            let trouble = serde_json::to_string(&problem).map_err(|error| words::internal("noting a problem", &error));
            Ok((before, Some(trouble?)))
        }
    }
}

async fn home(open: &Open, reference: &RepositoryRef) -> Answer<Home> {
    let mut session = open.store.read().await.map_err(words::store)?;
    let repository = repositories::find(&mut session, reference, None).await?;
    let host = session.host(&repository.host).await.map_err(words::store)?;
    Ok(Home { host: host.ok_or_else(|| words::not_found("host for that repository"))?, repository })
}

/// Asks for the branches and tags, on a thread that may block. One that hangs on after it was given up keeps its
/// turn at the host, so that there are never more of them than turns.
async fn list(
    open: &Open,
    home: &Home,
    access: &Access,
    address: &Url,
    turn: &Arc<HostTurn>,
) -> Answer<Result<References, Error>> {
    let remote = Remote { url: address.clone(), credential: git_credential(access, address) };
    let cancel = open.cancel.child_token();
    let (token, turn) = (cancel.clone(), Arc::clone(turn));
    let _ends_with_this = cancel.drop_guard();
    let asking = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        drawbridge_git::references(&remote, &token)
    });
    tokio::select! {
        biased;
        () = open.cancel.cancelled() => Err(words::locked()),
        came = asking => came.map_err(|error| words::internal("asking for branches and tags", &error)),
        () = tokio::time::sleep(NAMES_LIMIT) => Err(words::page_too_slow(home.label())),
    }
}

/// What is kept of the branches and tags, in the order in which they are shown.
fn names(found: References) -> Names {
    let References { default_branch, mut branches, mut tags, truncated } = found;
    let (branch_count, tag_count) = (count(branches.len()), count(tags.len()));
    branches.sort_by_cached_key(|branch| (default_branch.as_ref() != Some(&branch.name), Natural::of(&branch.name)));
    tags.sort_by_cached_key(|tag| Reverse(Natural::of(&tag.name)));
    let rows = |references: Vec<Reference>| {
        let fits = references.into_iter().filter(|one| one.name.len() <= LONGEST_NAME);
        fits.take(MOST_NAMES).map(|one| (one.name, one.commit)).collect()
    };
    Names { default_branch, branches: rows(branches), branch_count, tags: rows(tags), tag_count, truncated }
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

/// A name in the order of its numbers, so that `v1.10` comes behind `v1.9`.
#[derive(PartialEq, Eq)]
struct Natural(Vec<(String, String)>, String);

impl Natural {
    fn of(name: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = name;
        while !rest.is_empty() {
            let number = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            let (text, behind) = rest.split_at(number);
            let end = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            let (digits, behind) = behind.split_at(end);
            parts.push((text.to_lowercase(), digits.trim_start_matches('0').to_owned()));
            rest = behind;
        }
        Self(parts, name.to_owned())
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        for ((text, number), (other_text, other_number)) in self.0.iter().zip(&other.0) {
            let order =
                text.cmp(other_text).then(number.len().cmp(&other_number.len())).then_with(|| number.cmp(other_number));
            if order != Ordering::Equal {
                return order;
            }
        }
        self.0.len().cmp(&other.0.len()).then_with(|| self.1.cmp(&other.1))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn shown(home: &Home, row: ContentRow) -> RepositoryContents {
    let problem = |trouble: Option<String>| trouble.and_then(|trouble| serde_json::from_str::<Problem>(&trouble).ok());
    let read_at = row.readme.as_ref().map(|readme| readme.read_at);
    let found = match row.readme {
        None => ReadmeFound::Unread,
        Some(ReadmeRow { file: None, .. }) => ReadmeFound::None,
        Some(ReadmeRow { file: Some(file), .. }) => match file.kind {
            ReadmeKind::Text => {
                ReadmeFound::Text { markdown: readme::is_markdown(&file.path), path: file.path, text: file.text }
            }
            ReadmeKind::TooLong => ReadmeFound::Unshown {
                sentence: words::readme_too_long(&file.path, readme::MOST / 1024),
                path: file.path,
            },
            ReadmeKind::NotText => {
                ReadmeFound::Unshown { sentence: words::readme_not_text(&file.path), path: file.path }
            }
        },
    };
    let names_read_at = row.names.as_ref().map(|names| names.read_at);
    let names = row.names.map(|names| names.names).unwrap_or_default();
    let named = |rows: Vec<NamedRow>| rows.into_iter().map(|(name, commit)| NamedReference { name, commit }).collect();
    RepositoryContents {
        repository: home.repository.id,
        full_name: home.full_name(),
        web_url: home.repository.forge.web_url.clone(),
        readme: RepositoryReadme { found, read_at, problem: problem(row.readme_trouble) },
        references: RepositoryReferences {
            default_branch: names.default_branch,
            branches: named(names.branches),
            branch_count: names.branch_count,
            tags: named(names.tags),
            tag_count: names.tag_count,
            truncated: names.truncated,
            read_at: names_read_at,
            problem: problem(row.names_trouble),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(names: &[&str]) -> Vec<Reference> {
        names.iter().map(|name| Reference { name: (*name).to_owned(), commit: "0".repeat(40) }).collect()
    }

    #[test]
    fn the_default_branch_comes_first_and_the_highest_number_of_the_tags() {
        let found = References {
            default_branch: Some("trunk".to_owned()),
            branches: references(&["Alpha", "beta-10", "beta-9", "trunk"]),
            tags: references(&["v1.10.0", "v1.2.0", "v1.9.0", "v1.9.0-rc1", "v02", "nightly"]),
            truncated: false,
        };
        let names = names(found);
        let listed = |rows: &[NamedRow]| rows.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(listed(&names.branches), ["trunk", "Alpha", "beta-9", "beta-10"]);
        assert_eq!(listed(&names.tags), ["v02", "v1.10.0", "v1.9.0-rc1", "v1.9.0", "v1.2.0", "nightly"]);
    }

    #[test]
    fn only_so_many_are_kept_and_all_are_counted() {
        let many: Vec<String> = (0..MOST_NAMES + 5).map(|number| format!("v{number}")).collect();
        let mut tags = references(&many.iter().map(String::as_str).collect::<Vec<_>>());
        tags.extend(references(&[&"x".repeat(LONGEST_NAME + 1)]));
        let names = names(References { tags, ..References::default() });
        assert_eq!((names.tags.len(), names.tag_count), (MOST_NAMES, 1006));
        assert_eq!(names.tags[0].0, "v1004", "the newest are kept; the one that is too long is only counted");
    }
}
