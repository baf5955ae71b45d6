//! One operation of the description: where it is, what it takes, what it answers.
//!
//! Not here: holding anything against it (see `check`).

use super::{ContractError, document::resolve};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub(super) struct Operation {
    /// In capitals.
    pub method: String,
    /// With names in braces.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// Whether a body must be there, and its schema.
    pub body: Option<(bool, Value)>,
    /// The schema of each status; none if it has no body.
    pub answers: BTreeMap<u16, Option<Value>>,
}

#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub name: String,
    pub place: Place,
    pub required: bool,
    pub schema: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
}

impl Operation {
    /// The same at another path.
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// The values of the names in the path, if the path is this one.
    pub fn fits<'a>(&self, method: &str, path: &'a str) -> Option<Vec<(String, &'a str)>> {
        let (names, parts): (Vec<&str>, Vec<&str>) = (self.path.split('/').collect(), path.split('/').collect());
        if self.method != method || names.len() != parts.len() {
            return None;
        }
        let mut values = Vec::new();
        for (name, part) in names.into_iter().zip(parts) {
            match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) if !part.is_empty() => values.push((name.to_owned(), part)),
                None if name == part => {}
                _ => return None,
            }
        }
        Some(values)
    }
}

/// All operations of a document.
pub(super) fn all(document: &Value) -> Result<Vec<Operation>, ContractError> {
    let paths = document["paths"].as_object().ok_or_else(|| ContractError::Missing("paths".to_owned()))?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if !matches!(method.as_str(), "get" | "put" | "post" | "delete" | "patch" | "head") {
                continue;
            }
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                parameters: parameters(document, [&item["parameters"], &operation["parameters"]])?,
                body: body(document, &operation["requestBody"])?,
                answers: answers(document, &operation["responses"])?,
            });
        }
    }
    Ok(operations)
}

fn parameters(document: &Value, lists: [&Value; 2]) -> Result<Vec<Parameter>, ContractError> {
    let mut all = Vec::new();
    for one in lists.into_iter().filter_map(Value::as_array).flatten() {
        let one = resolve(document, one)?;
        let place = match one["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            _ => continue,
        };
        all.push(Parameter {
            name: one["name"].as_str().unwrap_or_default().to_owned(),
            place,
            required: one["required"].as_bool().unwrap_or(false),
            schema: one["schema"].clone(),
        });
    }
    Ok(all)
}

fn body(document: &Value, body: &Value) -> Result<Option<(bool, Value)>, ContractError> {
    if body.is_null() {
        return Ok(None);
    }
    let body = resolve(document, body)?;
    Ok(schema(body).map(|schema| (body["required"].as_bool().unwrap_or(false), schema)))
}

fn answers(document: &Value, answers: &Value) -> Result<BTreeMap<u16, Option<Value>>, ContractError> {
    let mut all = BTreeMap::new();
    for (status, answer) in answers.as_object().into_iter().flatten() {
        if let Ok(status) = status.parse() {
            all.insert(status, schema(resolve(document, answer)?));
        }
    }
    Ok(all)
}

/// The schema of the JSON form of a body.
fn schema(described: &Value) -> Option<Value> {
    let forms = described["content"].as_object()?;
    let form = forms.get("application/json").or_else(|| forms.values().next())?;
    form.get("schema").cloned()
}
