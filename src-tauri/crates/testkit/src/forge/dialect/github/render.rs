//! Owners and repositories as the JSON of GitHub's REST API.
//!
//! Written by filling templates rather than by building values: a page of a hundred repositories is
//! half a megabyte, and a bench wants to measure the client. Not here: which rows.

use crate::{
    forge::{
        change::Oddity,
        words::LICENCES,
        world::{Owner, Repository, World},
    },
    temp::hex,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use drawbridge_domain::{Permission, Timestamp, Visibility};
use std::fmt::Write as _;

/// Addresses that replies contain.
pub(super) struct Bases<'a> {
    /// Where pages for a browser are.
    pub web: &'a str,
    /// Where the API is, as this request came in.
    pub api: &'a str,
}

const OWNER: &str = r#""login":"%login%","id":%id%,"node_id":"%node%","avatar_url":"%web%/avatars/u/%id%?v=4","gravatar_id":"","url":"%api%/users/%login%","html_url":"%web%/%login%","followers_url":"%api%/users/%login%/followers","following_url":"%api%/users/%login%/following{/other_user}","gists_url":"%api%/users/%login%/gists{/gist_id}","starred_url":"%api%/users/%login%/starred{/owner}{/repo}","subscriptions_url":"%api%/users/%login%/subscriptions","organizations_url":"%api%/users/%login%/orgs","repos_url":"%api%/users/%login%/repos","events_url":"%api%/users/%login%/events{/privacy}","received_events_url":"%api%/users/%login%/received_events","type":"%kind%","user_view_type":"%view%","site_admin":false"#;

const PUBLIC_USER: &str = r#","name":%name%,"company":null,"blog":"","location":null,"email":%email%,"hireable":null,"bio":%about%,"twitter_username":null,"public_repos":%public%,"public_gists":0,"followers":11,"following":4,"created_at":"%created%","updated_at":"%updated%""#;

const PRIVATE_USER: &str = r#","private_gists":2,"total_private_repos":%private%,"owned_private_repos":%private%,"disk_usage":90210,"collaborators":3,"two_factor_authentication":true,"plan":{"name":"pro","space":976562499,"collaborators":0,"private_repos":9999}"#;

const ORGANISATION: &str = r#"{"login":"%login%","id":%id%,"node_id":"%node%","url":"%api%/orgs/%login%","repos_url":"%api%/orgs/%login%/repos","events_url":"%api%/orgs/%login%/events","hooks_url":"%api%/orgs/%login%/hooks","issues_url":"%api%/orgs/%login%/issues","members_url":"%api%/orgs/%login%/members{/member}","public_members_url":"%api%/orgs/%login%/public_members{/member}","avatar_url":"%web%/avatars/u/%id%?v=4","description":%about%}"#;

const REPOSITORY: &str = r#"{"id":%id%,"node_id":"%node%","name":"%name%","full_name":"%full%","private":%private%,"owner":%owner%,"html_url":"%web%/%full%","description":%description%,"fork":%fork%,"url":"%url%","forks_url":"%url%/forks","keys_url":"%url%/keys{/key_id}","collaborators_url":"%url%/collaborators{/collaborator}","teams_url":"%url%/teams","hooks_url":"%url%/hooks","issue_events_url":"%url%/issues/events{/number}","events_url":"%url%/events","assignees_url":"%url%/assignees{/user}","branches_url":"%url%/branches{/branch}","tags_url":"%url%/tags","blobs_url":"%url%/git/blobs{/sha}","git_tags_url":"%url%/git/tags{/sha}","git_refs_url":"%url%/git/refs{/sha}","trees_url":"%url%/git/trees{/sha}","statuses_url":"%url%/statuses/{sha}","languages_url":"%url%/languages","stargazers_url":"%url%/stargazers","contributors_url":"%url%/contributors","subscribers_url":"%url%/subscribers","subscription_url":"%url%/subscription","commits_url":"%url%/commits{/sha}","git_commits_url":"%url%/git/commits{/sha}","comments_url":"%url%/comments{/number}","issue_comment_url":"%url%/issues/comments{/number}","contents_url":"%url%/contents/{+path}","compare_url":"%url%/compare/{base}...{head}","merges_url":"%url%/merges","archive_url":"%url%/{archive_format}{/ref}","downloads_url":"%url%/downloads","issues_url":"%url%/issues{/number}","pulls_url":"%url%/pulls{/number}","milestones_url":"%url%/milestones{/number}","notifications_url":"%url%/notifications{?since,all,participating}","labels_url":"%url%/labels{/name}","releases_url":"%url%/releases{/id}","deployments_url":"%url%/deployments","created_at":"%created%","updated_at":"%updated%","pushed_at":%pushed%,"git_url":"git://%host%/%full%.git","ssh_url":"git@%host%:%full%.git","clone_url":"%web%/%full%.git","svn_url":"%web%/%full%","homepage":%homepage%,"size":%size%,"stargazers_count":%stars%,"watchers_count":%stars%,"language":%language%,"has_issues":true,"has_projects":true,"has_downloads":true,"has_wiki":%fork%,"has_pages":false,"has_discussions":false,"forks_count":%forks%,"mirror_url":null,"archived":%archived%,"disabled":false,"open_issues_count":%issues%,"license":%licence%,"allow_forking":true,"is_template":%template%,"web_commit_signoff_required":false%topics%%visibility%,"forks":%forks%,"open_issues":%issues%,"watchers":%stars%,"default_branch":%branch%%permissions%"#;

const FULL: &str = r#","temp_clone_token":"","allow_squash_merge":true,"allow_merge_commit":true,"allow_rebase_merge":true,"allow_auto_merge":false,"delete_branch_on_merge":false,"allow_update_branch":false,"network_count":%forks%,"subscribers_count":%watching%"#;

/// Replaces each `%word%` by what `value` writes for it.
fn fill(out: &mut String, template: &str, mut value: impl FnMut(&str, &mut String)) {
    for (index, part) in template.split('%').enumerate() {
        if index % 2 == 0 {
            out.push_str(part);
        } else {
            value(part, out);
        }
    }
}

fn put(out: &mut String, value: impl std::fmt::Display) {
    // Writing to a String can't fail.
    let _ = write!(out, "{value}");
}

/// Text as a JSON string, or null.
fn json(text: Option<&str>) -> String {
    serde_json::Value::from(text).to_string()
}

fn node_id(prefix: &str, id: u64) -> String {
    format!("{prefix}_{}", STANDARD.encode(id.to_be_bytes()).trim_end_matches('='))
}

/// RFC 3339 to the second, as GitHub writes times.
fn seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millis() / 1000 * 1000)
}

fn owner_fields(out: &mut String, owner: &Owner, bases: &Bases<'_>, view: &str) {
    fill(out, OWNER, |word, out| match word {
        "login" => out.push_str(&owner.login),
        "id" => put(out, owner.id),
        "node" => out.push_str(&node_id(if owner.organisation { "O" } else { "U" }, owner.id)),
        "web" => out.push_str(bases.web),
        "api" => out.push_str(bases.api),
        "kind" => out.push_str(if owner.organisation { "Organization" } else { "User" }),
        _ => out.push_str(view),
    });
}

/// The user that a token belongs to. `private`: with what only the person may see.
pub(super) fn user(world: &World, place: usize, bases: &Bases<'_>, private: bool, with_email: bool) -> String {
    let user = &world.owners[place];
    let own = |public: bool| {
        world.all().filter(|one| one.owner == place && (one.visibility == Visibility::Public) == public).count()
    };
    let mut out = "{".to_owned();
    owner_fields(&mut out, user, bases, if private { "private" } else { "public" });
    let templates = [PUBLIC_USER, if private { PRIVATE_USER } else { "" }];
    for template in templates {
        fill(&mut out, template, |word, out| match word {
            "name" => out.push_str(&json(user.name.as_deref())),
            "email" => out.push_str(&json(user.email.as_deref().filter(|_| with_email))),
            "about" => out.push_str(&json(user.about.as_deref())),
            "public" => put(out, own(true)),
            "private" => put(out, own(false)),
            _ => put(out, seconds(user.created_at)),
        });
    }
    out.push('}');
    out
}

pub(super) fn organisation(out: &mut String, owner: &Owner, bases: &Bases<'_>) {
    fill(out, ORGANISATION, |word, out| match word {
        "login" => out.push_str(&owner.login),
        "id" => put(out, owner.id),
        "node" => out.push_str(&node_id("O", owner.id)),
        "web" => out.push_str(bases.web),
        "api" => out.push_str(bases.api),
        _ => out.push_str(&json(owner.about.as_deref())),
    });
}

/// In which of its forms a repository is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As a row of a list.
    Row,
    /// As its own address tells it.
    Whole,
    /// As a search tells it.
    Found,
}

/// One repository.
pub(super) fn repository(
    out: &mut String,
    world: &World,
    one: &Repository,
    may: Permission,
    bases: &Bases<'_>,
    form: Form,
) {
    let odd = |oddity: Oddity| one.oddity == Some(oddity);
    if odd(Oddity::NullRow) {
        out.push_str("null");
        return;
    }
    let owner = &world.owners[one.owner];
    let full_name = format!("{}/{}", owner.login, one.name);
    let url = format!("{}/repos/{full_name}", bases.api);
    let templates = [
        REPOSITORY,
        match form {
            Form::Row => "",
            Form::Whole => FULL,
            Form::Found => r#","score":1.0"#,
        },
    ];
    for template in templates {
        fill(out, template, |word, out| match word {
            "url" => out.push_str(&url),
            "full" => out.push_str(&full_name),
            "id" => put(out, one.id),
            "node" => out.push_str(&node_id("R", one.id)),
            "name" => out.push_str(&one.name),
            "private" => put(out, one.visibility != Visibility::Public),
            "owner" if odd(Oddity::NullOwner) => out.push_str("null"),
            "owner" => {
                out.push('{');
                owner_fields(out, owner, bases, "public");
                out.push('}');
            }
            "web" => out.push_str(bases.web),
            "host" => out.push_str(bases.web.split_once("://").map_or("", |(_, host)| host)),
            "description" if odd(Oddity::LongDescription) => put(out, format_args!("\"{}\"", "long ".repeat(20_000))),
            "description" => out.push_str(&json(one.description.as_deref())),
            "fork" => put(out, one.fork),
            "created" => put(out, seconds(one.created_at)),
            "updated" => put(out, seconds(one.updated_at)),
            "pushed" if odd(Oddity::NullPush) => out.push_str("null"),
            "pushed" => put(out, format_args!("\"{}\"", seconds(one.pushed_at))),
            "homepage" => out.push_str(&json(one.homepage.as_deref())),
            "size" if odd(Oddity::HugeSize) => out.push_str("9007199254740993"),
            "size" => put(out, one.size),
            "stars" => put(out, one.stars),
            "watching" => put(out, one.stars / 10),
            "forks" => put(out, one.forks),
            "issues" => put(out, one.issues),
            "language" => out.push_str(&json(one.language)),
            "licence" => licence(out, one.licence, bases),
            "archived" => put(out, one.archived),
            "template" => put(out, one.template),
            "topics" if odd(Oddity::NoTopics) => {}
            "topics" => put(out, format_args!(",\"topics\":{}", serde_json::Value::from(one.topics.clone()))),
            "visibility" => visibility(out, one),
            "branch" if odd(Oddity::NullBranch) => out.push_str("null"),
            "branch" => out.push_str(&json(Some(&one.default_branch))),
            "permissions" if odd(Oddity::NoPermissions) => {}
            "permissions" => permissions(out, may),
            _ => unreachable!("a template names only words that are filled in: {word}"),
        });
    }
    if odd(Oddity::ExtraFields) {
        out.push_str(r#","weather":{"wind":[1,2,{"gusts":null}]},"Visibility":7"#);
    }
    out.push('}');
}

fn visibility(out: &mut String, one: &Repository) {
    let word = match (one.oddity, one.visibility) {
        (Some(Oddity::NoVisibility), _) => return,
        (Some(Oddity::UnknownVisibility), _) => "moonlit",
        (_, Visibility::Public) => "public",
        (_, Visibility::Internal) => "internal",
        (_, Visibility::Private) => "private",
    };
    put(out, format_args!(",\"visibility\":\"{word}\""));
}

fn permissions(out: &mut String, may: Permission) {
    let at_least = |level: Permission| may >= level;
    put(
        out,
        format_args!(
            r#","permissions":{{"admin":{},"maintain":{},"push":{},"triage":{},"pull":true}}"#,
            at_least(Permission::Admin),
            at_least(Permission::Maintain),
            at_least(Permission::Write),
            at_least(Permission::Triage),
        ),
    );
}

fn licence(out: &mut String, place: Option<usize>, bases: &Bases<'_>) {
    let Some((key, name, spdx)) = place.and_then(|place| LICENCES.get(place)) else {
        out.push_str("null");
        return;
    };
    let url = (*key != "other").then(|| format!("{}/licenses/{key}", bases.api));
    let value = serde_json::json!({
        "key": key, "name": name, "spdx_id": spdx, "url": url, "node_id": format!("L_{}", hex(key.as_bytes())),
    });
    put(out, value);
}
