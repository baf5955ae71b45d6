//! Bitbucket Cloud's REST API 2.0: who am I, my workspaces, what is in one, what I may do there.
//!
//! Behaviour follows the pages of the REST reference that are named beside it. What went across
//! workspaces is gone (changelog: CHANGE-2770). Not here: OAuth endpoints, pull requests.

mod content;
mod filter;
mod render;

use super::{
    Speaks,
    entry::{self, Entry, Refused},
};
use crate::forge::{
    State,
    exchange::{Reply, Request},
    git::UserName,
    grants::{Token, TokenKind},
    world::{Affiliation, Found, ListKey, Repository, Sort},
};
use drawbridge_domain::{Permission, Timestamp};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// Requests for data of repositories are counted by the hour (support: API request limits).
const HOUR: Duration = Duration::from_hours(1);
/// Rows of a page if nothing is said, and at most (intro: pagination).
const USUAL: usize = 10;
const MOST: usize = 100;

/// Bitbucket Cloud.
pub(super) struct BitbucketCloud;

impl Speaks for BitbucketCloud {
    fn prefix(&self) -> &'static str {
        "/2.0"
    }

    fn git_user(&self, issued: bool) -> UserName {
        // "Use x-token-auth with an access token"; "x-bitbucket-api-token-auth" with an API token.
        UserName::Named(if issued { "x-token-auth" } else { "x-bitbucket-api-token-auth" })
    }

    fn token_prefix(&self, kind: TokenKind) -> &'static str {
        match kind {
            TokenKind::Classic | TokenKind::FineGrained => "ATATT3x",
            TokenKind::Oauth | TokenKind::Expiring => "",
        }
    }

    /// The workspaces are the first page, and then the pages of one after the other.
    fn listed_page(&self, state: &mut State, request: &Request, now: Timestamp) -> Option<u32> {
        let parts = request.segments();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match &parts[..] {
            ["user", "workspaces"] => return Some(request.page()),
            ["repositories", _] if request.param("sort") == Some("created_on") => {}
            _ => return None,
        }
        let user = state.grants.token(&presented(state, request)?, now)?.user;
        let asked = state.world.owner(parts[1])?;
        let size = pagelen(request).ok()?;
        let before = workspaces(state, user).into_iter().take_while(|&workspace| workspace != asked);
        let before: Vec<usize> = before.collect();
        let pages =
            before.into_iter().map(|one| reached(state, user, one, Sort::Id, false).len().div_ceil(MOST).max(1));
        let number = super::page::stretch(request.page(), size, MOST);
        u32::try_from(pages.sum::<usize>() + 1).ok().map(|pages| pages + number)
    }

    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
        let limit = state.rate_limit;
        let entry = match presented(state, request).ok_or(Refused::Stranger) {
            Ok(token) => entry::enter(state, Some(&token), HOUR, now),
            Err(refused) => Err(refused),
        };
        let entry = match entry {
            Ok(entry) => entry,
            Err(Refused::Stranger | Refused::Unknown) => {
                return error(401, "Token is invalid, expired, or not supported for this endpoint.");
            }
            Err(Refused::Spent(token)) => return self.spent(token.resets.since(now).as_secs(), now),
        };
        let reply = known(state, &entry, web, request);
        entry::charge(state, &entry, now);
        let fields = request.param("fields").filter(|_| reply.status == 200);
        let whole = fields.and_then(|_| serde_json::from_slice::<Value>(&reply.body).ok());
        let reply = match (fields, whole) {
            (Some(fields), Some(whole)) => Reply::json(200, filter::partial(&whole, fields).to_string()),
            _ => reply,
        };
        reply.with("x-ratelimit-limit", limit.to_string()).with("x-ratelimit-resource", "api-repositories")
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        error(status, message)
    }

    fn spent(&self, seconds: u64, _now: Timestamp) -> Reply {
        limited(429, seconds)
    }

    fn crowded(&self, status: u16, seconds: u64) -> Reply {
        limited(status, seconds)
    }
}

fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, json!({ "type": "error", "error": { "message": message } }).to_string())
}

fn limited(status: u16, seconds: u64) -> Reply {
    error(status, "Rate limit for this resource has been exceeded").with("retry-after", seconds.to_string())
}

/// A token of OAuth is a bearer; one that a person made goes with their e-mail address (support: using
/// API tokens).
fn presented(state: &State, request: &Request) -> Option<String> {
    if let Some((email, token)) = request.basic() {
        let its_owner = state.world.owners[..state.world.users].iter().any(|one| one.email.as_ref() == Some(&email));
        return its_owner.then_some(token);
    }
    request.token().map(str::to_owned)
}

/// The id of a repository as this API has them.
fn uuid(id: u64) -> String {
    format!("{{00000000-0000-4000-8000-{id:012x}}}")
}

/// A repository by its slug or by its id in braces.
fn named<'a>(state: &'a State, workspace: &str, name: &str) -> Option<&'a Repository> {
    let id = name.strip_prefix("{00000000-0000-4000-8000-").and_then(|rest| rest.strip_suffix('}'));
    let one = match id {
        Some(id) => state.world.by_id(u64::from_str_radix(id, 16).ok()?)?,
        None => match state.world.find(&format!("{workspace}/{name}")) {
            Found::Here(one) => one,
            // A slug that was given up leads nowhere.
            Found::Moved(_) | Found::Nothing => return None,
        },
    };
    (state.world.owners[one.owner].login == workspace).then_some(one)
}

/// A repository that the token may see, or the refusal: a private one is forbidden, not unknown
/// (repositories: get a repository).
fn visible<'a>(
    state: &'a State,
    token: &Token,
    workspace: &str,
    name: &str,
) -> Result<(&'a Repository, Permission), Reply> {
    let one = named(state, workspace, name).ok_or_else(|| error(404, "Repository not found"))?;
    match state.world.access(token.user, one) {
        Some((_, may)) => Ok((one, may)),
        None => Err(error(403, "You may not have access to this repository or it no longer exists in this workspace.")),
    }
}

/// The workspaces in which somebody is or has something, by their age.
fn workspaces(state: &State, user: usize) -> Vec<usize> {
    let world = &state.world;
    let mut all: BTreeSet<usize> = world.organisations_of(user).into_iter().chain([user]).collect();
    let let_in =
        |one: &&Repository| world.access(user, one).is_some_and(|(affiliation, _)| affiliation != Affiliation::None);
    all.extend(world.all().filter(let_in).map(|one| one.owner));
    all.into_iter().collect()
}

/// The places of what somebody was let in to in a workspace.
fn reached(state: &mut State, user: usize, workspace: usize, sort: Sort, descending: bool) -> Vec<usize> {
    let list = state.world.list(&ListKey {
        user,
        owned: true,
        collaborating: true,
        member: true,
        others: false,
        visibility: None,
        public_only: false,
        sort,
        descending,
        without: Vec::new(),
    });
    let in_it = |place: &usize| state.world.at(*place).is_some_and(|one| one.owner == workspace);
    list.iter().copied().filter(in_it).collect()
}

fn pagelen(request: &Request) -> Result<usize, Reply> {
    match request.param("pagelen").map(str::parse::<usize>) {
        None => Ok(USUAL),
        Some(Ok(size)) if (1..=MOST).contains(&size) => Ok(size),
        Some(_) => Err(error(400, "Invalid pagelen")),
    }
}

/// A page of rows (intro: pagination).
fn paged<T>(request: &Request, rows: &[T], told: impl Fn(&T) -> Value) -> Reply {
    let size = match pagelen(request) {
        Ok(size) => size,
        Err(refusal) => return refusal,
    };
    let number = request.page() as usize;
    let pages = rows.len().div_ceil(size).max(1);
    if number > pages {
        return error(404, "Invalid page");
    }
    let shown = &rows[(number - 1) * size..(number * size).min(rows.len())];
    let mut body = json!({
        "values": shown.iter().map(told).collect::<Vec<_>>(), "pagelen": size, "size": rows.len(), "page": number,
    });
    if number < pages {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in request.query.iter().filter(|(name, _)| name != "page") {
            query.append_pair(name, value);
        }
        query.append_pair("page", &(number + 1).to_string());
        body["next"] = json!(format!("{}{}?{}", request.api, request.path, query.finish()));
    }
    Reply::json(200, body.to_string())
}

/// What a scope is needed for (intro: API token scopes); OAuth's are shorter.
fn scope_of(parts: &[&str]) -> (&'static str, &'static str) {
    match parts {
        ["user"] => ("read:user:bitbucket", "account"),
        ["user", "workspaces"] => ("read:workspace:bitbucket", "account"),
        _ => ("read:repository:bitbucket", "repository"),
    }
}

fn known(state: &mut State, entry: &Entry, web: &str, request: &Request) -> Reply {
    let parts = request.segments();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let token = &entry.token;
    let (scope, short) = scope_of(&parts);
    if !token.has(scope) && !token.has(short) {
        return error(403, "Your credentials lack one or more required privilege scopes.");
    }
    match (request.method.as_str(), &parts[..]) {
        ("GET", ["user"]) => Reply::json(200, render::user(&state.world.owners[token.user], web).to_string()),
        ("GET", ["user", "workspaces"]) => {
            let all = workspaces(state, token.user);
            paged(request, &all, |&place| render::workspace(state, token.user, place))
        }
        ("GET", ["user", "workspaces", workspace, "permissions", "repositories"]) => {
            permissions(state, token.user, workspace, request, web)
        }
        ("GET", ["repositories", workspace]) => repositories(state, token.user, workspace, request, web),
        ("GET", ["repositories", workspace, name]) => match visible(state, token, workspace, name) {
            Ok((one, _)) => Reply::json(200, render::repository(state, one, web).to_string()),
            Err(refusal) => refusal,
        },
        ("GET", ["repositories", workspace, name, "refs"]) => {
            content::references(state, token, (workspace, name), request)
        }
        ("GET", ["repositories", workspace, name, "src", commit, path @ ..]) => {
            content::source(state, token, (workspace, name), (commit, path), request)
        }
        ("GET", ["repositories" | "workspaces"] | ["user", "permissions", ..]) => {
            error(410, "CHANGE-2770 - Functionality has been deprecated")
        }
        _ => error(404, "Resource not found"),
    }
}

/// `GET /repositories/{workspace}` (repositories: list repositories in a workspace).
fn repositories(state: &mut State, user: usize, workspace: &str, request: &Request, web: &str) -> Reply {
    let Some(place) = state.world.owner(workspace) else {
        return error(404, &format!("No workspace with identifier '{workspace}'."));
    };
    let (sort, descending) = match request.param("sort") {
        None | Some("created_on") => (Sort::Created, false),
        Some("-created_on") => (Sort::Created, true),
        Some("updated_on") => (Sort::Updated, false),
        Some("-updated_on") => (Sort::Updated, true),
        Some(_) => return error(400, "Invalid field name in the sort parameter"),
    };
    let wanted = match request.param("q").map(filter::condition) {
        None => None,
        Some(Some(("name", '~', text))) => Some(text.to_lowercase()),
        Some(_) => return error(400, "Invalid BBQL query"),
    };
    // Without a role, what everybody sees would be there, too; nobody asks that here.
    if request.param("role").unwrap_or("member") != "member" {
        return error(400, "Invalid role");
    }
    let places = reached(state, user, place, sort, descending);
    let rows: Vec<&Repository> = places.iter().filter_map(|&place| state.world.at(place)).collect();
    let fits = |one: &&Repository| wanted.as_deref().is_none_or(|text| one.name.to_lowercase().contains(text));
    let rows: Vec<&Repository> = rows.into_iter().filter(fits).collect();
    paged(request, &rows, |one| render::repository(state, one, web))
}

/// `GET /user/workspaces/{workspace}/permissions/repositories` (repositories: list repository permissions in
/// a workspace for a user).
fn permissions(state: &mut State, user: usize, workspace: &str, request: &Request, web: &str) -> Reply {
    let Some(place) = state.world.owner(workspace) else { return error(404, "No such workspace") };
    let wanted = match request.param("q").map(filter::condition) {
        None => None,
        Some(Some(("repository.uuid", '=', text))) => Some(text),
        Some(_) => return error(400, "Invalid BBQL query"),
    };
    let places = reached(state, user, place, Sort::Id, false);
    let rows: Vec<&Repository> = places
        .iter()
        .filter_map(|&place| state.world.at(place))
        .filter(|one| wanted.as_deref().is_none_or(|wanted| uuid(one.id) == wanted))
        .collect();
    paged(request, &rows, |one| render::grant(state, user, one, web))
}
