//! Bitbucket Cloud's JSON, read into our terms.
//!
//! Not here: any request.

use crate::{
    ForgeError,
    reading::{clone_address, lenient, line, name, ssh_address, web_address},
};
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use serde::Deserialize;
use serde_json::Value;

const MAX_UUID: usize = 64;

/// What is read of a repository; anything else is not asked for.
const FIELDS: [&str; 13] = [
    "uuid",
    "full_name",
    "is_private",
    "parent.full_name",
    "mainbranch.name",
    "description",
    "language",
    "size",
    "created_on",
    "updated_on",
    "links.clone",
    "links.html",
    "workspace.slug",
];

/// The parameter `fields` for repositories below some place.
pub(super) fn fields(place: &str) -> String {
    FIELDS.map(|field| format!("{place}{field}")).join(",")
}

/// One row of `GET /repositories/{workspace}`, and `GET /repositories/{workspace}/{repository}`.
#[derive(Deserialize)]
pub(super) struct Repository {
    uuid: String,
    full_name: String,
    #[serde(default, deserialize_with = "lenient")]
    is_private: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    parent: Option<Parent>,
    #[serde(default, deserialize_with = "lenient")]
    mainbranch: Option<Branch>,
    #[serde(default, deserialize_with = "lenient")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    language: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    size: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    created_on: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    updated_on: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Parent {
    #[serde(rename = "full_name")]
    _full_name: String,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
}

#[derive(Deserialize)]
struct Links {
    #[serde(default, deserialize_with = "lenient")]
    clone: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "lenient")]
    html: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

impl Links {
    fn clone_by(&self, way: &str) -> Option<&str> {
        let links = self.clone.iter().flatten();
        links.filter(|link| link["name"] == way).find_map(|link| link["href"].as_str())
    }
}

impl Repository {
    /// The stable id, in braces as the API has it.
    pub(super) fn uuid(&self) -> &str {
        &self.uuid
    }

    pub(super) fn in_our_terms(self, permission: Permission) -> Result<ForgeRepository, ForgeError> {
        const NO_NAME: ForgeError = ForgeError::Malformed { what: "name of a repository" };
        // The name with which it stands in addresses; `name` is what a person calls it.
        let (owner, slug) = self.full_name.split_once('/').ok_or(NO_NAME)?;
        let fits = |c: char| c.is_ascii_hexdigit() || matches!(c, '-' | '{' | '}');
        if self.uuid.is_empty() || self.uuid.len() > MAX_UUID || !self.uuid.chars().all(fits) {
            return Err(ForgeError::Malformed { what: "id of a repository" });
        }
        let links = self.links.as_ref();
        let web_url = links.and_then(|links| links.html.as_ref()).and_then(|link| web_address(&link.href));
        let clone_url = links.and_then(|links| links.clone_by("https")).and_then(clone_address);
        let clone_url = clone_url.or_else(|| web_url.as_ref().map(|page| format!("{page}.git")));
        Ok(ForgeRepository {
            owner: name(owner.to_owned()).ok_or(NO_NAME)?,
            name: name(slug.to_owned()).ok_or(NO_NAME)?,
            // If nothing is said, the careful answer.
            visibility: if self.is_private == Some(false) { Visibility::Public } else { Visibility::Private },
            archived: false,
            fork: self.parent.is_some(),
            template: false,
            default_branch: self.mainbranch.as_ref().and_then(|branch| line(&branch.name)),
            description: self.description.as_deref().and_then(line),
            language: self.language.as_deref().and_then(line),
            topics: Vec::new(),
            licence: None,
            size_kib: u32::try_from(self.size.unwrap_or(0).div_ceil(1024)).unwrap_or(u32::MAX),
            clone_url: clone_url.unwrap_or_default(),
            ssh_url: links.and_then(|links| links.clone_by("ssh")).map(str::to_owned).and_then(ssh_address),
            web_url: web_url.unwrap_or_default(),
            created_at: self.created_on.as_deref().and_then(Timestamp::parse),
            updated_at: self.updated_on.as_deref().and_then(Timestamp::parse),
            pushed_at: None,
            permission,
            forge_id: self.uuid,
        })
    }
}
