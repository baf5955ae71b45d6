//! `drawbridge credential`: what a person brings along: SSH keys, headers, passwords, clients.
//!
//! What is asked for comes from the keeper's forms. Not here: what fits into a field.

use crate::{
    Session,
    failure::Failure,
    reach,
    secret_input::SecretInput,
    table::{self, Table},
    words,
};
use clap::{Args, Subcommand, ValueEnum};
use drawbridge_domain::{AccountId, CredentialId, SecretPlace, SecretString, TypedFacts, TypedKind};
use drawbridge_keeper::dto::{
    AddCredential, BasicFields, ClientFields, Credential, CredentialForm, FormField, HeadersFields, SshKeyFields,
    TypedFields,
};
use std::{collections::BTreeMap, path::PathBuf};

/// What the help of `add` says about secrets.
const SECRETS: &str = "\
A secret is never an argument. It comes from standard input or a file, or you are asked for it at a
terminal. From standard input, a passphrase comes first, as one line, then a key or headers, as
many lines as they have.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a credential, or put it in place of another
    #[command(after_help = SECRETS)]
    Add(Box<Add>),
    /// The credentials that you brought
    List,
    /// One credential, without what is secret of it
    Show {
        /// The credential, as `credential list` names it
        #[arg(value_parser = id)]
        id: CredentialId,
    },
    /// The public half of an SSH key, as one line
    PublicKey {
        /// The credential, as `credential list` names it
        #[arg(value_parser = id)]
        id: CredentialId,
    },
    /// Ask whether a credential works
    Check {
        /// The credential, as `credential list` names it
        #[arg(value_parser = id)]
        id: CredentialId,
    },
    /// Remove a credential here; it goes on working where it is known
    Remove {
        /// The credential, as `credential list` names it
        #[arg(value_parser = id)]
        id: CredentialId,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// What kind
    kind: Kind,
    /// What to call it
    #[arg(long, value_name = "NAME")]
    label: String,
    /// Where it may be used: `git.example.org`, `*.example.org`, with a port if need be; may be given again
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// The account it belongs to; without a host, it is for the account's
    #[arg(long, value_name = "ID", value_parser = super::account::id)]
    account: Option<AccountId>,
    /// The day it ends, such as 2027-01-31
    #[arg(long, value_name = "DAY")]
    expires: Option<String>,
    /// Put it in place of this one, of whatever kind
    #[arg(long, value_name = "ID", value_parser = id)]
    replace: Option<CredentialId>,
    /// Store it without asking anybody whether it works
    #[arg(long)]
    without_check: bool,
    #[command(flatten)]
    fields: Fields,
}

/// A flag for each field of any form; which belong to a kind, its form says.
#[derive(Debug, Args)]
#[command(next_help_heading = "What it is made of")]
struct Fields {
    /// ssh-key: the private key, from standard input; a new one is made without
    #[arg(long)]
    private_key_stdin: bool,
    /// ssh-key: the private key's file
    #[arg(long, value_name = "FILE", conflicts_with = "private_key_stdin")]
    private_key_file: Option<PathBuf>,
    /// ssh-key: what opens the private key, from standard input
    #[arg(long)]
    passphrase_stdin: bool,
    /// ssh-key: what stands at the end of the public key
    #[arg(long)]
    comment: Option<String>,
    /// headers: `Name: value`, one a line, from standard input
    #[arg(long)]
    headers_stdin: bool,
    /// headers: the same in a file
    #[arg(long, value_name = "FILE", conflicts_with = "headers_stdin")]
    headers_file: Option<PathBuf>,
    /// basic: the user name
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// basic: the password, from standard input
    #[arg(long)]
    password_stdin: bool,
    /// headers, basic: an address that answers well only if they are right
    #[arg(long, value_name = "URL")]
    check_url: Option<String>,
    /// client-credentials: where access is asked for
    #[arg(long, value_name = "URL")]
    token_endpoint: Option<String>,
    /// client-credentials: the client id
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// client-credentials: the client secret, from standard input
    #[arg(long)]
    client_secret_stdin: bool,
    /// client-credentials: what to ask for, with spaces between
    #[arg(long)]
    scopes: Option<String>,
    /// client-credentials: `header` or `body`, where the secret is sent
    #[arg(long, value_name = "PLACE")]
    secret_in: Option<String>,
}

/// Where a field's text comes from.
enum Source {
    Argument(String),
    Stdin,
    File(PathBuf),
}

impl Fields {
    /// What was given, by the field's name in the form.
    fn given(self) -> BTreeMap<&'static str, Source> {
        let stdin = |flag: bool| flag.then_some(Source::Stdin);
        let argument = |text: Option<String>| text.map(Source::Argument);
        let key = stdin(self.private_key_stdin).or(self.private_key_file.map(Source::File));
        let headers = stdin(self.headers_stdin).or(self.headers_file.map(Source::File));
        let all = [
            ("private_key", key),
            ("passphrase", stdin(self.passphrase_stdin)),
            ("comment", argument(self.comment)),
            ("headers", headers),
            ("user", argument(self.user)),
            ("password", stdin(self.password_stdin)),
            ("check_url", argument(self.check_url)),
            ("token_endpoint", argument(self.token_endpoint)),
            ("client_id", argument(self.client_id)),
            ("client_secret", stdin(self.client_secret_stdin)),
            ("scopes", argument(self.scopes)),
            ("secret_in", argument(self.secret_in)),
        ];
        all.into_iter().filter_map(|(name, source)| Some((name, source?))).collect()
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// A key pair for SSH, new or brought along
    SshKey,
    /// HTTP headers for certain hosts
    Headers,
    /// A user name and a password
    Basic,
    /// An OAuth client that acts for itself
    ClientCredentials,
}

impl From<Kind> for TypedKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::SshKey => Self::SshKey,
            Kind::Headers => Self::Headers,
            Kind::Basic => Self::Basic,
            Kind::ClientCredentials => Self::ClientCredentials,
        }
    }
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(add) => self::add(session, *add).await,
        Command::List => list(session).await,
        Command::Show { id } => {
            let credential = reach::keeper(session).await?.credential_show(&id).await?;
            show(session, &credential)
        }
        Command::PublicKey { id } => {
            let credential = reach::keeper(session).await?.credential_show(&id).await?;
            let TypedFacts::SshKey(key) = &credential.what else {
                return Err(Failure::usage(
                    format!("{} is no SSH key.", credential.label),
                    "`drawbridge credential list` shows what each is.",
                ));
            };
            if session.output.json() {
                return session.output.object(&serde_json::json!({ "public_key": key.public_key }));
            }
            session.output.text(&key.public_key)
        }
        Command::Check { id } => {
            let credential = reach::keeper(session).await?.credential_check(&id).await?;
            if session.output.json() {
                return session.output.object(&credential);
            }
            session.output.text(&format!("{}: {}.", credential.label, credential.state))
        }
        Command::Remove { id } => {
            let removed = reach::keeper(session).await?.credential_remove(&id).await?;
            if session.output.json() { session.output.object(&removed) } else { session.output.text(&removed.sentence) }
        }
    }
}

async fn add(session: &mut Session, add: Add) -> Result<(), Failure> {
    let Add { kind, label, hosts, account, expires, replace, without_check, fields } = add;
    let kind = TypedKind::from(kind);
    let keeper = reach::keeper(session).await?;
    let forms = keeper.credential_kinds().await?;
    let form = forms.into_iter().find(|form| form.kind == kind);
    let form = form.ok_or_else(|| Failure::usage("The keeper knows no such kind.", "It may be of another version."))?;
    let what = filled(session, &form, fields.given()).await?;
    let request = AddCredential { label, hosts, account, ends_at: expires, replaces: replace, without_check, what };
    let credential = keeper.credential_add(&request).await?;
    show(session, &credential)
}

/// The form with everything in it that was given or is asked for now.
async fn filled(
    session: &mut Session,
    form: &CredentialForm,
    mut given: BTreeMap<&'static str, Source>,
) -> Result<TypedFields, Failure> {
    let schema = &form.schema;
    if let Some(name) = given.keys().find(|name| !schema.properties.contains_key(**name)) {
        let hint =
            format!("It is made of: {}.", schema.order.iter().map(|name| flag(name)).collect::<Vec<_>>().join(", "));
        return Err(Failure::usage(format!("`{}` does not belong to this kind.", flag(name)), hint));
    }
    let mut values = BTreeMap::new();
    // What has one line is read before what has as many as it likes.
    let has_lines =
        |name: &&String| schema.properties.get(*name).is_some_and(|field| field.content_media_type.is_some());
    let (lines, line): (Vec<_>, Vec<_>) = schema.order.iter().partition(has_lines);
    for name in line.into_iter().chain(lines) {
        let Some(field) = schema.properties.get(name) else { continue };
        let needed = schema.required.contains(name);
        if let Some(value) = value(session, name, field, given.remove(name.as_str()), needed).await? {
            values.insert(name.as_str(), value);
        }
    }
    fields(form.kind, values)
}

async fn value(
    session: &mut Session,
    name: &str,
    field: &FormField,
    source: Option<Source>,
    needed: bool,
) -> Result<Option<SecretString>, Failure> {
    let what = field.title.to_lowercase();
    let typed = SecretInput::is_typed();
    Ok(match source {
        Some(Source::Argument(text)) => Some(SecretString::from(text)),
        Some(Source::File(path)) => Some(SecretInput::read_file(&path, &what)?),
        Some(Source::Stdin) => Some(secret(session, field, &what).await?),
        None if !needed => None,
        None if typed && field.write_only => Some(secret(session, field, &what).await?),
        None if typed => Some(SecretString::from(SecretInput::ask(&field.title).await?)),
        None => {
            return Err(Failure::usage(format!("{} is missing.", field.title), format!("Give it: {}.", flag(name))));
        }
    })
}

async fn secret(session: &mut Session, field: &FormField, what: &str) -> Result<SecretString, Failure> {
    if field.content_media_type.is_some() {
        session.secrets.read_text(what).await
    } else {
        session.secrets.read(what).await
    }
}

/// The flag for a field.
fn flag(name: &str) -> String {
    let kebab = name.replace('_', "-");
    match name {
        "private_key" | "headers" => format!("--{kebab}-stdin or --{kebab}-file"),
        "passphrase" | "password" | "client_secret" => format!("--{kebab}-stdin"),
        _ => format!("--{kebab}"),
    }
}

fn fields(kind: TypedKind, mut values: BTreeMap<&str, SecretString>) -> Result<TypedFields, Failure> {
    let mut take = |name: &str| values.remove(name);
    let text = |value: Option<SecretString>| value.map(|text| text.expose().clone());
    let empty = || SecretString::from(String::new());
    Ok(match kind {
        TypedKind::SshKey => TypedFields::SshKey(SshKeyFields {
            private_key: take("private_key"),
            passphrase: take("passphrase"),
            comment: text(take("comment")),
        }),
        TypedKind::Headers => TypedFields::Headers(HeadersFields {
            headers: take("headers").unwrap_or_else(empty),
            check_url: text(take("check_url")),
        }),
        TypedKind::Basic => TypedFields::Basic(BasicFields {
            user: text(take("user")).unwrap_or_default(),
            password: take("password").unwrap_or_else(empty),
            check_url: text(take("check_url")),
        }),
        TypedKind::ClientCredentials => TypedFields::ClientCredentials(ClientFields {
            token_endpoint: text(take("token_endpoint")).unwrap_or_default(),
            client_id: text(take("client_id")).unwrap_or_default(),
            client_secret: take("client_secret").unwrap_or_else(empty),
            scopes: text(take("scopes")),
            secret_in: match text(take("secret_in")).as_deref() {
                None => None,
                Some("header") => Some(SecretPlace::Header),
                Some("body") => Some(SecretPlace::Body),
                Some(_) => {
                    return Err(Failure::usage(
                        "A secret is sent in the header or in the body.",
                        "`--secret-in header` or `--secret-in body`.",
                    ));
                }
            },
        }),
    })
}

async fn list(session: &mut Session) -> Result<(), Failure> {
    let credentials = reach::keeper(session).await?.credential_list().await?;
    if session.output.json() {
        return session.output.object(&credentials);
    }
    if credentials.rows.is_empty() {
        session.output.note("You brought no credential yet. Add one with `drawbridge credential add`.");
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["ID", "NAME", "KIND", "HOSTS", "WHAT", "STATE", "CHANGED"]);
    for credential in credentials.rows {
        table.row([
            credential.id.to_string(),
            credential.label.clone(),
            credential.title.clone(),
            hosts(&credential),
            credential.summary.clone(),
            credential.state.clone(),
            words::ago(credential.changed_at, now),
        ]);
    }
    table.print(&mut session.output)
}

fn hosts(credential: &Credential) -> String {
    credential.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn show(session: &mut Session, credential: &Credential) -> Result<(), Failure> {
    if session.output.json() {
        return session.output.object(credential);
    }
    let now = session.parts.clock.now();
    let day = |at: drawbridge_domain::Timestamp| at.to_string().chars().take(10).collect::<String>();
    let checked = credential.checked_at.map_or_else(String::new, |at| format!(", {}", words::ago(at, now)));
    let mut facts = vec![
        ("Name", credential.label.clone()),
        ("Id", credential.id.to_string()),
        ("Kind", credential.title.clone()),
        ("Hosts", hosts(credential)),
        ("Account", credential.account.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("State", format!("{}{checked}", credential.state)),
        ("Ends", credential.ends_at.map(day).unwrap_or_default()),
    ];
    let address = |url: &Option<drawbridge_domain::WebUrl>| url.as_ref().map(ToString::to_string).unwrap_or_default();
    match &credential.what {
        TypedFacts::SshKey(key) => {
            facts.push(("Fingerprint", key.fingerprint.clone()));
            facts.push(("Public key", key.public_key.clone()));
        }
        TypedFacts::Headers(headers) => {
            facts.push(("Headers", headers.names.join(", ")));
            facts.push(("Checked at", address(&headers.check_url)));
        }
        TypedFacts::Basic(basic) => {
            facts.push(("User", basic.user.clone()));
            facts.push(("Checked at", address(&basic.check_url)));
        }
        TypedFacts::ClientCredentials(client) => {
            facts.push(("Client id", client.client_id.clone()));
            facts.push(("Token endpoint", client.token_endpoint.to_string()));
            facts.push(("Scopes", client.scopes.join(" ")));
        }
    }
    table::facts(&mut session.output, &facts)
}

/// Reads a credential's id.
pub(crate) fn id(text: &str) -> Result<CredentialId, String> {
    text.parse().map_err(|_| "that is no id of a credential; `drawbridge credential list` shows them".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::arguments::Arguments;
    use clap::CommandFactory as _;

    #[test]
    fn no_secret_of_a_form_is_an_argument() {
        let mut all = Arguments::command();
        all.build();
        let add = all.find_subcommand("credential").and_then(|group| group.find_subcommand("add")).expect("there");
        for name in ["private_key", "passphrase", "headers", "password", "client_secret"] {
            let plain = name.replace('_', "-");
            assert!(add.get_arguments().all(|argument| argument.get_long() != Some(&plain)), "--{plain} would be seen");
            assert!(
                add.get_arguments().any(|argument| argument.get_long() == Some(&format!("{plain}-stdin"))),
                "{plain}"
            );
        }
    }
}
