//! What crosses every border of the keeper: requests, answers and events, the same for the window,
//! the tray, the command line and the local socket.
//!
//! Answers never hold a secret but a new recovery code, which is made to be shown; requests hold them as [`SecretString`], which can come in but has
//! no way out. Not here: anything that acts.

mod account;
mod activity;
mod cloning;
mod credential;
mod event;
mod host_search;
mod missing;
mod notice;
mod repository;
mod repository_page;
mod security;
mod sign_in;
mod source;
mod vault;
mod view;
mod why;

pub use account::{
    Account, AccountEvent, Client, Connected, DisconnectAll, DisconnectReceipt, Disconnecting, Ending, EndingKind,
    FeatureOff, ImportClients, ImportedClient, NewClient, Provider, ProviderPart, RecogniseServer, Recognised,
    RedirectsOf, RegisterClient, RegisteredClient, RemovedClient, RenameAccount, Scope, ScopeState, Unended,
};
pub use activity::{
    NextBecause, NextSync, RunOutcome, RunQuery, SetSyncInterval, SyncProgress, SyncRun, SyncStage, SyncStatus,
};
pub use cloning::{
    CloneFailure, ClonePlan, CloneRun, CloneSources, CloneStage, CloneState, CloneStep, CloneTransport, Materialize,
    NotCloneable, StartClone, WantedFiles,
};
pub use credential::{
    AddCredential, BasicFields, ClientFields, Credential, CredentialForm, FormField, FormSchema, HeadersFields,
    RemovedCredential, SshKeyFields, TypedFields,
};
pub use event::{Event, Tag};
pub use host_search::{HostAsked, HostFound, HostSearch, HostSearched};
pub use missing::{RemovalAnswer, RemovalQuestion, RemovedQuery, RemovedRepository};
pub use notice::{Notice, NoticeKind, NoticeTold};
pub use repository::{
    Facet, FacetValue, Facets, QueryRemark, Reach, Repository, RepositoryChange, RepositoryDetail, RepositoryList,
    RepositoryQuery, RepositoryRef, RepositorySort,
};
pub use repository_page::{NamedReference, ReadmeFound, RepositoryContents, RepositoryReadme, RepositoryReferences};
pub use security::{
    AddSlot, Backup, ChangePassphrase, CheckBackup, CheckRecovery, DoctorReport, ExportAccounts, Exported, Finding,
    FindingLevel, ImportAccounts, Imported, MakeBackup, Proof, Proven, RecoveryCode, RemoveSlot, Rescued,
    RestoreBackup, Restored, Revealed, Slot, Strength, VaultSecurity, VaultWarning, VerifyReport, WarningKind,
    WeighPassphrase,
};
pub use sign_in::{ConnectToken, PasteCode, QrCode, SignIn, SignInState, StartSignIn};
pub use source::{
    AddSource, Choice, Coordinates, FoundDetail, FoundItem, FoundQuery, FoundRef, Question, RefreshSources, Source,
    SourceKind, SourceReading,
};
pub use vault::{
    ChangeSettings, CreateVault, KeeperHost, KeeperStatus, Keychain, LockCause, LockedSince, ProjectsLayout, Settings,
    SlotKind, UnlockVault, VaultState, VaultStatus,
};
pub use why::{AskWhy, RepositoryWhy, WhyCause, WhyChecked};

pub use view::{RenameView, RepositoryColumn, SaveView, SavedView};

use serde::{Deserialize, Serialize};

/// One stretch of a longer list.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct List<T> {
    /// How many there are altogether.
    pub total: u32,
    /// The rows of this stretch, in order.
    pub rows: Vec<T>,
}

impl<T> List<T> {
    /// A list that is here as a whole.
    pub fn whole(rows: Vec<T>) -> Self {
        Self { total: u32::try_from(rows.len()).unwrap_or(u32::MAX), rows }
    }
}
