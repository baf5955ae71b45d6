//! The making of copies: a few at once for each host, progress, stopping, and what came of it.
//!
//! Git works on threads that may block, and looks at the token that stops it whenever something comes; a host
//! that says nothing is left by git's own limit. Not here: which copies, and where to (`plan.rs`).

use super::plan::{Item, TOLD, is_at_home, named_folder, to_u32};
use crate::{
    Answer, Keeper, Problem,
    access::Access,
    dto::{CloneFailure, CloneRun, CloneStage, CloneState, CloneStep, Event, Tag},
    open::Open,
    turns::HostTurns,
    words,
};
use drawbridge_domain::CloneId;
use drawbridge_git::{Clone as Wanted, Credential, Error, Progress, Remote, Stage, Subtree};
use futures::{StreamExt as _, stream};
use std::{
    collections::VecDeque,
    num::NonZeroU32,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{sync::watch, task::JoinError};
use tokio_util::sync::CancellationToken;
use url::Url;

/// How many makings go on at once.
const MAX_RUNS: usize = 8;
/// How many that ended are remembered until the lock.
const KEPT: usize = 20;
/// How many copies one making makes at once.
const AT_ONCE: usize = 6;
/// How many copies come from one host at once, whoever asked for them.
const PER_HOST: usize = 3;
/// Progress is told this often at most.
const TELL_EVERY: Duration = Duration::from_millis(150);
/// No copy takes longer; one that does is stuck.
const COPY_LIMIT: Duration = Duration::from_secs(6 * 60 * 60);
/// How long a copy that was stopped is waited for. A silent host keeps git from looking for longer than that; it
/// clears up behind itself when it does.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// What is made of each repository.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// A whole copy.
    Whole { branch: Option<String>, depth: Option<NonZeroU32>, submodules: bool },
    /// The files of one folder.
    Files { reference: Option<String>, path: String },
}

/// What is to be done.
pub(super) struct Job {
    pub title: String,
    pub folder: PathBuf,
    pub what: What,
    pub items: Vec<Item>,
    pub present: u32,
    pub failures: Vec<CloneFailure>,
}

/// The makings of an open vault.
#[derive(Default)]
pub(crate) struct Runs {
    all: Mutex<VecDeque<Arc<Run>>>,
    turns: HostTurns<PER_HOST>,
}

/// One of them.
pub(super) struct Run {
    shown: watch::Sender<CloneRun>,
    cancel: CancellationToken,
    /// Done when it has ended and everybody was told: who waits for the end hears of it last.
    over: CancellationToken,
}

impl Runs {
    pub(super) fn list(&self) -> Vec<CloneRun> {
        Open::with(&self.all, |all| all.iter().map(|run| run.now()).collect())
    }

    pub(super) fn find(&self, id: &CloneId) -> Option<Arc<Run>> {
        Open::with(&self.all, |all| all.iter().find(|run| run.shown.borrow().id == *id).cloned())
    }

    fn add(&self, run: &Arc<Run>) -> Answer<()> {
        Open::with(&self.all, |all| {
            if all.iter().filter(|run| run.goes_on()).count() >= MAX_RUNS {
                return Err(words::too_many_clones(MAX_RUNS));
            }
            all.push_front(Arc::clone(run));
            // The running ones are fewer than are kept, so one that ended is behind them.
            while all.len() > KEPT
                && let Some(oldest) = all.iter().rposition(|run| !run.goes_on())
            {
                all.remove(oldest);
            }
            Ok(())
        })
    }
}

impl Run {
    pub(super) fn now(&self) -> CloneRun {
        self.shown.borrow().clone()
    }

    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    fn goes_on(&self) -> bool {
        self.shown.borrow().state == CloneState::Running
    }

    pub(super) async fn ended(&self) -> CloneRun {
        self.over.cancelled().await;
        self.now()
    }

    fn note(&self, full_name: &str, progress: Progress) {
        let stage = match progress.stage {
            Stage::Receiving => CloneStage::Receiving,
            Stage::Resolving => CloneStage::Resolving,
            Stage::CheckingOut => CloneStage::CheckingOut,
        };
        self.shown.send_modify(|run| {
            if let Some(step) = run.steps.iter_mut().find(|step| step.full_name == full_name) {
                step.stage = stage;
                (step.done, step.of) = (to_u32(progress.done), to_u32(progress.of));
                // What is written is not what came.
                step.received_kib = step.received_kib.max(to_u32(progress.bytes / 1024));
            }
        });
    }

    fn begin(&self, full_name: &str) {
        let step =
            CloneStep { full_name: full_name.to_owned(), stage: CloneStage::Asking, done: 0, of: 0, received_kib: 0 };
        self.shown.send_modify(|run| run.steps.push(step));
    }

    fn finish(&self, full_name: &str, came: Answer<Vec<String>>) {
        self.shown.send_modify(|run| {
            run.steps.retain(|step| step.full_name != full_name);
            match came {
                Ok(notes) => {
                    run.cloned += 1;
                    run.notes.extend(notes);
                    run.notes.truncate(TOLD);
                }
                // What was stopped did not fail.
                Err(_) if self.cancel.is_cancelled() => {}
                Err(problem) => {
                    run.failed += 1;
                    run.failures.push(CloneFailure { full_name: full_name.to_owned(), problem });
                    run.failures.truncate(TOLD);
                }
            }
        });
    }
}

impl Keeper {
    /// A folder of the person's own.
    pub(super) fn own_folder(&self, text: &str) -> Answer<PathBuf> {
        let folder = named_folder(text)?;
        if folder.starts_with(&self.config.vault_dir) {
            return Err(words::invalid("That folder is the vault's.", "Choose a folder of your own."));
        }
        Ok(folder)
    }

    pub(super) fn begin(self: &Arc<Self>, open: &Arc<Open>, job: Job) -> Answer<CloneRun> {
        let Job { title, folder, what, items, present, mut failures } = job;
        let failed = to_u32(failures.len());
        failures.truncate(TOLD);
        let first = CloneRun {
            id: CloneId::random(&*self.parts.random),
            title,
            folder: folder.display().to_string(),
            state: CloneState::Running,
            total: to_u32(items.len()).saturating_add(present).saturating_add(failed),
            cloned: 0,
            present,
            failed,
            steps: Vec::new(),
            failures,
            notes: Vec::new(),
            sentence: String::new(),
        };
        let (cancel, over) = (open.cancel.child_token(), CancellationToken::new());
        let run = Arc::new(Run { shown: watch::Sender::new(first), cancel, over });
        open.clones.add(&run)?;
        let begun = run.now();
        let (keeper, work) = (Arc::clone(self), Arc::clone(open));
        open.tasks.spawn(async move {
            // Also where this breaks off: nobody waits for ever.
            let _over = run.over.clone().drop_guard();
            keeper.make(&work, &run, items, &what).await;
        });
        self.changed(&[Tag::Clones]);
        Ok(begun)
    }

    async fn make(&self, open: &Open, run: &Arc<Run>, items: Vec<Item>, what: &What) {
        let copies = stream::iter(items).for_each_concurrent(AT_ONCE, |item| async move {
            let _turn = tokio::select! {
                biased;
                () = run.cancel.cancelled() => return,
                turn = open.clones.turns.take(&item.host) => turn,
            };
            run.begin(&item.full_name);
            let came = self.copy(open, run, &item, what).await;
            run.finish(&item.full_name, came);
        });
        tokio::pin!(copies);
        let mut seen = run.shown.subscribe();
        let mut tick = tokio::time::interval(TELL_EVERY);
        loop {
            tokio::select! {
                () = &mut copies => break,
                _ = tick.tick() => {
                    if seen.has_changed().unwrap_or(false) {
                        let now = seen.borrow_and_update().clone();
                        self.emit(Event::Clone { run: now });
                    }
                }
            }
        }
        run.shown.send_modify(|shown| {
            let all = shown.cloned.saturating_add(shown.present).saturating_add(shown.failed) >= shown.total;
            shown.state = if all { CloneState::Done } else { CloneState::Cancelled };
            shown.steps.clear();
            shown.sentence = words::clone_summary(shown);
        });
        let now = run.now();
        tracing::info!(total = now.total, cloned = now.cloned, failed = now.failed, "a making of copies ended");
        self.emit(Event::Clone { run: now });
        self.changed(&[Tag::Clones]);
    }

    /// Makes one copy; what is worth knowing about it.
    async fn copy(&self, open: &Open, run: &Arc<Run>, item: &Item, what: &What) -> Answer<Vec<String>> {
        let Some(account) = &item.account else {
            return copy_with(run, item, what, None).await.map_err(|stop| stop.problem(item, false));
        };
        let access = self.access(open, account).await?;
        let credential = credential(&access, &item.address);
        let shown = credential.is_some();
        let stop = match copy_with(run, item, what, credential).await {
            Ok(notes) => return Ok(notes),
            Err(stop) => stop,
        };
        if !stop.refused() {
            return Err(stop.problem(item, shown));
        }
        if !shown {
            let place = item.address.host_str().unwrap_or_default();
            return Err(words::clone_elsewhere(place, &item.label));
        }
        // What was handed out may have been renewed by another meanwhile.
        match self.newer_access(open, account, &access).await? {
            Some(newer) => {
                let again = copy_with(run, item, what, self::credential(&newer, &item.address)).await;
                again.map_err(|stop| stop.problem(item, true))
            }
            None => Err(stop.problem(item, true)),
        }
    }
}

/// Why a copy ended early.
enum Stop {
    Git(Error),
    TooLong,
    Broke(Problem),
}

impl Stop {
    fn refused(&self) -> bool {
        matches!(self, Self::Git(Error::Unauthorized))
    }

    fn problem(self, item: &Item, shown: bool) -> Problem {
        match self {
            Self::Git(error) => words::clone_failed(&error, &item.label, shown),
            Self::TooLong => words::clone_too_long(&item.label),
            Self::Broke(problem) => problem,
        }
    }
}

/// What the repository's place is shown of an account's access: nothing, if it is not the account's own place.
pub(crate) fn credential(access: &Access, address: &Url) -> Option<Credential> {
    let user = access.provider.git_user(access.client_id.is_some(), &access.account.identity.login);
    is_at_home(address, &access.host).then(|| Credential { user, password: access.token.clone() })
}

async fn copy_with(
    run: &Arc<Run>,
    item: &Item,
    what: &What,
    credential: Option<Credential>,
) -> Result<Vec<String>, Stop> {
    let cancel = run.cancel.child_token();
    let (thread_run, thread_item, thread_what, token) = (Arc::clone(run), item.clone(), what.clone(), cancel.clone());
    let mut copying = tokio::task::spawn_blocking(move || {
        let remote = Remote { url: thread_item.address.clone(), credential };
        let note = |progress| thread_run.note(&thread_item.full_name, progress);
        copy_now(&remote, &thread_item, &thread_what, &note, &token)
    });
    let late = tokio::select! {
        came = &mut copying => return done(came, false),
        () = run.cancel.cancelled() => false,
        () = tokio::time::sleep(COPY_LIMIT) => true,
    };
    cancel.cancel();
    match tokio::time::timeout(STOP_LIMIT, &mut copying).await {
        Ok(came) => done(came, late),
        Err(_) => done(Ok(Err(Error::Cancelled)), late),
    }
}

fn done(came: Result<Result<Vec<String>, Error>, JoinError>, late: bool) -> Result<Vec<String>, Stop> {
    match came {
        Ok(Err(Error::Cancelled)) if late => Err(Stop::TooLong),
        Ok(came) => came.map_err(Stop::Git),
        Err(error) => Err(Stop::Broke(words::internal("copying a repository", &error))),
    }
}

fn copy_now(
    remote: &Remote,
    item: &Item,
    what: &What,
    note: &(dyn Fn(Progress) + Sync),
    cancel: &CancellationToken,
) -> Result<Vec<String>, Error> {
    match what {
        What::Whole { branch, depth, submodules } => {
            let wanted = Wanted {
                remote,
                into: &item.into,
                reference: branch.as_deref(),
                depth: *depth,
                submodules: *submodules,
            };
            let made = drawbridge_git::clone(&wanted, note, cancel)?;
            Ok(words::clone_notes(&item.full_name, made.lfs_pointers, made.submodules && !submodules))
        }
        What::Files { reference, path } => {
            let wanted = Subtree { remote, into: &item.into, reference: reference.as_deref(), path };
            let made = drawbridge_git::subtree(&wanted, note, cancel)?;
            Ok(words::clone_notes(&item.full_name, made.lfs_pointers, false))
        }
    }
}
