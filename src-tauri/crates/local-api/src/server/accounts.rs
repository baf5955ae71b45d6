//! Routes of providers, clients, sign-ins and accounts.
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
    dto::{
        Account, AccountEvent, Client, ConnectToken, Connected, DisconnectAll, DisconnectReceipt, Ending,
        ImportClients, ImportedClient, List, NewClient, Notice, NoticeTold, PasteCode, Proven, Provider,
        RecogniseServer, Recognised, RedirectsOf, RegisterClient, RegisteredClient, RemovedClient, RenameAccount,
        SignIn, StartSignIn, Unended,
    },
};
use http::StatusCode;
use serde::Deserialize;

/// The providers of the catalogue
#[utoipa::path(
    get, path = "/v1/providers", tag = "accounts",
    responses((status = 200, body = Vec<Provider>), (status = "default", body = Problem))
)]
pub(crate) async fn provider_list(State(front): State<Front>) -> Result<Json<Vec<Provider>>, Refusal> {
    Ok(Json(front.keeper.provider_list().await?))
}

/// Find out what kind of server stands at an address
#[utoipa::path(
    post, path = "/v1/servers/recognise", tag = "accounts", request_body = RecogniseServer,
    responses((status = 200, body = Recognised), (status = "default", body = Problem))
)]
pub(crate) async fn server_recognise(
    State(front): State<Front>,
    Input(request): Input<RecogniseServer>,
) -> Result<Json<Recognised>, Refusal> {
    Ok(Json(front.keeper.server_recognise(request).await?))
}

/// The redirect addresses to register a client of an installation with
#[utoipa::path(
    post, path = "/v1/clients/redirects", tag = "clients", request_body = RedirectsOf,
    responses((status = 200, body = Vec<String>), (status = "default", body = Problem))
)]
pub(crate) async fn client_redirects(
    State(front): State<Front>,
    Input(request): Input<RedirectsOf>,
) -> Result<Json<Vec<String>>, Refusal> {
    Ok(Json(front.keeper.client_redirects(&request)?))
}

/// The clients
#[utoipa::path(
    get, path = "/v1/clients", tag = "clients",
    responses((status = 200, body = List<Client>), (status = "default", body = Problem))
)]
pub(crate) async fn client_list(State(front): State<Front>) -> Result<Json<List<Client>>, Refusal> {
    Ok(Json(front.keeper.client_list().await?))
}

/// Add a client
#[utoipa::path(
    post, path = "/v1/clients", tag = "clients", request_body = NewClient,
    responses((status = 201, body = Client), (status = "default", body = Problem))
)]
pub(crate) async fn client_add(
    State(front): State<Front>,
    Input(client): Input<NewClient>,
) -> Result<(StatusCode, Json<Client>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.client_add(client).await?)))
}

/// Let Drawbridge register itself at a host
#[utoipa::path(
    post, path = "/v1/clients/register", tag = "clients", request_body = RegisterClient,
    responses((status = 201, body = RegisteredClient), (status = "default", body = Problem))
)]
pub(crate) async fn client_register(
    State(front): State<Front>,
    Input(request): Input<RegisterClient>,
) -> Result<(StatusCode, Json<RegisteredClient>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.client_register(request).await?)))
}

/// Add clients of a settings file or of the environment
///
/// Answers what became of each.
#[utoipa::path(
    post, path = "/v1/clients/import", tag = "clients", request_body = ImportClients,
    responses((status = 200, body = List<ImportedClient>), (status = "default", body = Problem))
)]
pub(crate) async fn client_import(
    State(front): State<Front>,
    Input(request): Input<ImportClients>,
) -> Result<Json<List<ImportedClient>>, Refusal> {
    Ok(Json(front.keeper.client_import(request).await?))
}

/// Remove a client
#[utoipa::path(
    delete, path = "/v1/clients/{id}", tag = "clients", params(("id" = String, Path)),
    responses((status = 200, body = RemovedClient), (status = "default", body = Problem))
)]
pub(crate) async fn client_remove(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<RemovedClient>, Refusal> {
    Ok(Json(front.keeper.client_remove(named(&id)?).await?))
}

/// Start a sign-in
#[utoipa::path(
    post, path = "/v1/sign-ins", tag = "sign-ins", request_body = StartSignIn,
    responses((status = 201, body = SignIn), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_start(
    State(front): State<Front>,
    Input(request): Input<StartSignIn>,
) -> Result<(StatusCode, Json<SignIn>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.sign_in_start(request).await?)))
}

/// What came back from a sign-in.
#[derive(Deserialize, utoipa::ToSchema)]
pub(crate) struct Returned {
    /// A deep link, or the address of a loopback page.
    link: String,
}

/// Hand in what came back
///
/// Answers when the exchange and the check are done.
#[utoipa::path(
    post, path = "/v1/sign-ins/return", tag = "sign-ins", request_body = Returned,
    responses((status = 200, body = SignIn), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_return(
    State(front): State<Front>,
    Input(returned): Input<Returned>,
) -> Result<Json<SignIn>, Refusal> {
    Ok(Json(front.keeper.sign_in_return(returned.link).await?))
}

/// The sign-ins that are alive or ended lately
#[utoipa::path(
    get, path = "/v1/sign-ins", tag = "sign-ins",
    responses((status = 200, body = Vec<SignIn>), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_list(State(front): State<Front>) -> Result<Json<Vec<SignIn>>, Refusal> {
    Ok(Json(front.keeper.sign_in_list().await?))
}

/// One sign-in
#[utoipa::path(
    get, path = "/v1/sign-ins/{id}", tag = "sign-ins", params(("id" = String, Path)),
    responses((status = 200, body = SignIn), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_show(State(front): State<Front>, Path(id): Path<String>) -> Result<Json<SignIn>, Refusal> {
    Ok(Json(front.keeper.sign_in_show(named(&id)?).await?))
}

/// Wait for the end of a sign-in
#[utoipa::path(
    get, path = "/v1/sign-ins/{id}/wait", tag = "sign-ins", params(("id" = String, Path)),
    responses((status = 200, body = SignIn), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_wait(State(front): State<Front>, Path(id): Path<String>) -> Result<Json<SignIn>, Refusal> {
    Ok(Json(front.keeper.sign_in_wait(named(&id)?).await?))
}

/// Cancel a sign-in
#[utoipa::path(
    delete, path = "/v1/sign-ins/{id}", tag = "sign-ins", params(("id" = String, Path)),
    responses((status = 200, body = SignIn), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_cancel(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<SignIn>, Refusal> {
    Ok(Json(front.keeper.sign_in_cancel(named(&id)?).await?))
}

/// Connect by a pasted token
#[utoipa::path(
    post, path = "/v1/accounts", tag = "accounts", request_body = ConnectToken,
    responses((status = 201, body = Connected), (status = "default", body = Problem))
)]
pub(crate) async fn connect_token(
    State(front): State<Front>,
    Input(request): Input<ConnectToken>,
) -> Result<(StatusCode, Json<Connected>), Refusal> {
    Ok((StatusCode::CREATED, Json(front.keeper.connect_token(request).await?)))
}

/// The accounts
#[utoipa::path(
    get, path = "/v1/accounts", tag = "accounts",
    responses((status = 200, body = List<Account>), (status = "default", body = Problem))
)]
pub(crate) async fn account_list(State(front): State<Front>) -> Result<Json<List<Account>>, Refusal> {
    Ok(Json(front.keeper.account_list().await?))
}

/// One account
#[utoipa::path(
    get, path = "/v1/accounts/{id}", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = Account), (status = "default", body = Problem))
)]
pub(crate) async fn account_show(State(front): State<Front>, Path(id): Path<String>) -> Result<Json<Account>, Refusal> {
    Ok(Json(front.keeper.account_show(named(&id)?).await?))
}

/// Access that was removed here and has not ended at its host yet
#[utoipa::path(
    get, path = "/v1/unended", tag = "accounts",
    responses((status = 200, body = List<Unended>), (status = "default", body = Problem))
)]
pub(crate) async fn unended_list(State(front): State<Front>) -> Result<Json<List<Unended>>, Refusal> {
    Ok(Json(front.keeper.unended_list().await?))
}

/// Forget one of them
#[utoipa::path(
    delete, path = "/v1/unended/{id}", tag = "accounts", params(("id" = String, Path)),
    responses((status = 204, description = "It is forgotten."), (status = "default", body = Problem))
)]
pub(crate) async fn unended_forget(State(front): State<Front>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    front.keeper.unended_forget(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far disconnecting all accounts is, and what came of it
///
/// Null if that was not asked for since the vault was opened.
#[utoipa::path(
    get, path = "/v1/accounts/disconnect-all", tag = "accounts",
    responses((status = 200, body = Option<DisconnectAll>), (status = "default", body = Problem))
)]
pub(crate) async fn account_disconnect_all_show(
    State(front): State<Front>,
) -> Result<Json<Option<DisconnectAll>>, Refusal> {
    Ok(Json(front.keeper.account_disconnect_all_show().await?))
}

/// Disconnect every account, as when a computer is lost
///
/// Answers when each was tried.
#[utoipa::path(
    post, path = "/v1/accounts/disconnect-all", tag = "accounts", request_body = Proven,
    responses((status = 200, body = DisconnectAll), (status = "default", body = Problem))
)]
pub(crate) async fn account_disconnect_all(
    State(front): State<Front>,
    Input(request): Input<Proven>,
) -> Result<Json<DisconnectAll>, Refusal> {
    Ok(Json(front.keeper.account_disconnect_all(request).await?))
}

/// Disconnect an account
///
/// Its access is revoked at the host first, where that can be done.
#[utoipa::path(
    delete, path = "/v1/accounts/{id}", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = DisconnectReceipt), (status = "default", body = Problem))
)]
pub(crate) async fn account_disconnect(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<DisconnectReceipt>, Refusal> {
    Ok(Json(front.keeper.account_disconnect(named(&id)?).await?))
}

/// Make a client the one that is taken where none is named
#[utoipa::path(
    post, path = "/v1/clients/{id}/prefer", tag = "clients", params(("id" = String, Path)),
    responses((status = 204), (status = "default", body = Problem))
)]
pub(crate) async fn client_prefer(State(front): State<Front>, Path(id): Path<String>) -> Result<StatusCode, Refusal> {
    front.keeper.client_prefer(named(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hand in the code that a host showed for pasting
#[utoipa::path(
    post, path = "/v1/sign-ins/{id}/paste", tag = "sign-ins", params(("id" = String, Path)), request_body = PasteCode,
    responses((status = 200, body = SignIn), (status = "default", body = Problem))
)]
pub(crate) async fn sign_in_paste(
    State(front): State<Front>,
    Path(id): Path<String>,
    Input(request): Input<PasteCode>,
) -> Result<Json<SignIn>, Refusal> {
    Ok(Json(front.keeper.sign_in_paste(named(&id)?, request).await?))
}

/// Renew an account's access now
#[utoipa::path(
    post, path = "/v1/accounts/{id}/refresh", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = Account), (status = "default", body = Problem))
)]
pub(crate) async fn account_refresh(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<Account>, Refusal> {
    Ok(Json(front.keeper.account_refresh(named(&id)?).await?))
}

/// Ask the host whether an account's access works
#[utoipa::path(
    post, path = "/v1/accounts/{id}/check", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = Account), (status = "default", body = Problem))
)]
pub(crate) async fn account_check(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<Account>, Refusal> {
    Ok(Json(front.keeper.account_check(named(&id)?).await?))
}

/// Name an account
#[utoipa::path(
    put, path = "/v1/accounts/{id}/name", tag = "accounts", params(("id" = String, Path)), request_body = RenameAccount,
    responses((status = 200, body = Account), (status = "default", body = Problem))
)]
pub(crate) async fn account_rename(
    State(front): State<Front>,
    Path(id): Path<String>,
    Input(request): Input<RenameAccount>,
) -> Result<Json<Account>, Refusal> {
    Ok(Json(front.keeper.account_rename(named(&id)?, request).await?))
}

/// What happened to an account's access, newest first
#[utoipa::path(
    get, path = "/v1/accounts/{id}/history", tag = "accounts", params(("id" = String, Path)),
    responses((status = 200, body = List<AccountEvent>), (status = "default", body = Problem))
)]
pub(crate) async fn account_history(
    State(front): State<Front>,
    Path(id): Path<String>,
) -> Result<Json<List<AccountEvent>>, Refusal> {
    Ok(Json(front.keeper.account_history(named(&id)?).await?))
}

/// What ends when, the next first
#[utoipa::path(
    get, path = "/v1/calendar", tag = "accounts",
    responses((status = 200, body = List<Ending>), (status = "default", body = Problem))
)]
pub(crate) async fn calendar(State(front): State<Front>) -> Result<Json<List<Ending>>, Refusal> {
    Ok(Json(front.keeper.calendar().await?))
}

/// What the person is to be told: what needs them now before what ends
#[utoipa::path(
    get, path = "/v1/notices", tag = "accounts",
    responses((status = 200, body = List<Notice>), (status = "default", body = Problem))
)]
pub(crate) async fn notice_list(State(front): State<Front>) -> Result<Json<List<Notice>>, Refusal> {
    Ok(Json(front.keeper.notice_list().await?))
}

/// Note that the person was told of a notice, so that it is not told again
#[utoipa::path(
    post, path = "/v1/notices/told", tag = "accounts", request_body = NoticeTold,
    responses((status = 204, description = "It is noted."), (status = "default", body = Problem))
)]
pub(crate) async fn notice_told(
    State(front): State<Front>,
    Input(request): Input<NoticeTold>,
) -> Result<StatusCode, Refusal> {
    front.keeper.notice_told(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
