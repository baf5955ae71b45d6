//! Trees, blobs and the search of repositories.
//!
//! Not here: who may see a repository.

use super::{Page, describe, error, moved, visible};
use crate::forge::{
    State,
    content::{Entry, Files},
    dialect::github::render::{self, Bases},
    exchange::{Reply, Request},
    grants::Token,
    world::{Found, ListKey, Repository, Sort},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// `GET /repos/{owner}/{repo}/git/trees/{tree_sha}` (rest/git/trees): by a branch's name, a commit or a tree.
pub(super) fn tree(
    state: &State,
    token: &Token,
    request: &Request,
    full_name: &str,
    tree: &str,
    bases: &Bases<'_>,
) -> Reply {
    let one = match readable(state, token, full_name, bases) {
        Ok(one) => one,
        Err(refusal) => return refusal,
    };
    let files = one.files();
    if files.is_empty() {
        return error(409, "Git Repository is empty.");
    }
    // Any value counts, also `0` and `false`.
    let recursive = request.param("recursive").is_some();
    let folder = if tree == one.default_branch || tree == "HEAD" || tree == files.commit_id() {
        Some(String::new())
    } else {
        files.folder_of(tree)
    };
    let entries = folder.as_deref().and_then(|folder| files.list(folder, recursive));
    let (Some(folder), Some(mut entries)) = (folder, entries) else { return error(404, "Not Found") };
    let most = state.tree_limit.filter(|_| recursive).unwrap_or(usize::MAX);
    let truncated = entries.len() > most;
    entries.truncate(most);
    let url = format!("{}/repos/{full_name}/git", bases.api);
    let rows: Vec<Value> = entries.iter().map(|entry| row(entry, &url)).collect();
    let id = id_of(&files, &folder);
    let body = json!({ "sha": id, "url": format!("{url}/trees/{id}"), "tree": rows, "truncated": truncated });
    Reply::json(200, body.to_string())
}

fn id_of(files: &Files, folder: &str) -> String {
    let here = files.list("", true).unwrap_or_default().into_iter().find(|entry| entry.path == folder);
    here.map_or_else(|| files.root_id(), |entry| entry.id)
}

fn row(entry: &Entry, url: &str) -> Value {
    let mut row = json!({
        "path": entry.path, "mode": entry.mode(), "type": entry.kind(), "sha": entry.id,
        "url": format!("{url}/{}s/{}", entry.kind(), entry.id),
    });
    if let Some(size) = entry.size {
        row["size"] = size.into();
    }
    row
}

/// `GET /repos/{owner}/{repo}/git/blobs/{file_sha}` (rest/git/blobs): as JSON, or as its bytes if those are asked for.
pub(super) fn blob(
    state: &State,
    token: &Token,
    request: &Request,
    full_name: &str,
    blob: &str,
    bases: &Bases<'_>,
) -> Reply {
    let one = match readable(state, token, full_name, bases) {
        Ok(one) => one,
        Err(refusal) => return refusal,
    };
    let Some(content) = one.files().blob(blob) else { return error(404, "Not Found") };
    if request.header("accept").is_some_and(|kinds| kinds.contains("raw")) {
        return Reply::new(200, "application/vnd.github.raw+json; charset=utf-8", content);
    }
    let body = json!({
        "sha": blob, "node_id": format!("B_{blob}"), "size": content.len(),
        "url": format!("{}/repos/{full_name}/git/blobs/{blob}", bases.api),
        "content": STANDARD.encode(&content), "encoding": "base64",
    });
    Reply::json(200, body.to_string())
}

/// The repository of a name, if its content is to be seen.
fn readable<'a>(state: &'a State, token: &Token, full_name: &str, bases: &Bases<'_>) -> Result<&'a Repository, Reply> {
    match state.world.find(full_name) {
        Found::Here(one) => match visible(state, token, one) {
            Some(_) => Ok(one),
            None => Err(error(404, "Not Found")),
        },
        Found::Moved(_) | Found::Nothing => Err(moved(state, token, full_name, bases)),
    }
}

/// `GET /search/repositories` (rest/search/search): words that are all in the name, and qualifiers.
pub(super) fn search(state: &mut State, token: &Token, request: &Request, bases: &Bases<'_>) -> Reply {
    let Some(asked) = request.param("q").filter(|text| !text.trim().is_empty()) else {
        return super::invalid("The search needs words.");
    };
    let (qualifiers, words): (Vec<&str>, Vec<&str>) = asked.split_whitespace().partition(|word| word.contains(':'));
    let forks = qualifiers.contains(&"fork:true");
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let key = ListKey {
        user: token.user,
        owned: true,
        collaborating: true,
        member: true,
        others: true,
        visibility: None,
        public_only: !token.sees_private(),
        sort: Sort::FullName,
        descending: false,
        without: Vec::new(),
    };
    let list = state.world.list(&key);
    let fits = |one: &&Repository| {
        let name = one.name.to_lowercase();
        (forks || !one.fork) && words.iter().all(|word| name.contains(word.as_str()))
    };
    let found: Vec<&Repository> = list.iter().filter_map(|&place| state.world.at(place)).filter(fits).collect();
    let page = Page::of(request, "per_page", 30, 100, found.len());
    let mut items = String::new();
    for (index, one) in found[page.range()].iter().enumerate() {
        items.push_str(if index > 0 { "," } else { "" });
        describe(&mut items, state, token, one, bases, render::Form::Found);
    }
    let body = format!("{{\"total_count\":{},\"incomplete_results\":false,\"items\":[{items}]}}", found.len());
    page.links(Reply::json(200, body), request)
}
