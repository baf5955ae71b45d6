//! What differs between providers, and nothing else.
//!
//! A provider is one data file under `catalog/`; one that hosts repositories has a folder with the
//! code that speaks its API. Both are found by the build script: adding one edits no other file.
//! Not here: storing, scheduling, words for a person beyond a provider's own names.

mod all;
mod check;
mod content;
mod definition;
mod forge;
#[cfg(test)]
mod host;
mod life;
mod probe;
mod provider;
mod reading;
mod recognise;
#[cfg(test)]
mod tests;

pub use all::{Catalog, FileProblem};
pub use check::DefinitionError;
pub use content::{EntryKind, HEAD, MAX_ENTRIES, RepositoryRef, Tree, TreeEntry, TreeQuery};
pub use definition::{Category, Definition, Ends, OAuth, Pages, Part, Pkce, Revoke, ScopeDefinition, Token, Who};
pub use drawbridge_oauth::Endpoints;
pub use forge::{Forge, ForgeError, Identified, Matches, PageKey, PageReply, Revocation, StoredPage};
pub use life::{Life, Reuse, Rotation};
pub use probe::{Presented, probe};
pub use provider::{Api, Grant, Provider};
pub use recognise::{Found, recognise};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
