//! The use cases of sources, by the names the keeper gives them.
//!
//! Not here: how a request travels.

use super::{
    Answer, Call, Client,
    calls::{segment, with_query},
    written::object,
};
use crate::query;
use drawbridge_domain::SourceId;
use drawbridge_keeper::dto::{
    AddSource, FoundDetail, FoundItem, FoundQuery, FoundRef, List, RefreshSources, Source, SourceKind, SourceReading,
};
use std::time::Duration;

/// A tree may come folder by folder, from a slow host, for each of many sources.
const LOOK_TIME: Duration = Duration::from_mins(30);

impl Client {
    /// Everything that can be looked for.
    pub async fn source_kinds(&self) -> Answer<Vec<SourceKind>> {
        self.read(Call::get("/v1/sources/kinds")).await
    }

    /// The sources.
    pub async fn source_list(&self) -> Answer<List<Source>> {
        self.read(Call::get("/v1/sources")).await
    }

    /// Adds a source and looks at it.
    pub async fn source_add(&self, request: &AddSource) -> Answer<SourceReading> {
        let AddSource { repository, reference, path, kind } = request;
        let body = object(|body| {
            body.field("repository", repository);
            body.field("reference", reference);
            body.field("path", path);
            body.field("kind", kind);
        });
        self.read(Call::post("/v1/sources").body(body).within(LOOK_TIME)).await
    }

    /// Looks at sources again.
    pub async fn source_refresh(&self, request: &RefreshSources) -> Answer<Vec<SourceReading>> {
        let RefreshSources { source, full_name } = request;
        let body = object(|body| {
            body.field("source", source);
            body.field("full_name", full_name);
        });
        self.read(Call::post("/v1/sources/refresh").body(body).within(LOOK_TIME)).await
    }

    /// Removes a source.
    pub async fn source_remove(&self, id: SourceId) -> Answer<Source> {
        self.read(Call::delete(format!("/v1/sources/{id}"))).await
    }

    /// What was found.
    pub async fn found_list(&self, found: &FoundQuery) -> Answer<List<FoundItem>> {
        self.read(Call::get(with_query("/v1/found", &query::write_found(found)))).await
    }

    /// One thing that was found.
    pub async fn found_show(&self, reference: &FoundRef) -> Answer<FoundDetail> {
        let reference = match reference {
            FoundRef::Id { id } => id.to_string(),
            FoundRef::Name { of, name } => format!("{}/{name}", of.as_deref().unwrap_or_default()),
        };
        self.read(Call::get(format!("/v1/found/{}", segment(&reference)))).await
    }
}
