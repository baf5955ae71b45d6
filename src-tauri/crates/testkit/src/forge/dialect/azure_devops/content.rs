//! Items and blobs of a repository.
//!
//! Not here: who may see a repository.

use super::refused;
use crate::forge::{
    exchange::{Reply, Request},
    world::Repository,
};
use serde_json::json;

/// `GET …/items` (items: list): the folder itself comes first.
pub(super) fn items(one: &Repository, request: &Request) -> Reply {
    let files = one.files();
    let version = request.param("versionDescriptor.version").unwrap_or(&one.default_branch);
    let known = match request.param("versionDescriptor.versionType") {
        None | Some("branch") => version == one.default_branch,
        Some("commit") => version == files.commit_id(),
        Some("tag") => false,
        Some(_) => return refused(400, "VssPropertyValidationException", "The version type is not known."),
    };
    if !known || files.is_empty() {
        let what = "TF401175: The version descriptor could not be resolved to a version in the repository.";
        return refused(404, "GitUnresolvableToCommitException", what);
    }
    let recursive = match request.param("recursionLevel").map(str::to_ascii_lowercase).as_deref() {
        Some("full") => true,
        Some("onelevel") => false,
        _ => return refused(400, "VssPropertyValidationException", "The recursion level is not served here."),
    };
    let folder = request.param("scopePath").unwrap_or("/").trim_matches('/');
    let Some(entries) = files.list(folder, recursive) else {
        return refused(404, "GitItemNotFoundException", "TF401174: The item could not be found in the repository.");
    };
    let own = if folder.is_empty() { Some(files.root_id()) } else { id_of(&files, folder) };
    let item = |path: String, id: &str, kind: &str| {
        let mut item = json!({ "objectId": id, "gitObjectType": kind, "commitId": files.commit_id(), "path": path });
        if kind == "tree" {
            item["isFolder"] = json!(true);
        }
        item
    };
    let mut rows = vec![item(format!("/{folder}"), own.as_deref().unwrap_or_default(), "tree")];
    let above = if folder.is_empty() { String::new() } else { format!("/{folder}") };
    rows.extend(entries.iter().map(|entry| item(format!("{above}/{}", entry.path), &entry.id, entry.kind())));
    Reply::json(200, json!({ "count": rows.len(), "value": rows }).to_string())
}

fn id_of(files: &crate::forge::content::Files, folder: &str) -> Option<String> {
    files.list("", true)?.into_iter().find(|entry| entry.folder && entry.path == folder).map(|entry| entry.id)
}

/// `GET …/blobs/{id}` (blobs: get blob).
pub(super) fn blob(one: &Repository, id: &str, request: &Request) -> Reply {
    if request.param("$format") != Some("octetstream") {
        return refused(400, "VssPropertyValidationException", "Only the bytes are served here.");
    }
    match one.files().blob(id) {
        Some(content) => Reply::new(200, "application/octet-stream", content),
        None => refused(404, "GitObjectNotFoundException", "TF401035: The object could not be found."),
    }
}
