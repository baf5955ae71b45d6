//! The REST API: who am I, what is mine, one repository, my organisations, and ending a grant.
//!
//! Not here: the OAuth endpoints (see `web` and `device`), which live outside the API.

use super::{
    State,
    exchange::{Reply, Request},
    grants::Token,
    render::{self, Bases},
    world::{Affiliation, Found, ListKey, Sort},
};
use crate::temp::hex;
use drawbridge_domain::{Permission, Timestamp, Visibility};
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, time::Duration};

const HOUR: Duration = Duration::from_hours(1);

/// Answers a request to the API.
pub(super) fn answer(state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
    if request.header("user-agent").is_none_or(str::is_empty) {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
        return Reply::new(403, "text/plain; charset=utf-8", text);
    }
    if let Some(version) = request.header("x-github-api-version")
        && !super::API_VERSIONS.contains(&version)
    {
        return Reply::error(400, "The API version in the header is not supported.");
    }
    let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    if let ("DELETE", ["applications", client, what @ ("grant" | "token")]) = (request.method.as_str(), &parts[..]) {
        return end_access(state, request, client, *what == "grant", now);
    }
    let known = request.token().map(str::to_owned).filter(|text| state.grants.token(text, now).is_some());
    let Some(text) = known else {
        let reply =
            Reply::error(401, if request.token().is_some() { "Bad credentials" } else { "Requires authentication" });
        return with_budget(reply, 60, 0, now.plus(HOUR));
    };
    let limit = state.rate_limit;
    let token = {
        let Some(token) = state.grants.token(&text, now) else { return Reply::error(401, "Bad credentials") };
        if now >= token.resets {
            (token.used, token.resets) = (0, now.plus(HOUR));
        }
        token.clone()
    };
    if token.used >= limit {
        let message = format!("API rate limit exceeded for user ID {}.", state.world.owners[token.user].id);
        return with_budget(Reply::error(403, &message), limit, limit, token.resets);
    }
    let bases = Bases { web, api: &request.api };
    let mut reply = match (request.method.as_str(), &parts[..]) {
        ("GET", ["user"]) => user(state, &token, &bases),
        ("GET", ["user", "repos"]) => repositories(state, &token, &text, request, &bases),
        ("GET", ["user", "orgs"]) => organisations(state, &token, request, &bases),
        ("GET", ["repos", owner, name]) => by_name(state, &token, &format!("{owner}/{name}"), &bases),
        ("GET", ["repositories", id]) => by_id(state, &token, id, &bases),
        _ => Reply::error(404, "Not Found"),
    };
    describe_token(&mut reply, &token, &request.path);
    if reply.status == 200 && !reply.headers.iter().any(|(name, _)| *name == "etag") {
        let validator = validator(&text, request, &reply.body);
        if unchanged(request, &validator) {
            reply = Reply::bare(304);
            describe_token(&mut reply, &token, &request.path);
        }
        reply = reply.with("etag", validator);
    }
    if matches!(reply.status, 200 | 304) {
        reply = reply
            .with("cache-control", "private, max-age=60, s-maxage=60")
            .with("vary", "Accept, Authorization, Cookie, X-GitHub-OTP");
    }
    // A 304 costs nothing.
    let used = if reply.status == 304 { token.used } else { token.used + 1 };
    if let Some(token) = state.grants.token(&text, now) {
        token.used = used;
    }
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
    let mut hash = Sha256::new();
    for part in [token.as_bytes(), request.path.as_bytes(), content] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    for (name, value) in &request.query {
        hash.update(format!("{name}={value}&"));
    }
    format!("W/\"{}\"", hex(&hash.finalize()))
}

/// Weak comparison (RFC 9110 §8.8.3.2) with the validators that the request knows.
fn unchanged(request: &Request, validator: &str) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let list = request.header("if-none-match").unwrap_or_default();
    list.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(validator))
}

fn user(state: &State, token: &Token, bases: &Bases<'_>) -> Reply {
    let private = token.has("user") || token.has("read:user");
    let with_email = private || token.has("user:email");
    Reply::json(200, render::user(&state.world, token.user, bases, private, with_email))
}

fn organisations(state: &State, token: &Token, request: &Request, bases: &Bases<'_>) -> Reply {
    if !["read:org", "admin:org", "write:org", "repo", "user"].iter().any(|scope| token.has(scope)) {
        return Reply::error(403, "You need at least read:org scope or user scope to list your organizations.");
    }
    let all = state.world.organisations_of(token.user);
    let page = Page::of(request, all.len());
    let mut body = "[".to_owned();
    for (index, &place) in all[page.range()].iter().enumerate() {
        body.push_str(if index > 0 { "," } else { "" });
        render::organisation(&mut body, &state.world.owners[place], bases);
    }
    body.push(']');
    page.link(Reply::json(200, body), request)
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
    let key = ListKey {
        user: token.user,
        owned: has("owner"),
        collaborating: has("collaborator"),
        member: has("organization_member"),
        visibility,
        public_only: !token.sees_private(),
        sort,
        descending: param("direction").map_or(sort != Sort::FullName, |direction| direction == "desc"),
        without: without.clone(),
    };
    let list = state.world.list(&key);
    let page = Page::of(request, list.len());
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
        let may = state.world.access(token.user, one).map_or(Permission::Read, |(_, may)| may);
        render::repository(&mut body, &state.world, one, may, bases, false);
    }
    body.push(']');
    let mut reply = page.link(Reply::json(200, body).with("etag", validator), request);
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

fn by_name(state: &State, token: &Token, full_name: &str, bases: &Bases<'_>) -> Reply {
    match state.world.find(full_name) {
        Found::Here(one) => one_repository(state, token, one, bases),
        Found::Moved(id) => {
            let visible = state.world.by_id(id).is_some_and(|one| visible(state, token, one).is_some());
            if !visible {
                return Reply::error(404, "Not Found");
            }
            let to = format!("{}/repositories/{id}", bases.api);
            let body = serde_json::json!({
                "message": "Moved Permanently", "url": to, "documentation_url": "https://docs.github.com/rest",
            });
            Reply::json(301, body.to_string()).with("location", to)
        }
        Found::Nothing => Reply::error(404, "Not Found"),
    }
}

fn by_id(state: &State, token: &Token, id: &str, bases: &Bases<'_>) -> Reply {
    match id.parse().ok().and_then(|id| state.world.by_id(id)) {
        Some(one) => one_repository(state, token, one, bases),
        None => Reply::error(404, "Not Found"),
    }
}

fn visible(state: &State, token: &Token, one: &super::world::Repository) -> Option<Permission> {
    let (affiliation, may) = state.world.access(token.user, one)?;
    let hidden = one.visibility != Visibility::Public && !token.sees_private();
    (!hidden).then_some(if affiliation == Affiliation::None { Permission::Read } else { may })
}

fn one_repository(state: &State, token: &Token, one: &super::world::Repository, bases: &Bases<'_>) -> Reply {
    let Some(may) = visible(state, token, one) else { return Reply::error(404, "Not Found") };
    let owner = &state.world.owners[one.owner];
    if state.sso.iter().any(|login| login.eq_ignore_ascii_case(&owner.login)) {
        let text = "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.";
        let page = format!("{}/orgs/{}/sso", bases.web, owner.login);
        return Reply::error(403, text).with("x-github-sso", format!("required; url={page}"));
    }
    let mut body = String::new();
    render::repository(&mut body, &state.world, one, may, bases, true);
    Reply::json(200, body)
}

/// `DELETE /applications/{client_id}/grant` and `/token`: the client signs in as itself.
fn end_access(state: &mut State, request: &Request, client: &str, whole: bool, now: Timestamp) -> Reply {
    let known = state.grants.client(client).zip(request.basic()).is_some_and(|(registration, (id, secret))| {
        id == client && registration.client_secret.as_deref() == Some(secret.as_str())
    });
    if !known {
        return Reply::error(404, "Not Found");
    }
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(token) = body.get("access_token").and_then(serde_json::Value::as_str) else {
        return invalid("access_token is missing");
    };
    let Some(user) = state.grants.user_of(token, client, now) else { return Reply::error(404, "Not Found") };
    if whole {
        state.grants.end_grant(user, client);
    } else {
        state.grants.end_token(token, client);
    }
    Reply::bare(204)
}

/// Which part of a list a request asks for.
struct Page {
    number: usize,
    size: usize,
    total: usize,
}

impl Page {
    fn of(request: &Request, total: usize) -> Self {
        let size = request.param("per_page").and_then(|size| size.parse().ok()).filter(|size| *size > 0);
        Self { number: request.page() as usize, size: size.unwrap_or(30).min(100), total }
    }

    fn range(&self) -> std::ops::Range<usize> {
        let start = (self.number - 1).saturating_mul(self.size).min(self.total);
        start..(start + self.size).min(self.total)
    }

    /// Adds the `Link` header as GitHub writes it: the request's own query with another page.
    fn link(&self, reply: Reply, request: &Request) -> Reply {
        let last = self.total.div_ceil(self.size).max(1);
        let mut links: Vec<(usize, &str)> = Vec::new();
        if self.number > 1 {
            links.push(((self.number - 1).min(last), "prev"));
        }
        if self.number < last {
            links.extend([(self.number + 1, "next"), (last, "last")]);
        } else if self.number > last {
            links.push((last, "last"));
        }
        if self.number > 1 {
            links.push((1, "first"));
        }
        if links.is_empty() {
            return reply;
        }
        let mut text = String::new();
        for (page, relation) in links {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let mut placed = false;
            for (name, value) in &request.query {
                if name == "page" {
                    placed = true;
                    query.append_pair(name, &page.to_string());
                } else {
                    query.append_pair(name, value);
                }
            }
            if !placed {
                query.append_pair("page", &page.to_string());
            }
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing to a String can't fail.
            let _ = write!(text, "{comma}<{}{}?{}>; rel=\"{relation}\"", request.api, request.path, query.finish());
        }
        reply.with("link", text)
    }
}
