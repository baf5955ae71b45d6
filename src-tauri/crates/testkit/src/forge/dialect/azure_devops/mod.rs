//! Azure DevOps' REST API 7.1: people, their organisations, and the repositories of one.
//!
//! There is one organisation, [`ORGANISATION`], and every owner is a project in it. Behaviour follows the pages
//! of the REST reference that are named beside it. Not here: other organisations, OAuth endpoints.

mod content;
mod render;

use super::{
    Speaks,
    entry::{self, Refused},
};
use crate::forge::{
    State,
    exchange::{Reply, Request},
    grants::{Token, TokenKind},
    page,
    world::{Affiliation, Found, Repository},
};
use drawbridge_domain::Timestamp;
use serde_json::json;
use std::time::Duration;

/// The one organisation.
const ORGANISATION: &str = "practice";
const SPAN: Duration = Duration::from_mins(5);

/// Azure DevOps Services.
pub(super) struct AzureDevOps;

impl Speaks for AzureDevOps {
    fn prefix(&self) -> &'static str {
        ""
    }

    fn token_prefix(&self, _kind: TokenKind) -> &'static str {
        ""
    }

    /// An organisation tells everything at once.
    fn listed_page(&self, _state: &mut State, request: &Request, _now: Timestamp) -> Option<u32> {
        (request.segments() == [ORGANISATION, "_apis", "git", "repositories"]).then_some(1)
    }

    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
        // A personal access token is a password, with any user name (authentication: personal access tokens).
        let password = request.basic().map(|(_, password)| password);
        let token = password.or_else(|| request.token().map(str::to_owned));
        let entry = match entry::enter(state, token.as_deref(), SPAN, now) {
            Ok(entry) => entry,
            Err(Refused::Stranger | Refused::Unknown) => return nobody(request),
            Err(Refused::Spent(token)) => return self.spent(token.resets.since(now).as_secs(), now),
        };
        let reply = known(state, &entry.token, web, request);
        entry::charge(state, &entry, now);
        reply
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        refused(status, "VssServiceException", message)
    }

    fn spent(&self, seconds: u64, now: Timestamp) -> Reply {
        let resets = now.as_millis() / 1000 + i64::try_from(seconds).unwrap_or(0);
        self.crowded(429, seconds)
            .with("x-ratelimit-resource", "Core")
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", resets.to_string())
    }

    /// Rate and usage limits: API client experience.
    fn crowded(&self, status: u16, seconds: u64) -> Reply {
        refused(status, "RequestBlockedException", "Request was blocked due to exceeding usage of resource.")
            .with("retry-after", seconds.to_string())
    }
}

fn refused(status: u16, key: &str, message: &str) -> Reply {
    let body = json!({ "$id": "1", "innerException": null, "message": message, "typeKey": key, "errorCode": 0 });
    Reply::json(status, body.to_string())
}

fn not_found() -> Reply {
    refused(404, "GitRepositoryNotFoundException", "TF401019: There is no such repository, or you may not see it.")
}

/// What somebody hears who is not known: a page for signing in with a status of success, unless they ask
/// for none.
fn nobody(request: &Request) -> Reply {
    if request.header("x-tfs-fedauthredirect") == Some("Suppress") {
        return Reply::bare(401);
    }
    Reply::html(203, page::message("Sign in", "Sign in to your account."))
}

fn guid(id: u64) -> String {
    format!("00000000-0000-4000-8000-{id:012x}")
}

fn known(state: &State, token: &Token, web: &str, request: &Request) -> Reply {
    let parts = request.segments();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let user = &state.world.owners[token.user];
    if parts.last() != Some(&"connectionData") && request.param("api-version") != Some("7.1") {
        return refused(400, "VssVersionNotSpecifiedException", "No api-version was supplied.");
    }
    if request.method != "GET" {
        return refused(405, "VssServiceException", "The method is not allowed.");
    }
    // A token that a person made is of one organisation (personal access tokens).
    let of_one = token.client.is_none();
    match &parts[..] {
        ["_apis", ..] if of_one => nobody(request),
        ["_apis", "profile", "profiles", "me"] => Reply::json(200, render::profile(user).to_string()),
        ["_apis", "accounts"] if request.param("memberId") == Some(&guid(user.id)) => {
            let one = json!({ "accountId": guid(1), "accountName": ORGANISATION, "accountUri": web });
            Reply::json(200, json!({ "count": 1, "value": [one] }).to_string())
        }
        [ORGANISATION, "_apis", "connectionData"] => Reply::json(200, render::connection(user).to_string()),
        [ORGANISATION, "_apis", "git", ..] if !token.has("vso.code") => {
            refused(401, "UnauthorizedRequestException", "The token has no permission for this.")
        }
        [ORGANISATION, "_apis", "git", "repositories"] => repositories(state, token, web),
        // By its name within its project (git repositories: get repository).
        [ORGANISATION, project, "_apis", "git", "repositories", name] => {
            let Found::Here(one) = state.world.find(&format!("{project}/{name}")) else { return not_found() };
            if !reaches(state, token.user, one) {
                return not_found();
            }
            Reply::json(200, render::repository(state, one, web).to_string())
        }
        [ORGANISATION, "_apis", "git", "repositories", id, below @ ..] => {
            let Some(one) = visible(state, token, id) else { return not_found() };
            match below {
                [] => Reply::json(200, render::repository(state, one, web).to_string()),
                ["items"] => content::items(one, request),
                ["blobs", blob] => content::blob(one, blob, request),
                _ => refused(404, "VssServiceException", "There is no such address."),
            }
        }
        _ => refused(404, "VssServiceException", "There is no such address."),
    }
}

/// Whether somebody was let in to a project.
fn reaches(state: &State, user: usize, one: &Repository) -> bool {
    state.world.access(user, one).is_some_and(|(affiliation, _)| affiliation != Affiliation::None)
}

/// `GET /{organisation}/_apis/git/repositories` (git repositories: list): everything at once.
fn repositories(state: &State, token: &Token, web: &str) -> Reply {
    let rows: Vec<_> = state
        .world
        .shown()
        .filter(|one| reaches(state, token.user, one))
        .map(|one| render::repository(state, one, web))
        .collect();
    Reply::json(200, json!({ "count": rows.len(), "value": rows }).to_string())
}

/// A repository by its id; one that is hidden is not there.
fn visible<'a>(state: &'a State, token: &Token, id: &str) -> Option<&'a Repository> {
    let id = u64::from_str_radix(id.strip_prefix("00000000-0000-4000-8000-")?, 16).ok()?;
    state.world.by_id(id).filter(|one| reaches(state, token.user, one))
}
