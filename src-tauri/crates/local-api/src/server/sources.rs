//! Routes of sources and of what was found in them.
//!
//! Not here: any decision; each is one use case.

use super::{
    input::{Input, named},
    refusal::Refusal,
    table::Front,
};
use crate::query;
use axum::{
    Json,
    extract::{Path, RawQuery, State},
};
use drawbridge_domain::SourceId;
use drawbridge_keeper::{
    Problem,
    dto::{AddSource, FoundDetail, FoundItem, FoundRef, List, RefreshSources, Source, SourceKind, SourceReading},
};

/// What can be looked for
#[utoipa::path(
    get, path = "/v1/sources/kinds", tag = "sources",
    responses((status = 200, body = Vec<SourceKind>), (status = "default", body = Problem))
)]
pub(crate) async fn source_kinds(State(front): State<Front>) -> Result<Json<Vec<SourceKind>>, Refusal> {
    Ok(Json(front.keeper.source_kinds().await?))
}

/// The sources
#[utoipa::path(
    get, path = "/v1/sources", tag = "sources",
    responses((status = 200, body = List<Source>), (status = "default", body = Problem))
)]
pub(crate) async fn source_list(State(front): State<Front>) -> Result<Json<List<Source>>, Refusal> {
    Ok(Json(front.keeper.source_list().await?))
}

/// Add a source and look at it
///
/// It is kept only if something is found. One that was removed comes back.
#[utoipa::path(
    post, path = "/v1/sources", tag = "sources", request_body = AddSource,
    responses((status = 200, body = SourceReading), (status = "default", body = Problem))
)]
pub(crate) async fn source_add(
    State(front): State<Front>,
    Input(request): Input<AddSource>,
) -> Result<Json<SourceReading>, Refusal> {
    Ok(Json(front.keeper.source_add(request).await?))
}

/// Look at sources again
///
/// What goes wrong with one of them is told with it.
#[utoipa::path(
    post, path = "/v1/sources/refresh", tag = "sources", request_body = RefreshSources,
    responses((status = 200, body = Vec<SourceReading>), (status = "default", body = Problem))
)]
pub(crate) async fn source_refresh(
    State(front): State<Front>,
    Input(request): Input<RefreshSources>,
) -> Result<Json<Vec<SourceReading>>, Refusal> {
    Ok(Json(front.keeper.source_refresh(request).await?))
}

/// Remove a source
///
/// It comes back with what was found there by being added again within thirty days.
#[utoipa::path(
    delete, path = "/v1/sources/{id}", tag = "sources",
    params(("id" = SourceId, Path)),
    responses((status = 200, body = Source), (status = "default", body = Problem))
)]
pub(crate) async fn source_remove(State(front): State<Front>, Path(id): Path<String>) -> Result<Json<Source>, Refusal> {
    Ok(Json(front.keeper.source_remove(named(&id)?).await?))
}

/// What was found
#[utoipa::path(
    get, path = "/v1/found", tag = "sources",
    params(
        ("kind" = Option<String>, Query, description = "Only of this kind."),
        ("variant" = Option<String>, Query, description = "Only this variant of its kind."),
        ("source" = Option<u32>, Query, description = "Only in this source."),
        ("text" = Option<String>, Query, description = "Words; each must be found."),
    ),
    responses((status = 200, body = List<FoundItem>), (status = "default", body = Problem))
)]
pub(crate) async fn found_list(
    State(front): State<Front>,
    RawQuery(text): RawQuery,
) -> Result<Json<List<FoundItem>>, Refusal> {
    let query = query::read_found(&text.unwrap_or_default())?;
    Ok(Json(front.keeper.found_list(query).await?))
}

/// One thing that was found
#[utoipa::path(
    get, path = "/v1/found/{reference}", tag = "sources",
    params(("reference" = String, Path, description = "Its id, or `kind/name` with the slash as `%2F`; without a kind, whatever is called that.")),
    responses((status = 200, body = FoundDetail), (status = "default", body = Problem))
)]
pub(crate) async fn found_show(
    State(front): State<Front>,
    Path(reference): Path<String>,
) -> Result<Json<FoundDetail>, Refusal> {
    let reference = match reference.split_once('/') {
        Some((of, name)) => {
            FoundRef::Name { of: Some(of.to_owned()).filter(|of| !of.is_empty()), name: name.to_owned() }
        }
        None => FoundRef::Id { id: named(&reference)? },
    };
    Ok(Json(front.keeper.found_show(reference).await?))
}
