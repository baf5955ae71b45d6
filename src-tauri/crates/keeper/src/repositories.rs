//! The inventory as a person looks at it: search, filter, page, show.

use crate::{
    Answer, Keeper,
    asking::Names,
    dto::{
        Facet, FacetValue, Facets, Reach, Repository, RepositoryDetail, RepositoryList, RepositoryQuery, RepositoryRef,
        RepositorySort,
    },
    open::{Open, Top},
    words,
};
use drawbridge_domain::AccountId;
use drawbridge_search::{Hits, Query, Sort, grammar, grammar::Question};
use drawbridge_store::{HostRow, RepositoryRow, Session};
use std::time::Duration;

const LIMIT_DEFAULT: u32 = 100;
const LIMIT_MAX: u32 = 1000;
/// Of owners every one is told: they make a tree, whose groups count what is below them.
const FACET_VALUES: usize = 200;
const DAY: Duration = Duration::from_hours(24);
/// The ages that the last push is counted by, as a filter takes them.
const AGES: [(&str, u32); 4] = [("<7d", 7), ("<30d", 30), ("<90d", 90), ("<1y", 365)];

/// A question with the dto's order and stretch, in the index's terms.
pub(crate) fn query<'a>(question: &'a Question, dto: &RepositoryQuery) -> Query<'a> {
    Query {
        text: &question.words,
        filters: &question.filters,
        sort: match dto.sort {
            RepositorySort::Best => Sort::Best,
            RepositorySort::Pushed => Sort::Pushed,
            RepositorySort::Name => Sort::Name,
            RepositorySort::Size => Sort::Size,
            RepositorySort::Created => Sort::Created,
        },
        reverse: dto.reverse,
        offset: dto.offset,
        limit: if dto.limit == 0 { LIMIT_DEFAULT } else { dto.limit.min(LIMIT_MAX) },
    }
}

/// A stretch of the whole list in its usual order, out of its top; none for what only the index knows.
fn stretch(top: Top, query: &Query<'_>) -> Option<Hits> {
    let Query { text, filters, sort, reverse, offset, limit } = *query;
    let whole = text.trim().is_empty() && filters.is_empty();
    let usual = matches!(sort, Sort::Best | Sort::Pushed) && !reverse;
    let Top { total, ids, .. } = top;
    let end = offset.saturating_add(limit).min(total) as usize;
    if !whole || !usual || end > ids.len() {
        return None;
    }
    let begin = (offset as usize).min(end);
    Some(Hits { total, near: 0, ids: ids[begin..end].to_vec(), spelled: Vec::new() })
}

pub(crate) fn row(stored: RepositoryRow) -> Repository {
    let forge = stored.forge;
    Repository {
        id: stored.id,
        full_name: forge.full_name(),
        owner: forge.owner,
        name: forge.name,
        visibility: forge.visibility,
        archived: forge.archived,
        fork: forge.fork,
        template: forge.template,
        default_branch: forge.default_branch,
        description: forge.description,
        language: forge.language,
        topics: forge.topics,
        clone_url: forge.clone_url,
        ssh_url: forge.ssh_url,
        web_url: forge.web_url,
        pushed_at: forge.pushed_at,
        created_at: forge.created_at,
        size_kib: forge.size_kib,
        accounts: stored.accounts,
        missing_since: stored.missing_since,
    }
}

/// The repository that is meant, of those that an account reaches: any account, or first the one that is named. A name
/// that several hosts have is none.
pub(crate) async fn find(
    session: &mut Session,
    reference: &RepositoryRef,
    account: Option<&AccountId>,
) -> Answer<RepositoryRow> {
    let found = match reference {
        RepositoryRef::Id { id } => session.repositories(&[*id]).await.map_err(words::store)?,
        RepositoryRef::FullName { full_name } => {
            let (owner, name) = full_name
                .rsplit_once('/')
                .ok_or_else(|| words::invalid("A repository is named OWNER/NAME.", "For example: octo/hello."))?;
            session.repositories_named(owner, name).await.map_err(words::store)?
        }
    };
    let mut reached: Vec<RepositoryRow> = found.into_iter().filter(|stored| !stored.accounts.is_empty()).collect();
    if let Some(id) = account
        && let Some(own) = reached.iter().position(|stored| stored.accounts.contains(id))
    {
        return Ok(reached.swap_remove(own));
    }
    if let RepositoryRef::FullName { full_name } = reference
        && reached.len() > 1
    {
        let spelled = |stored: &RepositoryRow| stored.forge.full_name() == *full_name;
        if reached.iter().any(spelled) {
            reached.retain(spelled);
        }
        // None of them is more likely meant than another.
        if reached.len() > 1 {
            let hosts = session.hosts().await.map_err(words::store)?;
            let at = |stored: &RepositoryRow| hosts.iter().find(|host| host.id == stored.host);
            let mut labels: Vec<&str> = reached.iter().filter_map(at).map(|host| host.base_url.label()).collect();
            labels.sort_unstable();
            return Err(words::ambiguous_repository(full_name, &labels.join(" and at ")));
        }
    }
    reached.pop().ok_or_else(|| words::not_found("repository of that name in the list"))
}

/// A repository and where it lies.
pub(crate) struct Home {
    pub repository: RepositoryRow,
    pub host: HostRow,
}

impl Home {
    /// Its host's name, as it is told.
    pub(crate) fn label(&self) -> &str {
        self.host.base_url.label()
    }

    pub(crate) fn full_name(&self) -> String {
        self.repository.forge.full_name()
    }
}

impl Keeper {
    /// What a text asks, with the names that accounts and hosts have now.
    pub(crate) async fn question(&self, open: &Open, text: &str) -> Answer<Question> {
        let names = Names::of(open, text).await?;
        Ok(grammar::read(text, self.parts.clock.now(), &names))
    }

    /// One stretch of the repositories a query finds.
    pub async fn repository_list(&self, request: RepositoryQuery) -> Answer<RepositoryList> {
        let open = self.opened().await?;
        let question = self.question(&open, &request.text).await?;
        let query = query(&question, &request);
        let hits = match open.top().and_then(|top| stretch(top, &query)) {
            Some(hits) => hits,
            None => open.index().await?.search(&query),
        };
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.repositories(&hits.ids).await.map_err(words::store)?;
        tracing::debug!(total = hits.total, rows = rows.len(), "a list was answered");
        Ok(RepositoryList {
            total: hits.total,
            near: hits.near,
            rows: rows.into_iter().map(row).collect(),
            marked: question.words.split_whitespace().map(str::to_owned).chain(hits.spelled).collect(),
            remarks: question.doubts.iter().map(words::doubt).collect(),
        })
    }

    /// The values to filter by under a query, its own filters on that facet left out.
    pub async fn repository_facets(&self, facet: Facet, request: RepositoryQuery) -> Answer<Facets> {
        let open = self.opened().await?;
        let question = self.question(&open, &request.text).await?;
        let (index, query) = (open.index().await?, query(&question, &request));
        let yes_or_no = |values: Vec<(String, u32)>| {
            let word = |value: &str| if value == "true" { "yes" } else { "no" }.to_owned();
            values.into_iter().map(|(value, count)| (word(&value), count)).collect()
        };
        let values: Vec<(String, u32)> = match facet {
            Facet::Account => index.facet(&query, drawbridge_search::Facet::Account),
            Facet::Owner => index.facet(&query, drawbridge_search::Facet::Owner),
            Facet::Visibility => index.facet(&query, drawbridge_search::Facet::Visibility),
            Facet::Permission => index.facet(&query, drawbridge_search::Facet::Permission),
            Facet::Language => index.facet(&query, drawbridge_search::Facet::Language),
            Facet::Topic => index.facet(&query, drawbridge_search::Facet::Topic),
            Facet::Archived => yes_or_no(index.facet(&query, drawbridge_search::Facet::Archived)),
            Facet::Fork => yes_or_no(index.facet(&query, drawbridge_search::Facet::Fork)),
            Facet::Template => yes_or_no(index.facet(&query, drawbridge_search::Facet::Template)),
            Facet::Forge => {
                let mut session = open.store.read().await.map_err(words::store)?;
                let hosts = session.hosts().await.map_err(words::store)?;
                let label = |id: &str| {
                    let host = hosts.iter().find(|host| host.id.as_str() == id);
                    host.map_or_else(|| id.to_owned(), |host| host.base_url.label().to_owned())
                };
                let values = index.facet(&query, drawbridge_search::Facet::Forge);
                values.into_iter().map(|(id, count)| (label(&id), count)).collect()
            }
            Facet::Pushed => {
                let now = self.parts.clock.now();
                let since = AGES.map(|(_, days)| now.minus(DAY * days));
                let counts = index.pushed_since(&query, &since);
                AGES.iter().zip(counts).map(|((age, _), count)| ((*age).to_owned(), count)).collect()
            }
        };
        let most = if matches!(facet, Facet::Owner) { usize::MAX } else { FACET_VALUES };
        let values = values.into_iter().take(most).map(|(value, count)| FacetValue { value, count }).collect();
        Ok(Facets { facet, values })
    }

    /// Everything known about one repository.
    pub async fn repository_show(&self, reference: RepositoryRef) -> Answer<RepositoryDetail> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let stored = find(&mut session, &reference, None).await?;
        let host = session
            .host(&stored.host)
            .await
            .map_err(words::store)?
            .ok_or_else(|| words::not_found("host for that repository"))?;
        let accounts = session.accounts().await.map_err(words::store)?;
        let reach = session.reach_of(stored.id).await.map_err(words::store)?;
        let changes = session.repository_changes(stored.id).await.map_err(words::store)?;
        let reach = reach
            .into_iter()
            .map(|reach| {
                // What an account reaches was true when its listing was last complete.
                let seen = accounts.iter().find(|account| account.id == reach.account).and_then(|a| a.synced_at);
                let seen_at = seen.unwrap_or(stored.first_listed_at);
                Reach { account: reach.account, permission: reach.permission, seen_at }
            })
            .collect();
        Ok(RepositoryDetail {
            provider: host.provider.clone(),
            host_label: host.base_url.label().to_owned(),
            host: host.base_url,
            forge_id: stored.forge.forge_id.clone(),
            licence: stored.forge.licence.clone(),
            updated_at: stored.forge.updated_at,
            first_listed_at: stored.first_listed_at,
            renamed_from: stored.renamed_from.clone(),
            reach,
            changes: changes.iter().map(words::change).collect(),
            repository: row(stored),
        })
    }
}
