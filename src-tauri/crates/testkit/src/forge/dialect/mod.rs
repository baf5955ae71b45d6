//! What differs between the kinds of forges a simulator can be: paths, paging, headers, and how the
//! same world is told. One file or folder each; a further kind is a line in [`Dialect::speaks`].
//!
//! Not here: what there is and what happens (see `world`), troubles, tokens, the log, and the OAuth
//! endpoints, which are the same for all.

mod azure_devops;
mod bitbucket_cloud;
mod bitbucket_dc;
mod entry;
mod gitea;
mod github;
mod gitlab;
mod odd;
mod page;
mod validator;

use super::{
    State,
    exchange::{Reply, Request},
    git::UserName,
    grants::TokenKind,
};
use drawbridge_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What kind of forge a simulator is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// A GitHub server: REST API 2022-11-28.
    #[default]
    GitHub,
    /// A GitLab server: REST API, version 4.
    GitLab,
    /// A Gitea server: REST API, version 1.
    Gitea,
    /// A Forgejo server, which speaks much the same.
    Forgejo,
    /// Bitbucket Cloud: REST API 2.0.
    BitbucketCloud,
    /// A Bitbucket Data Center: REST API 1.0.
    BitbucketDc,
    /// Azure DevOps Services: REST API 7.1. One organisation, in which every owner is a project.
    AzureDevops,
}

impl Dialect {
    /// All there are, with the names that programs are told them by: those of the catalogue's providers.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("github", Self::GitHub),
        ("gitlab", Self::GitLab),
        ("gitea", Self::Gitea),
        ("forgejo", Self::Forgejo),
        ("bitbucket-cloud", Self::BitbucketCloud),
        ("bitbucket-dc", Self::BitbucketDc),
        ("azure-devops", Self::AzureDevops),
    ];

    /// Its name, which is that of a provider in the catalogue.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, one)| *one == self).map_or("", |(name, _)| name)
    }

    pub(super) fn speaks(self) -> &'static dyn Speaks {
        match self {
            Self::GitHub => &github::GitHub,
            Self::GitLab => &gitlab::GitLab,
            Self::Gitea => &gitea::Gitea { ordered: false },
            Self::Forgejo => &gitea::Gitea { ordered: true },
            Self::BitbucketCloud => &bitbucket_cloud::BitbucketCloud,
            Self::BitbucketDc => &bitbucket_dc::BitbucketDataCenter,
            Self::AzureDevops => &azure_devops::AzureDevOps,
        }
    }
}

/// What a kind of forge says in its own way.
pub(super) trait Speaks: Send + Sync {
    /// The API's place below the forge's address.
    fn prefix(&self) -> &'static str;

    /// How paths begin at which the API is found without its prefix, too.
    fn bare(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether groups can lie within groups.
    fn nests(&self) -> bool {
        false
    }

    /// How its tokens begin.
    fn token_prefix(&self, kind: TokenKind) -> &'static str;

    /// The user name that git shows with an access: one that was issued to a client, or made by the person.
    fn git_user(&self, issued: bool) -> UserName {
        let _ = issued;
        UserName::Any
    }

    /// Which page of the listing of everything that a user reaches is asked for, from 1, however such pages
    /// are named; none if something else is.
    fn listed_page(&self, state: &mut State, request: &Request, now: Timestamp) -> Option<u32>;

    /// Answers a request to the API. `web`: the forge's address.
    fn answer(&self, state: &mut State, web: &str, request: &Request, now: Timestamp) -> Reply;

    /// A refusal or a failure in its words.
    fn error(&self, status: u16, message: &str) -> Reply;

    /// The budget of a span is used up and starts anew in so many seconds.
    fn spent(&self, seconds: u64, now: Timestamp) -> Reply;

    /// Too much at once, with this status.
    fn crowded(&self, status: u16, seconds: u64) -> Reply;
}
