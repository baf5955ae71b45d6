//! What a marker says, in one shape for all kinds, and what can be wrong with one.
//!
//! Texts are bounded lines. Not here: any one kind.

use serde::{Deserialize, Serialize};

const MAX_NAME: usize = 200;
const MAX_TEXT: usize = 1000;
/// More than a person would answer.
pub(crate) const MAX_QUESTIONS: usize = 500;
pub(crate) const MAX_CHOICES: usize = 200;

/// What a marker says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What it calls itself.
    pub name: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// Which of its kind's variants it is.
    pub variant: Option<String>,
    /// What it asks before it is used, in order.
    pub questions: Vec<Question>,
    /// What is wrong with the marker.
    pub trouble: Option<Trouble>,
}

/// Something that is asked before an item is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What the answer is called.
    pub name: String,
    /// What the answer is, in the marker's own word: `str`, `bool`, `int` …
    pub answer: String,
    /// What is asked, in words.
    pub help: Option<String>,
    /// What is answered by default; never told of a secret.
    pub default: Option<String>,
    /// What there is to choose from; empty where any answer goes.
    pub choices: Vec<Choice>,
    /// Whether several can be chosen.
    pub several: bool,
    /// Whether the answer is a secret.
    pub secret: bool,
    /// The condition on which it is asked, as it is written.
    pub when: Option<String>,
}

/// One answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What a person reads.
    pub label: String,
    /// What is answered.
    pub value: String,
}

/// What is wrong with a marker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// Longer than [`crate::MAX_MARKER`].
    TooLong,
    /// Not UTF-8.
    NotText,
    /// Not what its format allows.
    Unreadable {
        /// The line, from 1.
        line: usize,
    },
    /// Too many parts, or too deep.
    TooMuch,
    /// The format is right, what is in it has another shape than such a marker.
    OtherShape,
    /// No front matter between two lines of `---` at its beginning.
    NoFrontMatter,
    /// Something that it must have is not there.
    Missing {
        /// Which.
        field: String,
    },
    /// A value that nobody knows.
    Unknown {
        /// Of which field.
        field: String,
        /// The value.
        value: String,
    },
    /// The forge did not hand it out.
    Unanswered,
}

impl Reading {
    /// A marker of which nothing else is known.
    pub fn of(trouble: Trouble) -> Self {
        Self { trouble: Some(trouble), ..Self::default() }
    }

    /// The same, with everything cut to its limits.
    pub(crate) fn bounded(mut self) -> Self {
        self.name = self.name.as_deref().and_then(|text| line(text, MAX_NAME));
        self.description = self.description.as_deref().and_then(|text| line(text, MAX_TEXT));
        if self.questions.len() > MAX_QUESTIONS {
            self.questions.truncate(MAX_QUESTIONS);
            self.trouble.get_or_insert(Trouble::TooMuch);
        }
        self.questions.iter_mut().for_each(Question::bound);
        self
    }
}

impl Question {
    /// Cuts everything to its limits.
    pub(crate) fn bound(&mut self) {
        self.name = line(&self.name, MAX_NAME).unwrap_or_default();
        self.answer = line(&self.answer, MAX_NAME).unwrap_or_default();
        for text in [&mut self.help, &mut self.when, &mut self.default] {
            *text = text.as_deref().and_then(|text| line(text, MAX_TEXT));
        }
        if self.secret {
            self.default = None;
        }
        self.choices.truncate(MAX_CHOICES);
        for choice in &mut self.choices {
            choice.label = line(&choice.label, MAX_NAME).unwrap_or_default();
            choice.value = line(&choice.value, MAX_NAME).unwrap_or_default();
        }
    }

    /// How long all of it is, in bytes.
    pub(crate) fn length(&self) -> usize {
        let texts = [&self.help, &self.when, &self.default];
        let choices = self.choices.iter().map(|choice| choice.label.len() + choice.value.len());
        let texts = texts.into_iter().flatten().map(String::len).chain(choices).sum::<usize>();
        texts + self.name.len() + self.answer.len()
    }
}

/// A part of a [`Reading`] as the text it is kept as.
pub fn write(part: &impl Serialize) -> String {
    // Plain structures always have a text.
    serde_json::to_string(part).unwrap_or_default()
}

/// Reads back what [`write`] made.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// A bounded line without control characters; none if nothing is left.
fn line(text: &str, most: usize) -> Option<String> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}
