//! Sources: what is looked for in which repository, and what was found.
//!
//! Read by hand, and again after a sync that saw a push; one after the other, cancelled by a lock. Not here: what
//! kinds there are and how markers are read (`sources`), how a tree is read and what may leave (`sync`).

use crate::{
    Answer, Code, Keeper, Problem,
    access::Access,
    dto::{
        AddSource, Choice, Coordinates, FoundDetail, FoundItem, FoundQuery, FoundRef, List, Question, RefreshSources,
        Source, SourceKind, SourceReading, Tag,
    },
    open::Open,
    repositories::{self, Home},
    words,
};
use drawbridge_domain::{RepositoryId, SourceId};
use drawbridge_providers::{ForgeError, HEAD};
use drawbridge_store::{FoundRow, RepositoryRow, SourceRow, SourceSpot};
use drawbridge_sync::{
    KeepAs, Looked, SourceChanges, SourceContext, SourceEnding, Spot, keep_source, look_at_source, note_trouble,
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// No tree takes longer; one that does is stuck.
const LOOK_LIMIT: Duration = Duration::from_secs(5 * 60);
/// Where a forge tells of no pushes, a source is read again this long after the last time.
const READ_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// A name of a branch, a folder's path and words are no longer than this.
const MAX_TEXT: usize = 1000;

impl Keeper {
    /// Everything that can be looked for.
    pub async fn source_kinds(&self) -> Answer<Vec<SourceKind>> {
        self.opened().await?;
        let kind = |(id, kind): (&str, &dyn drawbridge_sources::Kind)| {
            let (name, plural) = kind.names();
            SourceKind {
                id: id.to_owned(),
                name: name.to_owned(),
                plural: plural.to_owned(),
                marker: kind.marker().to_owned(),
                variants: kind.variants().iter().map(|variant| (*variant).to_owned()).collect(),
            }
        };
        Ok(drawbridge_sources::kinds().map(kind).collect())
    }

    /// The sources, in the order in which they were added.
    pub async fn source_list(&self) -> Answer<List<Source>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.sources().await.map_err(words::store)?;
        drop(session);
        let homes = homes(&open, rows.iter().map(|row| row.spot.repository)).await?;
        Ok(List::whole(rows.iter().filter_map(|row| Some(shown(row, homes.get(&row.spot.repository)?))).collect()))
    }

    /// Adds a source and looks at it; kept only if something is found. One that was removed comes back with what
    /// was found there.
    pub async fn source_add(&self, request: AddSource) -> Answer<SourceReading> {
        let open = self.opened().await?;
        let AddSource { repository, reference, path, kind } = request;
        let (reference, path) = (reference.map(named).transpose()?, folder(path.as_deref().unwrap_or_default())?);
        if let Some(kind) = kind.as_deref().filter(|kind| drawbridge_sources::kind(kind).is_none()) {
            return Err(words::wrong_kind(kind));
        }
        let mut session = open.store.read().await.map_err(words::store)?;
        let repository = repositories::find(&mut session, &repository, None).await?;
        drop(session);
        let home = homes(&open, [repository.id]).await?.remove(&repository.id).ok_or_else(words::damaged_value)?;
        let spot = SourceSpot { repository: home.repository.id, reference, path, kind };
        let mut write = open.store.write().await.map_err(words::store)?;
        let revived = write.revive_source(&spot).await.map_err(words::store)?;
        let known = write.sources().await.map_err(words::store)?.into_iter().find(|row| row.spot == spot);
        write.commit().await.map_err(words::store)?;
        if revived.is_some() {
            self.changed(&[Tag::Sources]);
        }
        if let Some(known) = known {
            return self.read_source(&open, known.id).await;
        }
        let turn = open.source_turn.lock().await;
        let (looked, problem) = self.look(&open, &home, &spot, &[]).await?;
        match problem {
            None if looked.is_empty() => {
                let name = home.full_name();
                Err(words::nothing_found(&name, spot.reference.as_deref(), &spot.path, spot.kind.as_deref()))
            }
            Some(problem) if looked.is_empty() || !shows_much(looked.ending()) => Err(problem),
            problem => {
                let changes = self.keep(&open, KeepAs::New(&spot), &home, looked, problem.as_ref()).await?;
                drop(turn);
                self.reading(&open, changes).await
            }
        }
    }

    /// Looks at sources again, one after the other. What goes wrong with one is told with it.
    pub async fn source_refresh(&self, request: RefreshSources) -> Answer<Vec<SourceReading>> {
        let wanted: Vec<Source> = self.source_list().await?.rows;
        let wanted: Vec<SourceId> = wanted
            .into_iter()
            .filter(|source| request.source.is_none_or(|id| id == source.id))
            .filter(|source| request.full_name.as_ref().is_none_or(|name| same(name, &source.full_name)))
            .map(|source| source.id)
            .collect();
        if wanted.is_empty() && (request.source.is_some() || request.full_name.is_some()) {
            return Err(words::not_found("such source"));
        }
        let open = self.opened().await?;
        let mut readings = Vec::with_capacity(wanted.len());
        for id in wanted {
            readings.push(self.read_source(&open, id).await?);
        }
        Ok(readings)
    }

    /// Removes a source and what was found there; both come back by adding it again within thirty days.
    pub async fn source_remove(&self, id: SourceId) -> Answer<Source> {
        let open = self.opened().await?;
        let source = self.source_show(&open, id).await?;
        let mut write = open.store.write().await.map_err(words::store)?;
        write.remove_source(id, self.parts.clock.now()).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        self.changed(&[Tag::Sources]);
        Ok(source)
    }

    /// What was found, by kind and then by name.
    pub async fn found_list(&self, query: FoundQuery) -> Answer<List<FoundItem>> {
        let open = self.opened().await?;
        if let Some(kind) = query.kind.as_deref().filter(|kind| drawbridge_sources::kind(kind).is_none()) {
            return Err(words::wrong_kind(kind));
        }
        let found = found(&open).await?;
        let searched: String = query.text.chars().take(MAX_TEXT).collect::<String>().to_lowercase();
        let fits = |item: &FoundItem| {
            let text = format!(
                "{} {} {} {}",
                item.name,
                item.description.as_deref().unwrap_or_default(),
                item.full_name,
                item.path
            );
            let text = text.to_lowercase();
            query.kind.as_ref().is_none_or(|kind| *kind == item.kind)
                && query.variant.as_ref().is_none_or(|variant| item.variant.as_ref() == Some(variant))
                && query.source.is_none_or(|source| source == item.source)
                && searched.split_whitespace().all(|word| text.contains(word))
        };
        Ok(List::whole(found.into_iter().map(|(_, item)| item).filter(fits).collect()))
    }

    /// Everything known about something that was found.
    pub async fn found_show(&self, reference: FoundRef) -> Answer<FoundDetail> {
        let open = self.opened().await?;
        let is_meant = |item: &FoundItem| match &reference {
            FoundRef::Id { id } => item.id == *id,
            FoundRef::Name { of, name } => of.as_ref().is_none_or(|of| item.kind == *of) && same(name, &item.name),
        };
        let mut meant = found(&open).await?.into_iter().filter(|(_, item)| is_meant(item));
        let (row, item) = meant.next().ok_or_else(|| words::not_found("such item in the sources"))?;
        let others: Vec<FoundItem> = meant.map(|(_, item)| item).collect();
        if !others.is_empty() {
            let place = |item: &FoundItem| format!("{} in {} ({})", item.marker, item.full_name, item.id);
            let places: Vec<String> = std::iter::once(&item).chain(&others).take(5).map(place).collect();
            return Err(words::ambiguous_item(&item.name, &places.join(", ")));
        }
        let questions: Vec<drawbridge_sources::Question> =
            drawbridge_sources::parse(&row.found.questions).unwrap_or_default();
        let folder = self.place_for_files(&open, &by_place(&item.path, &item.marker, &item.full_name)).await?;
        Ok(FoundDetail {
            item,
            questions: questions.into_iter().map(question).collect(),
            folder: folder.map(|folder| folder.display().to_string()),
        })
    }

    /// Where something that was found is to be had from.
    pub async fn found_coordinates(&self, reference: FoundRef) -> Answer<Coordinates> {
        let open = self.opened().await?;
        let item = self.found_show(reference).await?.item;
        let source = self.source_show(&open, item.source).await?;
        let name = by_place(&item.path, &item.marker, &item.full_name);
        Ok(Coordinates { repository: item.repository, reference: source.reference, path: item.path, name })
    }

    /// Reads sources again whose repository was pushed to, whenever a sync has ended.
    pub(crate) fn start_sources(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = work.sources_wake.notified() => {}
                }
                tokio::select! {
                    () = cancel.cancelled() => return,
                    read = keeper.read_due(&work) => if let Err(problem) = read {
                        tracing::warn!(code = ?problem.code, "sources could not be read again");
                    }
                }
            }
        });
    }

    async fn read_due(&self, open: &Open) -> Answer<()> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let due = session.sources_due(self.parts.clock.now().minus(READ_EVERY)).await.map_err(words::store)?;
        drop(session);
        for id in due {
            // One that was removed meanwhile is no reason to leave out the others.
            if let Err(problem) = self.read_source(open, id).await
                && problem.code != Code::NotFound
            {
                return Err(problem);
            }
        }
        Ok(())
    }

    /// Looks at one source and keeps what that brings.
    async fn read_source(&self, open: &Open, id: SourceId) -> Answer<SourceReading> {
        let _turn = tokio::select! {
            turn = open.source_turn.lock() => turn,
            () = open.cancel.cancelled() => return Err(words::locked()),
        };
        let mut session = open.store.read().await.map_err(words::store)?;
        let row = session.source(id).await.map_err(words::store)?.ok_or_else(|| words::not_found("such source"))?;
        let known = session.found_in(id).await.map_err(words::store)?;
        drop(session);
        let mut homes = homes(open, [row.spot.repository]).await?;
        let home = homes.remove(&row.spot.repository).ok_or_else(words::damaged_value)?;
        let nothing = SourceChanges { source: id, new: 0, changed: 0, gone: 0 };
        let changes = match self.look(open, &home, &row.spot, &known).await {
            Ok((looked, problem)) => self.keep(open, KeepAs::Known(id), &home, looked, problem.as_ref()).await?,
            Err(problem) if matches!(problem.code, Code::VaultLocked | Code::KeeperGone) => return Err(problem),
            Err(problem) => {
                note_trouble(&open.store, id, drawbridge_sources::write(&problem)).await.map_err(broke)?;
                self.changed(&[Tag::Sources]);
                nothing
            }
        };
        self.reading(open, changes).await
    }

    /// Asks a source's host, as the strongest account that has access, and words what went wrong.
    async fn look(
        &self,
        open: &Open,
        home: &Home,
        spot: &SourceSpot,
        known: &[FoundRow],
    ) -> Answer<(Looked, Option<Problem>)> {
        let name = home.full_name();
        let access = self.access_to(open, &home.repository).await?;
        let host = home.label();
        let branch = spot.reference.as_deref().or(home.repository.forge.default_branch.as_deref()).unwrap_or(HEAD);
        let mut looked = self.look_as(open, &access, home, spot, branch, known).await?;
        if matches!(looked.ending(), SourceEnding::Refused(ForgeError::Unauthorized))
            && let Some(newer) = self.newer_access(open, &access.account.id, &access).await?
        {
            looked = self.look_as(open, &newer, home, spot, branch, known).await?;
        }
        if matches!(looked.ending(), SourceEnding::Interrupted) {
            return Err(words::locked());
        }
        let problem = words::source_ending(looked.ending(), &name, spot.reference.as_deref(), &spot.path, host);
        Ok((looked, problem))
    }

    async fn look_as(
        &self,
        open: &Open,
        access: &Access,
        home: &Home,
        spot: &SourceSpot,
        reference: &str,
        known: &[FoundRow],
    ) -> Answer<Looked> {
        let host = home.label();
        let Some(forge) = access.provider.forge() else { return Err(words::lists_nothing(host)) };
        let context = SourceContext {
            forge,
            api: access.api(),
            concurrency: access.provider.definition.concurrency,
            workflows: &access.provider.definition.workflows,
            cancel: &open.cancel,
        };
        let repository = &home.repository.forge;
        let repository = drawbridge_providers::RepositoryRef {
            forge_id: &repository.forge_id,
            owner: &repository.owner,
            name: &repository.name,
        };
        let at = Spot { repository, reference, path: &spot.path, kind: spot.kind.as_deref() };
        let looked = tokio::time::timeout(LOOK_LIMIT, look_at_source(&context, at, known)).await;
        looked.map_err(|_| words::unreachable_host(host))
    }

    async fn keep(
        &self,
        open: &Open,
        target: KeepAs<'_>,
        home: &Home,
        looked: Looked,
        problem: Option<&Problem>,
    ) -> Answer<SourceChanges> {
        let (trouble, now) = (problem.map(drawbridge_sources::write), self.parts.clock.now());
        let forge = &home.repository.forge;
        let pushed_at = forge.pushed_at.or(forge.updated_at);
        let kept = keep_source(&open.store, target, looked, pushed_at, trouble, now, &open.cancel).await;
        let changes = kept.map_err(broke)?.ok_or_else(|| words::not_found("such source"))?;
        self.changed(&[Tag::Sources]);
        Ok(changes)
    }

    async fn reading(&self, open: &Open, changes: SourceChanges) -> Answer<SourceReading> {
        let source = self.source_show(open, changes.source).await?;
        Ok(SourceReading { source, new: changes.new, changed: changes.changed, gone: changes.gone })
    }

    async fn source_show(&self, open: &Open, id: SourceId) -> Answer<Source> {
        let mut session = open.store.read().await.map_err(words::store)?;
        let row = session.source(id).await.map_err(words::store)?.ok_or_else(|| words::not_found("such source"))?;
        drop(session);
        let homes = homes(open, [row.spot.repository]).await?;
        homes.get(&row.spot.repository).map(|home| shown(&row, home)).ok_or_else(words::damaged_value)
    }
}

fn broke(error: drawbridge_sync::SyncError) -> Problem {
    let drawbridge_sync::SyncError::Store(error) = error;
    words::store(error)
}

/// Whether what was seen is worth keeping although it is not all.
fn shows_much(ending: &SourceEnding) -> bool {
    matches!(ending, SourceEnding::Complete | SourceEnding::Cut | SourceEnding::Unsteady)
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A branch's, tag's or commit's name as it may stand in a question.
fn named(text: String) -> Answer<String> {
    let fits = (1..=MAX_TEXT).contains(&text.len())
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
        && !text.starts_with('-')
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if fits { Ok(text) } else { Err(words::wrong_reference()) }
}

/// A folder as trees name it: no slash around it, nothing that leads out.
fn folder(text: &str) -> Answer<String> {
    let text = text.trim_matches('/');
    let fits = text.len() <= MAX_TEXT
        && !text.contains(|c: char| c.is_control() || c == '\\')
        && text.split('/').all(|part| !matches!(part, "." | "..") && (text.is_empty() || !part.is_empty()));
    if fits { Ok(text.to_owned()) } else { Err(words::wrong_path()) }
}

async fn homes(open: &Open, ids: impl IntoIterator<Item = RepositoryId>) -> Answer<HashMap<RepositoryId, Home>> {
    let mut ids: Vec<RepositoryId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut session = open.store.read().await.map_err(words::store)?;
    let repositories = session.repositories(&ids).await.map_err(words::store)?;
    let hosts = session.hosts().await.map_err(words::store)?;
    let home = |repository: RepositoryRow| {
        let host = hosts.iter().find(|host| host.id == repository.host)?.clone();
        Some((repository.id, Home { repository, host }))
    };
    Ok(repositories.into_iter().filter_map(home).collect())
}

fn shown(row: &SourceRow, home: &Home) -> Source {
    let unreached = home.repository.accounts.is_empty();
    let trouble = row.trouble.as_deref().and_then(drawbridge_sources::parse::<Problem>);
    Source {
        id: row.id,
        repository: row.spot.repository,
        full_name: home.full_name(),
        provider: home.host.provider.clone(),
        host_label: home.label().to_owned(),
        reference: row.spot.reference.clone(),
        path: row.spot.path.clone(),
        kind: row.spot.kind.clone(),
        added_at: row.added_at,
        read_at: row.read_at,
        found: row.found,
        problem: if unreached { Some(words::unreached(&home.full_name())) } else { trouble },
    }
}

/// Everything that is found now, with how it is shown, by kind and then by name.
async fn found(open: &Open) -> Answer<Vec<(FoundRow, FoundItem)>> {
    let mut session = open.store.read().await.map_err(words::store)?;
    let rows = session.found_items().await.map_err(words::store)?;
    let sources = session.sources().await.map_err(words::store)?;
    drop(session);
    let repository: HashMap<SourceId, RepositoryId> =
        sources.iter().map(|source| (source.id, source.spot.repository)).collect();
    let homes = homes(open, repository.values().copied()).await?;
    let mut items: Vec<(FoundRow, FoundItem)> = rows
        .into_iter()
        .filter_map(|row| {
            let home = homes.get(repository.get(&row.source)?)?;
            let item = found_item(&row, &home.repository);
            Some((row, item))
        })
        .collect();
    items.sort_by_cached_key(|(row, item)| (item.kind.clone(), item.name.to_lowercase(), row.id));
    Ok(items)
}

fn found_item(row: &FoundRow, repository: &RepositoryRow) -> FoundItem {
    let found = &row.found;
    let trouble = found.trouble.as_deref().and_then(drawbridge_sources::parse);
    let questions: Vec<serde::de::IgnoredAny> = drawbridge_sources::parse(&found.questions).unwrap_or_default();
    FoundItem {
        id: row.id,
        source: row.source,
        repository: repository.id,
        full_name: repository.forge.full_name(),
        kind: found.kind.clone(),
        name: found
            .name
            .clone()
            .unwrap_or_else(|| by_place(&found.place, &found.marker, &repository.forge.full_name())),
        description: found.description.clone(),
        variant: found.variant.clone(),
        path: found.place.clone(),
        marker: found.marker.clone(),
        questions: u32::try_from(questions.len()).unwrap_or(u32::MAX),
        problem: trouble.map(|trouble| words::item_trouble(&trouble, &found.marker)),
        first_found_at: row.first_found_at,
    }
}

/// What something without a name is called: its folder, its file without the ending, or the repository.
fn by_place(place: &str, marker: &str, full_name: &str) -> String {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (last, repository) = (last(place), last(full_name));
    if last.is_empty() {
        return repository;
    }
    if place != marker {
        return last;
    }
    let name = last.trim_start_matches('.');
    name.rsplit_once('.').map_or(name, |(name, _)| name).to_owned()
}

fn question(read: drawbridge_sources::Question) -> Question {
    let choice = |choice: drawbridge_sources::Choice| Choice { label: choice.label, value: choice.value };
    Question {
        name: read.name,
        answer: read.answer,
        help: read.help,
        default: read.default,
        choices: read.choices.into_iter().map(choice).collect(),
        several: read.several,
        secret: read.secret,
        when: read.when,
    }
}
