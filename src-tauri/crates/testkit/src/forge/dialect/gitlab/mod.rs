//! GitLab's REST API, version 4: who am I, the projects I am a member of, one project, what lies in it.
//!
//! Behaviour follows the pages of GitLab's documentation that are named beside it. Unknown parameters are
//! ignored, as there; parameters that exist are checked. Not here: groups, GraphQL, OAuth endpoints.

mod content;
mod render;

use super::{
    Speaks,
    entry::{self, Entry, Refused},
    page::Page,
    validator::{self, unchanged},
};
use crate::forge::{
    State,
    exchange::{Reply, Request},
    git::UserName,
    grants::{Token, TokenKind},
    world::{Found, ListKey, Repository, Sort},
};
use drawbridge_domain::{Permission, Timestamp, Visibility};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Budgets are told per minute (administration: user and IP rate limits).
const MINUTE: Duration = Duration::from_mins(1);
/// Offset paging goes no further (administration: instance limits, max offset).
/// The most rows of a page.
const MOST: usize = 100;
const MOST_OFFSET: usize = 50_000;
/// Longer lists don't tell their length (rest: pagination response headers).
const MOST_COUNTED: usize = 10_000;

/// A GitLab server.
pub(super) struct GitLab;

impl Speaks for GitLab {
    fn prefix(&self) -> &'static str {
        "/api/v4"
    }

    fn nests(&self) -> bool {
        true
    }

    /// Only tokens made by a person have one (security: token overview).
    fn git_user(&self, issued: bool) -> UserName {
        // "OAuth 2.0 tokens: the user name is oauth2"; with a personal access token it is any.
        if issued { UserName::Named("oauth2") } else { UserName::Any }
    }

    fn token_prefix(&self, kind: TokenKind) -> &'static str {
        match kind {
            TokenKind::Classic | TokenKind::FineGrained => "glpat-",
            TokenKind::Oauth | TokenKind::Expiring => "",
        }
    }

    fn listed_page(&self, state: &mut State, request: &Request, now: Timestamp) -> Option<u32> {
        let whole = request.path == "/projects" && request.param("membership") == Some("true");
        if !whole || request.param("search").is_some() {
            return None;
        }
        let Some(after) = request.param("id_after").and_then(|id| id.parse::<u64>().ok()) else {
            return Some(request.page());
        };
        // The place of a cursor among pages is told by what lies before it.
        let user = state.grants.token(presented(request)?, now)?.user;
        let list = listed(state, user, request, Sort::Id, false);
        let before = list.iter().filter(|&&place| state.world.at(place).is_some_and(|one| one.id <= after)).count();
        let whole = if size(request) < MOST { before / MOST } else { before.div_ceil(MOST) };
        u32::try_from(whole + 1).ok()
    }

    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
        answer(state, web, request, now)
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        error(status, message)
    }

    fn spent(&self, seconds: u64, now: Timestamp) -> Reply {
        with_budget(limited(429, seconds), 600, 600, now.plus(Duration::from_secs(seconds)))
    }

    fn crowded(&self, status: u16, seconds: u64) -> Reply {
        limited(status, seconds)
    }
}

/// Plain text (administration: rate limits, response text).
fn limited(status: u16, seconds: u64) -> Reply {
    Reply::new(status, "text/plain", "Retry later\n").with("retry-after", seconds.to_string())
}

fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, json!({ "message": format!("{status} {message}") }).to_string())
}

/// What is wrong with a parameter.
fn invalid(status: u16, what: &str) -> Reply {
    Reply::json(status, json!({ "error": what }).to_string())
}

/// A token is presented as a bearer or in a header of its own (rest: authentication).
fn presented(request: &Request) -> Option<&str> {
    request.token().or_else(|| request.header("private-token"))
}

fn size(request: &Request) -> usize {
    Page::of(request, "per_page", 20, MOST, 0).size
}

fn answer(state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
    let parts = request.segments();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let limit = state.rate_limit;
    let entry = match entry::enter(state, presented(request), MINUTE, now) {
        Ok(entry) => entry,
        Err(Refused::Stranger | Refused::Unknown) => return error(401, "Unauthorized"),
        Err(Refused::Spent(token)) => {
            let wait = token.resets.since(now).as_secs().max(1);
            return with_budget(limited(429, wait), limit, limit, token.resets);
        }
    };
    let Entry { text, token } = &entry;
    let mut reply = match (request.method.as_str(), &parts[..]) {
        _ if !token.has("api") && !token.has("read_api") && parts != ["user"] => insufficient("api read_api"),
        ("GET", ["user"]) if ["api", "read_api", "read_user"].iter().any(|scope| token.has(scope)) => {
            Reply::json(200, render::user(&state.world, token.user, web).to_string())
        }
        ("GET", ["user"]) => insufficient("api read_api read_user"),
        ("GET", ["projects"]) => projects(state, token, request, web),
        ("GET", ["projects", project]) => one_project(state, token, project, request, web),
        ("GET", ["projects", project, "repository", "tree"]) => content::tree(state, token, project, request),
        ("GET", ["projects", project, "repository", "blobs", blob, "raw"]) => {
            content::raw_blob(state, token, project, blob)
        }
        _ => error(404, "Not Found"),
    };
    if reply.status == 200 {
        // Over what is answered, whoever asks; links are no part of it. It saves bytes, not budget.
        let validator = validator::weak(&[text.as_bytes(), &reply.body]);
        if unchanged(request, &validator) {
            reply = Reply::bare(304);
        }
        reply = reply.with("etag", validator).with("cache-control", "max-age=0, private, must-revalidate");
    }
    let used = entry::charge(state, &entry, now);
    with_budget(reply, limit, used, token.resets)
}

/// Headers of limits (administration: user and IP rate limits, response headers).
fn with_budget(reply: Reply, limit: u32, used: u32, resets: Timestamp) -> Reply {
    reply
        .with("ratelimit-limit", limit.to_string())
        .with("ratelimit-observed", used.to_string())
        .with("ratelimit-remaining", limit.saturating_sub(used).to_string())
        .with("ratelimit-reset", (resets.as_millis() / 1000).to_string())
}

fn insufficient(scopes: &str) -> Reply {
    let body = json!({
        "error": "insufficient_scope", "scope": scopes,
        "error_description": "The request requires higher privileges than provided by the access token.",
    });
    Reply::json(403, body.to_string())
}

/// The projects of a listing; with `others`, also those the user is no member of.
fn listed(state: &mut State, user: usize, request: &Request, sort: Sort, others: bool) -> Arc<Vec<usize>> {
    state.world.list(&ListKey {
        user,
        owned: true,
        collaborating: true,
        member: true,
        others,
        visibility: None,
        public_only: false,
        sort,
        descending: request.param("sort").is_none_or(|sort| sort == "desc"),
        without: Vec::new(),
    })
}

/// `GET /projects` (projects: list all projects).
fn projects(state: &mut State, token: &Token, request: &Request, web: &str) -> Reply {
    let sort = match request.param("order_by") {
        Some("id") => Sort::Id,
        None | Some("created_at") => Sort::Created,
        Some("updated_at") => Sort::Updated,
        Some("last_activity_at") => Sort::Pushed,
        Some("name" | "path") => Sort::FullName,
        Some(_) => return invalid(400, "order_by does not have a valid value"),
    };
    for (name, known) in [
        ("sort", &["asc", "desc"][..]),
        ("pagination", &["keyset", "legacy"]),
        ("membership", &["true", "false"]),
        ("simple", &["true", "false"]),
        ("statistics", &["true", "false"]),
    ] {
        if request.param(name).is_some_and(|value| !known.contains(&value)) {
            return invalid(400, &format!("{name} does not have a valid value"));
        }
    }
    let keyset = request.param("pagination") == Some("keyset");
    if keyset && sort != Sort::Id {
        return invalid(405, "Keyset pagination is not yet available for this type of request");
    }
    let member = request.param("membership") == Some("true");
    let list = listed(state, token.user, request, sort, !member);
    let search = request.param("search").map(str::to_lowercase);
    let after = request.param("id_after").and_then(|id| id.parse::<u64>().ok());
    let fits = |one: &&Repository| {
        after.is_none_or(|after| one.id > after)
            && search.as_deref().is_none_or(|text| one.name.to_lowercase().contains(text))
    };
    let found: Vec<&Repository> = list.iter().filter_map(|&place| state.world.at(place)).filter(fits).collect();
    let page = Page::of(request, "per_page", 20, 100, found.len());
    if !keyset && (page.number - 1) * page.size >= MOST_OFFSET {
        let what = "Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type \
                    Project. Remaining records can be retrieved using keyset pagination.";
        return invalid(405, what);
    }
    let shown = if keyset { &found[..page.size.min(found.len())] } else { &found[page.range()] };
    let statistics = request.param("statistics") == Some("true");
    let rows: Vec<_> =
        shown.iter().map(|one| render::project(state, token, one, web, render::Form::Row { statistics })).collect();
    let reply = Reply::json(200, serde_json::Value::from(rows).to_string());
    if keyset {
        // Behind every row there may be another; only an empty page ends the list (rest: keyset-based pagination).
        return match shown.last() {
            Some(last) => next_after(reply, request, last.id),
            None => reply,
        };
    }
    counted(&page, reply, request)
}

/// Links and counts of offset paging (rest: other pagination headers).
fn counted(page: &Page, reply: Reply, request: &Request) -> Reply {
    let next = if page.number < page.last() { (page.number + 1).to_string() } else { String::new() };
    let previous = if page.number > 1 { (page.number - 1).to_string() } else { String::new() };
    let (number, size, total, last) = (page.number, page.size, page.total, page.last());
    let mut reply = page
        .links(reply, request)
        .with("x-page", number.to_string())
        .with("x-per-page", size.to_string())
        .with("x-next-page", next)
        .with("x-prev-page", previous);
    if total <= MOST_COUNTED {
        return reply.with("x-total", total.to_string()).with("x-total-pages", last.to_string());
    }
    for (name, value) in &mut reply.headers {
        if *name == "link" {
            let kept: Vec<&str> = value.split(", ").filter(|link| !link.ends_with("rel=\"last\"")).collect();
            *value = kept.join(", ");
        }
    }
    reply
}

/// The link of keyset paging: the same request behind the last row.
fn next_after(reply: Reply, request: &Request, id: u64) -> Reply {
    next(reply, request, "id_after", &id.to_string())
}

fn next(reply: Reply, request: &Request, cursor: &str, value: &str) -> Reply {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in request.query.iter().filter(|(name, _)| name != cursor && name != "page") {
        query.append_pair(name, value);
    }
    query.append_pair(cursor, value);
    reply.with("link", format!("<{}{}?{}>; rel=\"next\"", request.api, request.path, query.finish()))
}

/// A project by its id or its path, if the token may see it.
fn visible<'a>(state: &'a State, token: &Token, project: &str) -> Option<(&'a Repository, Permission, bool)> {
    let one = match project.parse() {
        Ok(id) => state.world.by_id(id)?,
        Err(_) => match state.world.find(project) {
            Found::Here(one) => one,
            Found::Moved(id) => state.world.by_id(id)?,
            Found::Nothing => return None,
        },
    };
    if let Some((affiliation, may)) = state.world.access(token.user, one) {
        return Some((one, may, affiliation != crate::forge::world::Affiliation::None));
    }
    // Everybody who has signed in (user: project and group visibility).
    (one.visibility == Visibility::Internal).then_some((one, Permission::Read, false))
}

/// `GET /projects/:id` (projects: get a single project). Former paths lead to it (rest: redirects).
fn one_project(state: &State, token: &Token, project: &str, request: &Request, web: &str) -> Reply {
    let Some((one, ..)) = visible(state, token, project) else { return error(404, "Project Not Found") };
    let by_former_path = project.parse::<u64>().is_err() && matches!(state.world.find(project), Found::Moved(_));
    if by_former_path {
        let to = format!("{}/projects/{}", request.api, one.id);
        let text = format!("This resource has been moved permanently to {to}");
        return Reply::new(301, "text/plain", text).with("location", to);
    }
    let statistics = request.param("statistics") == Some("true");
    Reply::json(200, render::project(state, token, one, web, render::Form::Whole { statistics }).to_string())
}
