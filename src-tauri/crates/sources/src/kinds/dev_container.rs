//! Containers to work in: `devcontainer.json` at one of the places that the Development Container Specification
//! names.
//!
//! Not here: starting one.

use crate::{Kind, Reading, Trouble, WorkflowPaths, jsonc};
use serde_json::Value;

pub(super) static KIND: DevContainer = DevContainer;

pub(super) struct DevContainer;

impl Kind for DevContainer {
    fn names(&self) -> (&'static str, &'static str) {
        ("Dev container", "Dev containers")
    }

    fn marker(&self) -> &'static str {
        "devcontainer.json"
    }

    fn place<'p>(&self, path: &'p str, _workflows: WorkflowPaths<'_>) -> Option<&'p str> {
        let parts: Vec<&str> = path.split('/').collect();
        // Also below folders of a repository that holds several projects.
        let fits = matches!(
            parts.as_slice(),
            [.., ".devcontainer", "devcontainer.json"]
                | [.., ".devcontainer", _, "devcontainer.json"]
                | [.., ".devcontainer.json"]
        );
        fits.then_some(path)
    }

    fn read(&self, text: &str) -> Reading {
        let value = match jsonc::parse(text) {
            Ok(value) => value,
            Err(trouble) => return Reading::of(trouble),
        };
        if !value.is_object() {
            return Reading::of(Trouble::OtherShape);
        }
        let name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        Reading { name, description: made_of(&value), ..Reading::default() }.bounded()
    }
}

/// What the container is made of: an image, a build, or several by Compose.
fn made_of(value: &Value) -> Option<String> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let compose = value.get("dockerComposeFile");
    let compose = compose.and_then(|file| file.as_str().or_else(|| file.get(0)?.as_str()));
    text("/image")
        .map(|image| format!("Image {image}"))
        .or_else(|| text("/build/dockerfile").or(text("/dockerFile")).map(|file| format!("Built by {file}")))
        .or_else(|| compose.map(|file| format!("Composed by {file}")))
}
