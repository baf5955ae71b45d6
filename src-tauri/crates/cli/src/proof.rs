//! Who asks: what is handed in before the way the vault opens is changed, or a backup is put back.
//!
//! Not here: whether it is enough; the keeper decides that.

use crate::{Session, failure::Failure, reach};
use clap::{Args, ValueEnum};
use drawbridge_keeper::dto::{Proof, SlotKind, VaultSecurity};
use drawbridge_local_api::Client;

/// Which proof is handed in.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Prover {
    /// What proves that you may; if left out, the passphrase, or the keychain where none was set
    #[arg(long = "proof", value_name = "PROOF")]
    pub(crate) kind: Option<Kind>,
}

/// A kind of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The passphrase, the first line of standard input
    Passphrase,
    /// The recovery code, the first line of standard input
    Recovery,
    /// The keychain's word, nothing is read; enough only for a vault without a passphrase
    Keychain,
}

impl Prover {
    /// Reads the proof for a vault that opens in these ways. `of` says what the passphrase or code
    /// belongs to, if not to the vault.
    pub(crate) async fn read(self, session: &mut Session, slots: &[SlotKind], of: &str) -> Result<Proof, Failure> {
        Ok(match self.kind.unwrap_or_else(|| usual(slots)) {
            Kind::Passphrase => {
                Proof::Passphrase { passphrase: session.secrets.read(&format!("passphrase{of}")).await? }
            }
            Kind::Recovery => Proof::Recovery { code: session.secrets.read(&format!("recovery code{of}")).await? },
            Kind::Keychain => Proof::Keychain,
        })
    }
}

/// What a vault that opens in these ways asks for. One that tells no ways may have had a passphrase.
fn usual(slots: &[SlotKind]) -> Kind {
    let typed = slots.iter().any(|kind| matches!(kind, SlotKind::Passphrase | SlotKind::Both));
    if slots.contains(&SlotKind::Keychain) && !typed { Kind::Keychain } else { Kind::Passphrase }
}

/// An open vault, and who asks to change it. Nothing is read while the vault is closed: typing a
/// passphrase for a refusal helps nobody.
pub(crate) async fn prove(session: &mut Session, prover: Prover) -> Result<(Client, VaultSecurity, Proof), Failure> {
    let keeper = reach::keeper(session).await?;
    let security = keeper.vault_security().await?;
    let slots: Vec<SlotKind> = security.slots.iter().map(|slot| slot.kind).collect();
    let proof = prover.read(session, &slots, "").await?;
    Ok((keeper, security, proof))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keychain_proves_only_where_there_is_no_passphrase() {
        use SlotKind::{Both, Keychain, Passphrase, Recovery};
        for (slots, kind) in [
            (&[Keychain][..], Kind::Keychain),
            (&[Keychain, Recovery], Kind::Keychain),
            (&[Keychain, Passphrase], Kind::Passphrase),
            (&[Both], Kind::Passphrase),
            (&[Passphrase, Recovery], Kind::Passphrase),
            (&[], Kind::Passphrase),
        ] {
            assert_eq!(usual(slots), kind, "{slots:?}");
        }
    }
}
