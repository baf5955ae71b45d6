//! Credentials that a person types in, and the forms for them.

use drawbridge_domain::{
    AccountId, CheckOutcome, CredentialId, HostPattern, SecretPlace, SecretString, Timestamp, TypedFacts, TypedKind,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A credential that was typed in. What is secret of it is never part of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct Credential {
    /// Ours.
    pub id: CredentialId,
    /// What the person calls it.
    pub label: String,
    /// The account it is attached to, if any.
    pub account: Option<AccountId>,
    /// Where it may be used.
    pub hosts: Vec<HostPattern>,
    /// Its kind, and what may be shown of it.
    pub what: TypedFacts,
    /// The kind for a person.
    pub title: String,
    /// What tells it apart, on one line: a fingerprint, a user name, names of headers.
    pub summary: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last replaced.
    pub changed_at: Timestamp,
    /// When it ends, as the person says.
    pub ends_at: Option<Timestamp>,
    /// What asking about it last came to; nothing if it was never asked.
    pub outcome: Option<CheckOutcome>,
    /// When that was.
    pub checked_at: Option<Timestamp>,
    /// The same in words.
    pub state: String,
}

/// A credential to add, or to put in place of another.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct AddCredential {
    /// What to call it, 1 to 60 letters; no other has the same.
    pub label: String,
    /// Where it may be used: `git.example.org`, `*.example.org`, `git.example.org:8443`. The account's host if
    /// there are none.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The account to attach it to.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// When it ends: a day (`2027-01-31`) or an RFC 3339 time.
    #[serde(default)]
    pub ends_at: Option<String>,
    /// The one to put it in place of, of whatever kind.
    #[serde(default)]
    pub replaces: Option<CredentialId>,
    /// Stores it without asking anybody whether it works.
    #[serde(default)]
    pub without_check: bool,
    /// What was typed.
    pub what: TypedFields,
}

/// What is typed into the form of a kind.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(tag = "kind", content = "fields", rename_all = "kebab-case")]
pub enum TypedFields {
    /// A key pair for SSH.
    SshKey(SshKeyFields),
    /// HTTP headers.
    Headers(HeadersFields),
    /// A user name and a password.
    Basic(BasicFields),
    /// An OAuth client that acts for itself.
    ClientCredentials(ClientFields),
}

/// A key pair for SSH; a new one where none is given.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SshKeyFields {
    /// The private key as OpenSSH writes it.
    #[serde(default)]
    #[specta(type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub private_key: Option<SecretString>,
    /// What opens it, if it is encrypted.
    #[serde(default)]
    #[specta(type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub passphrase: Option<SecretString>,
    /// The comment of the public key.
    #[serde(default)]
    pub comment: Option<String>,
}

/// HTTP headers.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadersFields {
    /// `Name: value`, one a line.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub headers: SecretString,
    /// An address that answers well only if they are right.
    #[serde(default)]
    pub check_url: Option<String>,
}

/// A user name and a password.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BasicFields {
    /// The user name.
    pub user: String,
    /// The password.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub password: SecretString,
    /// An address that answers well only if they are right.
    #[serde(default)]
    pub check_url: Option<String>,
}

/// An OAuth client that acts for itself.
#[derive(Debug, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientFields {
    /// RFC 6749 §3.2.
    pub token_endpoint: String,
    /// RFC 6749 §2.2.
    pub client_id: String,
    /// RFC 6749 §2.3.1.
    #[specta(type = String)]
    #[schema(value_type = String)]
    pub client_secret: SecretString,
    /// With spaces between (RFC 6749 §3.3).
    #[serde(default)]
    pub scopes: Option<String>,
    /// Where the secret travels.
    #[serde(default)]
    pub secret_in: Option<SecretPlace>,
}

/// The form of one kind of credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct CredentialForm {
    /// Which kind.
    pub kind: TypedKind,
    /// Its name for a person.
    pub title: String,
    /// What it is for, as a sentence.
    pub sentence: String,
    /// Its fields.
    pub schema: FormSchema,
}

/// A JSON Schema (draft 2020-12) of one object whose values are all texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormSchema {
    /// Which draft.
    #[serde(rename = "$schema")]
    pub dialect: String,
    /// `object`.
    pub r#type: String,
    /// The fields by name.
    pub properties: BTreeMap<String, FormField>,
    /// Those that may not be left out.
    pub required: Vec<String>,
    /// Never: what is not named is refused.
    pub additional_properties: bool,
    /// The names in the order in which they are asked for, which an object does not have.
    #[serde(rename = "x-order")]
    pub order: Vec<String>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormField {
    /// `string`.
    pub r#type: String,
    /// What it is called.
    pub title: String,
    /// What to put there.
    pub description: String,
    /// Whether it is secret: it goes in and never comes out.
    pub write_only: bool,
    /// The shortest text, in letters.
    pub min_length: u32,
    /// The longest text, in letters.
    pub max_length: u32,
    /// What the text looks like (ECMA-262).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What there is to choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#enum: Option<Vec<String>>,
    /// What is taken if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Set for what has several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_media_type: Option<String>,
}

/// What removing a credential did, and what is left to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct RemovedCredential {
    /// What it was called.
    pub label: String,
    /// What was done and what is left, as a sentence.
    pub sentence: String,
}
