//! `drawbridge view`: lists of repositories that are kept under a name.
//!
//! Not here: showing one; that is `repo list --view NAME`.

use super::repo::{Order, written};
use crate::{Session, failure::Failure, reach, table::Table, words};
use clap::Subcommand;
use drawbridge_domain::ViewId;
use drawbridge_keeper::dto::{RepositorySort, SaveView, SavedView};
use drawbridge_local_api::Client;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The views there are
    List,
    /// Keep a search under a name
    Save {
        /// What to call it
        name: String,
        /// Words and filters, as in `repo list`
        #[arg(value_parser = written)]
        text: Vec<String>,
        /// The order
        #[arg(long, value_name = "ORDER", default_value = "best")]
        sort: Order,
        /// Turn the order around
        #[arg(long)]
        reverse: bool,
        /// In place of the view that is called so already
        #[arg(long)]
        replace: bool,
    },
    /// Call a view something else
    Rename {
        /// Which
        name: String,
        /// What to call it
        to: String,
    },
    /// Remove a view; no repository goes with it
    Remove {
        /// Which
        name: String,
    },
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    let keeper = reach::keeper(session).await?;
    match command {
        Command::List => {
            let views = keeper.view_list().await?;
            if session.output.json() {
                return session.output.object(&views);
            }
            if views.rows.is_empty() {
                session.output.note("No view is kept yet. `drawbridge view save NAME` keeps one.");
                return Ok(());
            }
            let now = session.parts.clock.now();
            let mut table = Table::new(["NAME", "SEARCH", "SAVED"]);
            for view in views.rows {
                table.row([view.name, view.query, words::ago(view.saved_at, now)]);
            }
            table.print(&mut session.output)
        }
        Command::Save { name, text, sort, reverse, replace } => {
            let sort = RepositorySort::from(sort);
            let request = SaveView { name, query: text.join(" "), sort, reverse, columns: Vec::new(), replace };
            let view = keeper.view_save(&request).await?;
            told(session, &view, "Kept")
        }
        Command::Rename { name, to } => {
            let id = named(&keeper, &name).await?.id;
            let view = keeper.view_rename(&id, &drawbridge_keeper::dto::RenameView { name: to }).await?;
            told(session, &view, "Renamed")
        }
        Command::Remove { name } => {
            let id: ViewId = named(&keeper, &name).await?.id;
            let view = keeper.view_remove(&id).await?;
            told(session, &view, "Removed")
        }
    }
}

/// The view of that name.
pub(crate) async fn named(keeper: &Client, name: &str) -> Result<SavedView, Failure> {
    let views = keeper.view_list().await?.rows;
    let found = views.into_iter().find(|view| view.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        Failure::usage(format!("There is no view called {name}."), "`drawbridge view list` shows which there are.")
    })
}

fn told(session: &mut Session, view: &SavedView, what: &str) -> Result<(), Failure> {
    if session.output.json() {
        return session.output.object(view);
    }
    session.output.text(&format!("{what}: {}", view.name))
}
