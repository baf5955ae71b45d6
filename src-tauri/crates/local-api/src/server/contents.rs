//! Routes of what repositories hold at their hosts: READMEs, branches and tags.
//!
//! Not here: any decision; each is one use case.

use super::{inventory::reference, refusal::Refusal, table::Front};
use axum::{
    Json,
    extract::{Path, State},
};
use drawbridge_keeper::{Problem, dto::RepositoryContents};

/// A repository's README, branches and tags as they were read last
///
/// Asks no host.
#[utoipa::path(
    get, path = "/v1/repositories/{reference}/contents", tag = "repositories",
    params(("reference" = String, Path, description = "Its id, or `owner/name` with the slash as `%2F`.")),
    responses((status = 200, body = RepositoryContents), (status = "default", body = Problem))
)]
pub(crate) async fn repository_contents(
    State(front): State<Front>,
    Path(text): Path<String>,
) -> Result<Json<RepositoryContents>, Refusal> {
    Ok(Json(front.keeper.repository_contents(reference(text)?, false).await?))
}

/// Read a repository's README, branches and tags at its host
///
/// What could not be read says why, beside what was read before.
#[utoipa::path(
    post, path = "/v1/repositories/{reference}/contents", tag = "repositories",
    params(("reference" = String, Path, description = "Its id, or `owner/name` with the slash as `%2F`.")),
    responses((status = 200, body = RepositoryContents), (status = "default", body = Problem))
)]
pub(crate) async fn repository_read(
    State(front): State<Front>,
    Path(text): Path<String>,
) -> Result<Json<RepositoryContents>, Refusal> {
    Ok(Json(front.keeper.repository_contents(reference(text)?, true).await?))
}
