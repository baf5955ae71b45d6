//! Credentials that a person types in: SSH keys, headers, user and password, clients that act for
//! themselves.
//!
//! Each is bound to hosts, and stored only after it was read and, where somebody can be asked, tried.
//! Replacing one takes all of it anew: whoever could bind a stored secret to another host could have
//! it sent there. Not here: an account's own credential (`accounts.rs`, `access.rs`).

mod check;
mod forms;
mod headers;
mod ssh_key;
mod words;

pub(crate) use words::ending as ending_words;

use crate::{
    Answer, Keeper,
    dto::{
        AddCredential, BasicFields, ClientFields, Credential, CredentialForm, HeadersFields, List, RemovedCredential,
        SshKeyFields, Tag, TypedFields,
    },
    open::Open,
};
use check::CheckFailure;
use drawbridge_domain::{
    BasicFacts, CheckOutcome, ClientFacts, CredentialId, HeadersFacts, HostPattern, SecretString, Timestamp,
    TypedFacts, WebUrl,
};
use drawbridge_store::{Session, TypedRow};

const LABEL_MOST: usize = 60;
const HOSTS_MOST: usize = 8;
const SCOPES_MOST: usize = 50;

fn dto(row: TypedRow) -> Credential {
    Credential {
        title: forms::title(row.facts.kind()).to_owned(),
        summary: words::summary(&row.facts),
        state: words::state(&row),
        outcome: row.checked.map(|(outcome, _)| outcome),
        checked_at: row.checked.map(|(_, at)| at),
        id: row.id,
        label: row.label,
        account: row.account,
        hosts: row.hosts,
        what: row.facts,
        added_at: row.added_at,
        changed_at: row.changed_at,
        ends_at: row.ends_at,
    }
}

/// The form of each kind of credential that can be typed in. Says nothing of any vault.
pub fn credential_forms() -> Vec<CredentialForm> {
    forms::all()
}

impl Keeper {
    /// The form of each kind of credential that can be typed in.
    pub async fn credential_kinds(&self) -> Answer<Vec<CredentialForm>> {
        self.opened().await?;
        Ok(credential_forms())
    }

    /// The credentials that were typed in, by name.
    pub async fn credential_list(&self) -> Answer<List<Credential>> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(crate::words::store)?;
        let rows = session.typed_credentials().await.map_err(crate::words::store)?;
        Ok(List::whole(rows.into_iter().map(dto).collect()))
    }

    /// One of them.
    pub async fn credential_show(&self, id: CredentialId) -> Answer<Credential> {
        let all = self.credential_list().await?.rows;
        all.into_iter().find(|credential| credential.id == id).ok_or_else(not_found)
    }

    /// Adds a credential, or puts it in place of another of any kind. Nothing is stored unless it can
    /// be read and, where somebody can be asked, was taken; a check may be left out.
    pub async fn credential_add(&self, request: AddCredential) -> Answer<Credential> {
        let open = self.opened().await?;
        let AddCredential { label, hosts, account, ends_at, replaces, without_check, what } = request;
        let now = self.parts.clock.now();
        let label = label.trim().to_owned();
        if !(1..=LABEL_MOST).contains(&label.chars().count()) || label.contains(char::is_control) {
            return Err(words::label());
        }
        let ends_at = ends_at.as_deref().map(str::trim).filter(|day| !day.is_empty());
        let ends_at = ends_at.map(|text| day(text, now)).transpose()?;
        let mut session = open.store.read().await.map_err(crate::words::store)?;
        let mut hosts = hosts_of(&hosts)?;
        if let Some(id) = &account {
            let account = self.account_show(id.clone()).await?;
            if hosts.is_empty() {
                hosts = vec![HostPattern::of(&account.host).map_err(words::host)?];
            }
        }
        if hosts.is_empty() {
            return Err(words::no_host());
        }
        // Looked at again below; here so that nobody types a secret for a refusal, and nobody is asked for one.
        place_for(&mut session, &label, replaces.as_ref()).await?;
        drop(session);
        let (facts, secret) = self.read_fields(what).await?;
        let checked = if without_check {
            None
        } else {
            let asked = self.try_credential(&hosts, &facts, &secret).await.map_err(|failure| failure.problem)?;
            asked.then(|| (CheckOutcome::Accepted, self.parts.clock.now()))
        };
        let mut write = open.store.write().await.map_err(crate::words::store)?;
        let before = place_for(&mut write, &label, replaces.as_ref()).await?;
        let row = TypedRow {
            added_at: before.as_ref().map_or(now, |before| before.added_at),
            id: before.map_or_else(|| CredentialId::random(&*self.parts.random), |before| before.id),
            label,
            account,
            hosts,
            facts,
            changed_at: now,
            ends_at,
            checked,
        };
        write.put_typed_credential(&row, &secret).await.map_err(crate::words::store)?;
        write.commit().await.map_err(crate::words::store)?;
        self.changed(&[Tag::Credentials]);
        Ok(dto(row))
    }

    /// Asks whether a credential works, and notes the answer. That nobody answered changes nothing.
    pub async fn credential_check(&self, id: CredentialId) -> Answer<Credential> {
        let open = self.opened().await?;
        let mut session = open.store.read().await.map_err(crate::words::store)?;
        let found = session.typed_credential(&id).await.map_err(crate::words::store)?;
        drop(session);
        let (row, secret) = found.ok_or_else(not_found)?;
        let asked = self.try_credential(&row.hosts, &row.facts, &secret).await;
        match asked {
            Ok(true) => self.note_outcome(&open, &row, CheckOutcome::Accepted).await?,
            Ok(false) => return Err(words::nothing_to_ask()),
            Err(CheckFailure { refused, problem }) => {
                if refused {
                    self.note_outcome(&open, &row, CheckOutcome::Refused).await?;
                }
                return Err(problem);
            }
        }
        self.credential_show(id).await
    }

    /// Removes a credential here. What it opens elsewhere stays open until it is ended there.
    pub async fn credential_remove(&self, id: CredentialId) -> Answer<RemovedCredential> {
        let open = self.opened().await?;
        let mut write = open.store.write().await.map_err(crate::words::store)?;
        let rows = write.typed_credentials().await.map_err(crate::words::store)?;
        let row = rows.into_iter().find(|row| row.id == id).ok_or_else(not_found)?;
        write.remove_typed_credential(&id).await.map_err(crate::words::store)?;
        write.commit().await.map_err(crate::words::store)?;
        self.changed(&[Tag::Credentials]);
        Ok(RemovedCredential { sentence: words::removed(&row), label: row.label })
    }

    async fn note_outcome(&self, open: &Open, row: &TypedRow, outcome: CheckOutcome) -> Answer<()> {
        let mut write = open.store.write().await.map_err(crate::words::store)?;
        let now = self.parts.clock.now();
        write.set_typed_outcome(&row.id, row.changed_at, outcome, now).await.map_err(crate::words::store)?;
        write.commit().await.map_err(crate::words::store)?;
        self.changed(&[Tag::Credentials]);
        Ok(())
    }

    /// Reads what was typed: what may be shown of it, and what is sealed.
    async fn read_fields(&self, fields: TypedFields) -> Answer<(TypedFacts, SecretString)> {
        match fields {
            TypedFields::SshKey(fields) => self.ssh_key(fields).await,
            TypedFields::Headers(HeadersFields { headers: text, check_url }) => {
                if text.expose().len() > forms::TEXT as usize {
                    return Err(words::field("What was typed as headers"));
                }
                let headers = headers::read(&text)?;
                let names = headers.iter().map(|(name, _)| name.clone()).collect();
                let facts = HeadersFacts { names, check_url: address(check_url, "The address to check")? };
                Ok((TypedFacts::Headers(facts), headers::written(&headers)))
            }
            TypedFields::Basic(BasicFields { user, password, check_url }) => {
                let user = short(&user, "The user name")?;
                // The first colon ends the name (RFC 7617 §2).
                if user.contains(':') {
                    return Err(words::field("The user name"));
                }
                let password = long(password, "The password")?;
                let facts = BasicFacts { user, check_url: address(check_url, "The address to check")? };
                Ok((TypedFacts::Basic(facts), password))
            }
            TypedFields::ClientCredentials(fields) => {
                let ClientFields { token_endpoint, client_id, client_secret, scopes, secret_in } = fields;
                let endpoint = address(Some(token_endpoint), "The token endpoint")?;
                let scopes: Vec<String> =
                    scopes.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
                let is_scope = |scope: &String| {
                    scope.len() <= 200 && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
                };
                if scopes.len() > SCOPES_MOST || !scopes.iter().all(is_scope) {
                    return Err(words::field("One of the scopes"));
                }
                let facts = ClientFacts {
                    token_endpoint: endpoint.ok_or_else(|| words::address("The token endpoint"))?,
                    client_id: short(&client_id, "The client id")?,
                    scopes,
                    secret_in: secret_in.unwrap_or_default(),
                };
                Ok((TypedFacts::ClientCredentials(facts), long(client_secret, "The client secret")?))
            }
        }
    }

    async fn ssh_key(&self, fields: SshKeyFields) -> Answer<(TypedFacts, SecretString)> {
        let SshKeyFields { private_key, passphrase, comment } = fields;
        let comment = comment.map(|comment| comment.trim().to_owned()).filter(|comment| !comment.is_empty());
        if comment.as_ref().is_some_and(|text| text.chars().count() > 200 || text.contains(char::is_control)) {
            return Err(words::field("The comment"));
        }
        let given = private_key.filter(|key| !key.expose().trim().is_empty());
        let (facts, secret) = match given {
            None => ssh_key::generate(&*self.parts.random, comment.as_deref().unwrap_or_default())?,
            Some(key) if key.expose().len() > forms::TEXT as usize => return Err(words::key_unreadable()),
            Some(key) => {
                let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty());
                if passphrase.as_ref().is_some_and(|text| text.expose().len() > forms::LONG as usize) {
                    return Err(words::key_not_opened());
                }
                let reading = move || ssh_key::import(&key, passphrase.as_ref(), comment.as_deref());
                let read = tokio::task::spawn_blocking(reading).await;
                read.map_err(|error| crate::words::internal("reading a key", &error))??
            }
        };
        Ok((TypedFacts::SshKey(facts), secret))
    }
}

fn not_found() -> crate::Problem {
    crate::words::not_found("credential with that id")
}

/// The one that is replaced, if any; refused if the name is another's.
async fn place_for(session: &mut Session, label: &str, replaces: Option<&CredentialId>) -> Answer<Option<TypedRow>> {
    let rows = session.typed_credentials().await.map_err(crate::words::store)?;
    let same = |row: &&TypedRow| row.label.to_lowercase() == label.to_lowercase();
    if let Some(other) = rows.iter().find(|row| same(row) && Some(&row.id) != replaces) {
        return Err(words::label_taken(&other.label));
    }
    let Some(id) = replaces else { return Ok(None) };
    rows.into_iter().find(|row| row.id == *id).map(Some).ok_or_else(not_found)
}

fn hosts_of(typed: &[String]) -> Answer<Vec<HostPattern>> {
    if typed.len() > HOSTS_MOST {
        return Err(words::many_hosts(HOSTS_MOST));
    }
    let mut hosts: Vec<HostPattern> = Vec::new();
    for text in typed {
        let host = HostPattern::parse(text).map_err(words::host)?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

/// A day, at its noon, which is that day nearly everywhere; or a time. Still to come.
fn day(text: &str, now: Timestamp) -> Answer<Timestamp> {
    let at = Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T12:00:00Z")));
    at.filter(|at| *at > now).ok_or_else(words::day)
}

fn short(text: &str, title: &str) -> Answer<String> {
    let text = text.trim();
    let fits = (1..=forms::SHORT as usize).contains(&text.chars().count()) && !text.contains(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(words::field(title)) }
}

/// Blanks may belong to a password, so nothing is trimmed.
fn long(text: SecretString, title: &str) -> Answer<SecretString> {
    let fits = (1..=forms::LONG as usize).contains(&text.expose().chars().count());
    if fits && !text.expose().contains(char::is_control) { Ok(text) } else { Err(words::field(title)) }
}

fn address(text: Option<String>, title: &str) -> Answer<Option<WebUrl>> {
    let text = text.filter(|text| !text.trim().is_empty());
    text.map(|text| WebUrl::parse(&text)).transpose().map_err(|_| words::address(title))
}
