//! Users and repositories as the JSON of Bitbucket Data Center's REST API.
//!
//! Not here: which rows.

use super::project_key;
use crate::forge::{
    State,
    change::Oddity,
    dialect::odd,
    world::{Owner, Repository},
};
use drawbridge_domain::Visibility;
use serde_json::{Value, json};

/// `GET /users/{slug}` (system maintenance: get user).
pub(super) fn user(user: &Owner) -> Value {
    json!({
        "name": user.login, "emailAddress": user.email, "active": true, "id": user.id, "slug": user.login,
        "displayName": user.name.as_deref().unwrap_or(&user.login), "type": "NORMAL",
    })
}

/// A repository (project: get repository).
pub(super) fn repository(state: &State, one: &Repository, web: &str) -> Value {
    let owner = &state.world.owners[one.owner];
    let key = project_key(&state.world, one.owner);
    let host = web.split_once("://").map_or("", |(_, host)| host);
    let kind = if owner.organisation { "NORMAL" } else { "PERSONAL" };
    let mut row = json!({
        "slug": one.name, "id": one.id, "name": one.name.replace('-', " "), "scmId": "git", "state": "AVAILABLE",
        "hierarchyId": format!("{:020x}", one.id), "statusMessage": "Available", "forkable": true,
        "public": one.visibility == Visibility::Public, "archived": one.archived,
        "project": {
            "key": key, "id": owner.id, "name": owner.name.as_deref().unwrap_or(&owner.login), "type": kind,
            "public": false,
        },
        "links": {
            "clone": [
                { "href": format!("{web}/scm/{key}/{}.git", one.name), "name": "http" },
                { "href": format!("ssh://git@{host}/{key}/{}.git", one.name), "name": "ssh" },
            ],
            "self": [{ "href": format!("{web}/projects/{key}/repos/{}/browse", one.name) }],
        },
    });
    if let Some(description) = &one.description {
        row["description"] = json!(description);
    }
    if one.fork {
        row["origin"] = json!({ "slug": one.name, "id": one.id - 1, "scmId": "git", "state": "AVAILABLE" });
    }
    let odd = [(Oddity::NoVisibility, "public", Value::Null), (Oddity::LongDescription, "description", odd::long())];
    odd::twist(&mut row, one, odd);
    row
}
