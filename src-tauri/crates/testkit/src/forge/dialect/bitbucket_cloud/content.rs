//! References and the source of a repository at a commit.
//!
//! Not here: who may see a repository.

use super::{error, filter, paged, visible};
use crate::forge::{
    State,
    exchange::{Reply, Request},
    grants::Token,
};
use serde_json::{Value, json};

/// `GET /repositories/{workspace}/{repository}/refs` (refs: list branches and tags).
pub(super) fn references(state: &State, token: &Token, (workspace, name): (&str, &str), request: &Request) -> Reply {
    let one = match visible(state, token, workspace, name) {
        Ok((one, _)) => one,
        Err(refusal) => return refusal,
    };
    let wanted = match request.param("q").map(filter::condition) {
        None => None,
        Some(Some(("name", '=', text))) => Some(text),
        Some(_) => return error(400, "Invalid BBQL query"),
    };
    let files = one.files();
    let there = !files.is_empty() && wanted.is_none_or(|wanted| wanted == one.default_branch);
    let rows: Vec<Value> = there
        .then(|| {
            let target = json!({ "type": "commit", "hash": files.commit_id() });
            json!({ "type": "branch", "name": one.default_branch, "target": target })
        })
        .into_iter()
        .collect();
    paged(request, &rows, Value::clone)
}

/// `GET /repositories/{workspace}/{repository}/src/{commit}/{path}` (source: get file or directory contents):
/// a file as its bytes, a folder as pages of its entries.
pub(super) fn source(
    state: &State,
    token: &Token,
    (workspace, name): (&str, &str),
    (commit, path): (&str, &[&str]),
    request: &Request,
) -> Reply {
    let one = match visible(state, token, workspace, name) {
        Ok((one, _)) => one,
        Err(refusal) => return refusal,
    };
    let files = one.files();
    if files.is_empty() || commit != files.commit_id() {
        return error(404, "Commit not found");
    }
    let path = path.join("/");
    let path = path.trim_end_matches('/');
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let file =
        files.list(above, false).into_iter().flatten().find(|entry| !entry.folder && path.ends_with(&entry.path));
    let is_it = |told: &str| if above.is_empty() { told == path } else { format!("{above}/{told}") == path };
    if let Some(content) = file.filter(|entry| is_it(&entry.path)).and_then(|entry| files.blob(&entry.id)) {
        return Reply::new(200, "application/octet-stream", content);
    }
    let depth: usize = request.param("max_depth").and_then(|depth| depth.parse().ok()).unwrap_or(1);
    let Some(entries) = files.list(path, depth > 1) else { return error(404, "No such file or directory") };
    if depth > 1 && state.tree_limit.is_some_and(|most| entries.len() > most) {
        // What a question that takes too long ends with.
        return error(555, "The request took too long");
    }
    let rows: Vec<Value> = entries
        .iter()
        .filter(|entry| entry.path.split('/').count() <= depth)
        .map(|entry| {
            let whole = if path.is_empty() { entry.path.clone() } else { format!("{path}/{}", entry.path) };
            let kind = if entry.folder { "commit_directory" } else { "commit_file" };
            json!({
                "type": kind, "path": whole, "size": entry.size, "attributes": [], "mimetype": null,
                "commit": { "type": "commit", "hash": commit },
            })
        })
        .collect();
    paged(request, &rows, Value::clone)
}
