//! Bitbucket Data Center's JSON, read into our terms.
//!
//! Not here: any request.

use crate::{
    ForgeError,
    reading::{clone_address, lenient, line, name, ssh_address, web_address},
};
use drawbridge_domain::{ForgeRepository, Identity, Permission, Visibility};
use serde::Deserialize;
use serde_json::Value;

/// `GET /rest/api/1.0/users/{slug}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    id: u64,
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    display_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email_address: Option<String>,
}

impl User {
    /// Who it is, if it is who was asked for.
    pub(super) fn identity(self, login: &str) -> Result<Identity, ForgeError> {
        if !self.name.eq_ignore_ascii_case(login) {
            return Err(ForgeError::Malformed { what: "login" });
        }
        Ok(Identity {
            subject: self.id.to_string(),
            login: name(self.name).ok_or(ForgeError::Malformed { what: "login" })?,
            name: self.display_name.as_deref().and_then(line),
            email: self.email_address.as_deref().and_then(line),
        })
    }
}

/// The name of a user as it stands in addresses.
pub(super) fn slug(login: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    login.to_lowercase().chars().map(|c| if plain(c) { c } else { '_' }).collect()
}

/// One row of `GET /rest/api/1.0/repos`, and `GET /rest/api/1.0/projects/{key}/repos/{slug}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    id: u64,
    slug: String,
    project: Project,
    #[serde(default, deserialize_with = "lenient")]
    public: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    archived: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    origin: Option<Origin>,
    #[serde(default, deserialize_with = "lenient")]
    default_branch: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Project {
    key: String,
    #[serde(default, deserialize_with = "lenient")]
    public: Option<bool>,
}

#[derive(Deserialize)]
struct Origin {
    #[serde(rename = "id")]
    _id: u64,
}

#[derive(Deserialize)]
struct Links {
    #[serde(default, deserialize_with = "lenient")]
    clone: Option<Vec<Value>>,
    #[serde(default, rename = "self", deserialize_with = "lenient")]
    page: Option<Vec<Value>>,
}

impl Links {
    fn clone_by(&self, way: &str) -> Option<&str> {
        let links = self.clone.iter().flatten();
        links.filter(|link| link["name"] == way).find_map(|link| link["href"].as_str())
    }

    fn page(&self) -> Option<&str> {
        self.page.iter().flatten().find_map(|link| link["href"].as_str())
    }
}

impl Repository {
    pub(super) fn in_our_terms(self) -> Result<ForgeRepository, ForgeError> {
        const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of a repository" };
        let links = self.links.as_ref();
        let open = self.public == Some(true) || self.project.public == Some(true);
        Ok(ForgeRepository {
            forge_id: self.id.to_string(),
            // A person's own project has the key `~login`.
            owner: name(self.project.key).ok_or(NO_NAME)?,
            name: name(self.slug).ok_or(NO_NAME)?,
            // If nothing is said, the careful answer.
            visibility: if open { Visibility::Public } else { Visibility::Private },
            archived: self.archived.unwrap_or(false),
            fork: self.origin.is_some(),
            template: false,
            default_branch: self.default_branch.as_deref().and_then(line),
            description: self.description.as_deref().and_then(line),
            language: None,
            topics: Vec::new(),
            licence: None,
            size_kib: 0,
            clone_url: links.and_then(|links| links.clone_by("http")).and_then(clone_address).unwrap_or_default(),
            ssh_url: links.and_then(|links| links.clone_by("ssh")).map(str::to_owned).and_then(ssh_address),
            web_url: links.and_then(Links::page).and_then(web_address).unwrap_or_default(),
            created_at: None,
            updated_at: None,
            pushed_at: None,
            permission: Permission::Read,
        })
    }
}
