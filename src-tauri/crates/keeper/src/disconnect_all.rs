//! Ends every sign-in at once, as when a computer is lost: one account after the other, a few at a
//! time, with what came of each kept until the lock.
//!
//! Not here: how one is ended (`accounts.rs`), what waits for its host (`upkeep.rs`).

use crate::{
    Answer, Keeper,
    dto::{DisconnectAll, Disconnecting, Proven, Tag},
    open::Open,
    words,
};
use drawbridge_domain::AccountId;
use futures::{StreamExt as _, stream};
use std::sync::Arc;

/// How many hosts are asked at the same time. One that does not answer holds up no other.
const AT_ONCE: usize = 4;

impl Keeper {
    /// Disconnects every account, as [`Keeper::account_disconnect`] does one. Asks for a proof: nothing
    /// loses more at once. Resolves at the end, and goes on if the caller goes away; meanwhile
    /// [`Keeper::account_disconnect_all_show`] says how far it is.
    pub async fn account_disconnect_all(self: &Arc<Self>, request: Proven) -> Answer<DisconnectAll> {
        let open = {
            let _turn = self.gate.lock().await;
            let open = self.opened().await?;
            self.prove(&open, &request.proof).await?;
            open
        };
        let rows: Vec<Disconnecting> = self
            .account_list()
            .await?
            .rows
            .into_iter()
            .map(|account| Disconnecting {
                account: account.id,
                login: account.login,
                host_label: account.host_label,
                receipt: None,
                problem: None,
            })
            .collect();
        let ids: Vec<AccountId> = rows.iter().map(|row| row.account.clone()).collect();
        let begun = Open::with(&open.disconnecting, |all| {
            let free = all.as_ref().is_none_or(|all| all.over);
            if free {
                *all = Some(DisconnectAll { rows, over: false });
            }
            free
        });
        if !begun {
            return Err(words::invalid("All accounts are being disconnected already.", "Wait for the end of it."));
        }
        self.changed(&[Tag::Accounts]);
        let (keeper, work) = (Arc::clone(self), Arc::clone(&open));
        let task = open.tasks.spawn(async move { keeper.disconnect_each(&work, ids).await });
        task.await.map_err(|error| words::internal("disconnecting the accounts", &error))?;
        self.account_disconnect_all_show().await?.ok_or_else(words::locked)
    }

    /// How far it is, and what came of it; nothing if it was not asked for since the vault was opened.
    pub async fn account_disconnect_all_show(&self) -> Answer<Option<DisconnectAll>> {
        let open = self.opened().await?;
        Ok(Open::with(&open.disconnecting, |all| all.clone()))
    }

    async fn disconnect_each(self: &Arc<Self>, open: &Open, ids: Vec<AccountId>) {
        let each = stream::iter(ids).map(|id| async move {
            // One whose revocation was sent is carried to its end; no other is begun after a lock.
            if open.cancel.is_cancelled() {
                return;
            }
            let came = self.account_disconnect(id.clone()).await;
            Open::with(&open.disconnecting, |all| {
                let row = all.iter_mut().flat_map(|all| &mut all.rows).find(|row| row.account == id);
                if let Some(row) = row {
                    match came {
                        Ok(receipt) => row.receipt = Some(receipt),
                        Err(problem) => row.problem = Some(problem),
                    }
                }
            });
            self.changed(&[Tag::Accounts]);
        });
        each.buffer_unordered(AT_ONCE).collect::<()>().await;
        Open::with(&open.disconnecting, |all| all.iter_mut().for_each(|all| all.over = true));
        self.changed(&[Tag::Accounts]);
    }
}
