//! Backups: made by hand and on a schedule, looked through, put back; and what can be rescued of a
//! damaged vault.
//!
//! Not here: the file's form (`vault`).

use crate::{
    Answer, Keeper,
    dto::{
        Backup, CheckBackup, Event, MakeBackup, Proven, Rescued, RestoreBackup, Restored, SlotKind, Tag, VaultState,
        WarningKind,
    },
    open::Open,
    security::{parse_code, way},
    settings::settings_of,
    vault_cases::kind,
    words,
};
use drawbridge_domain::Timestamp;
use drawbridge_store::{SealedCheck, Session};
use drawbridge_vault::{BackupFacts, Found, OpenBackup, OpenVault};
use serde::{Deserialize, Serialize};
use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

const STATE: &str = "backup_state";
const ENDING: &str = ".drawbridge";
const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);
/// After a failure it is tried again this much later.
const TRY_AGAIN: Duration = Duration::from_secs(60 * 60);
const MOST_LISTED: usize = 100;

/// What is remembered of backups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct BackupState {
    pub last: Option<Backup>,
    /// When one was tried last, whatever came of it.
    pub tried_at: Option<Timestamp>,
    /// Why the last scheduled one failed.
    pub problem: Option<String>,
}

impl BackupState {
    pub(crate) async fn read(session: &mut Session) -> Result<Self, drawbridge_store::Error> {
        Ok(session.setting(STATE).await?.unwrap_or_default())
    }
}

/// Where backups of a vault go is noted beside it, for the day it can't be opened.
#[derive(Serialize, Deserialize)]
struct Whereabouts {
    folder: PathBuf,
}

fn whereabouts_path(dir: &Path) -> PathBuf {
    dir.join("backups.json")
}

fn dto(path: &Path, facts: &BackupFacts, looked: Option<&SealedCheck>) -> Backup {
    Backup {
        path: path.display().to_string(),
        made_at: facts.made_at,
        size_kib: u32::try_from(facts.bytes.div_ceil(1024)).unwrap_or(u32::MAX),
        opens_with: facts.opens_with.iter().copied().map(kind).collect(),
        tested: looked.is_some(),
        accounts: looked.map(|check| check.accounts),
        repositories: looked.map(|check| check.repositories),
    }
}

/// A file's path as a person wrote it, made whole.
pub(crate) fn named_path(text: &str) -> Answer<PathBuf> {
    let path = PathBuf::from(text);
    if path.is_absolute() && text.len() <= 4096 {
        return Ok(path);
    }
    Err(words::invalid(
        "That is not the whole path of a file.",
        "Give it from the top, as in /home/me/Backups/mine.drawbridge.",
    ))
}

impl Keeper {
    /// The folder backups go to.
    pub(crate) async fn backup_folder(&self, open: &Open) -> Answer<PathBuf> {
        let named = settings_of(open).await?.backup_folder.map(PathBuf::from);
        Ok(named.unwrap_or_else(|| self.usual_backup_folder()))
    }

    fn usual_backup_folder(&self) -> PathBuf {
        let beside = self.config.vault_dir.parent().unwrap_or(&self.config.vault_dir);
        let name =
            self.config.vault_dir.file_name().map_or_else(Default::default, |name| name.to_string_lossy().into_owned());
        beside.join(format!("{name}-backups"))
    }

    /// The folder backups go to, as far as that is known while the vault is closed.
    fn known_backup_folder(&self) -> PathBuf {
        let mut text = String::new();
        let read = std::fs::File::open(whereabouts_path(&self.config.vault_dir));
        let read = read.and_then(|file| file.take(16 * 1024).read_to_string(&mut text));
        let noted = read.ok().and_then(|_| serde_json::from_str::<Whereabouts>(&text).ok());
        noted.map_or_else(|| self.usual_backup_folder(), |noted| noted.folder)
    }

    /// Makes a backup of the open vault, and looks it through.
    pub async fn backup_make(self: &Arc<Self>, request: MakeBackup) -> Answer<Backup> {
        let open = self.opened().await?;
        let path = match request.path.as_deref() {
            Some(text) => named_path(text)?,
            None => self.free_backup_path(&self.backup_folder(&open).await?)?,
        };
        let _turn = open.chore.lock().await;
        let made = self.write_backup(&open, &path).await;
        self.note_backup(&open, made.as_ref().ok(), None).await?;
        made
    }

    fn free_backup_path(&self, folder: &Path) -> Answer<PathBuf> {
        let now = self.parts.clock.now().to_string();
        let stamp: String = now.chars().take(16).map(|letter| if letter == ':' { '-' } else { letter }).collect();
        let name = |tail: &str| folder.join(format!("drawbridge-{}{tail}{ENDING}", stamp.replace('T', "-")));
        std::iter::once(String::new())
            .chain((2..1000).map(|number| format!("-{number}")))
            .map(|tail| name(&tail))
            .find(|path| !path.exists())
            .ok_or_else(|| words::vault(drawbridge_vault::Error::FileExists))
    }

    /// Writes a backup and reads it back: one that was not tested is a hope.
    async fn write_backup(&self, open: &Open, path: &Path) -> Answer<Backup> {
        make_private_folder(path)?;
        let work = async {
            open.vault.backup(path, self.parts.clock.now()).await.map_err(words::vault)?;
            let opened = open.vault.open_backup(path).await.map_err(words::vault)?;
            looked_through(path, opened).await
        };
        tokio::select! {
            made = work => made,
            () = open.cancel.cancelled() => Err(words::locked()),
        }
    }

    async fn note_backup(&self, open: &Open, made: Option<&Backup>, problem: Option<String>) -> Answer<()> {
        let mut write = open.store.write().await.map_err(words::store)?;
        let mut state = BackupState::read(&mut write).await.map_err(words::store)?;
        state.tried_at = Some(self.parts.clock.now());
        if let Some(backup) = made {
            state.last = Some(backup.clone());
        }
        state.problem = problem;
        write.set_setting(STATE, &state).await.map_err(words::store)?;
        write.commit().await.map_err(words::store)?;
        // Where backups are to go, not where one went by hand: there nobody looks for the next.
        if made.is_some() {
            let folder = self.backup_folder(open).await?;
            let text = serde_json::to_vec(&Whereabouts { folder }).unwrap_or_default();
            // Only a help for a bad day: without it the usual folder is looked into.
            if let Err(error) = drawbridge_vault::write_beside(&self.config.vault_dir, "backups.json", &text) {
                tracing::warn!(%error, "where backups go could not be noted");
            }
        }
        self.changed(&[Tag::Vault]);
        Ok(())
    }

    /// The backups in the backup folder, newest first. Allowed while closed.
    pub async fn backup_list(&self) -> Answer<Vec<Backup>> {
        let open = self.open.read().await.clone();
        let folder = match open {
            Some(open) => self.backup_folder(&open).await?,
            None => self.known_backup_folder(),
        };
        let listed = tokio::task::spawn_blocking(move || listed(&folder));
        listed.await.map_err(|error| words::internal("looking for backups", &error))
    }

    /// Looks through a backup without restoring it. Without a proof: one of the open vault, or only
    /// its checksum. Allowed while closed.
    pub async fn backup_check(&self, request: CheckBackup) -> Answer<Backup> {
        let path = named_path(&request.path)?;
        let file = path.clone();
        let read = tokio::task::spawn_blocking(move || drawbridge_vault::read_backup(&file));
        let read = read.await.map_err(|error| words::internal("reading a backup", &error))?;
        let facts = read.map_err(|error| words::backup(words::vault(error)))?;
        let open = self.open.read().await.clone();
        let opened = match (&request.proof, open) {
            (Some(proof), _) => self.opened_by_proof(&path, proof).await?,
            (None, Some(open)) if open.vault.made(&facts) => open.vault.open_backup(&path).await,
            (None, _) => return Ok(dto(&path, &facts, None)),
        };
        let opened = opened.map_err(|error| words::backup(words::vault(error)))?;
        looked_through(&path, opened).await.map_err(words::backup)
    }

    /// Opens a backup; a wrong proof counts as at the vault's door, which it could open as well.
    async fn opened_by_proof(
        &self,
        path: &Path,
        proof: &crate::dto::Proof,
    ) -> Answer<Result<OpenBackup, drawbridge_vault::Error>> {
        let code = parse_code(proof)?;
        self.not_too_soon()?;
        let by = way(proof, code.as_ref());
        let opened = drawbridge_vault::open_backup(path, &self.config.vault_dir, by, &self.parts.vault()).await;
        if let Err(error) = &opened {
            self.note_attempt(error)?;
        }
        Ok(opened)
    }

    /// Puts a backup in the vault's place and opens it. What is there is put aside, never deleted.
    pub async fn backup_restore(self: &Arc<Self>, request: RestoreBackup) -> Answer<Restored> {
        let path = named_path(&request.path)?;
        let code = parse_code(&request.proof)?;
        let _turn = self.gate.lock().await;
        let parts = self.parts.vault();
        let dir = &self.config.vault_dir;
        let by = way(&request.proof, code.as_ref());
        // Everything that could fail for want of a proof fails before the vault is closed.
        let opened = self.opened_by_proof(&path, &request.proof).await?;
        let opened = opened.map_err(|error| words::backup(words::vault(error)))?;
        let backup = looked_through(&path, opened).await.map_err(words::backup)?;
        self.close_vault().await;
        let aside = self.aside_name();
        let restored = drawbridge_vault::restore(&path, dir, by, &parts, &aside).await;
        let (_, something) = restored.map_err(|error| words::backup(words::vault(error)))?;
        self.take_notice(true);
        let opened = drawbridge_vault::open(dir, by, &parts).await.map_err(words::vault)?;
        self.take_open(opened).await?;
        // That the files are older than before is just what was asked for.
        let open = self.opened().await?;
        self.forget_warning(&open, WarningKind::RolledBack).await?;
        self.everything_changed();
        Ok(Restored {
            sentence: words::restored(&backup),
            backup,
            put_aside: something.then(|| dir.join(&aside).display().to_string()),
        })
    }

    /// Copies what can be read of a damaged vault into a new database and opens that. The damaged
    /// one is put aside, never deleted.
    pub async fn vault_rescue(self: &Arc<Self>, request: Proven) -> Answer<Rescued> {
        let code = parse_code(&request.proof)?;
        let _turn = self.gate.lock().await;
        if !matches!(drawbridge_vault::find(&self.config.vault_dir).map_err(words::vault)?, Found::Vault { .. }) {
            return Err(self.why_closed());
        }
        self.not_too_soon()?;
        self.close_vault().await;
        let aside = self.aside_name();
        let by = way(&request.proof, code.as_ref());
        let rescue = drawbridge_vault::begin_rescue(&self.config.vault_dir, by, &self.parts.vault()).await;
        if let Err(error) = &rescue {
            self.note_attempt(error)?;
        }
        let rescue = rescue.map_err(words::vault)?;
        let count = match drawbridge_store::rescue(&rescue).await {
            Ok(count) => count,
            Err(error) => {
                rescue.abandon().await;
                return Err(words::store(error));
            }
        };
        let vault = rescue.finish(&aside).await.map_err(words::vault)?;
        self.take_notice(true);
        self.take_open(vault).await?;
        self.everything_changed();
        Ok(Rescued {
            accounts: count.accounts,
            repositories: count.repositories,
            sentence: words::rescued(&count),
            lost: count.lost,
            put_aside: self.config.vault_dir.join(&aside).display().to_string(),
        })
    }

    fn everything_changed(&self) {
        self.emit(Event::Vault { state: VaultState::Open });
        self.changed(&[Tag::Vault, Tag::Accounts, Tag::Repositories, Tag::Activity, Tag::Settings, Tag::Clients]);
    }

    fn aside_name(&self) -> String {
        format!("put-aside-{}", self.parts.clock.now().as_millis())
    }

    /// A sealed copy before the schema changes: the way back if the new one is regretted.
    pub(crate) async fn backup_before_migrating(&self, vault: &OpenVault) -> Answer<()> {
        let folder = self.known_backup_folder();
        let path = folder.join(format!("before-update-{}{ENDING}", self.parts.clock.now().as_millis()));
        make_private_folder(&path)?;
        vault.backup(&path, self.parts.clock.now()).await.map(drop).map_err(words::vault)
    }

    /// Makes backups as often as is set, and keeps as many.
    pub(crate) fn start_backups(self: &Arc<Self>, open: &Arc<Open>) {
        let (keeper, work, cancel) = (Arc::clone(self), Arc::clone(open), open.cancel.clone());
        open.tasks.spawn(async move {
            loop {
                let next = keeper.backup_if_due(&work).await.unwrap_or_else(|problem| {
                    tracing::warn!(code = ?problem.code, "the backup schedule could not be read");
                    LOOK_EVERY
                });
                tokio::select! {
                    () = cancel.cancelled() => return,
                    () = work.backup_wake.notified() => {}
                    () = tokio::time::sleep(next) => {}
                }
            }
        });
    }

    /// Makes the backup that is due; says how long until the next look.
    async fn backup_if_due(&self, open: &Arc<Open>) -> Answer<Duration> {
        let settings = settings_of(open).await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let state = BackupState::read(&mut session).await.map_err(words::store)?;
        // A vault with nothing in it is not worth a file.
        let empty = session.accounts().await.map_err(words::store)?.is_empty();
        drop(session);
        if settings.backup_every_days == 0 || empty {
            return Ok(LOOK_EVERY);
        }
        let now = self.parts.clock.now();
        let pause = Duration::from_secs(u64::from(settings.backup_every_days) * 24 * 60 * 60);
        let due = state.last.as_ref().map(|backup| backup.made_at.plus(pause));
        let again = state.problem.as_ref().and(state.tried_at).map(|tried| tried.plus(TRY_AGAIN));
        let at = due.max(again).unwrap_or(now);
        if at > now {
            return Ok(at.since(now).clamp(Duration::from_secs(60), LOOK_EVERY));
        }
        let folder = self.backup_folder(open).await?;
        let path = self.free_backup_path(&folder)?;
        let _turn = open.chore.lock().await;
        match self.write_backup(open, &path).await {
            Ok(backup) => {
                let keep = usize::try_from(settings.backup_keep).unwrap_or(usize::MAX);
                let id = drawbridge_vault::read_backup(&path).map(|facts| facts.of_vault).ok();
                let pruned = tokio::task::spawn_blocking(move || id.map(|id| prune(&folder, id, keep)));
                let _ = pruned.await;
                self.note_backup(open, Some(&backup), None).await?;
            }
            Err(_) if open.cancel.is_cancelled() => {}
            Err(problem) => self.note_backup(open, None, Some(format!("{} {}", problem.message, problem.hint))).await?,
        }
        Ok(LOOK_EVERY)
    }
}

/// Opens every value in a backup, then lets go of it.
async fn looked_through(path: &Path, opened: OpenBackup) -> Answer<Backup> {
    let looked = drawbridge_store::check_sealed(&opened.database, &opened.sealer).await;
    let facts = opened.facts.clone();
    opened.close().await;
    let looked = looked.map_err(words::store)?;
    if looked.unsealable.is_empty() { Ok(dto(path, &facts, Some(&looked))) } else { Err(words::damaged_value()) }
}

/// The files in a folder that are backups of a schedule or of a person, newest first.
fn listed(folder: &Path) -> Vec<Backup> {
    let mut found: Vec<Backup> = files(folder)
        .into_iter()
        .filter_map(|path| drawbridge_vault::peek_backup(&path).ok().map(|facts| dto(&path, &facts, None)))
        .collect();
    found.sort_by_key(|backup| std::cmp::Reverse(backup.made_at));
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.filter(|path| path.to_string_lossy().ends_with(ENDING)).take(MOST_LISTED).collect()
}

/// Removes the oldest scheduled backups of a vault beyond the number that is kept. Files with other
/// names are a person's own.
fn prune(folder: &Path, vault: [u8; 16], keep: usize) {
    let ours = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("drawbridge-"))
            && drawbridge_vault::peek_backup(path).is_ok_and(|facts| facts.of_vault == vault)
    };
    let mut paths: Vec<PathBuf> = files(folder).into_iter().filter(ours).collect();
    paths.sort_by_key(|path| {
        std::cmp::Reverse(drawbridge_vault::peek_backup(path).map_or(Timestamp::from_millis(0), |facts| facts.made_at))
    });
    for path in paths.into_iter().skip(keep.max(1)) {
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(%error, "an old backup could not be removed");
        }
    }
}

/// Makes the folder of a file, for its owner only if it is new.
pub(crate) fn make_private_folder(path: &Path) -> Answer<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = if folder.exists() { Ok(()) } else { builder.create(folder) };
    made.map_err(|source| words::vault(drawbridge_vault::Error::File { step: "making the backup folder", source }))
}

/// Whether a backup opens only where its keychain is.
pub(crate) fn only_here(backup: &Backup) -> bool {
    !backup.opens_with.iter().any(|kind| matches!(kind, SlotKind::Passphrase | SlotKind::Recovery))
}
