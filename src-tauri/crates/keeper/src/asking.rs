//! What accounts and hosts are called in a query.
//!
//! Not here: the grammar; that is the search index's room.

use crate::{Answer, open::Open, words};
use drawbridge_domain::{AccountId, HostId};
use drawbridge_search::grammar;
use drawbridge_store::{AccountName, HostRow};

/// The accounts and hosts there are.
pub(crate) struct Names {
    accounts: Vec<AccountName>,
    hosts: Vec<HostRow>,
}

impl Names {
    /// Reads them, if a text can have a filter in it at all: most are words only, and each key press
    /// comes by here.
    pub(crate) async fn of(open: &Open, text: &str) -> Answer<Self> {
        if !text.contains(':') {
            return Ok(Self { accounts: Vec::new(), hosts: Vec::new() });
        }
        let mut session = open.store.read().await.map_err(words::store)?;
        let accounts = session.account_names().await.map_err(words::store)?;
        let hosts = session.hosts().await.map_err(words::store)?;
        Ok(Self { accounts, hosts })
    }

    fn label(&self, id: &HostId) -> &str {
        self.hosts.iter().find(|host| host.id == *id).map_or("", |host| host.base_url.label())
    }
}

impl grammar::Names for Names {
    /// By id, by what the person calls it, by login, or by `login@host`.
    fn accounts(&self, name: &str) -> Vec<AccountId> {
        let same = |text: &str| text.to_lowercase() == name.to_lowercase();
        let called = |account: &&AccountName| {
            account.id.as_str() == name
                || same(&account.login)
                || account.label.as_deref().is_some_and(same)
                || same(&format!("{}@{}", account.login, self.label(&account.host)))
        };
        self.accounts.iter().filter(called).map(|account| account.id.clone()).collect()
    }

    /// By the host's name, or by its provider's id.
    fn forges(&self, name: &str) -> Vec<HostId> {
        let same = |text: &str| text.to_lowercase() == name.to_lowercase();
        let called = |host: &&HostRow| same(host.base_url.label()) || same(host.provider.as_str());
        self.hosts.iter().filter(called).map(|host| host.id.clone()).collect()
    }
}
