//! Trees, blobs and the search of repositories.
//!
//! Not here: the listing of what is a user's own.

use super::{MOST, USUAL, describe, error, not_found};
use crate::forge::{
    State,
    change::Oddity,
    dialect::page::Page,
    exchange::{Reply, Request},
    grants::Token,
    world::{Found, ListKey, Repository, Sort},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// As both are set up: `[api]` `DEFAULT_GIT_TREES_PER_PAGE`; more is not given.
const TREE_PAGE: usize = 1000;

fn readable<'a>(state: &'a State, token: &Token, full_name: &str) -> Option<&'a Repository> {
    let Found::Here(one) = state.world.find(full_name) else { return None };
    state.world.access(token.user, one)?;
    (one.oddity != Some(Oddity::NoCode)).then_some(one)
}

/// `GET /repos/{owner}/{repo}/git/trees/{sha}`: by a branch's name, a commit or a tree, in pages.
pub(super) fn tree(state: &State, token: &Token, request: &Request, full_name: &str, tree: &str) -> Reply {
    let Some(one) = readable(state, token, full_name) else { return not_found() };
    let files = one.files();
    if files.is_empty() {
        return not_found();
    }
    let root = tree == one.default_branch || tree == files.commit_id();
    let folder = if root { Some(String::new()) } else { files.folder_of(tree) };
    let recursive = matches!(request.param("recursive"), Some("true" | "1"));
    let Some(entries) = folder.and_then(|folder| files.list(&folder, recursive)) else {
        return error(400, &format!("object does not exist [id: {tree}, rel_path: ]"));
    };
    let most = state.tree_limit.unwrap_or(TREE_PAGE);
    let page = Page::of(request, "per_page", most, most, entries.len());
    let url = format!("{}/repos/{full_name}/git", request.api);
    let rows: Vec<Value> = entries[page.range()]
        .iter()
        .map(|entry| {
            json!({
                "path": entry.path, "mode": entry.mode(), "type": entry.kind(), "size": entry.size.unwrap_or(0),
                "sha": entry.id, "url": format!("{url}/{}s/{}", entry.kind(), entry.id),
            })
        })
        .collect();
    let body = json!({
        "sha": tree, "url": format!("{url}/trees/{tree}"), "tree": rows, "truncated": page.number < page.last(),
        "page": page.number, "total_count": page.total,
    });
    Reply::json(200, body.to_string())
}

/// `GET /repos/{owner}/{repo}/git/blobs/{sha}`.
pub(super) fn blob(state: &State, token: &Token, request: &Request, full_name: &str, blob: &str) -> Reply {
    let Some(one) = readable(state, token, full_name) else { return not_found() };
    let Some(content) = one.files().blob(blob) else { return error(400, "object does not exist") };
    let body = json!({
        "content": STANDARD.encode(&content), "encoding": "base64", "sha": blob, "size": content.len(),
        "url": format!("{}/repos/{full_name}/git/blobs/{blob}", request.api),
    });
    Reply::json(200, body.to_string())
}

/// `GET /repos/search`: repositories with the text in their names that the user may see.
pub(super) fn search(state: &mut State, token: &Token, web: &str, request: &Request) -> Reply {
    let list = state.world.list(&ListKey {
        user: token.user,
        owned: true,
        collaborating: true,
        member: true,
        others: true,
        visibility: None,
        public_only: false,
        sort: Sort::Name,
        descending: false,
        without: Vec::new(),
    });
    let text = request.param("q").unwrap_or_default().to_lowercase();
    let fits = |one: &&Repository| one.name.to_lowercase().contains(&text);
    let found: Vec<&Repository> = list.iter().filter_map(|&place| state.world.at(place)).filter(fits).collect();
    let page = Page::of(request, "limit", USUAL, MOST, found.len());
    let rows: Vec<Value> = found[page.range()].iter().map(|one| describe(state, token, one, web)).collect();
    let reply = Reply::json(200, json!({ "ok": true, "data": rows }).to_string());
    page.links(reply, request).with("x-total-count", page.total.to_string())
}
