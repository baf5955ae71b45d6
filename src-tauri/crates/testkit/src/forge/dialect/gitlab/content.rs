//! Trees and blobs of a project's repository.
//!
//! Not here: who may see a project.

use super::{error, next, visible};
use crate::forge::{
    State,
    change::Oddity,
    dialect::page::Page,
    exchange::{Reply, Request},
    grants::Token,
    world::Repository,
};
use serde_json::json;

/// The project, if its code is to be seen.
fn readable<'a>(state: &'a State, token: &Token, project: &str) -> Result<&'a Repository, Reply> {
    let (one, ..) = visible(state, token, project).ok_or_else(|| error(404, "Project Not Found"))?;
    if one.oddity == Some(Oddity::NoCode) { Err(error(403, "Forbidden")) } else { Ok(one) }
}

/// `GET /projects/:id/repository/tree` (repositories: list repository tree), in pages by number or behind a
/// `page_token`, which says nothing to anybody else.
pub(super) fn tree(state: &State, token: &Token, project: &str, request: &Request) -> Reply {
    let one = match readable(state, token, project) {
        Ok(one) => one,
        Err(refusal) => return refusal,
    };
    let files = one.files();
    let reference = request.param("ref").unwrap_or(&one.default_branch);
    let known = reference == one.default_branch || reference == "HEAD" || reference == files.commit_id();
    let folder = request.param("path").unwrap_or_default().trim_end_matches('/');
    let entries = files.list(folder, request.param("recursive") == Some("true"));
    let Some(entries) = entries.filter(|_| known && !files.is_empty()) else { return error(404, "Tree Not Found") };
    let keyset = request.param("pagination") == Some("keyset");
    let after = request.param("page_token").filter(|_| keyset);
    let start = match after.map(|token| entries.iter().position(|entry| entry.path == token)) {
        None => 0,
        Some(Some(place)) => place + 1,
        Some(None) => return error(404, "Invalid page token"),
    };
    let page = Page::of(request, "per_page", 20, 100, entries.len());
    let range = if keyset { start..(start + page.size).min(entries.len()) } else { page.range() };
    let whole = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let rows: Vec<_> = entries[range.clone()]
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id, "name": entry.name(), "type": entry.kind(), "path": whole(&entry.path),
                "mode": entry.mode(),
            })
        })
        .collect();
    let reply = Reply::json(200, serde_json::Value::from(rows).to_string());
    if !keyset {
        return super::counted(&page, reply, request);
    }
    match entries[range.clone()].last().filter(|_| range.end < entries.len()) {
        Some(last) => next(reply, request, "page_token", &last.path),
        None => reply,
    }
}

/// `GET /projects/:id/repository/blobs/:sha/raw` (repositories: raw blob content).
pub(super) fn raw_blob(state: &State, token: &Token, project: &str, blob: &str) -> Reply {
    match readable(state, token, project) {
        Ok(one) => match one.files().blob(blob) {
            Some(content) => Reply::new(200, "application/octet-stream", content),
            None => error(404, "Blob Not Found"),
        },
        Err(refusal) => refusal,
    }
}
