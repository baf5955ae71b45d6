//! Azure DevOps' JSON, read into our terms.
//!
//! Not here: any request.

use crate::{
    ForgeError,
    reading::{clone_address, lenient, line, spaced_name, ssh_address, web_address},
};
use drawbridge_domain::{ForgeRepository, Identity, Permission, Visibility};
use serde::Deserialize;
use serde_json::Value;

/// Who an organisation that everybody may look at calls nobody.
const NOBODY: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/// `GET /{organisation}/_apis/connectionData`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection {
    authenticated_user: User,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(default, deserialize_with = "lenient")]
    provider_display_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    properties: Option<Value>,
}

impl Connection {
    pub(super) fn identity(self) -> Result<Identity, ForgeError> {
        let user = self.authenticated_user;
        if user.id == NOBODY {
            return Err(ForgeError::Unauthorized);
        }
        let account = user.properties.as_ref().and_then(|all| all["Account"]["$value"].as_str()).and_then(line);
        let name = user.provider_display_name.as_deref().and_then(line);
        let login = account.clone().or_else(|| name.clone()).unwrap_or_else(|| user.id.clone());
        Ok(Identity {
            subject: guid(&user.id).ok_or(ForgeError::Malformed { what: "id of the account" })?,
            email: account.filter(|account| account.contains('@')),
            login,
            name,
        })
    }
}

/// An id as this API has them everywhere.
fn guid(text: &str) -> Option<String> {
    let fits = text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    fits.then(|| text.to_ascii_lowercase())
}

/// One row of `GET /{organisation}/_apis/git/repositories`, and one by its id.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    id: String,
    name: String,
    project: Project,
    #[serde(default, deserialize_with = "lenient")]
    is_disabled: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    is_fork: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    default_branch: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    remote_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    ssh_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    web_url: Option<String>,
}

#[derive(Deserialize)]
struct Project {
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    visibility: Option<String>,
}

impl Repository {
    pub(super) fn in_our_terms(self, organisation: &str) -> Result<ForgeRepository, ForgeError> {
        const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of a repository" };
        let project = spaced_name(self.project.name).ok_or(NO_NAME)?;
        let branch = self.default_branch.as_deref();
        Ok(ForgeRepository {
            forge_id: guid(&self.id).ok_or(ForgeError::Malformed { what: "id of a repository" })?,
            owner: format!("{organisation}/{project}"),
            name: spaced_name(self.name).ok_or(NO_NAME)?,
            visibility: match self.project.visibility.as_deref() {
                Some("public") => Visibility::Public,
                Some("organization") => Visibility::Internal,
                // Also if nothing is said: the careful answer.
                _ => Visibility::Private,
            },
            archived: self.is_disabled.unwrap_or(false),
            fork: self.is_fork.unwrap_or(false),
            template: false,
            default_branch: branch.map(|name| name.strip_prefix("refs/heads/").unwrap_or(name)).and_then(line),
            description: None,
            language: None,
            topics: Vec::new(),
            licence: None,
            size_kib: u32::try_from(self.size.unwrap_or(0).div_ceil(1024)).unwrap_or(u32::MAX),
            clone_url: self.remote_url.as_deref().and_then(clone_address).unwrap_or_default(),
            ssh_url: self.ssh_url.and_then(ssh_address),
            web_url: self.web_url.as_deref().and_then(web_address).unwrap_or_default(),
            // The one time there is, is the project's.
            created_at: None,
            updated_at: None,
            pushed_at: None,
            permission: Permission::Read,
        })
    }
}
