//! What a forge runs by itself: files where that forge looks for them, which its entry in the catalogue says.
//!
//! Not here: runs.

use crate::{Kind, Reading, Trouble, WorkflowPaths, yaml::Value, yaml::Yaml};

pub(super) static KIND: Workflow = Workflow;

pub(super) struct Workflow;

/// More triggers than a line tells.
const MAX_TRIGGERS: usize = 10;

impl Kind for Workflow {
    fn names(&self) -> (&'static str, &'static str) {
        ("Workflow", "Workflows")
    }

    fn marker(&self) -> &'static str {
        "what the forge runs by itself"
    }

    fn place<'p>(&self, path: &'p str, workflows: WorkflowPaths<'_>) -> Option<&'p str> {
        workflows.iter().any(|pattern| fits(pattern, path)).then_some(path)
    }

    fn read(&self, text: &str) -> Reading {
        let yaml = match Yaml::parse(text) {
            Ok(yaml) => yaml,
            Err(trouble) => return Reading::of(trouble),
        };
        // There may be a document before it that describes what can be put in.
        let Some(document) = yaml.documents().last().filter(|document| document.is_map()) else {
            return Reading::of(Trouble::OtherShape);
        };
        let triggers = document.get("on").map(triggers).filter(|triggers| !triggers.is_empty());
        let description = triggers.map(|triggers| format!("On {}", triggers.join(", ")));
        Reading { name: document.line("name"), description, ..Reading::default() }.bounded()
    }
}

/// One event, a list of events, or events with their details.
fn triggers(value: Value<'_>) -> Vec<&str> {
    let one = value.something();
    one.into_iter()
        .chain(value.items().filter_map(Value::text))
        .chain(value.entries().map(|(event, _)| event))
        .take(MAX_TRIGGERS)
        .collect()
}

/// Whether a path is meant by a pattern: the same, or with a name where it has its `*`.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let name = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}
