//! The form of each kind of credential as a JSON Schema: what the command line asks by and the window
//! draws.
//!
//! The one definition of titles, help and limits; a test holds it against what the request types read.
//! Not here: reading what was typed.

use crate::dto::{CredentialForm, FormField, FormSchema};
use drawbridge_domain::{MAX_CLIENT_IDENTIFIER, MAX_CLIENT_SECRET, TypedKind};

/// The longest user name or comment.
pub(super) const SHORT: u32 = 300;
/// The longest password or passphrase.
pub(super) const LONG: u32 = 4096;
/// The longest address.
pub(super) const ADDRESS: u32 = 2000;
/// The longest private key, or all headers together.
pub(super) const TEXT: u32 = 32 * 1024;

/// The forms of all kinds.
pub(super) fn all() -> Vec<CredentialForm> {
    TypedKind::ALL.into_iter().map(of).collect()
}

/// The name of a kind for a person.
pub(crate) fn title(kind: TypedKind) -> &'static str {
    match kind {
        TypedKind::SshKey => "SSH key",
        TypedKind::Headers => "HTTP headers",
        TypedKind::Basic => "User and password",
        TypedKind::ClientCredentials => "Client credentials",
    }
}

/// The form of one kind.
fn of(kind: TypedKind) -> CredentialForm {
    let (sentence, fields) = match kind {
        TypedKind::SshKey => (
            "Signs in over SSH. Make a new key here, or bring one along.",
            vec![
                (
                    "private_key",
                    FormField {
                        content_media_type: Some("application/x-pem-file".to_owned()),
                        ..secret(
                            "Private key",
                            "The whole file as OpenSSH writes it. Leave it empty to make a new Ed25519 key.",
                            TEXT,
                        )
                    },
                    false,
                ),
                (
                    "passphrase",
                    secret("Passphrase of the key", "Only if it has one. It opens the key once and is not kept.", LONG),
                    false,
                ),
                ("comment", text("Comment", "Stands at the end of the public key, such as your address.", 200), false),
            ],
        ),
        TypedKind::Headers => (
            "Sent along with requests to certain hosts, such as an API key.",
            vec![
                (
                    "headers",
                    FormField {
                        content_media_type: Some("text/plain".to_owned()),
                        ..secret("Headers", "One a line, as Name: value.", TEXT)
                    },
                    true,
                ),
                ("check_url", check_url(), false),
            ],
        ),
        TypedKind::Basic => (
            "A user name and a password, as HTTP Basic sends them.",
            vec![
                (
                    "user",
                    FormField { pattern: Some("^[^:]+$".to_owned()), ..text("User name", "Without a colon.", SHORT) },
                    true,
                ),
                ("password", secret("Password", "It is sealed in the vault and never shown again.", LONG), true),
                ("check_url", check_url(), false),
            ],
        ),
        TypedKind::ClientCredentials => (
            "An OAuth client that asks for access as itself, without a person (RFC 6749 §4.4).",
            vec![
                ("token_endpoint", text("Token endpoint", "The address where access is asked for.", ADDRESS), true),
                ("client_id", text("Client id", "As the provider gave it.", MAX_CLIENT_IDENTIFIER), true),
                (
                    "client_secret",
                    secret("Client secret", "It is sealed in the vault and never shown again.", MAX_CLIENT_SECRET),
                    true,
                ),
                ("scopes", text("Scopes", "With spaces between; leave it empty for the usual ones.", ADDRESS), false),
                (
                    "secret_in",
                    FormField {
                        r#enum: Some(vec!["header".to_owned(), "body".to_owned()]),
                        default: Some("header".to_owned()),
                        ..text(
                            "Secret sent in",
                            "The header, unless the provider says that it wants it in the body.",
                            10,
                        )
                    },
                    false,
                ),
            ],
        ),
    };
    let order: Vec<String> = fields.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let required = fields.iter().filter(|(.., needed)| *needed).map(|(name, ..)| (*name).to_owned()).collect();
    CredentialForm {
        kind,
        title: title(kind).to_owned(),
        sentence: sentence.to_owned(),
        schema: FormSchema {
            dialect: "https://json-schema.org/draft/2020-12/schema".to_owned(),
            r#type: "object".to_owned(),
            properties: fields.into_iter().map(|(name, field, _)| (name.to_owned(), field)).collect(),
            required,
            additional_properties: false,
            order,
        },
    }
}

fn text(title: &str, description: &str, max_length: u32) -> FormField {
    FormField {
        r#type: "string".to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        write_only: false,
        min_length: 1,
        max_length,
        pattern: None,
        r#enum: None,
        default: None,
        content_media_type: None,
    }
}

fn secret(title: &str, description: &str, max_length: u32) -> FormField {
    FormField { write_only: true, ..text(title, description, max_length) }
}

fn check_url() -> FormField {
    text(
        "Address to check",
        "One that answers well only if this is right; leave it empty to store it unchecked.",
        ADDRESS,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::TypedFields;
    use serde_json::{Value, json};

    /// Something that fits each field.
    fn sample(form: &CredentialForm) -> Value {
        let value = |(name, field): (&String, &FormField)| {
            let text = field.r#enum.as_ref().map_or("x".to_owned(), |choices| choices[0].clone());
            (name.clone(), Value::String(text))
        };
        Value::Object(form.schema.properties.iter().map(value).collect())
    }

    fn reads(kind: TypedKind, fields: &Value) -> bool {
        serde_json::from_value::<TypedFields>(json!({ "kind": kind, "fields": fields })).is_ok()
    }

    #[test]
    fn schemas_and_request_types_agree() {
        for form in all() {
            let schema = serde_json::to_value(&form.schema).expect("JSON");
            assert!(jsonschema::meta::is_valid(&schema), "{schema}");
            let schema = jsonschema::validator_for(&schema).expect("a schema");
            let whole = sample(&form);
            let both = |fields: &Value, fit: bool, what: &str| {
                assert_eq!(schema.is_valid(fields), fit, "the schema of {:?}: {what}", form.kind);
                assert_eq!(reads(form.kind, fields), fit, "the type of {:?}: {what}", form.kind);
            };
            both(&whole, true, "everything filled in");
            for name in form.schema.properties.keys() {
                let mut part = whole.clone();
                part.as_object_mut().expect("an object").remove(name);
                both(&part, !form.schema.required.contains(name), &format!("without {name}"));
                let mut wrong = whole.clone();
                wrong[name] = json!(7);
                both(&wrong, false, &format!("a number as {name}"));
            }
            let mut more = whole.clone();
            more["surprise"] = json!("x");
            both(&more, false, "something unknown");
            let mut order = form.schema.order.clone();
            order.sort();
            assert_eq!(order, form.schema.properties.keys().cloned().collect::<Vec<_>>(), "every field has its place");
        }
    }

    #[test]
    fn what_is_a_secret_to_the_form_is_one_to_the_type() {
        for form in all() {
            let mut fields = sample(&form);
            for (name, field) in form.schema.properties.iter().filter(|(_, field)| field.r#enum.is_none()) {
                fields[name] = Value::String(format!("{}-{name}", if field.write_only { "hidden" } else { "shown" }));
            }
            let read = serde_json::from_value::<TypedFields>(json!({ "kind": form.kind, "fields": fields }));
            let printed = format!("{:?}", read.expect("readable"));
            for (name, field) in form.schema.properties.iter().filter(|(_, field)| field.r#enum.is_none()) {
                let word = if field.write_only { "hidden" } else { "shown" };
                let there = printed.contains(&format!("{word}-{name}"));
                assert_eq!(there, !field.write_only, "{name} of {:?} in {printed}", form.kind);
            }
        }
    }
}
