//! Templates that a copier makes projects from: `copier.yml`, whose keys are questions, or settings where they
//! begin with an underscore (Copier's documentation, "Configuring a template").
//!
//! `_angee.kind` says what such a template makes. Not here: making anything.

use crate::{
    Choice, Kind, Question, Reading, Trouble, WorkflowPaths,
    reading::{MAX_CHOICES, MAX_QUESTIONS},
    split,
    yaml::{Value, Yaml},
};

pub(super) static KIND: Template = Template;

pub(super) struct Template;

/// All questions of a template together, in bytes; those behind are left out.
const MAX_LENGTH: usize = 256 * 1024;

const VARIANTS: &[&str] = &["stack", "workspace", "service"];

impl Kind for Template {
    fn names(&self) -> (&'static str, &'static str) {
        ("Template", "Templates")
    }

    fn marker(&self) -> &'static str {
        "copier.yml"
    }

    fn variants(&self) -> &'static [&'static str] {
        VARIANTS
    }

    fn place<'p>(&self, path: &'p str, _workflows: WorkflowPaths<'_>) -> Option<&'p str> {
        let (folder, name) = split(path);
        matches!(name, "copier.yml" | "copier.yaml").then_some(folder)
    }

    fn read(&self, text: &str) -> Reading {
        let yaml = match Yaml::parse(text) {
            Ok(yaml) => yaml,
            Err(trouble) => return Reading::of(trouble),
        };
        let mut reading = Reading::default();
        let mut secrets: Vec<&str> = Vec::new();
        let mut length = 0;
        for document in yaml.documents() {
            if !document.is_map() {
                reading.trouble = Some(Trouble::OtherShape);
                continue;
            }
            for (key, value) in document.entries() {
                match key {
                    "_angee" => angee(&mut reading, value),
                    "_secret_questions" => secrets.extend(value.items().filter_map(Value::text)),
                    _ if key.starts_with('_') => {}
                    // A few names of what was written once can stand for any amount of it.
                    _ if reading.questions.len() >= MAX_QUESTIONS || length >= MAX_LENGTH => {
                        reading.trouble.get_or_insert(Trouble::TooMuch);
                    }
                    _ => {
                        let mut question = question(key, value);
                        question.bound();
                        length += question.length();
                        reading.questions.push(question);
                    }
                }
            }
        }
        for question in &mut reading.questions {
            question.secret |= secrets.contains(&question.name.as_str());
        }
        reading.bounded()
    }
}

/// What the template says of itself.
fn angee(reading: &mut Reading, value: Value<'_>) {
    reading.name = value.line("name");
    reading.description = value.line("description");
    let Some(kind) = value.line("kind") else { return };
    if VARIANTS.contains(&kind.as_str()) {
        reading.variant = Some(kind);
    } else {
        let value = kind.chars().take(100).collect();
        reading.trouble = Some(Trouble::Unknown { field: "_angee.kind".to_owned(), value });
    }
}

/// A question: a mapping with everything about it, or just its default.
fn question(name: &str, value: Value<'_>) -> Question {
    let name = name.to_owned();
    let told = |value: Value<'_>| (!value.is_nothing()).then(|| value.told());
    if !value.is_map() {
        return Question { name, answer: value.sort().to_owned(), default: told(value), ..Question::default() };
    }
    let default = value.get("default");
    let sort = default.filter(|value| !value.is_nothing()).map_or("str", Value::sort);
    let says_yes = |key: &str| value.get(key).is_some_and(Value::yes);
    Question {
        name,
        answer: value.line("type").unwrap_or_else(|| sort.to_owned()),
        help: value.line("help"),
        default: default.and_then(told),
        choices: value.get("choices").map(choices).unwrap_or_default(),
        several: says_yes("multiselect"),
        secret: says_yes("secret"),
        when: value.get("when").and_then(told),
    }
}

/// Choices: a list of values or of pairs of a label and a value, a mapping of labels to values, or an expression
/// that makes such a list when it is asked.
fn choices(value: Value<'_>) -> Vec<Choice> {
    let choice = |label: String, value: String| Choice { label, value };
    if let Some(expression) = value.something() {
        return vec![choice(expression.to_owned(), expression.to_owned())];
    }
    if value.is_map() {
        let value_of = |value: Value<'_>| value.get("value").unwrap_or(value).told();
        let entries = value.entries().take(MAX_CHOICES);
        return entries.map(|(label, value)| choice(label.to_owned(), value_of(value))).collect();
    }
    value
        .items()
        .take(MAX_CHOICES)
        .map(|item| {
            let mut pair = item.items();
            match (pair.next(), pair.next()) {
                (Some(label), Some(value)) => choice(label.told(), value.told()),
                _ => choice(item.told(), item.told()),
            }
        })
        .collect()
}
