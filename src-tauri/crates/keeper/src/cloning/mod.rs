//! Copies of repositories as a person asks for them: a plan, then the making, watched and stopped by its id.
//!
//! One repository or all of a view go the same way, and so do some files of a repository without its history. Not
//! here: git itself (`git`), where each goes (`plan.rs`), and the copying (`run.rs`).

mod plan;
mod run;

pub(crate) use plan::{git_address, named_folder};
pub(crate) use run::{Runs, credential as git_credential};

use crate::{
    Answer, Keeper,
    dto::{
        CloneFailure, ClonePlan, CloneRun, CloneSources, Coordinates, Materialize, RepositoryRef, StartClone,
        WantedFiles,
    },
    open::Open,
    settings::settings_of,
    words,
};
use drawbridge_domain::CloneId;
use plan::Fate;
use run::{Job, What};
use std::{num::NonZeroU32, path::PathBuf, sync::Arc};

/// The longest name of a branch, a tag or a folder of a repository, in bytes.
const LONGEST_REFERENCE: usize = 1024;

impl Keeper {
    /// What `clone_start` would do. Changes nothing, and asks no host.
    pub async fn clone_plan(&self, request: StartClone) -> Answer<ClonePlan> {
        let open = self.opened().await?;
        Ok(self.plan_clone(&open, &request).await?.dto())
    }

    /// Begins to copy repositories, and returns at once. What is there already, whole and from the same address,
    /// is left as it is; so the same request again goes on where one was stopped.
    pub async fn clone_start(self: &Arc<Self>, request: StartClone) -> Answer<CloneRun> {
        let open = self.opened().await?;
        check_text(request.branch.as_deref())?;
        let plan = self.plan_clone(&open, &request).await?;
        let alone = matches!(request.sources, CloneSources::One { .. });
        let mut job = Job {
            title: plan.title,
            folder: plan.folder,
            what: What::Whole {
                branch: request.branch,
                depth: NonZeroU32::new(request.depth),
                submodules: request.submodules,
            },
            items: Vec::new(),
            present: 0,
            failures: Vec::new(),
        };
        for (full_name, fate) in plan.fates {
            match fate {
                Fate::Clone(item) => job.items.push(item),
                Fate::Present => job.present += 1,
                // Who asks for one is told at once.
                Fate::Collides(problem) | Fate::Impossible(problem) if alone => return Err(problem),
                Fate::Collides(problem) | Fate::Impossible(problem) => {
                    job.failures.push(CloneFailure { full_name, problem });
                }
            }
        }
        self.begin(&open, job)
    }

    /// Begins to fetch files of a repository without its history, and returns at once; watched like a copy.
    pub async fn materialize(self: &Arc<Self>, request: Materialize) -> Answer<CloneRun> {
        let open = self.opened().await?;
        let (repository, reference, path, name) = match request.files {
            WantedFiles::Found { item } => {
                let Coordinates { repository, reference, path, name } = self.found_coordinates(item).await?;
                (RepositoryRef::Id { id: repository }, reference, path, Some(name))
            }
            WantedFiles::At { repository, reference, path } => (repository, reference, path, None),
        };
        check_text(reference.as_deref())?;
        check_text(Some(&path).filter(|path| !path.is_empty()).map(String::as_str))?;
        let mut item = self.item_for(&open, &repository, request.account.as_ref()).await?;
        let title = match path.trim_matches('/') {
            "" => item.full_name.clone(),
            path => format!("{}/{path}", item.full_name),
        };
        item.into = match &request.folder {
            Some(folder) => self.own_folder(folder)?,
            None => {
                let name = name.or_else(|| title.rsplit('/').next().map(str::to_owned)).unwrap_or_default();
                self.place_for_files(&open, &name).await?.ok_or_else(words::no_projects_folder)?
            }
        };
        // Who asks for one is told at once.
        if !is_free(item.into.clone()).await? {
            return Err(words::place_taken(false));
        }
        let what = What::Files { reference, path };
        let folder = item.into.clone();
        self.begin(&open, Job { title, folder, what, items: vec![item], present: 0, failures: Vec::new() })
    }

    /// A free folder for files that have a name, among the person's projects; none where that is not known.
    pub(crate) async fn place_for_files(&self, open: &Open, name: &str) -> Answer<Option<PathBuf>> {
        let Some(root) = self.projects_folder(&settings_of(open).await?) else { return Ok(None) };
        let name = name.to_owned();
        let look = move || plan::free_place(&root, &name);
        tokio::task::spawn_blocking(look).await.map_err(|error| words::internal("looking into the folders", &error))
    }

    /// Copies that are made now, and those that ended lately; newest first.
    pub async fn clone_list(&self) -> Answer<Vec<CloneRun>> {
        Ok(self.opened().await?.clones.list())
    }

    /// One of them.
    pub async fn clone_show(&self, id: CloneId) -> Answer<CloneRun> {
        let found = self.opened().await?.clones.find(&id);
        found.map(|run| run.now()).ok_or_else(unknown)
    }

    /// Resolves when it has ended.
    pub async fn clone_wait(&self, id: CloneId) -> Answer<CloneRun> {
        let run = self.opened().await?.clones.find(&id).ok_or_else(unknown)?;
        Ok(run.ended().await)
    }

    /// Stops it, and resolves when it has ended. What is whole by then stays, of anything else nothing does.
    pub async fn clone_cancel(&self, id: CloneId) -> Answer<CloneRun> {
        let run = self.opened().await?.clones.find(&id).ok_or_else(unknown)?;
        run.cancel();
        Ok(run.ended().await)
    }
}

async fn is_free(folder: PathBuf) -> Answer<bool> {
    let look = move || plan::is_free(&folder);
    tokio::task::spawn_blocking(look).await.map_err(|error| words::internal("looking into the folders", &error))
}

fn unknown() -> crate::Problem {
    words::not_found("clone with that id")
}

/// A name of a branch, a tag or a folder: what it means is git's to say.
fn check_text(text: Option<&str>) -> Answer<()> {
    match text {
        Some(text) if text.is_empty() || text.len() > LONGEST_REFERENCE || text.contains(char::is_control) => {
            Err(words::invalid("That can't be the name of a branch, a tag or a folder.", "See that it is right."))
        }
        _ => Ok(()),
    }
}
