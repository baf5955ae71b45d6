//! What ends when: what a person has to see to, and what looks after itself.
//!
//! Only what nobody but the person can put off counts as an end of theirs. Not here: reminding of it
//! (`notices.rs`), and keeping alive what can be (`upkeep.rs`).

use crate::{
    Answer, Keeper, credentials,
    dto::{Ending, EndingKind, List},
    host_clock,
    open::Open,
    words,
};
use drawbridge_domain::Timestamp;
use drawbridge_providers::Life;
use drawbridge_store::{AccountRow, ClientRow, CredentialFacts, HostRow, TypedRow};
use std::time::Duration;

const DAY: u64 = 24 * 60 * 60;

/// Everything that may have an end.
pub(crate) struct Holdings {
    pub accounts: Vec<AccountRow>,
    pub hosts: Vec<HostRow>,
    pub facts: Vec<CredentialFacts>,
    pub clients: Vec<ClientRow>,
    pub typed: Vec<TypedRow>,
}

impl Holdings {
    /// Reads them.
    pub(crate) async fn read(open: &Open) -> Answer<Self> {
        let mut session = open.store.read().await.map_err(words::store)?;
        Ok(Self {
            accounts: session.accounts().await.map_err(words::store)?,
            hosts: session.hosts().await.map_err(words::store)?,
            facts: session.credential_facts().await.map_err(words::store)?,
            clients: session.clients().await.map_err(words::store)?,
            typed: session.typed_credentials().await.map_err(words::store)?,
        })
    }

    /// The host of a row.
    pub(crate) fn host(&self, id: &drawbridge_domain::HostId) -> Option<&HostRow> {
        self.hosts.iter().find(|host| host.id == *id)
    }

    /// What is known of an account's credential.
    pub(crate) fn facts(&self, account: &AccountRow) -> Option<&CredentialFacts> {
        self.facts.iter().find(|facts| facts.account == account.id)
    }

    /// Whether the client that a credential was issued to is here, without which it can't be renewed.
    fn has_client(&self, host: &HostRow, facts: &CredentialFacts) -> bool {
        self.clients.iter().any(|client| client.host == host.id && Some(&client.client_id) == facts.client_id.as_ref())
    }
}

/// An end, and since when it is what it is: one that was made two days before its end is no news then.
pub(crate) struct Dated {
    pub ending: Ending,
    pub since: Timestamp,
}

/// An end without its subject.
fn ending(kind: EndingKind, at: Timestamp, now: Timestamp) -> Ending {
    Ending {
        account: None,
        credential: None,
        client: None,
        login: String::new(),
        host_label: String::new(),
        provider: None,
        kind,
        at,
        by_itself: false,
        days_left: u32::try_from(at.since(now).as_secs() / DAY).unwrap_or(u32::MAX),
        over: at <= now,
        sentence: String::new(),
    }
}

impl Keeper {
    /// What ends when, the next first: what a person has to see to, and what looks after itself.
    pub async fn calendar(&self) -> Answer<List<Ending>> {
        let open = self.opened().await?;
        let holdings = Holdings::read(&open).await?;
        Ok(List::whole(self.endings(&holdings).into_iter().map(|dated| dated.ending).collect()))
    }

    /// All ends, the next first.
    pub(crate) fn endings(&self, holdings: &Holdings) -> Vec<Dated> {
        let now = self.parts.clock.now();
        let mut all: Vec<Dated> = holdings.typed.iter().filter_map(|row| of_typed(row, now)).collect();
        all.extend(holdings.clients.iter().filter_map(|client| of_client(client, holdings.host(&client.host)?, now)));
        for account in &holdings.accounts {
            if let (Some(host), Some(facts)) = (holdings.host(&account.host), holdings.facts(account)) {
                all.extend(self.of_account(account, host, facts, holdings.has_client(host, facts), now));
            }
        }
        all.sort_by_key(|dated| dated.ending.at);
        all
    }

    fn of_account(
        &self,
        account: &AccountRow,
        host: &HostRow,
        facts: &CredentialFacts,
        has_client: bool,
        now: Timestamp,
    ) -> Vec<Dated> {
        let provider = self.catalog().find(&host.provider).cloned();
        let life = provider.as_ref().and_then(|provider| provider.definition.oauth.as_ref()).map(|oauth| &oauth.life);
        let label = host.base_url.label();
        let ends = |kind: EndingKind, at: Timestamp, by_itself: bool| Dated {
            ending: Ending {
                account: Some(account.id.clone()),
                login: account.label.clone().unwrap_or_else(|| account.identity.login.clone()),
                host_label: label.to_owned(),
                provider: Some(host.provider.clone()),
                by_itself,
                sentence: if has_client || !facts.renewable {
                    words::ending(kind, by_itself, label)
                } else {
                    words::ending_without_client(label)
                },
                // Its host's times are by the host's clock.
                ..ending(kind, host_clock::by_ours(host, at), now)
            },
            since: host_clock::by_ours(
                host,
                if kind == EndingKind::SignIn { facts.signed_in_at } else { facts.issued_at },
            ),
        };
        if !facts.surely_renews() || !has_client {
            return facts.access_ends_at.map(|at| ends(EndingKind::Access, at, false)).into_iter().collect();
        }
        let access = facts.access_ends_at.map(|at| ends(EndingKind::Access, at, true));
        let moving = moving_end(facts, life.and_then(|life| life.refresh_idle));
        let renewal = moving.map(|at| ends(EndingKind::Renewal, at, true));
        let whole = sign_in_end(facts, life).map(|at| ends(EndingKind::SignIn, at, false));
        [access, renewal, whole].into_iter().flatten().collect()
    }
}

fn of_typed(row: &TypedRow, now: Timestamp) -> Option<Dated> {
    let ending = Ending {
        credential: Some(row.id.clone()),
        login: row.label.clone(),
        host_label: row.hosts.first().map(ToString::to_string).unwrap_or_default(),
        sentence: credentials::ending_words(row),
        ..ending(EndingKind::Credential, row.ends_at?, now)
    };
    Some(Dated { ending, since: row.changed_at })
}

fn of_client(client: &ClientRow, host: &HostRow, now: Timestamp) -> Option<Dated> {
    let label = host.base_url.label();
    let ending = Ending {
        client: Some(client.id.clone()),
        login: if client.name.is_empty() { client.client_id.clone() } else { client.name.clone() },
        host_label: label.to_owned(),
        provider: Some(host.provider.clone()),
        sentence: words::ending(EndingKind::ClientSecret, false, label),
        ..ending(EndingKind::ClientSecret, host_clock::by_ours(host, client.secret_ends_at?), now)
    };
    Some(Dated { ending, since: client.added_at })
}

/// The end of renewing that each renewal moves on: what the host said, and what is known of idle ones.
fn moving_end(facts: &CredentialFacts, idle: Option<Duration>) -> Option<Timestamp> {
    let said = facts.refresh_ends_at.filter(|_| !facts.refresh_end_stays);
    let known = idle.map(|idle| facts.issued_at.plus(idle));
    [said, known].into_iter().flatten().min()
}

/// The end that only a new sign-in moves: what is known of the whole, and what was seen to stay.
fn sign_in_end(facts: &CredentialFacts, life: Option<&Life>) -> Option<Timestamp> {
    let whole = life.and_then(|life| life.refresh_absolute).map(|whole| facts.signed_in_at.plus(whole));
    let seen = facts.refresh_ends_at.filter(|_| facts.refresh_end_stays);
    [whole, seen].into_iter().flatten().min()
}

/// When an account's renewal has to be used lest it ends by being idle, by its host's clock: at three
/// quarters of its time or up to a twentieth of it later, so that many do not come due in step.
pub(crate) fn keep_alive_at(facts: &CredentialFacts, idle: Option<Duration>) -> Option<Timestamp> {
    let end = moving_end(facts, idle).filter(|_| facts.surely_renews())?;
    Some(facts.issued_at.plus(end.since(facts.issued_at).mul_f64(0.75 + 0.05 * host_clock::spread(facts))))
}
