//! Folders and files of a repository.
//!
//! Not here: who may see a repository.

use super::{paged, refused};
use crate::forge::{
    content::Files,
    exchange::{Reply, Request},
    world::Repository,
};
use serde_json::{Value, json};
use std::borrow::Cow;

/// The files at the reference that is asked for; a repository without any has none.
fn at<'a>(one: &'a Repository, request: &Request) -> Result<Cow<'a, Files>, Reply> {
    let files = one.files();
    let reference = request.param("at").unwrap_or(&one.default_branch);
    let reference = reference.strip_prefix("refs/heads/").unwrap_or(reference);
    let known = reference == one.default_branch || reference == files.commit_id();
    if known && !files.is_empty() { Ok(files) } else { Err(refused(404, "commit.NoSuchCommitException")) }
}

fn no_path() -> Reply {
    refused(404, "content.NoSuchPathException")
}

/// `GET …/files/{path}` (repository: list files).
pub(super) fn files(one: Result<&Repository, Reply>, path: &[&str], request: &Request) -> Reply {
    let found =
        one.and_then(|one| at(one, request)).and_then(|files| files.list(&path.join("/"), true).ok_or_else(no_path));
    match found {
        Ok(entries) => {
            let paths: Vec<String> = entries.into_iter().filter(|one| !one.folder).map(|one| one.path).collect();
            Reply::json(200, paged(request, &paths, |_| true, |path| json!(path)).to_string())
        }
        Err(refusal) => refusal,
    }
}

/// `GET …/browse/{path}` (repository: get file content).
pub(super) fn browse(one: Result<&Repository, Reply>, path: &[&str], request: &Request) -> Reply {
    let found =
        one.and_then(|one| at(one, request)).and_then(|files| files.list(&path.join("/"), false).ok_or_else(no_path));
    let entries = match found {
        Ok(entries) => entries,
        Err(refusal) => return refusal,
    };
    let told = |entry: &crate::forge::content::Entry| -> Value {
        let name = json!({ "components": [entry.path], "name": entry.path, "toString": entry.path });
        if entry.folder {
            return json!({ "path": name, "node": entry.id, "type": "DIRECTORY" });
        }
        json!({ "path": name, "contentId": entry.id, "type": "FILE", "size": entry.size })
    };
    let children = paged(request, &entries, |_| true, told);
    Reply::json(200, json!({ "path": {}, "revision": request.param("at"), "children": children }).to_string())
}

/// `GET …/raw/{path}` (repository: get raw content of a file).
pub(super) fn raw(one: Result<&Repository, Reply>, path: &[&str], request: &Request) -> Reply {
    let found = one.and_then(|one| at(one, request)).and_then(|files| {
        let (folder, name) = path.split_at(path.len().saturating_sub(1));
        let entries = files.list(&folder.join("/"), false).unwrap_or_default();
        let entry = entries.into_iter().find(|entry| !entry.folder && name == [entry.path.as_str()]);
        entry.and_then(|entry| files.blob(&entry.id)).ok_or_else(no_path)
    });
    match found {
        Ok(content) => Reply::new(200, "application/octet-stream", content),
        Err(refusal) => refusal,
    }
}
