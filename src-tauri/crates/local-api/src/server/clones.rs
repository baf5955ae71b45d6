//! Routes of copies of repositories.
//!
//! Not here: any decision; each is one use case. How far a copy is comes as an event.

use super::{
    input::{Input, named},
    refusal::Refusal,
    table::Front,
};
use axum::{
    Json,
    extract::{Path, State},
};
use drawbridge_keeper::{
    Problem,
    dto::{ClonePlan, CloneRun, Materialize, StartClone},
};
use http::StatusCode;

/// What would be copied
///
/// Changes nothing, and asks no host.
#[utoipa::path(
    post, path = "/v1/clones/plan", tag = "clones", request_body = StartClone,
    responses((status = 200, body = ClonePlan), (status = "default", body = Problem))
)]
pub(crate) async fn clone_plan(
    State(front): State<Front>,
    Input(request): Input<StartClone>,
) -> Result<Json<ClonePlan>, Refusal> {
    Ok(Json(front.keeper.clone_plan(request).await?))
}

/// Copy repositories into folders
///
/// Answers at once; `/v1/events` tells how far it is.
#[utoipa::path(
    post, path = "/v1/clones", tag = "clones", request_body = StartClone,
    responses((status = 202, body = CloneRun), (status = "default", body = Problem))
)]
pub(crate) async fn clone_start(
    State(front): State<Front>,
    Input(request): Input<StartClone>,
) -> Result<(StatusCode, Json<CloneRun>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(front.keeper.clone_start(request).await?)))
}

/// Fetch files of a repository without its history
///
/// Answers at once; `/v1/events` tells how far it is.
#[utoipa::path(
    post, path = "/v1/clones/files", tag = "clones", request_body = Materialize,
    responses((status = 202, body = CloneRun), (status = "default", body = Problem))
)]
pub(crate) async fn materialize(
    State(front): State<Front>,
    Input(request): Input<Materialize>,
) -> Result<(StatusCode, Json<CloneRun>), Refusal> {
    Ok((StatusCode::ACCEPTED, Json(front.keeper.materialize(request).await?)))
}

/// Copies that are made, and those that ended lately
#[utoipa::path(
    get, path = "/v1/clones", tag = "clones",
    responses((status = 200, body = Vec<CloneRun>), (status = "default", body = Problem))
)]
pub(crate) async fn clone_list(State(front): State<Front>) -> Result<Json<Vec<CloneRun>>, Refusal> {
    Ok(Json(front.keeper.clone_list().await?))
}

/// One of them
#[utoipa::path(
    get, path = "/v1/clones/{id}", tag = "clones", params(("id" = String, Path)),
    responses((status = 200, body = CloneRun), (status = "default", body = Problem))
)]
pub(crate) async fn clone_show(State(front): State<Front>, Path(id): Path<String>) -> Result<Json<CloneRun>, Refusal> {
    Ok(Json(front.keeper.clone_show(named(&id)?).await?))
}

/// Stop it
///
/// What is whole by then stays, of anything else nothing does.
#[utoipa::path(
    delete, path = "/v1/clones/{id}", tag = "clones", params(("id" = String, Path)),
    responses((status = 200, body = CloneRun), (status = "default", body = Problem))
)]
pub(crate) async fn clone_cancel(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<CloneRun>, Refusal> {
    Ok(Json(front.keeper.clone_cancel(named(&id)?).await?))
}
