//! Gitea's JSON, read into our terms.
//!
//! What identifies a row is required; everything else may be missing, null, or of a kind that did not exist when
//! this was written: the row stays, the fact goes. Not here: any request.

use crate::{
    ForgeError,
    reading::{lenient, line, name, ssh_address, topics, web_address},
};
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use serde::Deserialize;
use serde_json::Value;

/// One row of `GET /user/repos`, and `GET /repositories/{id}`.
#[derive(Deserialize)]
pub(super) struct Repository {
    id: u64,
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    owner: Option<Owner>,
    #[serde(default, deserialize_with = "lenient")]
    full_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    private: Option<bool>,
    /// Of an owner that only shows itself to people who have signed in.
    #[serde(default, deserialize_with = "lenient")]
    internal: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    archived: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    fork: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    template: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    empty: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    default_branch: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    language: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    topics: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    licenses: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    clone_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    ssh_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    html_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    updated_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default, deserialize_with = "lenient")]
    admin: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    push: Option<bool>,
}

impl Repository {
    pub(super) fn in_our_terms(self) -> Result<ForgeRepository, ForgeError> {
        const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of a repository" };
        let owner = self.owner.map(|owner| owner.login);
        let owner = owner.or_else(|| self.full_name?.split_once('/').map(|(owner, _)| owner.to_owned()));
        let web_url = self.html_url.as_deref().and_then(web_address);
        let clone_url = self.clone_url.as_deref().and_then(web_address);
        let clone_url = clone_url.or_else(|| web_url.as_ref().map(|page| format!("{page}.git")));
        let updated_at = self.updated_at.as_deref().and_then(Timestamp::parse);
        Ok(ForgeRepository {
            forge_id: self.id.to_string(),
            owner: owner.and_then(name).ok_or(NO_NAME)?,
            name: name(self.name).ok_or(NO_NAME)?,
            visibility: match (self.internal, self.private) {
                (Some(true), _) => Visibility::Internal,
                (_, Some(false)) => Visibility::Public,
                // If nothing is said, the careful answer.
                _ => Visibility::Private,
            },
            archived: self.archived.unwrap_or(false),
            fork: self.fork.unwrap_or(false),
            template: self.template.unwrap_or(false),
            // What is named for an empty one does not exist yet.
            default_branch: self.default_branch.filter(|_| self.empty != Some(true)).as_deref().and_then(line),
            description: self.description.as_deref().and_then(line),
            language: self.language.as_deref().and_then(line),
            topics: topics(self.topics),
            licence: self.licenses.unwrap_or_default().first().and_then(Value::as_str).and_then(line),
            size_kib: u32::try_from(self.size.unwrap_or(0)).unwrap_or(u32::MAX),
            clone_url: clone_url.unwrap_or_default(),
            ssh_url: self.ssh_url.and_then(ssh_address),
            web_url: web_url.unwrap_or_default(),
            created_at: self.created_at.as_deref().and_then(Timestamp::parse),
            updated_at,
            // Pushes are not told by themselves; they count as changes.
            pushed_at: updated_at,
            permission: self.permissions.map_or(Permission::Read, |granted| granted.highest()),
        })
    }
}

impl Permissions {
    fn highest(&self) -> Permission {
        match (self.admin, self.push) {
            (Some(true), _) => Permission::Admin,
            (_, Some(true)) => Permission::Write,
            _ => Permission::Read,
        }
    }
}
