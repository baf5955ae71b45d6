//! Users, workspaces and repositories as the JSON of Bitbucket Cloud's REST API.
//!
//! Not here: which rows.

use super::uuid;
use crate::forge::{
    State,
    change::Oddity,
    dialect::odd,
    world::{Owner, Repository},
};
use drawbridge_domain::{Permission, Visibility};
use serde_json::{Value, json};

/// `GET /user` (users: get current user).
pub(super) fn user(user: &Owner, web: &str) -> Value {
    json!({
        "type": "user", "uuid": uuid(user.id), "account_id": format!("557058:{}", user.id), "username": user.login,
        "nickname": user.login, "display_name": user.name.as_deref().unwrap_or(&user.login), "account_status": "active",
        "created_on": user.created_at, "links": { "html": { "href": format!("{web}/{}/", user.login) } },
    })
}

/// A row of `GET /user/workspaces` (workspaces: list workspaces for the current user).
pub(super) fn workspace(state: &State, user: usize, place: usize) -> Value {
    let owner = &state.world.owners[place];
    json!({
        "type": "workspace_access", "administrator": place == user,
        "workspace": { "type": "workspace_base", "uuid": uuid(owner.id), "slug": owner.login },
    })
}

/// A repository (repositories: get a repository).
pub(super) fn repository(state: &State, one: &Repository, web: &str) -> Value {
    let owner = &state.world.owners[one.owner];
    let path = format!("{}/{}", owner.login, one.name);
    let host = web.split_once("://").map_or("", |(_, host)| host);
    let scheme = web.split_once("://").map_or("", |(scheme, _)| scheme);
    let parent = one.fork.then(|| json!({ "type": "repository", "full_name": format!("upstream/{}", one.name) }));
    let branch = (!one.files().is_empty()).then(|| json!({ "type": "branch", "name": one.default_branch }));
    let mut row = json!({
        "type": "repository", "uuid": uuid(one.id), "full_name": path, "name": one.name.replace('-', " "),
        "slug": one.name, "scm": "git", "is_private": one.visibility != Visibility::Public, "parent": parent,
        "mainbranch": branch, "description": one.description.as_deref().unwrap_or_default(),
        "language": one.language.unwrap_or_default().to_lowercase(), "size": u64::from(one.size) * 1024,
        "created_on": one.created_at, "updated_on": one.updated_at, "has_issues": false, "has_wiki": false,
        "fork_policy": "allow_forks", "website": one.homepage, "override_settings": {},
        "workspace": { "type": "workspace", "uuid": uuid(owner.id), "slug": owner.login },
        "links": {
            "html": { "href": format!("{web}/{path}") },
            "clone": [
                // With the name of whoever asks, as there.
                { "name": "https", "href": format!("{scheme}://someone@{host}/{path}.git") },
                { "name": "ssh", "href": format!("git@{host}:{path}.git") },
            ],
        },
    });
    let odd = [
        (Oddity::NullBranch, "mainbranch", Value::Null),
        (Oddity::NullPush, "updated_on", Value::Null),
        (Oddity::NoVisibility, "is_private", Value::Null),
        (Oddity::LongDescription, "description", odd::long()),
        (Oddity::HugeSize, "size", odd::huge()),
    ];
    odd::twist(&mut row, one, odd);
    row
}

/// What somebody may do in a repository.
pub(super) fn grant(state: &State, user: usize, one: &Repository, web: &str) -> Value {
    let may = match state.world.access(user, one) {
        Some((_, Permission::Admin)) => "admin",
        Some((_, Permission::Write | Permission::Maintain)) => "write",
        _ => "read",
    };
    json!({ "type": "repository_permission", "permission": may, "repository": repository(state, one, web) })
}
