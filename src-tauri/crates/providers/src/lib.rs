//! What differs between providers, and nothing else.
//!
//! Each provider is one folder under `catalog/`, found by the build script: adding one edits no
//! other file. Not here: storing, scheduling, words for a person beyond a provider's own names.

mod forge;

pub use drawbridge_oauth::Endpoints;
pub use forge::{
    Api, Definition, Forge, ForgeError, Identified, PageKey, PageReply, Revocation, ScopeDefinition, StoredPage,
};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// The provider of that name.
pub fn find(id: &drawbridge_domain::ProviderId) -> Option<&'static dyn Forge> {
    CATALOG.iter().copied().find(|forge| forge.definition().id == id.as_str())
}

/// All providers, by name.
pub fn all() -> &'static [&'static dyn Forge] {
    CATALOG
}
