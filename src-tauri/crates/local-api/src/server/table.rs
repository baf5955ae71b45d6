//! Which path and method is which use case: the one list of routes, and the document's list of
//! the same, which a test holds together.

use super::{accounts, clones, contents, credentials, home, inventory, refusal::Refusal, security, sources, views};
use crate::words;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, delete, get, post, put},
};
use drawbridge_domain::{SourceId, Visibility};
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
    /// Whether it is only looked at: programs do that by themselves, so it keeps no vault open.
    glance: bool,
    handler: MethodRouter<Front>,
}

macro_rules! route {
    ($method:ident, $verb:ident, $path:literal, $handler:path) => {
        Route { method: Method::$method, path: $path, glance: false, handler: $verb($handler) }
    };
    (glance $method:ident, $verb:ident, $path:literal, $handler:path) => {
        Route { method: Method::$method, path: $path, glance: true, handler: $verb($handler) }
    };
}

/// All routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        route!(glance GET, get, "/v1", home::greeting),
        route!(glance GET, get, "/v1/keeper", home::keeper_status),
        route!(POST, post, "/v1/keeper/stop", home::keeper_stop),
        route!(glance GET, get, "/v1/events", home::events),
        route!(glance GET, get, "/v1/openapi.json", home::openapi),
        route!(glance GET, get, "/v1/vault", home::vault_status),
        route!(POST, post, "/v1/vault", home::vault_create),
        route!(POST, post, "/v1/vault/unlock", home::vault_unlock),
        route!(POST, post, "/v1/vault/lock", home::vault_lock),
        route!(GET, get, "/v1/vault/security", security::vault_security),
        route!(POST, post, "/v1/vault/passphrase/strength", security::passphrase_strength),
        route!(POST, post, "/v1/vault/slots", security::slot_add),
        route!(POST, post, "/v1/vault/slots/remove", security::slot_remove),
        route!(POST, post, "/v1/vault/passphrase", security::passphrase_change),
        route!(POST, post, "/v1/vault/recovery", security::recovery_make),
        route!(POST, post, "/v1/vault/recovery/check", security::recovery_check),
        route!(POST, post, "/v1/vault/keys", security::keys_renew),
        route!(POST, post, "/v1/vault/warnings/dismiss", security::warning_dismiss),
        route!(GET, get, "/v1/vault/backups", security::backup_list),
        route!(POST, post, "/v1/vault/backups", security::backup_make),
        route!(POST, post, "/v1/vault/backups/check", security::backup_check),
        route!(POST, post, "/v1/vault/backups/restore", security::backup_restore),
        route!(POST, post, "/v1/vault/rescue", security::vault_rescue),
        route!(POST, post, "/v1/vault/verify", security::vault_verify),
        route!(GET, get, "/v1/vault/doctor", security::vault_doctor),
        route!(GET, get, "/v1/settings", home::settings),
        route!(PUT, put, "/v1/settings", home::set_settings),
        route!(GET, get, "/v1/providers", accounts::provider_list),
        route!(POST, post, "/v1/servers/recognise", accounts::server_recognise),
        route!(GET, get, "/v1/clients", accounts::client_list),
        route!(POST, post, "/v1/clients", accounts::client_add),
        route!(POST, post, "/v1/clients/redirects", accounts::client_redirects),
        route!(POST, post, "/v1/clients/register", accounts::client_register),
        route!(POST, post, "/v1/clients/import", accounts::client_import),
        route!(DELETE, delete, "/v1/clients/{id}", accounts::client_remove),
        route!(POST, post, "/v1/clients/{id}/prefer", accounts::client_prefer),
        route!(GET, get, "/v1/sign-ins", accounts::sign_in_list),
        route!(POST, post, "/v1/sign-ins", accounts::sign_in_start),
        route!(POST, post, "/v1/sign-ins/return", accounts::sign_in_return),
        route!(GET, get, "/v1/sign-ins/{id}", accounts::sign_in_show),
        route!(DELETE, delete, "/v1/sign-ins/{id}", accounts::sign_in_cancel),
        route!(GET, get, "/v1/sign-ins/{id}/wait", accounts::sign_in_wait),
        route!(POST, post, "/v1/sign-ins/{id}/paste", accounts::sign_in_paste),
        route!(GET, get, "/v1/accounts", accounts::account_list),
        route!(POST, post, "/v1/accounts", accounts::connect_token),
        route!(POST, post, "/v1/accounts/export", security::accounts_export),
        route!(POST, post, "/v1/accounts/import", security::accounts_import),
        route!(GET, get, "/v1/accounts/disconnect-all", accounts::account_disconnect_all_show),
        route!(POST, post, "/v1/accounts/disconnect-all", accounts::account_disconnect_all),
        route!(GET, get, "/v1/accounts/{id}", accounts::account_show),
        route!(DELETE, delete, "/v1/accounts/{id}", accounts::account_disconnect),
        route!(POST, post, "/v1/accounts/{id}/refresh", accounts::account_refresh),
        route!(POST, post, "/v1/accounts/{id}/check", accounts::account_check),
        route!(PUT, put, "/v1/accounts/{id}/name", accounts::account_rename),
        route!(GET, get, "/v1/accounts/{id}/history", accounts::account_history),
        route!(GET, get, "/v1/credentials/kinds", credentials::credential_kinds),
        route!(GET, get, "/v1/credentials", credentials::credential_list),
        route!(POST, post, "/v1/credentials", credentials::credential_add),
        route!(GET, get, "/v1/credentials/{id}", credentials::credential_show),
        route!(DELETE, delete, "/v1/credentials/{id}", credentials::credential_remove),
        route!(POST, post, "/v1/credentials/{id}/check", credentials::credential_check),
        route!(GET, get, "/v1/calendar", accounts::calendar),
        route!(GET, get, "/v1/notices", accounts::notice_list),
        route!(POST, post, "/v1/notices/told", accounts::notice_told),
        route!(GET, get, "/v1/unended", accounts::unended_list),
        route!(DELETE, delete, "/v1/unended/{id}", accounts::unended_forget),
        route!(PUT, put, "/v1/accounts/{id}/interval", inventory::set_sync_interval),
        route!(glance GET, get, "/v1/sync", inventory::sync_status),
        route!(POST, post, "/v1/sync", inventory::sync_start),
        route!(GET, get, "/v1/sync/runs", inventory::sync_runs),
        route!(GET, get, "/v1/sync/questions", inventory::removal_questions),
        route!(POST, post, "/v1/sync/questions/{account}", inventory::removal_answer),
        route!(GET, get, "/v1/clones", clones::clone_list),
        route!(POST, post, "/v1/clones", clones::clone_start),
        route!(POST, post, "/v1/clones/plan", clones::clone_plan),
        route!(POST, post, "/v1/clones/files", clones::materialize),
        route!(GET, get, "/v1/clones/{id}", clones::clone_show),
        route!(DELETE, delete, "/v1/clones/{id}", clones::clone_cancel),
        route!(GET, get, "/v1/repositories", inventory::repository_list),
        route!(GET, get, "/v1/repositories/facets/{facet}", inventory::repository_facets),
        route!(GET, get, "/v1/repositories/removed", inventory::repository_removed),
        route!(POST, post, "/v1/repositories/why", inventory::repository_why),
        route!(POST, post, "/v1/repositories/import", inventory::repository_import),
        route!(POST, post, "/v1/repositories/search-hosts", inventory::host_search),
        route!(GET, get, "/v1/repositories/{reference}", inventory::repository_show),
        route!(GET, get, "/v1/repositories/{reference}/contents", contents::repository_contents),
        route!(POST, post, "/v1/repositories/{reference}/contents", contents::repository_read),
        route!(POST, post, "/v1/repositories/{reference}/restore", inventory::repository_restore),
        route!(GET, get, "/v1/sources/kinds", sources::source_kinds),
        route!(GET, get, "/v1/sources", sources::source_list),
        route!(POST, post, "/v1/sources", sources::source_add),
        route!(POST, post, "/v1/sources/refresh", sources::source_refresh),
        route!(DELETE, delete, "/v1/sources/{id}", sources::source_remove),
        route!(GET, get, "/v1/found", sources::found_list),
        route!(GET, get, "/v1/found/{reference}", sources::found_show),
        route!(GET, get, "/v1/views", views::view_list),
        route!(POST, post, "/v1/views", views::view_save),
        route!(PUT, put, "/v1/views/{id}/name", views::view_rename),
        route!(DELETE, delete, "/v1/views/{id}", views::view_remove),
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
    components(schemas(Facet, RepositorySort, SourceId, Visibility)),
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
        security::vault_security,
        security::passphrase_strength,
        security::slot_add,
        security::slot_remove,
        security::passphrase_change,
        security::recovery_make,
        security::recovery_check,
        security::keys_renew,
        security::warning_dismiss,
        security::backup_list,
        security::backup_make,
        security::backup_check,
        security::backup_restore,
        security::vault_rescue,
        security::vault_verify,
        security::vault_doctor,
        home::settings,
        home::set_settings,
        accounts::provider_list,
        accounts::server_recognise,
        accounts::client_list,
        accounts::client_add,
        accounts::client_redirects,
        accounts::client_register,
        accounts::client_import,
        accounts::client_remove,
        accounts::client_prefer,
        accounts::sign_in_list,
        accounts::sign_in_start,
        accounts::sign_in_return,
        accounts::sign_in_show,
        accounts::sign_in_cancel,
        accounts::sign_in_wait,
        accounts::sign_in_paste,
        accounts::account_list,
        accounts::connect_token,
        security::accounts_export,
        security::accounts_import,
        accounts::account_disconnect_all_show,
        accounts::account_disconnect_all,
        accounts::account_show,
        accounts::account_disconnect,
        accounts::account_refresh,
        accounts::account_check,
        accounts::account_rename,
        accounts::account_history,
        credentials::credential_kinds,
        credentials::credential_list,
        credentials::credential_add,
        credentials::credential_show,
        credentials::credential_remove,
        credentials::credential_check,
        accounts::calendar,
        accounts::notice_list,
        accounts::notice_told,
        accounts::unended_list,
        accounts::unended_forget,
        inventory::set_sync_interval,
        inventory::sync_status,
        inventory::sync_start,
        inventory::sync_runs,
        inventory::removal_questions,
        inventory::removal_answer,
        clones::clone_list,
        clones::clone_start,
        clones::clone_plan,
        clones::materialize,
        clones::clone_show,
        clones::clone_cancel,
        inventory::repository_list,
        inventory::repository_facets,
        inventory::repository_removed,
        inventory::repository_why,
        inventory::repository_import,
        inventory::host_search,
        inventory::repository_show,
        contents::repository_contents,
        contents::repository_read,
        inventory::repository_restore,
        sources::source_kinds,
        sources::source_list,
        sources::source_add,
        sources::source_refresh,
        sources::source_remove,
        sources::found_list,
        sources::found_show,
        views::view_list,
        views::view_save,
        views::view_rename,
        views::view_remove,
    )
)]
pub(crate) struct Paths;

/// Around every route that a person's front asks: notes that Drawbridge is used, and carries what
/// changes something to its end.
async fn used(State(front): State<Front>, request: Request, next: Next) -> Response {
    front.keeper.touch();
    if request.method().is_safe() {
        return next.run(request).await;
    }
    // A caller that leaves half-way takes its request's future along. New keys, a restore or an
    // exchange of a code that ended in the middle would be worse than one that nobody waits for.
    let whole = tokio::spawn(next.run(request)).await;
    // Long work ends in front of somebody who waited for it.
    front.keeper.touch();
    whole.unwrap_or_else(|error| {
        tracing::error!(%error, "a request ended early");
        Refusal::from(words::broke_off()).into_response()
    })
}

/// All routes as something that answers requests.
pub(crate) fn router(front: Front) -> Router {
    let used = from_fn_with_state(front.clone(), used);
    routes()
        .into_iter()
        .fold(Router::new(), |router, route| {
            let handler = if route.glance { route.handler } else { route.handler.route_layer(used.clone()) };
            router.route(route.path, handler)
        })
        .fallback(|| async { Refusal::from(words::no_route()) })
        .method_not_allowed_fallback(|| async {
            Refusal::with(StatusCode::METHOD_NOT_ALLOWED, words::unreadable_request("its method does not fit its path"))
        })
        // Bodies are read by `Input`, which has its own limit.
        .layer(DefaultBodyLimit::disable())
        .with_state(front)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_glances_do_not_count_as_use() {
        let routes = routes();
        let glances: Vec<&str> = routes.iter().filter(|route| route.glance).map(|route| route.path).collect();
        assert_eq!(
            glances,
            ["/v1", "/v1/keeper", "/v1/events", "/v1/openapi.json", "/v1/vault", "/v1/sync"],
            "what a program asks by itself must not keep a vault open, and everything else must"
        );
        assert!(routes.iter().all(|route| !route.glance || route.method == Method::GET), "a change is no glance");
    }
}
