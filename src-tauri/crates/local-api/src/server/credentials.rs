//! Routes of credentials that a person types in.
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
    dto::{AddCredential, Credential, CredentialForm, List, RemovedCredential},
};
use http::StatusCode;

/// The form of each kind of credential
#[utoipa::path(
    get, path = "/v1/credentials/kinds", tag = "credentials",
    responses((status = 200, body = Vec<CredentialForm>), (status = "default", body = Problem))
)]
pub(crate) async fn credential_kinds(State(front): State<Front>) -> Result<Json<Vec<CredentialForm>>, Refusal> {
    Ok(Json(front.keeper.credential_kinds().await?))
}

/// The credentials that were typed in, without what is secret of them
#[utoipa::path(
    get, path = "/v1/credentials", tag = "credentials",
    responses((status = 200, body = List<Credential>), (status = "default", body = Problem))
)]
pub(crate) async fn credential_list(State(front): State<Front>) -> Result<Json<List<Credential>>, Refusal> {
    Ok(Json(front.keeper.credential_list().await?))
}

/// Add a credential, or put it in place of another
///
/// Nothing is stored unless it could be read and, where somebody can be asked, was taken.
#[utoipa::path(
    post, path = "/v1/credentials", tag = "credentials", request_body = AddCredential,
    responses((status = 201, body = Credential), (status = "default", body = Problem))
)]
pub(crate) async fn credential_add(
    State(front): State<Front>,
    Input(request): Input<AddCredential>,
) -> Result<(StatusCode, Json<Credential>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.credential_add(request).await?)))
}

/// One credential
#[utoipa::path(
    get, path = "/v1/credentials/{id}", tag = "credentials", params(("id" = String, Path)),
    responses((status = 200, body = Credential), (status = "default", body = Problem))
)]
pub(crate) async fn credential_show(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<Credential>, Refusal> {
    Ok(Json(front.keeper.credential_show(named(&id)?).await?))
}

/// Remove a credential
#[utoipa::path(
    delete, path = "/v1/credentials/{id}", tag = "credentials", params(("id" = String, Path)),
    responses((status = 200, body = RemovedCredential), (status = "default", body = Problem))
)]
pub(crate) async fn credential_remove(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<RemovedCredential>, Refusal> {
    Ok(Json(front.keeper.credential_remove(named(&id)?).await?))
}

/// Ask whether a credential works
#[utoipa::path(
    post, path = "/v1/credentials/{id}/check", tag = "credentials", params(("id" = String, Path)),
    responses((status = 200, body = Credential), (status = "default", body = Problem))
)]
pub(crate) async fn credential_check(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<Credential>, Refusal> {
    Ok(Json(front.keeper.credential_check(named(&id)?).await?))
}
