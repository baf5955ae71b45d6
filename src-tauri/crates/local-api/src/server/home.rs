//! Routes of the keeper itself, the vault, the settings, the events, and the document.
//!
//! Not here: any decision; each is one use case.

use super::{
    input::Input,
    ndjson::{self, Lines},
    refusal::Refusal,
    table::Front,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use drawbridge_keeper::{
    Problem,
    dto::{ChangeSettings, CreateVault, Event, KeeperStatus, Settings, Tag, UnlockVault, VaultStatus},
};
use http::{StatusCode, header::CONTENT_TYPE};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

/// Who answers here.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Greeting {
    /// The keeper's version.
    version: String,
}

/// Who answers here
///
/// Costs nothing: for finding out whether a keeper is there.
#[utoipa::path(get, path = "/v1", tag = "keeper", responses((status = 200, body = Greeting)))]
pub(crate) async fn greeting(State(front): State<Front>) -> Json<Greeting> {
    Json(Greeting { version: front.version })
}

/// The keeper itself
#[utoipa::path(get, path = "/v1/keeper", tag = "keeper", responses((status = 200, body = KeeperStatus)))]
pub(crate) async fn keeper_status(State(front): State<Front>) -> Json<KeeperStatus> {
    Json(front.keeper.keeper_status().await)
}

/// Ask the keeper to stop
///
/// Answers at once. It has stopped when the vault folder's lock is free.
#[utoipa::path(
    post, path = "/v1/keeper/stop", tag = "keeper",
    responses((status = 202, description = "It is stopping."))
)]
pub(crate) async fn keeper_stop(State(front): State<Front>) -> StatusCode {
    front.stop_requested.cancel();
    StatusCode::ACCEPTED
}

/// Where the vault stands
#[utoipa::path(
    get, path = "/v1/vault", tag = "vault",
    responses((status = 200, body = VaultStatus), (status = "default", body = Problem))
)]
pub(crate) async fn vault_status(State(front): State<Front>) -> Result<Json<VaultStatus>, Refusal> {
    Ok(Json(front.keeper.vault_status().await?))
}

/// Make a vault
///
/// It is open afterwards.
#[utoipa::path(
    post, path = "/v1/vault", tag = "vault", request_body = CreateVault,
    responses((status = 201, body = VaultStatus), (status = "default", body = Problem))
)]
pub(crate) async fn vault_create(
    State(front): State<Front>,
    Input(request): Input<CreateVault>,
) -> Result<(StatusCode, Json<VaultStatus>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.vault_create(request).await?)))
}

/// Open the vault
#[utoipa::path(
    post, path = "/v1/vault/unlock", tag = "vault", request_body = UnlockVault,
    responses((status = 200, body = VaultStatus), (status = "default", body = Problem))
)]
pub(crate) async fn vault_unlock(
    State(front): State<Front>,
    Input(request): Input<UnlockVault>,
) -> Result<Json<VaultStatus>, Refusal> {
    Ok(Json(front.keeper.vault_unlock(request).await?))
}

/// Close the vault
#[utoipa::path(
    post, path = "/v1/vault/lock", tag = "vault",
    responses((status = 200, body = VaultStatus), (status = "default", body = Problem))
)]
pub(crate) async fn vault_lock(State(front): State<Front>) -> Result<Json<VaultStatus>, Refusal> {
    Ok(Json(front.keeper.vault_lock().await?))
}

/// The settings
#[utoipa::path(
    get, path = "/v1/settings", tag = "settings",
    responses((status = 200, body = Settings), (status = "default", body = Problem))
)]
pub(crate) async fn settings(State(front): State<Front>) -> Result<Json<Settings>, Refusal> {
    Ok(Json(front.keeper.settings().await?))
}

/// Change the settings
#[utoipa::path(
    put, path = "/v1/settings", tag = "settings", request_body = ChangeSettings,
    responses((status = 200, body = Settings), (status = "default", body = Problem))
)]
pub(crate) async fn set_settings(
    State(front): State<Front>,
    Input(request): Input<ChangeSettings>,
) -> Result<Json<Settings>, Refusal> {
    Ok(Json(front.keeper.set_settings(request).await?))
}

/// What happens, as it happens
///
/// One JSON object a line, from now on; empty lines mean nothing. The last one is `stopping`.
#[utoipa::path(
    get, path = "/v1/events", tag = "keeper",
    responses((status = 200, body = Event, content_type = "application/x-ndjson"))
)]
pub(crate) async fn events(State(front): State<Front>) -> Response {
    ndjson::answer(EventLines { events: front.keeper.events(), closing: front.closing.clone(), ended: false })
}

/// This description
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "keeper",
    responses((status = 200, description = "The OpenAPI document.", content_type = "application/json"))
)]
pub(crate) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], crate::document()).into_response()
}

struct EventLines {
    events: Receiver<Event>,
    closing: CancellationToken,
    ended: bool,
}

impl Lines for EventLines {
    type Line = Event;

    async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        let event = tokio::select! {
            biased;
            event = self.events.recv() => event,
            () = self.closing.cancelled() => Err(RecvError::Closed),
        };
        match event {
            Ok(Event::Stopping) | Err(RecvError::Closed) => {
                self.ended = true;
                Some(Event::Stopping)
            }
            Ok(event) => Some(event),
            // What was missed can't be told any more, so everything may have become stale.
            Err(RecvError::Lagged(_)) => Some(Event::Changed { tags: Tag::ALL.to_vec() }),
        }
    }
}
