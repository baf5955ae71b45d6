//! GitLab's JSON, read into our terms.
//!
//! What identifies a project is required; everything else may be missing, null, or of a kind that did not
//! exist when this was written: the row stays, the fact goes. Not here: any request.

use crate::{
    ForgeError,
    reading::{lenient, line, name, names, ssh_address, topics, web_address},
};
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use serde::Deserialize;
use serde_json::Value;

/// One row of `GET /projects`, and `GET /projects/:id`.
#[derive(Deserialize)]
pub(super) struct Project {
    id: u64,
    /// Its name in addresses; `name` is for people.
    path: String,
    #[serde(default, deserialize_with = "lenient")]
    path_with_namespace: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    namespace: Option<Namespace>,
    #[serde(default, deserialize_with = "lenient")]
    visibility: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    archived: Option<bool>,
    #[serde(default, rename = "forked_from_project", deserialize_with = "lenient")]
    upstream: Option<serde_json::Map<String, Value>>,
    #[serde(default, deserialize_with = "lenient")]
    default_branch: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    topics: Option<Vec<Value>>,
    /// What topics were called before GitLab 14.
    #[serde(default, deserialize_with = "lenient")]
    tag_list: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    statistics: Option<Statistics>,
    #[serde(default, deserialize_with = "lenient")]
    http_url_to_repo: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    ssh_url_to_repo: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    web_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    updated_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    last_activity_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Namespace {
    full_path: String,
}

#[derive(Deserialize)]
struct Statistics {
    /// In bytes.
    #[serde(default, deserialize_with = "lenient")]
    repository_size: Option<u64>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default, deserialize_with = "lenient")]
    project_access: Option<Access>,
    #[serde(default, deserialize_with = "lenient")]
    group_access: Option<Access>,
}

#[derive(Deserialize)]
struct Access {
    access_level: u64,
}

impl Project {
    pub(super) fn in_our_terms(self) -> Result<ForgeRepository, ForgeError> {
        const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of a project" };
        let owner = self.namespace.map(|namespace| namespace.full_path);
        let owner = owner.or_else(|| self.path_with_namespace?.rsplit_once('/').map(|(owner, _)| owner.to_owned()));
        let web_url = self.web_url.as_deref().and_then(web_address);
        let clone_url = self.http_url_to_repo.as_deref().and_then(web_address);
        let clone_url = clone_url.or_else(|| web_url.as_ref().map(|page| format!("{page}.git")));
        let size = self.statistics.and_then(|statistics| statistics.repository_size).unwrap_or(0) / 1024;
        let at = |text: Option<&String>| text.and_then(|text| Timestamp::parse(text));
        let active_at = at(self.last_activity_at.as_ref());
        Ok(ForgeRepository {
            forge_id: self.id.to_string(),
            owner: owner.as_deref().and_then(names).ok_or(NO_NAME)?,
            name: name(self.path).ok_or(NO_NAME)?,
            visibility: match self.visibility.as_deref() {
                Some("public") => Visibility::Public,
                Some("internal") => Visibility::Internal,
                // If nothing is said, the careful answer.
                _ => Visibility::Private,
            },
            archived: self.archived.unwrap_or(false),
            fork: self.upstream.is_some(),
            // Templates are a setting of groups here, not of projects.
            template: false,
            default_branch: self.default_branch.as_deref().and_then(line),
            description: self.description.as_deref().and_then(line),
            // Told only one project at a time.
            language: None,
            topics: topics(self.topics.or(self.tag_list)),
            licence: None,
            size_kib: u32::try_from(size).unwrap_or(u32::MAX),
            clone_url: clone_url.unwrap_or_default(),
            ssh_url: self.ssh_url_to_repo.and_then(ssh_address),
            web_url: web_url.unwrap_or_default(),
            created_at: at(self.created_at.as_ref()),
            updated_at: at(self.updated_at.as_ref()).or(active_at),
            // Pushes are not told by themselves: this is the last of anything that happened in it.
            pushed_at: active_at,
            permission: self.permissions.map_or(Permission::Read, Permissions::highest),
        })
    }
}

impl Permissions {
    /// The higher of both counts. Without either, access comes from a group further up, which lists don't tell.
    fn highest(self) -> Permission {
        let levels = [self.project_access, self.group_access].into_iter().flatten().map(|access| access.access_level);
        match levels.max().unwrap_or(0) {
            0..20 => Permission::Read,
            20..30 => Permission::Triage,
            30..40 => Permission::Write,
            40..50 => Permission::Maintain,
            _ => Permission::Admin,
        }
    }
}
