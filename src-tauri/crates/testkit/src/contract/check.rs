//! One exchange against the description.
//!
//! What is said only in prose is written out here: which headers a request needs, and which
//! errors may come from everywhere.

use super::{
    Contract, Side, Violation,
    operation::{Operation, Place},
};
use crate::forge::{API_VERSIONS, Exchange};
use serde_json::{Value, json};

/// Any operation may answer with one of these, whether it lists it or not.
const ANYWHERE: &[u16] = &[400, 401, 403, 404, 429, 500, 502, 503, 504];
/// Asks for a file as it is (rest/git/blobs).
const RAW: &str = "application/vnd.github.raw";
/// The first few violations of one body are enough to find the cause.
const AT_MOST: usize = 5;

pub(super) fn exchange(contract: &Contract, exchange: &Exchange) -> Vec<Violation> {
    let name = format!("{} {}", exchange.method, exchange.path);
    let mut notes = Notes { exchange: name, all: Vec::new() };
    let found = contract
        .operations
        .iter()
        .find_map(|one| one.fits(&exchange.method, &exchange.path).map(|values| (one, values)));
    let Some((operation, values)) = found else {
        notes.add(Side::Request, "there is no such operation among those in use");
        return notes.all;
    };
    request(contract, operation, &values, exchange, &mut notes);
    if let Some(status) = exchange.status.filter(|_| !exchange.troubled) {
        answer(contract, operation, status, exchange, &mut notes);
    }
    notes.all
}

struct Notes {
    exchange: String,
    all: Vec<Violation>,
}

impl Notes {
    fn add(&mut self, side: Side, what: impl Into<String>) {
        self.all.push(Violation { exchange: self.exchange.clone(), side, what: what.into() });
    }
}

fn request(
    contract: &Contract,
    operation: &Operation,
    path: &[(String, &str)],
    exchange: &Exchange,
    notes: &mut Notes,
) {
    for parameter in &operation.parameters {
        let given: Vec<&str> = match parameter.place {
            Place::Path => path.iter().filter(|(name, _)| *name == parameter.name).map(|(_, value)| *value).collect(),
            Place::Query => exchange
                .query
                .iter()
                .filter(|(name, _)| *name == parameter.name)
                .map(|(_, value)| value.as_str())
                .collect(),
            Place::Header => exchange.header(&parameter.name).into_iter().collect(),
        };
        // An alias has other names in its path.
        if given.is_empty() && parameter.required && parameter.place != Place::Path {
            notes.add(Side::Request, format!("the parameter {} is missing", parameter.name));
        }
        if given.len() > 1 {
            notes.add(Side::Request, format!("the parameter {} is there more than once", parameter.name));
        }
        for text in given {
            let value = typed(text, &parameter.schema);
            let at = format!("parameter {}", parameter.name);
            validate(contract, &parameter.schema, &value, Side::Request, &at, notes);
        }
    }
    for (name, _) in &exchange.query {
        if !operation.parameters.iter().any(|one| one.place == Place::Query && one.name == *name) {
            notes.add(Side::Request, format!("the parameter {name} does not exist"));
        }
    }
    for what in (contract.description.headers)(operation, exchange) {
        notes.add(Side::Request, what);
    }
    let body: Option<Value> = match (&exchange.body[..], &operation.body) {
        ([], Some((required, _))) => {
            if *required {
                notes.add(Side::Request, "the body is missing");
            }
            None
        }
        ([], None) => None,
        (_, None) => {
            notes.add(Side::Request, "a body where none is described");
            None
        }
        (bytes, Some(_)) => serde_json::from_slice(bytes).ok().or_else(|| {
            notes.add(Side::Request, "the body is not JSON");
            None
        }),
    };
    if let (Some(body), Some((_, schema))) = (body, &operation.body) {
        if exchange.header("content-type").is_none_or(|kind| !kind.starts_with("application/json")) {
            notes.add(Side::Request, "a JSON body that does not say so in Content-Type");
        }
        validate(contract, schema, &body, Side::Request, "body", notes);
    }
}

/// What GitHub asks of every request in prose.
pub(super) fn github_headers(operation: &Operation, exchange: &Exchange) -> Vec<String> {
    let mut wrong = Vec::new();
    if exchange.header("user-agent").is_none_or(str::is_empty) {
        wrong.push("no User-Agent".to_owned());
    }
    let accept = exchange.header("accept").unwrap_or_default();
    if !accept.starts_with("application/vnd.github") && !accept.starts_with("application/json") {
        wrong.push("Accept names neither GitHub's media type nor JSON".to_owned());
    }
    if exchange.header("x-github-api-version").is_some_and(|version| !API_VERSIONS.contains(&version)) {
        wrong.push("X-GitHub-Api-Version names no version there is".to_owned());
    }
    // The operations of an OAuth client sign in with its id and secret, the others with a token.
    let expected: &[&str] =
        if operation.path.starts_with("/applications/") { &["basic"] } else { &["bearer", "token"] };
    wrong.extend(scheme(exchange, expected));
    wrong
}

/// What Forgejo asks of every request in prose.
pub(super) fn forgejo_headers(_operation: &Operation, exchange: &Exchange) -> Vec<String> {
    scheme(exchange, &["bearer", "token", "basic"]).into_iter().collect()
}

fn scheme(exchange: &Exchange, expected: &[&str]) -> Option<String> {
    let scheme = exchange.header("authorization").and_then(|text| text.split(' ').next()).unwrap_or_default();
    let known = expected.iter().any(|one| one.eq_ignore_ascii_case(scheme));
    (!known).then(|| format!("Authorization is not of the scheme {}", expected[0]))
}

fn answer(contract: &Contract, operation: &Operation, status: u16, exchange: &Exchange, notes: &mut Notes) {
    let basic = json!({ "$ref": contract.description.error });
    let schema = match operation.answers.get(&status) {
        Some(schema) => schema.clone(),
        None if ANYWHERE.contains(&status) => Some(basic),
        None => {
            notes.add(Side::Answer, format!("the status {status} is not described"));
            return;
        }
    };
    let Some(body) = &exchange.answer else {
        notes.add(Side::Answer, "the body was not kept, so nothing is known of it");
        return;
    };
    // A 304 never has one, whatever a description may say.
    let Some(schema) = schema.filter(|_| status != 304) else {
        if !body.is_empty() {
            notes.add(Side::Answer, format!("a body with status {status}"));
        }
        return;
    };
    let kind = exchange.answer_header("content-type").unwrap_or_default();
    // A file as its bytes, which prose offers and the description leaves out.
    if exchange.header("accept").is_some_and(|kinds| kinds.contains(RAW)) && status == 200 {
        if !kind.starts_with(RAW) {
            notes.add(Side::Answer, "Content-Type is not what was asked for");
        }
        return;
    }
    if !kind.starts_with("application/json") {
        notes.add(Side::Answer, "Content-Type is not JSON");
    }
    match serde_json::from_slice(body) {
        Ok(value) => validate(contract, &schema, &value, Side::Answer, "body", notes),
        Err(_) => notes.add(Side::Answer, "the body is not JSON"),
    }
}

/// A parameter's text as a value of the described type; as text if it is none.
fn typed(text: &str, schema: &Value) -> Value {
    let parsed = match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}

fn validate(contract: &Contract, schema: &Value, value: &Value, side: Side, at: &str, notes: &mut Notes) {
    match contract.validator(schema) {
        Err(error) => notes.add(side, error.to_string()),
        Ok(validator) => {
            for error in validator.iter_errors(value).take(AT_MOST) {
                // Masked: the value itself may be a credential.
                let what = format!("{at}{}: {}", error.instance_path(), error.masked_with("it"));
                notes.add(side, what);
            }
        }
    }
}
