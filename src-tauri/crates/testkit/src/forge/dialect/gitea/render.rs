//! Users and repositories as the JSON of the API that Gitea and Forgejo share.
//!
//! Not here: which rows.

use crate::forge::{
    change::Oddity,
    words::LICENCES,
    world::{Owner, Repository},
};
use drawbridge_domain::{Permission, Visibility};
use serde_json::{Value, json};

pub(super) fn user(owner: &Owner, web: &str) -> Value {
    json!({
        "id": owner.id, "login": owner.login, "login_name": "", "source_id": 0,
        "full_name": owner.name.as_deref().unwrap_or_default(), "email": owner.email.clone().unwrap_or_else(|| format!("{}@noreply.mail.example", owner.login)),
        "avatar_url": format!("{web}/avatars/{}", owner.id), "html_url": format!("{web}/{}", owner.login),
        "language": "", "is_admin": false, "last_login": "0001-01-01T00:00:00Z", "created": owner.created_at,
        "restricted": false, "active": true, "prohibit_login": false, "location": "", "website": "",
        "description": owner.about.as_deref().unwrap_or_default(), "visibility": "public", "followers_count": 0,
        "following_count": 0, "starred_repos_count": 0,
    })
}

/// A repository. What nobody said is an empty text rather than null.
pub(super) fn repository(owner: &Owner, one: &Repository, may: Permission, web: &str) -> Value {
    let odd = |oddity: Oddity| one.oddity == Some(oddity);
    if odd(Oddity::NullRow) {
        return Value::Null;
    }
    let full_name = format!("{}/{}", owner.login, one.name);
    let url = format!("{web}/api/v1/repos/{full_name}");
    let host = web.split_once("://").map_or("", |(_, host)| host);
    let long = "long ".repeat(20_000);
    let description = if odd(Oddity::LongDescription) { &long } else { one.description.as_deref().unwrap_or_default() };
    let mut row = json!({
        "id": one.id, "owner": user(owner, web), "name": one.name, "full_name": full_name,
        "description": description, "empty": one.files().is_empty(), "private": one.visibility != Visibility::Public,
        "fork": one.fork, "template": one.template, "mirror": false, "size": one.size,
        "language": one.language.unwrap_or_default(), "languages_url": format!("{url}/languages"),
        "html_url": format!("{web}/{full_name}"), "url": url, "link": "", "ssh_url": format!("git@{host}:{full_name}.git"),
        "clone_url": format!("{web}/{full_name}.git"), "original_url": "",
        "website": one.homepage.as_deref().unwrap_or_default(), "stars_count": one.stars, "forks_count": one.forks,
        "watchers_count": one.stars, "open_issues_count": one.issues, "open_pr_counter": 0, "release_counter": 0,
        "default_branch": one.default_branch, "archived": one.archived, "created_at": one.created_at,
        "updated_at": one.updated_at, "archived_at": "1970-01-01T00:00:00Z",
        "permissions": {
            "admin": may >= Permission::Admin, "push": may >= Permission::Write, "pull": true,
        },
        "internal": one.visibility == Visibility::Internal, "topics": one.topics,
        "licenses": one.licence.and_then(|place| LICENCES.get(place)).map(|(_, _, spdx)| vec![spdx]),
        "object_format_name": "sha1",
    });
    if let (Some(row), Value::Object(settings)) = (row.as_object_mut(), settings()) {
        row.extend(settings);
    }
    for (oddity, fields) in [
        (Oddity::NoVisibility, &["internal"][..]),
        // As servers from before these were told.
        (Oddity::NoTopics, &["topics", "licenses", "language", "template", "object_format_name"]),
        (Oddity::NoPermissions, &["permissions"]),
        (Oddity::NullOwner, &["owner"]),
        (Oddity::NullBranch, &["default_branch"]),
        (Oddity::NullPush, &["updated_at"]),
    ] {
        if odd(oddity)
            && let Some(row) = row.as_object_mut()
        {
            for field in fields {
                row.remove(*field);
            }
        }
    }
    if odd(Oddity::HugeSize) {
        row["size"] = json!(9_007_199_254_740_993_u64);
    }
    if odd(Oddity::ExtraFields) {
        row["weather"] = json!({ "wind": [1, 2, { "gusts": null }] });
    }
    row
}

/// What is the same for all.
fn settings() -> Value {
    json!({
        "has_issues": true, "internal_tracker": {
            "enable_time_tracker": true, "allow_only_contributors_to_track_time": true, "enable_issue_dependencies": true,
        },
        "has_wiki": false, "has_pull_requests": true, "has_projects": true, "has_releases": true, "has_packages": false,
        "has_actions": true, "ignore_whitespace_conflicts": false, "allow_merge_commits": true, "allow_rebase": true,
        "allow_rebase_explicit": true, "allow_squash_merge": true, "allow_fast_forward_only_merge": true,
        "allow_rebase_update": true, "default_delete_branch_after_merge": false, "default_merge_style": "merge",
        "default_allow_maintainer_edit": false, "avatar_url": "",
        "mirror_interval": "", "mirror_updated": "0001-01-01T00:00:00Z",
    })
}
