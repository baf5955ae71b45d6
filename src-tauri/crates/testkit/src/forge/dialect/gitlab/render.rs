//! Users and projects as the JSON of GitLab's REST API.
//!
//! Not here: which rows.

use crate::forge::{
    State,
    change::Oddity,
    grants::Token,
    words::LICENCES,
    world::{Owner, Repository, World},
};
use drawbridge_domain::{Permission, Visibility};
use serde_json::{Value, json};

/// In which of its forms a project is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Row { statistics: bool },
    Whole { statistics: bool },
}

/// `GET /user` (users: get the current user).
pub(super) fn user(world: &World, place: usize, web: &str) -> Value {
    let user = &world.owners[place];
    json!({
        "id": user.id, "username": user.login, "name": user.name, "state": "active", "locked": false,
        "avatar_url": null, "web_url": format!("{web}/{}", user.login), "created_at": user.created_at,
        "bio": "", "public_email": "", "email": user.email, "commit_email": user.email, "two_factor_enabled": true,
        "external": false, "private_profile": false, "can_create_group": true, "can_create_project": true,
    })
}

/// Levels of access (api: members, roles).
fn level(may: Permission) -> u8 {
    match may {
        Permission::Read => 10,
        Permission::Triage => 20,
        Permission::Write => 30,
        Permission::Maintain => 40,
        Permission::Admin => 50,
    }
}

fn namespace(owner: &Owner, web: &str) -> Value {
    let path = owner.login.rsplit('/').next().unwrap_or_default();
    let name = owner.name.clone().unwrap_or_else(|| path.to_owned());
    let kind = if owner.organisation { "group" } else { "user" };
    let page = if owner.organisation { format!("{web}/groups/{}", owner.login) } else { format!("{web}/{path}") };
    json!({
        "id": owner.id, "name": name, "path": path, "kind": kind, "full_path": owner.login,
        "parent_id": null, "avatar_url": null, "web_url": page,
    })
}

/// The access of a member: by the project itself, or by its group. A list knows only members of that very
/// group, a single project also those of the groups above it.
fn permissions(state: &State, user: usize, one: &Repository, whole: bool) -> Value {
    let access = |may: Permission| json!({ "access_level": level(may), "notification_level": 3 });
    let by_project = one.collaborators.iter().find(|(who, _)| *who == user).map(|(_, may)| access(*may));
    let by_owner = (one.owner == user).then(|| access(Permission::Admin));
    let in_group = state.world.members.contains(&(user, one.owner)) || whole && state.world.is_member(user, one.owner);
    let by_group = in_group.then(|| access(one.members_may));
    json!({ "project_access": by_project.or(by_owner), "group_access": by_group })
}

/// A project (projects: list all projects, get a single project).
pub(super) fn project(state: &State, token: &Token, one: &Repository, web: &str, form: Form) -> Value {
    let odd = |oddity: Oddity| one.oddity == Some(oddity);
    if odd(Oddity::NullRow) {
        return Value::Null;
    }
    let owner = &state.world.owners[one.owner];
    let path = format!("{}/{}", owner.login, one.name);
    let host = web.split_once("://").map_or("", |(_, host)| host);
    let space = namespace(owner, web);
    let name = one.name.replace(['-', '_'], " ");
    let empty = one.files().is_empty();
    let visibility = match one.visibility {
        _ if odd(Oddity::UnknownVisibility) => "moonlit",
        Visibility::Public => "public",
        Visibility::Internal => "internal",
        Visibility::Private => "private",
    };
    let long = "long ".repeat(20_000);
    let description = if odd(Oddity::LongDescription) { Some(long.as_str()) } else { one.description.as_deref() };
    let (whole, statistics) = match form {
        Form::Row { statistics } => (false, statistics),
        Form::Whole { statistics } => (true, statistics),
    };
    let code = if odd(Oddity::NoCode) { "disabled" } else { "enabled" };
    let mut row = json!({
        "id": one.id, "description": description, "name": name,
        "name_with_namespace": format!("{} / {name}", space["name"].as_str().unwrap_or_default()),
        "path": one.name, "path_with_namespace": path, "created_at": one.created_at,
        "default_branch": (!empty && !odd(Oddity::NullBranch)).then_some(&one.default_branch),
        "tag_list": one.topics, "topics": one.topics, "ssh_url_to_repo": format!("git@{host}:{path}.git"),
        "http_url_to_repo": format!("{web}/{path}.git"), "web_url": format!("{web}/{path}"),
        "readme_url": null, "forks_count": one.forks, "avatar_url": null, "star_count": one.stars,
        "last_activity_at": one.pushed_at, "updated_at": one.updated_at, "namespace": space, "_links": {},
        "marked_for_deletion_at": one.doomed_at.map(|at| at.to_string()[..10].to_owned()),
        "marked_for_deletion_on": one.doomed_at.map(|at| at.to_string()[..10].to_owned()),
        "packages_enabled": null, "empty_repo": empty, "archived": one.archived, "visibility": visibility,
        "issues_enabled": true, "merge_requests_enabled": true, "wiki_enabled": true, "jobs_enabled": true,
        "can_create_merge_request_in": true, "repository_access_level": code, "creator_id": owner.id,
        "import_status": "none", "open_issues_count": one.issues, "request_access_enabled": true,
        "merge_method": "merge",
    });
    if one.fork {
        row["forked_from_project"] =
            json!({ "id": one.id - 1, "path_with_namespace": format!("upstream/{}", one.name) });
    }
    if statistics {
        row["statistics"] =
            json!({ "repository_size": u64::from(one.size) * 1024, "storage_size": u64::from(one.size) * 2048 });
    }
    if whole {
        row["license"] = one.licence.and_then(|place| LICENCES.get(place)).map_or(Value::Null, |(key, name, _)| {
            json!({ "key": key, "name": name, "nickname": null, "html_url": null, "source_url": null })
        });
    }
    row["permissions"] = permissions(state, token.user, one, whole);
    for (oddity, field) in [
        (Oddity::NoVisibility, "visibility"),
        (Oddity::NoPermissions, "permissions"),
        (Oddity::NoTopics, "topics"),
        (Oddity::NullOwner, "namespace"),
        (Oddity::NullPush, "last_activity_at"),
        // To whoever may not see code, a project has no branch.
        (Oddity::NoCode, "default_branch"),
    ] {
        if odd(oddity)
            && let Some(fields) = row.as_object_mut()
        {
            fields.remove(field);
        }
    }
    if odd(Oddity::HugeSize) {
        row["statistics"] = json!({ "repository_size": 9_007_199_254_740_993_u64 });
    }
    if odd(Oddity::ExtraFields) {
        row["weather"] = json!({ "wind": [1, 2, { "gusts": null }] });
    }
    row
}
