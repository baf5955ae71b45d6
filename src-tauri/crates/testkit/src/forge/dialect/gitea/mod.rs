//! The REST API that Gitea and Forgejo share, version 1: who am I, what is mine, one repository, what lies in
//! it, a search. Forgejo's answers are held against its own description by `crate::contract`.
//!
//! Not here: what they do differently beyond the orders of the listing; OAuth endpoints.

mod content;
mod render;

use super::{
    Speaks,
    entry::{self, Refused},
    page::{self, Page},
};
use crate::forge::{
    State,
    exchange::{Reply, Request},
    grants::{Token, TokenKind},
    world::{Found, ListKey, Repository, Sort},
};
use drawbridge_domain::{Permission, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

const LISTING: &str = "/user/repos";
/// As both are set up: `[api]` `DEFAULT_PAGING_NUM` and `MAX_RESPONSE_ITEMS`.
const USUAL: usize = 30;
const MOST: usize = 50;
/// They have no budgets; whoever runs one may put something before it that has.
const HOUR: Duration = Duration::from_hours(1);

/// A Gitea server, or a Forgejo server.
pub(super) struct Gitea {
    /// Whether the listing can be asked for in other orders than by name.
    pub ordered: bool,
}

impl Speaks for Gitea {
    fn prefix(&self) -> &'static str {
        "/api/v1"
    }

    fn token_prefix(&self, _kind: TokenKind) -> &'static str {
        ""
    }

    fn listed_page(&self, _state: &mut State, request: &Request, _now: Timestamp) -> Option<u32> {
        let whole = request.param("order_by") != Some("recentupdate");
        let size = if whole { Page::of(request, "limit", USUAL, MOST, 0).size } else { MOST };
        (request.path == LISTING).then(|| page::stretch(request.page(), size, MOST))
    }

    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply {
        let presented = request.token().map(str::to_owned).or_else(|| request.basic().map(|(_, password)| password));
        let entry = match entry::enter(state, presented.as_deref(), HOUR, now) {
            Ok(entry) => entry,
            Err(Refused::Stranger) => return error(401, "token is required"),
            Err(Refused::Unknown) => return error(401, "invalid username, password or token"),
            Err(Refused::Spent(token)) => return limited(429, token.resets.since(now).as_secs().max(1)),
        };
        let reply = self.known(state, &entry.token, web, request);
        entry::charge(state, &entry, now);
        reply
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

/// As a proxy before such a server says it.
fn limited(status: u16, seconds: u64) -> Reply {
    Reply::new(status, "text/plain", "Too Many Requests\n").with("retry-after", seconds.to_string())
}

fn error(status: u16, message: &str) -> Reply {
    let mut body = json!({ "message": message, "url": "https://forge.example/api/swagger" });
    if status == 404 {
        body["errors"] = json!([]);
    }
    Reply::json(status, body.to_string())
}

fn not_found() -> Reply {
    error(404, "The target couldn't be found.")
}

impl Gitea {
    /// The answer to somebody whose token is known.
    fn known(&self, state: &mut State, token: &Token, web: &str, request: &Request) -> Reply {
        let parts = request.segments();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let category = if parts == ["user"] { "user" } else { "repository" };
        let (read, write) = (format!("read:{category}"), format!("write:{category}"));
        if ![read.as_str(), write.as_str(), "all"].iter().any(|scope| token.has(scope)) {
            return error(403, &format!("token does not have at least one of required scope(s): [{read}]"));
        }
        match (request.method.as_str(), &parts[..]) {
            ("GET", ["user"]) => Reply::json(200, render::user(&state.world.owners[token.user], web).to_string()),
            ("GET", ["user", "repos"]) => self.repositories(state, token, web, request),
            ("GET", ["repositories", id]) => match id.parse().ok().and_then(|id| state.world.by_id(id)) {
                Some(one) => one_repository(state, token, one, web),
                None => not_found(),
            },
            ("GET", ["repos", "search"]) => content::search(state, token, web, request),
            ("GET", ["repos", owner, name]) => match state.world.find(&format!("{owner}/{name}")) {
                Found::Here(one) => one_repository(state, token, one, web),
                Found::Moved(_) | Found::Nothing => not_found(),
            },
            ("GET", ["repos", owner, name, "git", "trees", tree]) => {
                content::tree(state, token, request, &format!("{owner}/{name}"), tree)
            }
            ("GET", ["repos", owner, name, "git", "blobs", blob]) => {
                content::blob(state, token, request, &format!("{owner}/{name}"), blob)
            }
            _ => not_found(),
        }
    }

    /// What the user owns, collaborates on, or reaches through an organisation.
    fn repositories(&self, state: &mut State, token: &Token, web: &str, request: &Request) -> Reply {
        let asked = request.param("order_by").filter(|_| self.ordered);
        let (sort, descending) = match asked {
            None | Some("name" | "alphabetically") => (Sort::Name, false),
            Some("reversealphabetically") => (Sort::Name, true),
            Some("id") => (Sort::Id, false),
            Some("newest") => (Sort::Created, true),
            Some("oldest") => (Sort::Created, false),
            Some("recentupdate") => (Sort::Updated, true),
            Some("leastupdate") => (Sort::Updated, false),
            Some(_) => return error(422, "Invalid order_by value"),
        };
        let list = state.world.list(&ListKey {
            user: token.user,
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
        let page = Page::of(request, "limit", USUAL, MOST, list.len());
        let rows: Vec<Value> = list[page.range()]
            .iter()
            .filter_map(|&place| state.world.at(place))
            .map(|one| describe(state, token, one, web))
            .collect();
        page.links(Reply::json(200, Value::from(rows).to_string()), request)
            .with("x-total-count", page.total.to_string())
    }
}

/// A repository as this token sees it.
fn describe(state: &State, token: &Token, one: &Repository, web: &str) -> Value {
    let may = state.world.access(token.user, one).map_or(Permission::Read, |(_, may)| may);
    render::repository(&state.world.owners[one.owner], one, may, web)
}

fn one_repository(state: &State, token: &Token, one: &Repository, web: &str) -> Reply {
    match state.world.access(token.user, one) {
        Some(_) => Reply::json(200, describe(state, token, one, web).to_string()),
        None => not_found(),
    }
}
