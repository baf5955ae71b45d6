//! The inventory as a person looks at it: search, filter, page, show.

use crate::{
    Answer, Keeper,
    dto::{
        Facet, FacetValue, Facets, List, Reach, Repository, RepositoryDetail, RepositoryQuery, RepositoryRef,
        RepositorySort,
    },
    open::Top,
    words,
};
use drawbridge_domain::AccountId;
use drawbridge_search::{Hits, Query, Sort};
use drawbridge_store::{RepositoryRow, Session};

const LIMIT_DEFAULT: u32 = 100;
const LIMIT_MAX: u32 = 1000;
const FACET_VALUES: usize = 200;

/// The dto's query in the index's terms.
pub(crate) fn query(dto: &RepositoryQuery) -> Query<'_> {
    Query {
        text: &dto.text,
        accounts: &dto.accounts,
        owners: &dto.owners,
        visibility: &dto.visibility,
        languages: &dto.languages,
        archived: dto.archived,
        fork: dto.fork,
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
fn stretch(top: Top, request: &RepositoryQuery) -> Option<Hits> {
    let Query { text, accounts, owners, visibility, languages, archived, fork, sort, reverse, offset, limit } =
        query(request);
    let whole = text.trim().is_empty()
        && accounts.is_empty()
        && owners.is_empty()
        && visibility.is_empty()
        && languages.is_empty()
        && archived.is_none()
        && fork.is_none();
    let usual = matches!(sort, Sort::Best | Sort::Pushed) && !reverse;
    let Top { total, ids, .. } = top;
    let end = offset.saturating_add(limit).min(total) as usize;
    if !whole || !usual || end > ids.len() {
        return None;
    }
    let begin = (offset as usize).min(end);
    Some(Hits { total, ids: ids[begin..end].to_vec() })
}

pub(crate) fn row(stored: RepositoryRow) -> Repository {
    let forge = stored.forge;
    Repository {
        id: stored.id,
        full_name: format!("{}/{}", forge.owner, forge.name),
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
        accounts: stored.accounts,
        missing_since: stored.missing_since,
    }
}

/// The repository that is meant, of those that an account reaches: any account, or the one that is named.
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
    // Two hosts can have the same name; an account is at one of them.
    let first = account.and_then(|id| reached.iter().position(|stored| stored.accounts.contains(id))).unwrap_or(0);
    if reached.is_empty() {
        return Err(words::not_found("repository of that name in the list"));
    }
    Ok(reached.swap_remove(first))
}

impl Keeper {
    /// One stretch of the repositories a query finds.
    pub async fn repository_list(&self, request: RepositoryQuery) -> Answer<List<Repository>> {
        let open = self.opened().await?;
        let hits = match open.top().and_then(|top| stretch(top, &request)) {
            Some(hits) => hits,
            None => open.index().await?.search(&query(&request)),
        };
        let mut session = open.store.read().await.map_err(words::store)?;
        let rows = session.repositories(&hits.ids).await.map_err(words::store)?;
        tracing::debug!(total = hits.total, rows = rows.len(), "a list was answered");
        Ok(List { total: hits.total, rows: rows.into_iter().map(row).collect() })
    }

    /// The values to filter by under a query, its own filter on that facet left out.
    pub async fn repository_facets(&self, facet: Facet, request: RepositoryQuery) -> Answer<Facets> {
        let open = self.opened().await?;
        let wanted = match facet {
            Facet::Account => drawbridge_search::Facet::Account,
            Facet::Owner => drawbridge_search::Facet::Owner,
            Facet::Visibility => drawbridge_search::Facet::Visibility,
            Facet::Language => drawbridge_search::Facet::Language,
            Facet::Archived => drawbridge_search::Facet::Archived,
            Facet::Fork => drawbridge_search::Facet::Fork,
        };
        let values = open.index().await?.facet(&query(&request), wanted);
        let values = values.into_iter().take(FACET_VALUES).map(|(value, count)| FacetValue { value, count }).collect();
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
            size_kib: stored.forge.size_kib,
            created_at: stored.forge.created_at,
            updated_at: stored.forge.updated_at,
            first_listed_at: stored.first_listed_at,
            renamed_from: stored.renamed_from.clone(),
            reach,
            repository: row(stored),
        })
    }
}
