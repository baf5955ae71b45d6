//! Routes of lists that a person keeps under a name.
//!
//! Not here: any decision; each is one use case.

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
    dto::{List, RenameView, SaveView, SavedView},
};
use http::StatusCode;

/// The views, by name
#[utoipa::path(
    get, path = "/v1/views", tag = "views",
    responses((status = 200, body = List<SavedView>), (status = "default", body = Problem))
)]
pub(crate) async fn view_list(State(front): State<Front>) -> Result<Json<List<SavedView>>, Refusal> {
    Ok(Json(front.keeper.view_list().await?))
}

/// Keep a list under a name
///
/// One that is called so already is only replaced if `replace` says so.
#[utoipa::path(
    post, path = "/v1/views", tag = "views", request_body = SaveView,
    responses((status = 201, body = SavedView), (status = "default", body = Problem))
)]
pub(crate) async fn view_save(
    State(front): State<Front>,
    Input(request): Input<SaveView>,
) -> Result<(StatusCode, Json<SavedView>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.view_save(request).await?)))
}

/// Call a view something else
#[utoipa::path(
    put, path = "/v1/views/{id}/name", tag = "views", params(("id" = String, Path)), request_body = RenameView,
    responses((status = 200, body = SavedView), (status = "default", body = Problem))
)]
pub(crate) async fn view_rename(
    State(front): State<Front>,
    Path(id): Path<String>,
    Input(request): Input<RenameView>,
) -> Result<Json<SavedView>, Refusal> {
    Ok(Json(front.keeper.view_rename(named(&id)?, request).await?))
}

/// Remove a view
///
/// Answers what it was: saving that again brings it back.
#[utoipa::path(
    delete, path = "/v1/views/{id}", tag = "views", params(("id" = String, Path)),
    responses((status = 200, body = SavedView), (status = "default", body = Problem))
)]
pub(crate) async fn view_remove(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<SavedView>, Refusal> {
    Ok(Json(front.keeper.view_remove(named(&id)?).await?))
}
