//! GitHub's REST API: who am I, what is mine, one repository, what lies in it, my organisations, a
//! search, and ending a grant. Held against GitHub's official description by `crate::contract`.
//!
//! Not here: GraphQL, webhooks, GitHub Apps' installations.

mod content;
mod render;

use super::{
    Speaks,
    entry::{self, Entry, Refused},
    page::{self, Page},
    validator::{self, unchanged},
};
use crate::forge::{
    API_VERSIONS, State,
    exchange::{Reply, Request},
    grants::{Token, TokenKind},
    world::{Affiliation, Found, ListKey, Repository, Sort},
};
use drawbridge_domain::{Permission, Timestamp, Visibility};
use render::Bases;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);
const LISTING: &str = "/user/repos";

/// A GitHub server.
pub(super) struct GitHub;

impl Speaks for GitHub {
    fn prefix(&self) -> &'static str {
        "/api/v3"
    }

    fn bare(&self) -> &'static [&'static str] {
        &["/user", "/repos/", "/repositories/", "/applications/", "/search/"]
    }

    fn token_prefix(&self, kind: TokenKind) -> &'static str {
        match kind {
            TokenKind::Oauth => "gho_",
            TokenKind::Expiring => "ghu_",
            TokenKind::Classic => "ghp_",
            TokenKind::FineGrained => "github_pat_11",
        }
    }

    fn listed_page(&self, _state: &mut State, request: &Request, _now: Timestamp) -> Option<u32> {
        (request.path == LISTING)
            .then(|| page::stretch(request.page(), Page::of(request, "per_page", 30, 100, 0).size, 100))
    }

    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
        answer(state, web, request, now)
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        error(status, message)
    }

    fn spent(&self, seconds: u64, now: Timestamp) -> Reply {
        let reply = error(403, "API rate limit exceeded for user ID 40211000.");
        with_budget(reply, 5000, 5000, now.plus(Duration::from_secs(seconds)))
    }

    fn crowded(&self, status: u16, seconds: u64) -> Reply {
        let text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        error(status, text).with("retry-after", seconds.to_string())
    }
}

/// An error in the API's words.
fn error(status: u16, message: &str) -> Reply {
    let documentation = "https://docs.github.com/rest";
    let body = serde_json::json!({
        "message": message, "documentation_url": documentation, "status": status.to_string(),
    });
    Reply::json(status, body.to_string())
}

fn answer(state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
    if request.header("user-agent").is_none_or(str::is_empty) {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
        return Reply::new(403, "text/plain; charset=utf-8", text);
    }
    if let Some(version) = request.header("x-github-api-version")
        && !API_VERSIONS.contains(&version)
    {
        return error(400, "The API version in the header is not supported.");
    }
    let parts: Vec<String> = request.segments();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if let ("DELETE", ["applications", client, what @ ("grant" | "token")]) = (request.method.as_str(), &parts[..]) {
        return end_access(state, request, client, *what == "grant", now);
    }
    let limit = state.rate_limit;
    let entry = match entry::enter(state, request.token(), HOUR, now) {
        Ok(entry) => entry,
        Err(Refused::Stranger) => return with_budget(error(401, "Requires authentication"), 60, 0, now.plus(HOUR)),
        Err(Refused::Unknown) => return with_budget(error(401, "Bad credentials"), 60, 0, now.plus(HOUR)),
        Err(Refused::Spent(token)) => {
            let message = format!("API rate limit exceeded for user ID {}.", state.world.owners[token.user].id);
            return with_budget(error(403, &message), limit, limit, token.resets);
        }
    };
    let Entry { text, token } = &entry;
    let bases = Bases { web, api: &request.api };
    let mut reply = match (request.method.as_str(), &parts[..]) {
        ("GET", ["user"]) => user(state, token, &bases),
        ("GET", ["user", "repos"]) => repositories(state, token, text, request, &bases),
        ("GET", ["user", "orgs"]) => organisations(state, token, request, &bases),
        ("GET", ["repos", owner, name]) => by_name(state, token, &format!("{owner}/{name}"), &bases),
        ("GET", ["repositories", id]) => by_id(state, token, id, &bases),
        ("GET", ["search", "repositories"]) => content::search(state, token, request, &bases),
        ("GET", ["repos", owner, name, "git", "trees", tree]) => {
            content::tree(state, token, request, &format!("{owner}/{name}"), tree, &bases)
        }
        ("GET", ["repos", owner, name, "git", "blobs", blob]) => {
            content::blob(state, token, request, &format!("{owner}/{name}"), blob, &bases)
        }
        _ => error(404, "Not Found"),
    };
    describe_token(&mut reply, token, &request.path);
    if reply.status == 200 && !reply.headers.iter().any(|(name, _)| *name == "etag") {
        let validator = validator(text, request, &reply.body);
        if unchanged(request, &validator) {
            reply = Reply::bare(304);
            describe_token(&mut reply, token, &request.path);
        }
        reply = reply.with("etag", validator);
    }
    if matches!(reply.status, 200 | 304) {
        reply = reply
            .with("cache-control", "private, max-age=60, s-maxage=60")
            .with("vary", "Accept, Authorization, Cookie, X-GitHub-OTP");
    }
    // A 304 costs nothing.
    let used = if reply.status == 304 { token.used } else { entry::charge(state, &entry, now) };
    with_budget(reply, limit, used, token.resets)
}

fn with_budget(reply: Reply, limit: u32, used: u32, resets: Timestamp) -> Reply {
    reply
        .with("x-ratelimit-limit", limit.to_string())
        .with("x-ratelimit-remaining", limit.saturating_sub(used).to_string())
        .with("x-ratelimit-reset", (resets.as_millis() / 1000).to_string())
        .with("x-ratelimit-used", used.to_string())
        .with("x-ratelimit-resource", "core")
}

fn describe_token(reply: &mut Reply, token: &Token, path: &str) {
    let mut add = |name, value: String| reply.headers.push((name, value));
    if token.kind.scoped() {
        add("x-oauth-scopes", token.scopes.join(", "));
        let accepted = match path {
            "/user" | "/user/repos" => "",
            "/user/orgs" => "admin:org, read:org, repo, user, write:org",
            _ => "repo",
        };
        add("x-accepted-oauth-scopes", accepted.to_owned());
    }
    if let Some(client) = &token.client {
        add("x-oauth-client-id", client.clone());
    }
    if let Some(ends) = token.ends {
        let text = ends.to_string();
        let day = text.get(..10).unwrap_or_default();
        let time = text.get(11..19).unwrap_or_default();
        add("github-authentication-token-expiration", format!("{day} {time} UTC"));
    }
    add("x-github-media-type", "github.v3; format=json".to_owned());
}

/// A weak validator over content (or what stands for it), query and token: another token never matches.
fn validator(token: &str, request: &Request, content: &[u8]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.query).finish();
    validator::weak(&[token.as_bytes(), request.path.as_bytes(), content, query.as_bytes()])
}

fn user(state: &State, token: &Token, bases: &Bases<'_>) -> Reply {
    let private = token.has("user") || token.has("read:user");
    let with_email = private || token.has("user:email");
    Reply::json(200, render::user(&state.world, token.user, bases, private, with_email))
}

fn organisations(state: &State, token: &Token, request: &Request, bases: &Bases<'_>) -> Reply {
    if !["read:org", "admin:org", "write:org", "repo", "user"].iter().any(|scope| token.has(scope)) {
        return error(403, "You need at least read:org scope or user scope to list your organizations.");
    }
    let all = state.world.organisations_of(token.user);
    let page = Page::of(request, "per_page", 30, 100, all.len());
    let mut body = "[".to_owned();
    for (index, &place) in all[page.range()].iter().enumerate() {
        body.push_str(if index > 0 { "," } else { "" });
        render::organisation(&mut body, &state.world.owners[place], bases);
    }
    body.push(']');
    page.links(Reply::json(200, body), request)
}

/// The listing of everything the user reaches.
fn repositories(state: &mut State, token: &Token, text: &str, request: &Request, bases: &Bases<'_>) -> Reply {
    let param = |name: &str| request.param(name).filter(|value| !value.is_empty());
    if param("type").is_some() && (param("visibility").is_some() || param("affiliation").is_some()) {
        return invalid("If you specify visibility or affiliation, you cannot specify type.");
    }
    let (mut affiliation, mut visibility) =
        (param("affiliation").unwrap_or("owner,collaborator,organization_member"), param("visibility"));
    match param("type") {
        Some("owner") => affiliation = "owner",
        Some("member") => affiliation = "collaborator,organization_member",
        Some(one @ ("public" | "private")) => visibility = Some(one),
        _ => {}
    }
    let has = |word: &str| affiliation.split(',').any(|one| one.trim() == word);
    let sort = match param("sort") {
        Some("created") => Sort::Created,
        Some("updated") => Sort::Updated,
        Some("pushed") => Sort::Pushed,
        None | Some("full_name") => Sort::FullName,
        Some(_) => return invalid("Invalid value for sort."),
    };
    let visibility = match visibility {
        None | Some("all") => None,
        Some("public") => Some(Visibility::Public),
        Some("private") => Some(Visibility::Private),
        Some(_) => return invalid("Invalid value for visibility."),
    };
    let without: Vec<usize> = state.sso.iter().filter_map(|login| state.world.owner(login)).collect();
    let blocked: Vec<usize> = state.blocked.iter().filter_map(|login| state.world.owner(login)).collect();
    let key = ListKey {
        user: token.user,
        owned: has("owner"),
        collaborating: has("collaborator"),
        member: has("organization_member"),
        others: false,
        visibility,
        public_only: !token.sees_private(),
        sort,
        descending: param("direction").map_or(sort != Sort::FullName, |direction| direction == "desc"),
        without: without.iter().copied().chain(blocked).collect(),
    };
    let list = state.world.list(&key);
    let page = Page::of(request, "per_page", 30, 100, list.len());
    let rows = || list[page.range()].iter().filter_map(|&place| state.world.at(place));
    let mut content = Vec::with_capacity(page.range().len() * 16);
    for one in rows() {
        content.extend(one.id.to_be_bytes());
        content.extend(one.revision.to_be_bytes());
        content.extend(state.world.owners[one.owner].revision.to_be_bytes());
    }
    // Decided before anything is written, so that an unchanged page costs next to nothing. As the
    // validator knows only this page's content, it says nothing of pages that came to be behind it.
    let validator = validator(text, request, &content);
    if unchanged(request, &validator) {
        return Reply::bare(304).with("etag", validator);
    }
    let mut body = String::with_capacity(6_000 * page.range().len() + 2);
    body.push('[');
    for (index, one) in rows().enumerate() {
        body.push_str(if index > 0 { "," } else { "" });
        describe(&mut body, state, token, one, bases, render::Form::Row);
    }
    body.push(']');
    let mut reply = page.links(Reply::json(200, body).with("etag", validator), request);
    if without.iter().any(|&place| state.world.members.contains(&(token.user, place))) {
        let ids: Vec<String> = without.iter().map(|&place| state.world.owners[place].id.to_string()).collect();
        reply = reply.with("x-github-sso", format!("partial-results; organizations={}", ids.join(",")));
    }
    reply
}

fn invalid(message: &str) -> Reply {
    let body = serde_json::json!({
        "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest", "status": "422",
        "errors": [{ "resource": "Search", "code": "custom", "message": message }],
    });
    Reply::json(422, body.to_string())
}

/// Where a name leads that is not a repository's any more, or was never one.
fn moved(state: &State, token: &Token, full_name: &str, bases: &Bases<'_>) -> Reply {
    let Found::Moved(id) = state.world.find(full_name) else { return error(404, "Not Found") };
    if state.world.by_id(id).is_none_or(|one| visible(state, token, one).is_none()) {
        return error(404, "Not Found");
    }
    let to = format!("{}/repositories/{id}", bases.api);
    let body = serde_json::json!({
        "message": "Moved Permanently", "url": to, "documentation_url": "https://docs.github.com/rest",
    });
    Reply::json(301, body.to_string()).with("location", to)
}

fn by_name(state: &State, token: &Token, full_name: &str, bases: &Bases<'_>) -> Reply {
    match state.world.find(full_name) {
        Found::Here(one) => one_repository(state, token, one, bases),
        Found::Moved(_) | Found::Nothing => moved(state, token, full_name, bases),
    }
}

fn by_id(state: &State, token: &Token, id: &str, bases: &Bases<'_>) -> Reply {
    match id.parse().ok().and_then(|id| state.world.by_id(id)) {
        Some(one) => one_repository(state, token, one, bases),
        None => error(404, "Not Found"),
    }
}

fn visible(state: &State, token: &Token, one: &Repository) -> Option<Permission> {
    let (affiliation, may) = state.world.access(token.user, one)?;
    let hidden = one.visibility != Visibility::Public && !token.sees_private();
    (!hidden).then_some(if affiliation == Affiliation::None { Permission::Read } else { may })
}

fn one_repository(state: &State, token: &Token, one: &Repository, bases: &Bases<'_>) -> Reply {
    if visible(state, token, one).is_none() {
        return error(404, "Not Found");
    }
    let owner = &state.world.owners[one.owner];
    if state.sso.iter().any(|login| login.eq_ignore_ascii_case(&owner.login)) {
        let text = "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.";
        let page = format!("{}/orgs/{}/sso", bases.web, owner.login);
        return error(403, text).with("x-github-sso", format!("required; url={page}"));
    }
    if state.blocked.iter().any(|login| login.eq_ignore_ascii_case(&owner.login)) {
        // Its words are all that tells this from another refusal.
        let text = format!(
            "Although you appear to have the correct authorization credentials, the `{}` organization has enabled \
             OAuth App access restrictions, meaning that data access to third-parties is limited.",
            owner.login
        );
        return error(403, &text);
    }
    let mut body = String::new();
    describe(&mut body, state, token, one, bases, render::Form::Whole);
    Reply::json(200, body)
}

/// Writes a repository as this token sees it.
fn describe(out: &mut String, state: &State, token: &Token, one: &Repository, bases: &Bases<'_>, form: render::Form) {
    let may = state.world.access(token.user, one).map_or(Permission::Read, |(_, may)| may);
    render::repository(out, &state.world, one, may, bases, form);
}

/// `DELETE /applications/{client_id}/grant` and `/token`: the client signs in as itself.
fn end_access(state: &mut State, request: &Request, client: &str, whole: bool, now: Timestamp) -> Reply {
    let known = state.grants.client(client).zip(request.basic()).is_some_and(|(registration, (id, secret))| {
        id == client && registration.client_secret.as_deref() == Some(secret.as_str())
    });
    if !known {
        return error(404, "Not Found");
    }
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(token) = body.get("access_token").and_then(serde_json::Value::as_str) else {
        return invalid("access_token is missing");
    };
    let Some(user) = state.grants.user_of(token, client, now) else { return error(404, "Not Found") };
    if whole {
        state.grants.end_grant(user, client);
    } else {
        state.grants.end_token(token, client);
    }
    Reply::bare(204)
}
