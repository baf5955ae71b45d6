//! What is remembered of each way to open the vault: when it was made and last used. Kept in the
//! database, as the header says nothing about anybody's days.
//!
//! Not here: the ways themselves.

use drawbridge_domain::Timestamp;
use drawbridge_store::{Session, Write};
use drawbridge_vault::SlotFacts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const NAME: &str = "slot_notes";

/// What is remembered of one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SlotNote {
    pub made_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    /// How long its derivation took when it was made, in milliseconds.
    pub takes_ms: Option<u32>,
    /// For a recovery code: whether the person showed that it is put away.
    #[serde(default)]
    pub checked: bool,
}

/// The notes by slot.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SlotNotes(BTreeMap<String, SlotNote>);

impl SlotNotes {
    pub(crate) async fn read(session: &mut Session) -> Result<Self, drawbridge_store::Error> {
        Ok(session.setting(NAME).await?.unwrap_or_default())
    }

    pub(crate) async fn write(&self, write: &mut Write) -> Result<(), drawbridge_store::Error> {
        write.set_setting(NAME, self).await
    }

    /// Keeps the notes of the slots there are, and notes which one opened the vault.
    pub(crate) fn opened(&mut self, slots: &[SlotFacts], by: &SlotFacts, now: Timestamp) {
        self.0.retain(|id, _| slots.iter().any(|slot| slot.id == *id));
        for slot in slots {
            self.of_mut(&slot.id).made_at.get_or_insert(now);
        }
        if slots.contains(by) {
            self.of_mut(&by.id).used_at = Some(now);
        }
    }

    pub(crate) fn of(&self, id: &str) -> SlotNote {
        self.0.get(id).cloned().unwrap_or_default()
    }

    pub(crate) fn of_mut(&mut self, id: &str) -> &mut SlotNote {
        self.0.entry(id.to_owned()).or_default()
    }
}
