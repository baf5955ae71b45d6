//! `drawbridge client import`: clients out of a settings file or the environment, into the vault.
//!
//! What can't be read is told by its place, never by its text: it may be a secret. Not here: which
//! clients can be used.

use crate::{Session, failure::Failure, reach, secret_input::SecretInput, table::Table};
use clap::Args;
use drawbridge_domain::{BaseUrl, ProviderId, SecretString};
use drawbridge_keeper::dto::{ImportClients, NewClient};
use serde::Deserialize;
use std::path::PathBuf;

/// What the help says about both sources.
pub(crate) const FORMAT: &str = "\
A file is TOML or JSON. For each client:
  [[client]]
  provider = \"PROVIDER\"
  client_id = \"ID\"
  client_secret = \"SECRET\"   # if it has one
  host = \"URL\"               # your own server; also api_url
  name = \"NAME\"              # what to call it
  own_redirects = true       # registered with the addresses that `provider show` prints
In the environment: DRAWBRIDGE_CLIENT_<PROVIDER>_ID and DRAWBRIDGE_CLIENT_<PROVIDER>_SECRET, the
provider in capitals with `_` for `-`.";

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Import {
    /// The file, or `-` for standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Take them from the environment
    #[arg(long)]
    environment: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientsFile {
    client: Vec<Entry>,
}

/// One client, with nothing that is misspelt passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    provider: ProviderId,
    host: Option<BaseUrl>,
    api_url: Option<BaseUrl>,
    client_id: String,
    client_secret: Option<SecretString>,
    name: Option<String>,
    #[serde(default)]
    preferred: bool,
    #[serde(default)]
    own_redirects: bool,
}

impl From<Entry> for NewClient {
    fn from(entry: Entry) -> Self {
        let Entry { provider, host, api_url, client_id, client_secret, name, preferred, own_redirects } = entry;
        // Who wrote the file registered it with the addresses that all share, or would say so.
        Self { provider, host, api_url, client_id, client_secret, name, preferred, own_redirects }
    }
}

pub(crate) async fn run(session: &mut Session, import: Import) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    let clients = match import.file {
        None => {
            let providers = keeper.provider_list().await?.into_iter().map(|provider| provider.id);
            of_environment(providers, variable)
        }
        Some(path) => {
            let stdin = path.as_os_str() == "-";
            let text = if stdin {
                session.secrets.read_all_text("file").await?
            } else {
                SecretInput::read_file(&path, "file")?
            };
            of_file(&text)?
        }
    };
    let found = keeper.client_import(&ImportClients { clients }).await?;
    if session.output.json() {
        return session.output.object(&found);
    }
    if found.rows.is_empty() {
        session.output.note("There is no client in it. Nothing was changed.");
        return Ok(());
    }
    let mut table = Table::new(["PROVIDER", "CLIENT ID", "WHAT BECAME OF IT"]);
    let added = found.rows.iter().filter(|row| row.client.is_some()).count();
    for row in found.rows {
        let what = if row.client.is_some() { "added".to_owned() } else { format!("passed over: {}", row.why) };
        table.row([row.provider.to_string(), row.client_id, what]);
    }
    table.print(&mut session.output)?;
    if added > 0 {
        session.output.note("Their secrets are in the vault now; take them out of where they came from.");
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a person asks for what is in their environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Reads a file, whichever of the two it is.
fn of_file(text: &SecretString) -> Result<Vec<NewClient>, Failure> {
    let text = text.expose();
    let read = if text.trim_start().starts_with('{') {
        serde_json::from_str::<ClientsFile>(text).map_err(|error| error.line())
    } else {
        toml::from_str::<ClientsFile>(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            before.matches('\n').count() + 1
        })
    };
    let file = read.map_err(|line| {
        Failure::usage(
            format!("The file can't be read as clients: something in line {line} does not fit. Nothing was changed."),
            "See `drawbridge client import --help` for what it looks like.",
        )
    })?;
    Ok(file.client.into_iter().map(NewClient::from).collect())
}

/// The clients that variables name, of the providers that are known.
fn of_environment(
    providers: impl Iterator<Item = ProviderId>,
    variable: impl Fn(&str) -> Option<String>,
) -> Vec<NewClient> {
    let client = |provider: ProviderId| {
        let name = provider.as_str().to_ascii_uppercase().replace('-', "_");
        let value = |what: &str| variable(&format!("DRAWBRIDGE_CLIENT_{name}_{what}")).filter(|text| !text.is_empty());
        let client_secret = value("SECRET").map(SecretString::from);
        let client_id = value("ID")?;
        Some(NewClient {
            provider,
            host: None,
            api_url: None,
            client_id,
            client_secret,
            name: None,
            preferred: false,
            own_redirects: false,
        })
    };
    providers.filter_map(client).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<NewClient>, String> {
        of_file(&SecretString::from(text.to_owned()))
            .map_err(|failure| serde_json::to_string(&failure.told()).expect("JSON"))
    }

    #[test]
    fn both_forms_of_a_file_say_the_same() {
        let toml = "[[client]]\nprovider = \"some-host\"\nclient_id = \"a\"\nclient_secret = \"s\"\n\n[[client]]\nprovider = \"other\"\nhost = \"git.example.org\"\nclient_id = \"b\"\nname = \"mine\"\n";
        let json = r#"{"client":[{"provider":"some-host","client_id":"a","client_secret":"s"},
            {"provider":"other","host":"https://git.example.org","client_id":"b","name":"mine"}]}"#;
        for text in [toml, json] {
            let clients = read(text).expect("readable");
            assert_eq!(clients.iter().map(|client| client.client_id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
            assert!(clients[0].client_secret.as_ref().is_some_and(|secret| secret.same_as("s")));
            assert_eq!(clients[1].host.as_ref().map(BaseUrl::as_str), Some("https://git.example.org"));
            assert_eq!(clients[1].name.as_deref(), Some("mine"));
        }
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_line_only() {
        for (text, line) in [
            ("[[client]]\nprovider = \"p\"\nclient_id = \"a\"\nclient_secrt = \"canary\"\n", "line 4"),
            ("[[client]]\nprovider = \"p\"\nclient_id = \"a\"\nclient_secret = canary\n", "line 4"),
            ("[[client]]\nprovider = \"P P\"\nclient_id = \"canary\"\n", "line 2"),
            ("{\"client\":[{\"provider\":\"p\",\n\"client_id\":7,\"client_secret\":\"canary\"}]}", "line 2"),
            ("canary", "line 1"),
        ] {
            let told = read(text).expect_err(text);
            assert!(told.contains(line) && !told.contains("canary"), "{told}");
        }
    }

    #[test]
    fn variables_are_found_by_the_providers_name() {
        let providers = ["some-host", "other"].map(|id| id.parse().expect("an id")).into_iter();
        let clients = of_environment(providers, |name| match name {
            "DRAWBRIDGE_CLIENT_SOME_HOST_ID" => Some("a".to_owned()),
            "DRAWBRIDGE_CLIENT_SOME_HOST_SECRET" => Some("s".to_owned()),
            "DRAWBRIDGE_CLIENT_OTHER_SECRET" => Some("without an id".to_owned()),
            _ => None,
        });
        assert_eq!(clients.len(), 1);
        assert!(clients[0].provider.as_str() == "some-host" && clients[0].client_secret.is_some());
    }
}
