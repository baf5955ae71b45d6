//! Routes of sync and of the repositories.
//!
//! Not here: any decision; each is one use case.

use super::{
    input::{Input, named},
    ndjson::{self, Lines},
    refusal::Refusal,
    table::Front,
};
use crate::{SyncLine, query, words};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use drawbridge_domain::AccountId;
use drawbridge_keeper::{
    Problem,
    dto::{
        AskWhy, Event, Facet, Facets, HostSearch, HostSearched, List, NextSync, RemovalAnswer, RemovalQuestion,
        RemovedRepository, Repository, RepositoryDetail, RepositoryList, RepositoryRef, RepositorySort, RepositoryWhy,
        SetSyncInterval, SyncRun, SyncStatus,
    },
};
use futures::future::BoxFuture;
use http::StatusCode;
use std::{collections::VecDeque, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

/// How long a sync that is waited for may refuse with a status instead of a line. What can be
/// refused at all (locked, no account) is refused at once.
const REFUSAL_TIME: Duration = Duration::from_millis(500);

/// All accounts' sync at a glance
#[utoipa::path(
    get, path = "/v1/sync", tag = "sync",
    responses((status = 200, body = SyncStatus), (status = "default", body = Problem))
)]
pub(crate) async fn sync_status(State(front): State<Front>) -> Result<Json<SyncStatus>, Refusal> {
    Ok(Json(front.keeper.sync_status().await?))
}

/// Set how often one account is looked at
#[utoipa::path(
    put, path = "/v1/accounts/{id}/interval", tag = "sync", params(("id" = String, Path)),
    request_body = SetSyncInterval,
    responses((status = 200, body = NextSync), (status = "default", body = Problem))
)]
pub(crate) async fn set_sync_interval(
    State(front): State<Front>,
    Path(id): Path<String>,
    Input(request): Input<SetSyncInterval>,
) -> Result<Json<NextSync>, Refusal> {
    Ok(Json(front.keeper.set_sync_interval(named(&id)?, request).await?))
}

/// Start a sync, or join the one that is running
///
/// Answers at once, or with `wait=true` line by line until it is done; empty lines mean nothing.
#[utoipa::path(
    post, path = "/v1/sync", tag = "sync",
    params(
        ("account" = Option<String>, Query, description = "Only this account."),
        ("wait" = Option<bool>, Query, description = "Follow it to its end."),
    ),
    responses(
        (status = 202, body = SyncStatus),
        (status = 200, body = SyncLine, content_type = "application/x-ndjson"),
        (status = "default", body = Problem),
    )
)]
pub(crate) async fn sync_start(State(front): State<Front>, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    let (account, wait) = query::read_sync(&text.unwrap_or_default())?;
    if !wait {
        return Ok((StatusCode::ACCEPTED, Json(front.keeper.sync_start(account).await?)).into_response());
    }
    // Listening begins before the sync does, so no line is missed.
    let events = front.keeper.events();
    let (keeper, only) = (front.keeper.clone(), account.clone());
    let mut lines = FollowedSync {
        account,
        events: Some(events),
        outcome: Some(Box::pin(async move { keeper.sync_wait(only).await })),
        closing: front.closing.clone(),
        pending: VecDeque::new(),
    };
    match tokio::time::timeout(REFUSAL_TIME, lines.next()).await {
        Ok(Some(SyncLine::Problem(problem))) => return Err(problem.into()),
        Ok(Some(line)) => lines.pending.push_front(line),
        Ok(None) | Err(_) => {}
    }
    Ok(ndjson::answer(lines))
}

/// A sync that somebody waits for. Dropping it leaves the sync running.
struct FollowedSync {
    account: Option<AccountId>,
    events: Option<Receiver<Event>>,
    outcome: Option<BoxFuture<'static, Result<Vec<SyncRun>, Problem>>>,
    closing: CancellationToken,
    pending: VecDeque<SyncLine>,
}

impl Lines for FollowedSync {
    type Line = SyncLine;

    async fn next(&mut self) -> Option<SyncLine> {
        loop {
            if let Some(line) = self.pending.pop_front() {
                return Some(line);
            }
            let outcome = self.outcome.as_mut()?;
            tokio::select! {
                biased;
                event = next_event(&mut self.events) => match event {
                    Some(Event::SyncProgress { progress })
                        if self.account.as_ref().is_none_or(|only| *only == progress.account) =>
                    {
                        return Some(SyncLine::Progress(progress));
                    }
                    _ => {}
                },
                result = outcome => {
                    self.outcome = None;
                    match result {
                        Ok(runs) => {
                            self.pending.extend(runs.into_iter().map(SyncLine::Run));
                            self.pending.push_back(SyncLine::Done);
                        }
                        Err(problem) => self.pending.push_back(SyncLine::Problem(problem)),
                    }
                }
                () = self.closing.cancelled() => {
                    self.outcome = None;
                    self.pending.push_back(SyncLine::Problem(words::keeper_gone()));
                }
            }
        }
    }
}

/// The next event; never, once there can't be any.
async fn next_event(events: &mut Option<Receiver<Event>>) -> Option<Event> {
    let Some(receiver) = events else { return std::future::pending().await };
    match receiver.recv().await {
        Ok(event) => Some(event),
        // Missed progress is no loss: the next one says more.
        Err(RecvError::Lagged(_)) => None,
        Err(RecvError::Closed) => {
            *events = None;
            None
        }
    }
}

/// The runs, newest first
#[utoipa::path(
    get, path = "/v1/sync/runs", tag = "sync",
    params(
        ("account" = Option<String>, Query, description = "Only of this account."),
        ("only_changes" = Option<bool>, Query, description = "Only runs that changed something or went wrong."),
        ("only_problems" = Option<bool>, Query, description = "Only runs that went wrong."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 500; 100 if absent."),
        ("offset" = Option<u32>, Query, description = "After how many."),
    ),
    responses((status = 200, body = List<SyncRun>), (status = "default", body = Problem))
)]
pub(crate) async fn sync_runs(
    State(front): State<Front>,
    RawQuery(text): RawQuery,
) -> Result<Json<List<SyncRun>>, Refusal> {
    let query = query::read_runs(&text.unwrap_or_default())?;
    Ok(Json(front.keeper.sync_runs(query).await?))
}

/// The repositories that fit
#[utoipa::path(
    get, path = "/v1/repositories", tag = "repositories",
    params(
        ("text" = Option<String>, Query,
            description = "Words, each of which must be found, and filters like `owner:acme -lang:rust archived:no`."),
        ("sort" = Option<RepositorySort>, Query, description = "The order."),
        ("reverse" = Option<bool>, Query, description = "Turn the order around."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 1000; 100 if absent."),
        ("offset" = Option<u32>, Query, description = "After how many."),
    ),
    responses((status = 200, body = RepositoryList), (status = "default", body = Problem))
)]
pub(crate) async fn repository_list(
    State(front): State<Front>,
    RawQuery(text): RawQuery,
) -> Result<Json<RepositoryList>, Refusal> {
    let query = query::read_repositories(&text.unwrap_or_default())?;
    Ok(Json(front.keeper.repository_list(query).await?))
}

/// The values to filter by
///
/// Takes the same questions as the list; filters on the facet itself are left out.
#[utoipa::path(
    get, path = "/v1/repositories/facets/{facet}", tag = "repositories",
    params(("facet" = Facet, Path), ("text" = Option<String>, Query, description = "As in the list.")),
    responses((status = 200, body = Facets), (status = "default", body = Problem))
)]
pub(crate) async fn repository_facets(
    State(front): State<Front>,
    Path(facet): Path<String>,
    RawQuery(text): RawQuery,
) -> Result<Json<Facets>, Refusal> {
    let facet: Facet = serde_json::from_value(facet.into())
        .map_err(|_| Refusal::from(words::unreadable_request("its path names no facet")))?;
    let query = query::read_repositories(&text.unwrap_or_default())?;
    Ok(Json(front.keeper.repository_facets(facet, query).await?))
}

/// One repository
#[utoipa::path(
    get, path = "/v1/repositories/{reference}", tag = "repositories",
    params(("reference" = String, Path, description = "Its id, or `owner/name` with the slash as `%2F`.")),
    responses((status = 200, body = RepositoryDetail), (status = "default", body = Problem))
)]
pub(crate) async fn repository_show(
    State(front): State<Front>,
    Path(reference): Path<String>,
) -> Result<Json<RepositoryDetail>, Refusal> {
    Ok(Json(front.keeper.repository_show(self::reference(reference)?).await?))
}

/// The repository that a part of the path names: a full name always has a slash, an id never.
pub(super) fn reference(text: String) -> Result<RepositoryRef, Refusal> {
    if text.contains('/') {
        return Ok(RepositoryRef::FullName { full_name: text });
    }
    Ok(RepositoryRef::Id { id: named(&text)? })
}

/// What a person is asked before much is removed
#[utoipa::path(
    get, path = "/v1/sync/questions", tag = "sync",
    responses((status = 200, body = [RemovalQuestion]), (status = "default", body = Problem))
)]
pub(crate) async fn removal_questions(State(front): State<Front>) -> Result<Json<Vec<RemovalQuestion>>, Refusal> {
    Ok(Json(front.keeper.removal_questions().await?))
}

/// Answer the question about an account
///
/// Also what is said to be gone is removed only if its host confirms it, one by one.
#[utoipa::path(
    post, path = "/v1/sync/questions/{account}", tag = "sync", request_body = RemovalAnswer,
    params(("account" = String, Path, description = "The account's id.")),
    responses((status = 200, body = SyncStatus), (status = "default", body = Problem))
)]
pub(crate) async fn removal_answer(
    State(front): State<Front>,
    Path(account): Path<String>,
    Input(answer): Input<RemovalAnswer>,
) -> Result<Json<SyncStatus>, Refusal> {
    Ok(Json(front.keeper.removal_answer(named(&account)?, answer).await?))
}

/// What was removed and can be brought back, newest first
#[utoipa::path(
    get, path = "/v1/repositories/removed", tag = "repositories",
    params(
        ("limit" = Option<u32>, Query, description = "How many, 1 to 500; 100 if left out."),
        ("offset" = Option<u32>, Query, description = "After how many."),
    ),
    responses((status = 200, body = List<RemovedRepository>), (status = "default", body = Problem))
)]
pub(crate) async fn repository_removed(
    State(front): State<Front>,
    RawQuery(text): RawQuery,
) -> Result<Json<List<RemovedRepository>>, Refusal> {
    let query = query::read_removed(&text.unwrap_or_default())?;
    Ok(Json(front.keeper.repository_removed(query).await?))
}

/// Bring a removed repository back into the list
#[utoipa::path(
    post, path = "/v1/repositories/{reference}/restore", tag = "repositories",
    params(("reference" = i64, Path, description = "Its id.")),
    responses((status = 200, body = Repository), (status = "default", body = Problem))
)]
pub(crate) async fn repository_restore(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<Repository>, Refusal> {
    Ok(Json(front.keeper.repository_restore(named(&id)?).await?))
}

/// Why a repository is not in the list, and what helps
#[utoipa::path(
    post, path = "/v1/repositories/why", tag = "repositories", request_body = AskWhy,
    responses((status = 200, body = RepositoryWhy), (status = "default", body = Problem))
)]
pub(crate) async fn repository_why(
    State(front): State<Front>,
    Input(request): Input<AskWhy>,
) -> Result<Json<RepositoryWhy>, Refusal> {
    Ok(Json(front.keeper.repository_why(request).await?))
}

/// Add a repository that no listing brought
#[utoipa::path(
    post, path = "/v1/repositories/import", tag = "repositories", request_body = String,
    responses((status = 200, body = Repository), (status = "default", body = Problem))
)]
pub(crate) async fn repository_import(
    State(front): State<Front>,
    Input(name): Input<String>,
) -> Result<Json<Repository>, Refusal> {
    Ok(Json(front.keeper.repository_import(name).await?))
}

/// Ask the hosts for repositories by words
///
/// A question that may renew access on the way, and whose words belong in no log: so it is no GET.
#[utoipa::path(
    post, path = "/v1/repositories/search-hosts", tag = "repositories", request_body = HostSearch,
    responses((status = 200, body = HostSearched), (status = "default", body = Problem))
)]
pub(crate) async fn host_search(
    State(front): State<Front>,
    Input(request): Input<HostSearch>,
) -> Result<Json<HostSearched>, Refusal> {
    Ok(Json(front.keeper.host_search(request).await?))
}
