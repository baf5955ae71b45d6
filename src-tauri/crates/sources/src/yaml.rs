//! YAML 1.2 into a tree that can't grow: a part for each part of the text, and an alias is a reference.
//!
//! So a text that names itself a thousand times over stays as long as it is, and whoever reads goes a few steps
//! deep and no further. Tags are looked over, as templates have some of their own. Not here: what the parts mean.

use crate::Trouble;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;

/// More parts than any marker has.
const MAX_NODES: usize = 20_000;
const MAX_DEPTH: usize = 64;
/// A value that is told as text is told this deep.
const MAX_TOLD_DEPTH: usize = 4;
/// And this long, in bytes.
const MAX_TOLD: usize = 2000;
/// What a mapping takes further entries by (YAML's merge key).
const MERGE: &str = "<<";

/// What was read: the parts, and which of them are documents.
#[derive(Debug, Default)]
pub(crate) struct Yaml {
    nodes: Vec<Node>,
    roots: Vec<usize>,
}

#[derive(Debug)]
enum Node {
    /// With whether it stands without quotes.
    Scalar(String, bool),
    List(Vec<usize>),
    /// Keys and values in turn.
    Map(Vec<usize>),
}

/// A part of what was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'y> {
    yaml: &'y Yaml,
    node: &'y Node,
}

impl Yaml {
    /// Reads a text.
    pub(crate) fn parse(text: &str) -> Result<Self, Trouble> {
        let mut yaml = Self::default();
        let mut anchors: HashMap<usize, usize> = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        let mut parser = Parser::new_from_str(text);
        while let Some(event) = parser.next_event() {
            let (event, _) = event.map_err(|error| Trouble::Unreadable { line: error.marker().line() })?;
            let (node, anchor) = match event {
                Event::Scalar(text, style, anchor, _) => {
                    (Node::Scalar(text.into_owned(), style == ScalarStyle::Plain), anchor)
                }
                Event::SequenceStart(anchor, _) => (Node::List(Vec::new()), anchor),
                Event::MappingStart(anchor, _) => (Node::Map(Vec::new()), anchor),
                Event::Alias(anchor) => {
                    // Of what is not known, as of nothing.
                    let node = anchors.get(&anchor).copied();
                    let node = node.unwrap_or_else(|| yaml.push(Node::Scalar(String::new(), true)));
                    yaml.place(node, &open);
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    open.pop();
                    continue;
                }
                Event::Nothing
                | Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd => continue,
            };
            let holds = !matches!(node, Node::Scalar(..));
            if yaml.nodes.len() >= MAX_NODES || open.len() >= MAX_DEPTH {
                return Err(Trouble::TooMuch);
            }
            let node = yaml.push(node);
            if anchor > 0 {
                anchors.insert(anchor, node);
            }
            yaml.place(node, &open);
            if holds {
                open.push(node);
            }
        }
        Ok(yaml)
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn place(&mut self, node: usize, open: &[usize]) {
        match open.last().and_then(|parent| self.nodes.get_mut(*parent)) {
            Some(Node::List(parts) | Node::Map(parts)) => parts.push(node),
            Some(Node::Scalar(..)) | None => self.roots.push(node),
        }
    }

    fn value(&self, node: usize) -> Option<Value<'_>> {
        self.nodes.get(node).map(|node| Value { yaml: self, node })
    }

    /// The documents that hold something.
    pub(crate) fn documents(&self) -> impl Iterator<Item = Value<'_>> {
        self.roots.iter().filter_map(|root| self.value(*root)).filter(|value| !value.is_nothing())
    }
}

impl<'y> Value<'y> {
    /// The text of a scalar.
    pub(crate) fn text(self) -> Option<&'y str> {
        match self.node {
            Node::Scalar(text, _) => Some(text),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The text of a scalar that is not `null`.
    pub(crate) fn something(self) -> Option<&'y str> {
        self.text().filter(|_| !self.is_nothing())
    }

    /// Whether it is `null`, written out or left out.
    pub(crate) fn is_nothing(self) -> bool {
        matches!(self.node, Node::Scalar(text, true) if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(self.node, Node::Map(_))
    }

    /// Whether it says yes, in the words of YAML 1.1 too, which templates are read by.
    pub(crate) fn yes(self) -> bool {
        matches!(self.node, Node::Scalar(text, true)
            if matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on"))
    }

    /// What it is, in the words of templates' answers.
    pub(crate) fn sort(self) -> &'static str {
        match self.node {
            Node::List(_) | Node::Map(_) => "yaml",
            Node::Scalar(_, false) => "str",
            Node::Scalar(text, true) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "false" | "no" | "off" => "bool",
                number if number.parse::<i64>().is_ok() => "int",
                number if number.parse::<f64>().is_ok() => "float",
                _ => "str",
            },
        }
    }

    /// The parts of a list; nothing of anything else.
    pub(crate) fn items(self) -> impl Iterator<Item = Value<'y>> {
        let parts = match self.node {
            Node::List(parts) => parts.as_slice(),
            Node::Scalar(..) | Node::Map(_) => &[],
        };
        parts.iter().filter_map(move |part| self.yaml.value(*part))
    }

    /// The entries of a mapping whose keys are text, as they stand; nothing of anything else.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'y str, Value<'y>)> {
        let parts = match self.node {
            Node::Map(parts) => parts.as_slice(),
            Node::Scalar(..) | Node::List(_) => &[],
        };
        parts.chunks_exact(2).filter_map(move |pair| match pair {
            [key, value] => Some((self.yaml.value(*key)?.text()?, self.yaml.value(*value)?)),
            _ => None,
        })
    }

    /// An entry of a mapping, its own or one that is merged into it.
    pub(crate) fn get(self, key: &str) -> Option<Value<'y>> {
        let own = |map: Value<'y>| map.entries().find(|(known, _)| *known == key).map(|(_, value)| value);
        own(self).or_else(|| {
            let merged = self.entries().find(|(known, _)| *known == MERGE)?.1;
            own(merged).or_else(|| merged.items().find_map(own))
        })
    }

    /// The text of an entry that is there.
    pub(crate) fn line(self, key: &str) -> Option<String> {
        self.get(key)?.something().map(str::to_owned)
    }

    /// All of it as one line; what is too long or too deep is cut off.
    pub(crate) fn told(self) -> String {
        let mut told = String::new();
        self.tell(&mut told, 0);
        told
    }

    fn tell(self, told: &mut String, depth: usize) {
        if told.len() > MAX_TOLD || depth > MAX_TOLD_DEPTH {
            told.push('…');
            return;
        }
        match self.node {
            Node::Scalar(text, _) => told.extend(text.chars().take(MAX_TOLD)),
            Node::List(_) => {
                told.push('[');
                for (place, item) in self.items().enumerate() {
                    told.push_str(if place > 0 { ", " } else { "" });
                    item.tell(told, depth + 1);
                    if told.len() > MAX_TOLD {
                        break;
                    }
                }
                told.push(']');
            }
            Node::Map(_) => {
                told.push('{');
                for (place, (key, value)) in self.entries().enumerate() {
                    told.push_str(if place > 0 { ", " } else { "" });
                    told.extend(key.chars().take(MAX_TOLD));
                    told.push_str(": ");
                    value.tell(told, depth + 1);
                    if told.len() > MAX_TOLD {
                        break;
                    }
                }
                told.push('}');
            }
        }
    }
}
