//! `drawbridge repo clone`: copies of repositories and of files, followed to their end and stopped by Ctrl-C.
//!
//! Not here: where copies go and what stands in the way; the keeper knows.

use super::{
    keeper::Told,
    repo::{Filters, as_typed, reference},
};
use crate::{Session, failure::Failure, output, paths, reach, words};
use clap::Args;
use drawbridge_keeper::{
    Code,
    dto::{
        ClonePlan, CloneRun, CloneSources, CloneStage, CloneState, CloneStep, CloneTransport, Event, Materialize,
        RepositoryRef, StartClone, Tag,
    },
};
use drawbridge_local_api::{Client, keeper_gone};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// Away from a terminal, progress is told this often at most.
const TELL_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(crate) struct Clone {
    /// OWNER/NAME and, if it is to go elsewhere than usual, its FOLDER; with `--all`, words to look for
    #[arg(value_name = "WHAT", required_unless_present = "all")]
    what: Vec<String>,
    /// All repositories that these words and filters find, as `repo list` does
    #[arg(long)]
    all: bool,
    /// The folder in which all of them go; the one of the settings otherwise
    #[arg(long, value_name = "FOLDER", requires = "all")]
    into: Option<PathBuf>,
    /// Only say what would be done
    #[arg(long)]
    plan: bool,
    /// Clone all of them without looking at the plan first
    #[arg(long, requires = "all", conflicts_with = "plan")]
    yes: bool,
    /// This branch or tag instead of the host's choice
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    branch: Option<String>,
    /// So many commits back and no more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    depth: Option<u32>,
    /// Also what they name as submodules
    #[arg(long)]
    submodules: bool,
    /// By SSH instead of HTTPS
    #[arg(long)]
    ssh: bool,
    #[command(flatten)]
    filters: Filters,
}

pub(crate) async fn run(session: &mut Session, clone: Clone) -> Result<(), Failure> {
    let (only_plan, all, yes) = (clone.plan, clone.all, clone.yes);
    let chosen = chosen(&clone)?;
    let keeper = reach::keeper(session).await?;
    let request = request(&keeper, clone, chosen).await?;
    if only_plan || (all && !yes) {
        let plan = keeper.clone_plan(&request).await?;
        if session.output.json() {
            session.output.object(&plan)?;
        } else {
            session.output.text(&told(&plan))?;
        }
        return if only_plan {
            Ok(())
        } else {
            Err(Failure::usage("Nothing was cloned yet.", "Add `--yes` to clone as planned."))
        };
    }
    follow(session, &keeper, Wish::Repositories(&request)).await
}

/// What is copied.
pub(super) enum Wish<'a> {
    Repositories(&'a StartClone),
    Files(&'a Materialize),
}

/// The one repository that is meant, and its folder; none with `--all`.
fn chosen(clone: &Clone) -> Result<Option<(RepositoryRef, Option<PathBuf>)>, Failure> {
    if clone.all {
        return Ok(None);
    }
    if !clone.filters.is_empty_but_account() || clone.filters.account.len() > 1 {
        return Err(Failure::usage("Filters choose among many.", "Add `--all`, or leave them out."));
    }
    let (name, folder) = match clone.what.as_slice() {
        [name] => (name, None),
        [name, folder] => (name, Some(PathBuf::from(folder))),
        _ => {
            return Err(Failure::usage(
                "That are more words than a repository and a folder.",
                "Clone one at a time, or many with `--all`.",
            ));
        }
    };
    let named = reference(name).map_err(|why| Failure::usage(format!("{name}: {why}."), "For example: octo/hello."))?;
    Ok(Some((named.into(), folder)))
}

async fn request(
    keeper: &Client,
    clone: Clone,
    chosen: Option<(RepositoryRef, Option<PathBuf>)>,
) -> Result<StartClone, Failure> {
    let account = clone.filters.account.first().cloned().filter(|_| clone.filters.account.len() == 1);
    let (sources, folder) = match chosen {
        Some((repository, folder)) => (CloneSources::One { repository }, folder),
        None => {
            let words: Vec<String> = clone.what.iter().map(|word| as_typed(word)).collect();
            (CloneSources::All { query: clone.filters.query(keeper, &words).await? }, clone.into)
        }
    };
    Ok(StartClone {
        sources,
        folder: folder.as_deref().map(paths::whole).transpose()?,
        account,
        branch: clone.branch,
        depth: clone.depth.unwrap_or(0),
        submodules: clone.submodules,
        transport: if clone.ssh { CloneTransport::Ssh } else { CloneTransport::Https },
    })
}

/// A plan for a person.
fn told(plan: &ClonePlan) -> String {
    let repositories = |many| words::count(many, "repository", "repositories");
    let sentence = format!(
        "{} into {}: {} to clone ({} at the hosts), {} there already, {} in the way of something, {} not cloneable.",
        repositories(plan.total),
        plan.folder,
        words::number(plan.to_clone),
        words::size(plan.size_kib),
        words::number(plan.present),
        words::number(plan.colliding),
        words::number(plan.impossible),
    );
    let each = plan.not_cloneable.iter().map(|not| format!("{}: {}", not.full_name, not.why));
    std::iter::once(sentence).chain(each).collect::<Vec<_>>().join("\n")
}

pub(super) async fn follow(session: &mut Session, keeper: &Client, wish: Wish<'_>) -> Result<(), Failure> {
    // Listening begins before the copies do, so that nothing is missed.
    let mut events = keeper.events().await?;
    let mut stop = Told::listen()?;
    let mut run = match wish {
        Wish::Repositories(request) => keeper.clone_start(request).await?,
        Wish::Files(request) => keeper.materialize(request).await?,
    };
    let mut telling = Telling::default();
    if session.output.json() && run.state == CloneState::Running {
        session.output.object(&run)?;
    }
    while run.state == CloneState::Running {
        tokio::select! {
            event = events.next() => match event.unwrap_or_else(|| Err(keeper_gone()))? {
                Event::Clone { run: now } if now.id == run.id => run = now,
                // It may have ended before the first event came, and some may have been missed.
                Event::Changed { tags } if tags.contains(&Tag::Clones) => run = keeper.clone_show(&run.id).await?,
                Event::Vault { .. } => run = keeper.clone_show(&run.id).await?,
                Event::Stopping => return Err(keeper_gone().into()),
                _ => continue,
            },
            () = stop.heard() => {
                telling.over();
                run = keeper.clone_cancel(&run.id).await?;
                break;
            }
        }
        if run.state == CloneState::Running {
            if session.output.json() {
                session.output.object(&run)?;
            } else {
                telling.tell(&run);
            }
        }
    }
    telling.over();
    ended(session, &run)
}

fn ended(session: &mut Session, run: &CloneRun) -> Result<(), Failure> {
    if session.output.json() {
        session.output.object(run)?;
    } else {
        for note in &run.notes {
            session.output.note(note);
        }
    }
    let Some(first) = run.failures.first() else {
        return if run.state == CloneState::Cancelled {
            Err(words::clone_stopped(run).into())
        } else if session.output.json() {
            Ok(())
        } else {
            session.output.text(&format!("{} {}", run.sentence, run.folder))
        };
    };
    if run.total == 1 {
        return Err(first.problem.clone().into());
    }
    // What needs the person comes first: the rest may be well when it is tried again.
    let needs_you = |code| matches!(code, Code::SignInNeeded | Code::NotConnected);
    let worst = run.failures.iter().find(|failure| needs_you(failure.problem.code)).unwrap_or(first);
    Err(words::clones_went_wrong(run, &worst.problem).into())
}

/// When something was told last.
#[derive(Default)]
struct Telling {
    last: Option<Instant>,
}

impl Telling {
    fn tell(&mut self, run: &CloneRun) {
        let now = Instant::now();
        let soon = self.last.is_some_and(|last| now.duration_since(last) < TELL_EVERY);
        if soon && !output::is_live() {
            return;
        }
        self.last = Some(now);
        output::progress(&sentence(run));
    }

    fn over(&self) {
        if self.last.is_some() {
            output::progress_over();
        }
    }
}

fn sentence(run: &CloneRun) -> String {
    let ended = run.cloned + run.present + run.failed;
    let many = (run.total > 1).then(|| format!("{} of {}", words::number(ended), words::number(run.total)));
    let steps = run.steps.iter().map(|step| format!("{}: {}", step.full_name, progress(step)));
    many.into_iter().chain(steps).collect::<Vec<_>>().join(", ")
}

fn progress(step: &CloneStep) -> String {
    let stage = match step.stage {
        CloneStage::Asking => "asking",
        CloneStage::Receiving => "receiving",
        CloneStage::Resolving => "resolving",
        CloneStage::CheckingOut => "writing files",
    };
    if step.of == 0 {
        return stage.to_owned();
    }
    let part = format!("{stage} {} of {}", words::number(step.done), words::number(step.of));
    if step.stage == CloneStage::Receiving { format!("{part} ({})", words::size(step.received_kib)) } else { part }
}
