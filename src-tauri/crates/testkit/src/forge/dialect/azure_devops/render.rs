//! People and repositories as the JSON of Azure DevOps' REST API.
//!
//! Not here: which rows.

use super::{ORGANISATION, guid};
use crate::forge::{
    State,
    change::Oddity,
    dialect::odd,
    world::{Owner, Repository},
};
use drawbridge_domain::Visibility;
use serde_json::{Value, json};

/// `GET /_apis/profile/profiles/me` (profiles: get).
pub(super) fn profile(user: &Owner) -> Value {
    json!({ "id": guid(user.id), "displayName": user.name, "emailAddress": user.email, "publicAlias": guid(user.id) })
}

/// `GET /{organisation}/_apis/connectionData`.
pub(super) fn connection(user: &Owner) -> Value {
    json!({
        "authenticatedUser": {
            "id": guid(user.id), "providerDisplayName": user.name, "isActive": true,
            "properties": { "Account": { "$type": "System.String", "$value": user.login } },
        },
        "instanceId": guid(2), "deploymentType": "hosted",
    })
}

/// A repository (git repositories: get repository).
pub(super) fn repository(state: &State, one: &Repository, web: &str) -> Value {
    let owner = &state.world.owners[one.owner];
    let path = format!("{ORGANISATION}/{}/_git/{}", owner.login, one.name);
    let (scheme, host) = web.split_once("://").unwrap_or_default();
    let visibility = match one.visibility {
        Visibility::Public => "public",
        Visibility::Internal => "organization",
        Visibility::Private => "private",
    };
    let mut row = json!({
        "id": guid(one.id), "name": one.name, "url": format!("{web}/{ORGANISATION}/_apis/git/repositories/{}", guid(one.id)),
        "project": {
            "id": guid(owner.id), "name": owner.login, "state": "wellFormed", "visibility": visibility,
            "lastUpdateTime": owner.created_at,
        },
        "size": u64::from(one.size) * 1024, "isDisabled": one.archived, "isInMaintenance": false,
        // With the organisation as the user name, as there.
        "remoteUrl": format!("{scheme}://{ORGANISATION}@{host}/{path}"),
        "sshUrl": format!("git@ssh.{host}:v3/{ORGANISATION}/{}/{}", owner.login, one.name),
        "webUrl": format!("{web}/{path}"),
    });
    if !one.files().is_empty() {
        row["defaultBranch"] = json!(format!("refs/heads/{}", one.default_branch));
    }
    if one.fork {
        row["isFork"] = json!(true);
    }
    odd::twist(
        &mut row,
        one,
        [(Oddity::NullBranch, "defaultBranch", Value::Null), (Oddity::HugeSize, "size", odd::huge())],
    );
    row
}
