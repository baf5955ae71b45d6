//! `drawbridge source`: in which repositories is looked for something, and what was found.

use super::{clone, template};
use crate::{Session, failure::Failure, paths, reach, table::Table, words};
use clap::{Args, Subcommand};
use drawbridge_domain::SourceId;
use drawbridge_keeper::dto::{
    AddSource, FoundQuery, FoundRef, Materialize, RefreshSources, Source, SourceReading, WantedFiles,
};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look for templates, skills and more in a repository, now and whenever it is pushed to
    Add(Add),
    /// The sources
    List,
    /// Look again: at all sources, or those of one repository
    Refresh {
        /// The source's id, or the repository's full name
        #[arg(value_name = "ID|OWNER/NAME")]
        source: Option<String>,
    },
    /// Remove a source; adding it again brings it back as it was, for thirty days
    Remove {
        /// The source's id
        #[arg(value_name = "ID", value_parser = id)]
        id: SourceId,
    },
    /// What can be looked for
    Kinds,
    /// What was found, of all kinds or one
    Found {
        /// Words of name, description, repository or path
        text: Vec<String>,
        /// Only of this kind; `drawbridge source kinds` shows which there are
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only in this source
        #[arg(long, value_name = "ID", value_parser = id)]
        source: Option<SourceId>,
    },
    /// Copy the files of something that was found, without the history around them
    Copy(Copy),
}

#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// Its name, or its id
    #[arg(value_name = "NAME|ID")]
    item: String,
    /// A folder that is empty or not there yet [default: one of that name among the projects]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The kind, where several things have that name
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The repository: its full name, or its id
    #[arg(value_name = "OWNER/NAME", value_parser = super::repo::reference)]
    repository: super::repo::Reference,
    /// The branch, tag or commit, instead of the default branch
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<String>,
    /// Only this folder
    #[arg(long, value_name = "FOLDER")]
    path: Option<String>,
    /// Only this kind; all of them without
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
}

fn id(text: &str) -> Result<SourceId, String> {
    text.parse().map_err(|_| "that is no id; `drawbridge source list` shows them".to_owned())
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    match command {
        Command::Add(Add { repository, reference, path, kind }) => {
            let request = AddSource { repository: repository.into(), reference, path, kind };
            let reading = keeper.source_add(&request).await?;
            if session.output.json() {
                session.output.object(&reading)?;
            } else {
                tell(session, &reading)?;
            }
            as_asked([reading])
        }
        Command::List => {
            let list = keeper.source_list().await?;
            if session.output.json() {
                return session.output.object(&list);
            }
            rows(session, &list.rows)
        }
        Command::Refresh { source } => {
            let by_id = source.as_deref().and_then(|text| text.parse().ok());
            let request = RefreshSources { source: by_id, full_name: source.filter(|_| by_id.is_none()) };
            let readings = keeper.source_refresh(&request).await?;
            if session.output.json() {
                session.output.object(&readings)?;
            } else {
                for reading in &readings {
                    tell(session, reading)?;
                }
                if readings.is_empty() {
                    session.output.note(NONE);
                }
            }
            as_asked(readings)
        }
        Command::Remove { id } => {
            let source = keeper.source_remove(id).await?;
            if session.output.json() {
                return session.output.object(&source);
            }
            session.output.text(&format!("Removed: {}. Adding it again brings it back.", place(&source)))
        }
        Command::Kinds => {
            let kinds = keeper.source_kinds().await?;
            if session.output.json() {
                return session.output.object(&kinds);
            }
            let mut table = Table::new(["KIND", "KNOWN BY", "VARIANTS"]);
            for kind in kinds {
                table.row([kind.id, kind.marker, kind.variants.join(", ")]);
            }
            table.print(&mut session.output)
        }
        Command::Found { text, kind, source } => {
            let query = FoundQuery { kind, source, variant: None, text: text.join(" ") };
            template::found(session, &keeper.found_list(&query).await?)
        }
        Command::Copy(Copy { item, folder, kind }) => {
            let item = match item.parse() {
                Ok(id) if kind.is_none() => FoundRef::Id { id },
                _ => FoundRef::Name { of: kind, name: item },
            };
            let folder = folder.as_deref().map(paths::whole).transpose()?;
            let request = Materialize { files: WantedFiles::Found { item }, folder, account: None };
            clone::follow(session, &keeper, clone::Wish::Files(&request)).await
        }
    }
}

const NONE: &str = "There is no source yet. `drawbridge source add OWNER/NAME` adds one.";

/// What a source points to.
fn place(source: &Source) -> String {
    let mut place = source.full_name.clone();
    if let Some(reference) = &source.reference {
        place = format!("{place} at {reference}");
    }
    if source.path.is_empty() { place } else { format!("{place}, in {}", source.path) }
}

/// What was read is shown; where that was not all, it was not in vain, but it is not as asked either.
fn as_asked(readings: impl IntoIterator<Item = SourceReading>) -> Result<(), Failure> {
    match readings.into_iter().find_map(|reading| reading.source.problem) {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

fn tell(session: &mut Session, reading: &SourceReading) -> Result<(), Failure> {
    let SourceReading { source, new, changed, gone } = reading;
    let parts: Vec<String> = [(new, "new"), (changed, "changed"), (gone, "gone")]
        .into_iter()
        .filter(|(many, _)| **many > 0)
        .map(|(many, what)| format!("{} {what}", words::number(*many)))
        .collect();
    let news = if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") };
    session.output.text(&format!("{}: {news}, {} found", place(source), words::number(source.found)))
}

fn rows(session: &mut Session, sources: &[Source]) -> Result<(), Failure> {
    if sources.is_empty() {
        session.output.note(NONE);
        return Ok(());
    }
    let now = session.parts.clock.now();
    let mut table = Table::new(["ID", "SOURCE", "KIND", "FOUND", "READ", "PROBLEM"]);
    for source in sources {
        table.row([
            source.id.to_string(),
            place(source),
            source.kind.clone().unwrap_or_else(|| "all".to_owned()),
            words::number(source.found),
            source.read_at.map(|at| words::ago(at, now)).unwrap_or_default(),
            source.problem.as_ref().map(|problem| problem.message.clone()).unwrap_or_default(),
        ]);
    }
    table.print(&mut session.output)
}
