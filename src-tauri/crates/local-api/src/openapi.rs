//! The document that describes the local API, made from the DTOs and the routes.
//!
//! Not here: any path; those are beside their handlers.

use crate::server::Paths;
use utoipa::OpenApi as _;

/// The document as text, as it is committed in `src-tauri/docs/openapi.json`.
pub fn document() -> String {
    let mut text = Paths::openapi().to_pretty_json().unwrap_or_else(|error| {
        // It is made of constants: the test of the committed document would have noticed.
        tracing::error!(%error, "the document could not be written");
        String::from("{}")
    });
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::routes;
    use std::{collections::BTreeSet, path::Path};

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let served: BTreeSet<String> =
            routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
        let document: serde_json::Value = serde_json::from_str(&document()).expect("JSON");
        let mut described = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for method in methods.as_object().expect("methods").keys() {
                described.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
        assert_eq!(served, described, "routes (left) and document (right) are the same list");
    }

    #[test]
    fn the_committed_document_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == document(),
            "src-tauri/docs/openapi.json differs: cargo run -p drawbridge-local-api --example openapi"
        );
    }

    #[test]
    fn every_reference_in_the_document_leads_somewhere() {
        let text = document();
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let names: BTreeSet<&str> =
            text.split("#/components/schemas/").skip(1).filter_map(|t| t.split('"').next()).collect();
        assert!(names.contains("Problem") && names.contains("Repository"), "the DTOs are referred to");
        for name in names {
            assert!(document["components"]["schemas"][name].is_object(), "{name} is described");
        }
    }
}
