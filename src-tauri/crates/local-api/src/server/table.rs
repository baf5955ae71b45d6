//! Which path and method is which use case: the one list of routes, and the document's list of
//! the same, which a test holds together.

use super::{accounts, home, inventory, refusal::Refusal};
use crate::words;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, delete, get, post, put},
};
use drawbridge_domain::Visibility;
use drawbridge_keeper::{
    Keeper,
    dto::{Facet, RepositorySort},
};
use http::{Method, StatusCode};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What every route has at hand.
#[derive(Clone)]
pub(crate) struct Front {
    /// The keeper.
    pub(crate) keeper: Arc<Keeper>,
    /// The keeper's version.
    pub(crate) version: String,
    /// Cancelled when a caller asked the keeper to stop. The server passes it on after the
    /// answer is on its way.
    pub(crate) stop_requested: CancellationToken,
    /// Cancelled when the server ends: streams end with it.
    pub(crate) closing: CancellationToken,
}

/// One route.
pub(crate) struct Route {
    /// The method it answers to. The handler knows it too, but does not tell.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test that holds routes and document together"))]
    pub(crate) method: Method,
    /// Its path.
    pub(crate) path: &'static str,
    handler: MethodRouter<Front>,
}

macro_rules! route {
    ($method:ident, $verb:ident, $path:literal, $handler:path) => {
        Route { method: Method::$method, path: $path, handler: $verb($handler) }
    };
}

/// All routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        route!(GET, get, "/v1", home::greeting),
        route!(GET, get, "/v1/keeper", home::keeper_status),
        route!(POST, post, "/v1/keeper/stop", home::keeper_stop),
        route!(GET, get, "/v1/events", home::events),
        route!(GET, get, "/v1/openapi.json", home::openapi),
        route!(GET, get, "/v1/vault", home::vault_status),
        route!(POST, post, "/v1/vault", home::vault_create),
        route!(POST, post, "/v1/vault/unlock", home::vault_unlock),
        route!(POST, post, "/v1/vault/lock", home::vault_lock),
        route!(GET, get, "/v1/settings", home::settings),
        route!(PUT, put, "/v1/settings", home::set_settings),
        route!(GET, get, "/v1/providers", accounts::provider_list),
        route!(GET, get, "/v1/clients", accounts::client_list),
        route!(POST, post, "/v1/clients", accounts::client_add),
        route!(DELETE, delete, "/v1/clients/{id}", accounts::client_remove),
        route!(GET, get, "/v1/sign-ins", accounts::sign_in_list),
        route!(POST, post, "/v1/sign-ins", accounts::sign_in_start),
        route!(POST, post, "/v1/sign-ins/return", accounts::sign_in_return),
        route!(GET, get, "/v1/sign-ins/{id}", accounts::sign_in_show),
        route!(DELETE, delete, "/v1/sign-ins/{id}", accounts::sign_in_cancel),
        route!(GET, get, "/v1/sign-ins/{id}/wait", accounts::sign_in_wait),
        route!(GET, get, "/v1/accounts", accounts::account_list),
        route!(POST, post, "/v1/accounts", accounts::connect_token),
        route!(GET, get, "/v1/accounts/{id}", accounts::account_show),
        route!(DELETE, delete, "/v1/accounts/{id}", accounts::account_disconnect),
        route!(GET, get, "/v1/sync", inventory::sync_status),
        route!(POST, post, "/v1/sync", inventory::sync_start),
        route!(GET, get, "/v1/sync/runs", inventory::sync_runs),
        route!(GET, get, "/v1/repositories", inventory::repository_list),
        route!(GET, get, "/v1/repositories/facets/{facet}", inventory::repository_facets),
        route!(GET, get, "/v1/repositories/{reference}", inventory::repository_show),
    ]
}

/// The routes as the document describes them.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Drawbridge local API",
        version = "1",
        description = "The keeper over its local socket. Requests and answers are JSON; a problem is \
                       `{code, message, hint}` with a status that fits; long work answers one object a line.",
        license(name = "MIT OR Apache-2.0")
    ),
    // What only stands in a path or a question is not collected by itself.
    components(schemas(Facet, RepositorySort, Visibility)),
    paths(
        home::greeting,
        home::keeper_status,
        home::keeper_stop,
        home::events,
        home::openapi,
        home::vault_status,
        home::vault_create,
        home::vault_unlock,
        home::vault_lock,
        home::settings,
        home::set_settings,
        accounts::provider_list,
        accounts::client_list,
        accounts::client_add,
        accounts::client_remove,
        accounts::sign_in_list,
        accounts::sign_in_start,
        accounts::sign_in_return,
        accounts::sign_in_show,
        accounts::sign_in_cancel,
        accounts::sign_in_wait,
        accounts::account_list,
        accounts::connect_token,
        accounts::account_show,
        accounts::account_disconnect,
        inventory::sync_status,
        inventory::sync_start,
        inventory::sync_runs,
        inventory::repository_list,
        inventory::repository_facets,
        inventory::repository_show,
    )
)]
pub(crate) struct Paths;

/// All routes as something that answers requests.
pub(crate) fn router(front: Front) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, route| router.route(route.path, route.handler))
        .fallback(|| async { Refusal::from(words::no_route()) })
        .method_not_allowed_fallback(|| async {
            Refusal::with(StatusCode::METHOD_NOT_ALLOWED, words::unreadable_request("its method does not fit its path"))
        })
        // Bodies are read by `Input`, which has its own limit.
        .layer(DefaultBodyLimit::disable())
        .with_state(front)
}
