//! Bitbucket Data Center's REST API 1.0: whose token it is, the repositories it reads, one of them.
//!
//! Behaviour follows the pages of the REST reference that are named beside it. Not here: OAuth endpoints,
//! pull requests.

mod content;
mod render;

use super::{
    Speaks,
    entry::{self, Refused},
};
use crate::forge::{
    State,
    exchange::{Reply, Request},
    git::UserName,
    grants::{Token, TokenKind},
    world::{Found, Repository, World},
};
use drawbridge_domain::{Permission, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

/// Rows of a page if nothing is said (intro: paged APIs), and at most here: an administrator sets it.
const USUAL: usize = 25;
const MOST: usize = 100;
const SPAN: Duration = Duration::from_mins(1);

/// A Bitbucket Data Center.
pub(super) struct BitbucketDataCenter;

impl Speaks for BitbucketDataCenter {
    fn prefix(&self) -> &'static str {
        "/rest/api/1.0"
    }

    fn git_user(&self, issued: bool) -> UserName {
        // A person's own HTTP access token goes with their name, any other with `x-token-auth`.
        if issued { UserName::Named("x-token-auth") } else { UserName::Login }
    }

    fn token_prefix(&self, kind: TokenKind) -> &'static str {
        match kind {
            TokenKind::Classic | TokenKind::FineGrained => "BBDC-",
            TokenKind::Oauth | TokenKind::Expiring => "",
        }
    }

    fn listed_page(&self, state: &mut State, request: &Request, now: Timestamp) -> Option<u32> {
        if request.path != "/repos" || request.param("name").is_some() {
            return None;
        }
        let user = state.grants.token(&presented(request)?, now)?.user;
        let all = by_id(&state.world);
        let before = all.iter().take(start(request)).filter(|one| may(state, user, one).is_some()).count();
        u32::try_from(before / MOST + 1).ok()
    }

    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
        let Some(token) = presented(request) else { return anybody(request) };
        let entry = match entry::enter(state, Some(&token), SPAN, now) {
            Ok(entry) => entry,
            Err(Refused::Stranger | Refused::Unknown) => {
                return refused(401, "auth.IncorrectPasswordAuthenticationException");
            }
            Err(Refused::Spent(token)) => return self.spent(token.resets.since(now).as_secs(), now),
        };
        let reply = known(state, &entry.token, web, request);
        entry::charge(state, &entry, now);
        // Whom an answer is given to stands in each.
        let user = &state.world.owners[entry.token.user];
        reply.with("x-ausername", user.login.clone()).with("x-auserid", user.id.to_string())
    }

    fn error(&self, status: u16, _message: &str) -> Reply {
        refused(status, "ServerException")
    }

    fn spent(&self, seconds: u64, _now: Timestamp) -> Reply {
        self.crowded(429, seconds)
    }

    fn crowded(&self, status: u16, seconds: u64) -> Reply {
        refused(status, "RateLimitedException").with("retry-after", seconds.to_string())
    }
}

/// A refusal (intro: errors and validation).
fn refused(status: u16, exception: &str) -> Reply {
    let name = format!("com.atlassian.bitbucket.{exception}");
    let body = json!({ "errors": [{ "context": null, "message": "It can not be done.", "exceptionName": name }] });
    Reply::json(status, body.to_string())
}

fn not_found() -> Reply {
    refused(404, "repository.NoSuchRepositoryException")
}

/// An HTTP access token is a bearer or the password of its person (HTTP access tokens).
fn presented(request: &Request) -> Option<String> {
    request.token().map(str::to_owned).or_else(|| request.basic().map(|(_, password)| password))
}

/// What is told to somebody who presents nothing: what the server is, and no repository.
fn anybody(request: &Request) -> Reply {
    match request.path.as_str() {
        "/application-properties" => properties(),
        "/repos" => Reply::json(200, json!({ "size": 0, "isLastPage": true, "values": [] }).to_string()),
        _ => refused(401, "AuthorisationException"),
    }
}

/// `GET /application-properties` (system maintenance: get application properties).
fn properties() -> Reply {
    Reply::json(200, json!({ "version": "9.4.0", "displayName": "Bitbucket", "buildNumber": "9004000" }).to_string())
}

/// A person's own project is named after them, behind a tilde (projects: personal projects).
fn project_key(world: &World, owner: usize) -> String {
    let owner = &world.owners[owner];
    if owner.organisation { owner.login.clone() } else { format!("~{}", owner.login) }
}

fn may(state: &State, user: usize, one: &Repository) -> Option<Permission> {
    state.world.access(user, one).map(|(_, may)| may)
}

fn by_id(world: &World) -> Vec<&Repository> {
    let mut all: Vec<&Repository> = world.shown().collect();
    all.sort_by_key(|one| one.id);
    all
}

fn start(request: &Request) -> usize {
    request.param("start").and_then(|start| start.parse().ok()).unwrap_or(0)
}

fn limit(request: &Request) -> usize {
    let asked = request.param("limit").and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
    asked.unwrap_or(USUAL).min(MOST)
}

/// A page of what fits. Its end and the start of the next count what does not fit, too, so that only the
/// page itself tells where it goes on (intro: paged APIs).
fn paged<T>(request: &Request, all: &[T], fits: impl Fn(&T) -> bool, told: impl Fn(&T) -> Value) -> Value {
    let (start, limit) = (start(request), limit(request));
    let shown: Vec<(usize, &T)> = all.iter().enumerate().skip(start).filter(|(_, one)| fits(one)).take(limit).collect();
    let next = shown.last().map_or(all.len(), |(place, _)| place + 1);
    let is_last = shown.len() < limit || !all.iter().skip(next).any(&fits);
    json!({
        "size": shown.len(), "limit": limit, "start": start, "isLastPage": is_last,
        "nextPageStart": (!is_last).then_some(next),
        "values": shown.into_iter().map(|(_, one)| told(one)).collect::<Vec<_>>(),
    })
}

fn known(state: &State, token: &Token, web: &str, request: &Request) -> Reply {
    let parts = request.segments();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if !["REPO_READ", "REPO_WRITE", "REPO_ADMIN"].iter().any(|scope| token.has(scope)) {
        return refused(401, "AuthorisationException");
    }
    match (request.method.as_str(), &parts[..]) {
        ("GET", ["application-properties"]) => properties(),
        ("GET", ["users", slug]) => match state.world.user(slug) {
            Some(place) => Reply::json(200, render::user(&state.world.owners[place]).to_string()),
            None => refused(404, "user.NoSuchUserException"),
        },
        ("GET", ["repos"]) => repositories(state, token.user, request, web),
        ("GET", ["projects", key, "repos", slug]) => match visible(state, token.user, key, slug) {
            Ok(one) => Reply::json(200, render::repository(state, one, web).to_string()),
            Err(refusal) => moved(state, key, slug, request).unwrap_or(refusal),
        },
        ("GET", ["projects", key, "repos", slug, "files", path @ ..]) => {
            content::files(visible(state, token.user, key, slug), path, request)
        }
        ("GET", ["projects", key, "repos", slug, "browse", path @ ..]) => {
            content::browse(visible(state, token.user, key, slug), path, request)
        }
        ("GET", ["projects", key, "repos", slug, "raw", path @ ..]) => {
            content::raw(visible(state, token.user, key, slug), path, request)
        }
        _ => refused(404, "NoSuchEntityException"),
    }
}

/// `GET /repos` (repository: get repositories).
fn repositories(state: &State, user: usize, request: &Request, web: &str) -> Reply {
    let archived = match request.param("archived") {
        None | Some("ACTIVE") => Some(false),
        Some("ARCHIVED") => Some(true),
        Some("ALL") => None,
        Some(_) => return refused(400, "ArgumentValidationException"),
    };
    let name = request.param("name").map(|name| name.trim().to_lowercase());
    let all = by_id(&state.world);
    let fits = |one: &&Repository| {
        may(state, user, one).is_some()
            && archived.is_none_or(|wanted| one.archived == wanted)
            && name.as_deref().is_none_or(|name| one.name.to_lowercase().contains(name))
    };
    Reply::json(200, paged(request, &all, fits, |one| render::repository(state, one, web)).to_string())
}

/// A repository by its project's key and its slug; one that is hidden is refused as to somebody who may not
/// (project: get repository).
fn visible<'a>(state: &'a State, user: usize, key: &str, slug: &str) -> Result<&'a Repository, Reply> {
    let owner = key.strip_prefix('~').unwrap_or(key);
    let Found::Here(one) = state.world.find(&format!("{owner}/{slug}")) else { return Err(not_found()) };
    if may(state, user, one).is_some() { Ok(one) } else { Err(refused(401, "AuthorisationException")) }
}

/// Where a repository went that was renamed or moved.
fn moved(state: &State, key: &str, slug: &str, request: &Request) -> Option<Reply> {
    let owner = key.strip_prefix('~').unwrap_or(key);
    let Found::Moved(id) = state.world.find(&format!("{owner}/{slug}")) else { return None };
    let one = state.world.by_id(id)?;
    let to = format!("{}/projects/{}/repos/{}", request.api, project_key(&state.world, one.owner), one.name);
    Some(Reply::bare(301).with("location", to))
}
