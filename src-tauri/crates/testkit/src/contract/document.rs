//! Cuts an OpenAPI document down to some paths, and turns its schemas into JSON Schema.
//!
//! Not here: what the paths mean (see `operation`).

use super::ContractError;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document with these paths and whatever they refer to, and nothing else.
/// `error`: what answers with an error status that an operation does not list look like.
pub(super) fn cut(document: &Value, paths: &[&str], error: &str) -> Result<Value, ContractError> {
    let mut kept = Map::new();
    for path in paths {
        let item = document["paths"].get(*path).ok_or_else(|| ContractError::Missing((*path).to_owned()))?;
        kept.insert((*path).to_owned(), item.clone());
    }
    let mut out = json!({ "openapi": document["openapi"], "info": document["info"], "paths": kept });
    let mut waiting = BTreeSet::from([error.to_owned()]);
    references(&out, &mut waiting);
    let mut done = BTreeSet::new();
    while let Some(reference) = waiting.pop_first() {
        if !done.insert(reference.clone()) {
            continue;
        }
        let Some([kind, name]) = parts(&reference) else { return Err(ContractError::Missing(reference)) };
        let component =
            document["components"][kind].get(name).ok_or_else(|| ContractError::Missing(reference.clone()))?.clone();
        references(&component, &mut waiting);
        out["components"][kind][name] = component;
    }
    Ok(out)
}

/// A description of the older kind (Swagger 2.0) as one of OpenAPI: shapes and answers have moved, parameters and
/// answers hold their shape one level deeper. Others stay as they are.
pub(super) fn as_openapi(document: Value) -> Value {
    if document["swagger"] != "2.0" {
        return document;
    }
    let components =
        json!({ "schemas": moved(&document["definitions"]), "responses": answers(&document["responses"]) });
    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let operation = json!({
                "parameters": parameters(&operation["parameters"]), "responses": answers(&operation["responses"]),
            });
            paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
        }
    }
    json!({ "openapi": "3.0.3", "info": document["info"], "paths": paths, "components": components })
}

/// The same with references to where things are now.
fn moved(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(moved).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, inner)| match inner.as_str() {
                Some(reference) if name == "$ref" => {
                    let shapes = reference.replace("#/definitions/", "#/components/schemas/");
                    (name.clone(), shapes.replace("#/responses/", "#/components/responses/").into())
                }
                _ => (name.clone(), moved(inner)),
            })
            .collect(),
        other => other.clone(),
    }
}

fn answers(all: &Value) -> Value {
    let all = all.as_object().into_iter().flatten();
    let content = |answer: &Value| match answer.get("schema") {
        Some(schema) => json!({ "content": { "application/json": { "schema": moved(schema) } } }),
        None => moved(answer),
    };
    all.map(|(name, answer)| (name.clone(), content(answer))).collect::<Map<_, _>>().into()
}

/// Those of paths, queries and headers: bodies are not in use.
fn parameters(all: &Value) -> Value {
    let all = all.as_array().into_iter().flatten();
    let one = |parameter: &Value| {
        let keywords = ["type", "format", "enum", "items", "minimum", "maximum"];
        let schema = keywords.iter().filter_map(|word| Some(((*word).to_owned(), parameter.get(*word)?.clone())));
        json!({
            "name": parameter["name"], "in": parameter["in"], "required": parameter["required"],
            "schema": schema.collect::<Map<_, _>>(),
        })
    };
    all.map(one).collect()
}

fn parts(reference: &str) -> Option<[&str; 2]> {
    let (kind, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    Some([kind, name])
}

/// The component that a reference names, or the value itself if it is none.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> Result<&'a Value, ContractError> {
    let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Ok(value) };
    let Some([kind, name]) = parts(reference) else { return Err(ContractError::Missing(reference.to_owned())) };
    document["components"][kind].get(name).ok_or_else(|| ContractError::Missing(reference.to_owned()))
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner.as_str() {
                    Some(reference) if name == "$ref" => {
                        found.insert(reference.to_owned());
                    }
                    // Examples are large, refer to much, and say nothing that is binding.
                    _ if name == "examples" || name == "example" => {}
                    _ => references(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

/// OpenAPI 3.0 schemas as JSON Schema draft 4: the same but for `nullable`, which draft 4 says with
/// the types. (From 3.1 on it is said that way from the start, and nothing is changed here.)
pub(super) fn as_json_schema(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(as_json_schema).collect()),
        Value::Object(fields) => {
            let mut out: Map<String, Value> = fields
                .iter()
                .filter(|(name, inner)| {
                    // As keywords these bind nothing; as names of properties they hold a schema.
                    let note = matches!(name.as_str(), "example" | "examples" | "discriminator" | "externalDocs");
                    !note || is_schema(inner)
                })
                .map(|(name, inner)| (name.clone(), as_json_schema(inner)))
                .collect();
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                out.remove("nullable");
                return nullable(out);
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

fn is_schema(value: &Value) -> bool {
    let keywords = ["type", "$ref", "allOf", "anyOf", "oneOf"];
    let has = |word: &&str| value.get(*word).is_some_and(|inner| inner.is_string() || inner.is_array());
    keywords.iter().any(has) && value.get("mapping").is_none()
}

fn nullable(mut schema: Map<String, Value>) -> Value {
    let plain = schema.get("type").and_then(Value::as_str).map(str::to_owned);
    let combined = ["$ref", "allOf", "anyOf", "oneOf"].iter().any(|word| schema.contains_key(*word));
    match plain {
        Some(kind) if !combined => {
            schema.insert("type".to_owned(), json!([kind, "null"]));
            if let Some(Value::Array(words)) = schema.get_mut("enum")
                && !words.contains(&Value::Null)
            {
                words.push(Value::Null);
            }
            Value::Object(schema)
        }
        _ => json!({ "anyOf": [{ "type": "null" }, schema] }),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn accepts(schema: &Value, value: &Value) -> bool {
        jsonschema::draft4::options().build(&as_json_schema(schema)).expect("a schema").is_valid(value)
    }

    #[test]
    fn nullable_allows_null_and_nothing_else() {
        let text = json!({ "type": "string", "nullable": true });
        let word = json!({ "type": "string", "nullable": true, "enum": ["a", "b"] });
        let either = json!({ "nullable": true, "anyOf": [{ "type": "string" }, { "type": "integer" }] });
        for schema in [&text, &word, &either] {
            assert!(accepts(schema, &Value::Null) && accepts(schema, &json!("a")), "{schema}");
            assert!(!accepts(schema, &json!(true)), "{schema}");
        }
        assert!(!accepts(&word, &json!("c")));
        assert!(!accepts(&json!({ "type": "string" }), &Value::Null));
    }

    #[test]
    fn a_property_may_be_called_example() {
        let schema = json!({
            "type": "object", "example": { "example": 1 },
            "properties": { "example": { "type": "string", "example": "x" } },
        });
        assert!(!accepts(&schema, &json!({ "example": 1 })));
        assert!(accepts(&schema, &json!({ "example": "y" })));
    }

    #[test]
    fn the_older_kind_says_the_same_elsewhere() {
        let document = as_openapi(json!({
            "swagger": "2.0", "info": {},
            "paths": { "/a": { "get": {
                "parameters": [{ "name": "page", "in": "query", "type": "integer", "description": "x" }],
                "responses": { "200": { "$ref": "#/responses/One" } },
            } } },
            "responses": { "One": { "description": "x", "schema": { "$ref": "#/definitions/Two" } } },
            "definitions": { "Two": { "properties": { "three": { "$ref": "#/definitions/Two" } } } },
        }));
        let operation = &document["paths"]["/a"]["get"];
        assert_eq!(operation["parameters"][0]["schema"], json!({ "type": "integer" }));
        let answer = resolve(&document, &operation["responses"]["200"]).expect("there");
        let schema = resolve(&document, &answer["content"]["application/json"]["schema"]).expect("there");
        assert_eq!(schema["properties"]["three"]["$ref"], "#/components/schemas/Two");
        let modern = json!({ "openapi": "3.1.0", "paths": {} });
        assert_eq!(as_openapi(modern.clone()), modern);
    }

    #[test]
    fn cutting_keeps_what_is_referred_to_and_drops_the_rest() {
        let document = json!({
            "openapi": "3.0.3", "info": {},
            "paths": { "/a": { "get": { "$ref": "#/components/schemas/one" } }, "/b": {} },
            "components": { "schemas": {
                "one": { "items": { "$ref": "#/components/schemas/two" }, "example": { "$ref": "#/components/schemas/four" } },
                "two": {}, "three": {}, "four": {}, "basic-error": {},
            } },
        });
        let cut = cut(&document, &["/a"], "#/components/schemas/basic-error").expect("cut");
        let names: Vec<_> = cut["components"]["schemas"].as_object().expect("schemas").keys().collect();
        assert_eq!(names, ["basic-error", "one", "two"]);
        assert!(
            super::cut(&document, &["/c"], "#/components/schemas/basic-error").is_err(),
            "a path that is gone must be noticed"
        );
    }
}
