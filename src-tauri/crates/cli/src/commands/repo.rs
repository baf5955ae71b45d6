//! `drawbridge repo`: the repositories that the accounts can reach.

use crate::{
    Session,
    failure::Failure,
    reach,
    table::{self, Table},
    words,
};
use clap::{Args, Subcommand, ValueEnum};
use drawbridge_domain::{AccountId, Permission, RepositoryId, Visibility};
use drawbridge_keeper::dto::{
    Account, List, Repository, RepositoryDetail, RepositoryQuery, RepositoryRef, RepositorySort,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The repositories, last pushed first
    List(Query),
    /// The repositories in which every word is found, best match first
    Search(Query),
    /// One repository
    Show {
        /// Its full name
        #[arg(value_name = "OWNER/NAME", value_parser = reference)]
        reference: Reference,
    },
    /// Why a repository is not in the list, and what helps
    Why {
        /// Its full name, or the address of its page
        #[arg(value_name = "NAME|URL")]
        name: String,
    },
    /// Add a repository that no listing brought; removes nothing
    Import {
        /// Its full name, or the address of its page
        #[arg(value_name = "NAME|URL")]
        name: String,
    },
    /// What left the list in the last thirty days, newest first
    Removed {
        /// How many to show
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
        /// After how many
        #[arg(long, value_name = "N", default_value_t = 0)]
        offset: u32,
    },
    /// Bring a removed repository back into the list
    Restore {
        /// As `repo removed` names it
        #[arg(value_name = "ID")]
        id: RepositoryId,
    },
    /// Copy repositories into folders, with an account's access and without leaving it there
    Clone(Box<super::clone::Clone>),
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// Words of name, description, language or topics
    text: Vec<String>,
    #[command(flatten)]
    filters: Filters,
    /// The order
    #[arg(long, value_name = "ORDER", default_value = "best")]
    sort: Order,
    /// Turn the order around
    #[arg(long)]
    reverse: bool,
    /// How many to show
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// After how many
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u32,
}

/// Which repositories are meant.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Only of this owner; may be given several times
    #[arg(long, value_name = "OWNER")]
    owner: Vec<String>,
    /// Only with this visibility; may be given several times
    #[arg(long, value_name = "VISIBILITY", value_delimiter = ',')]
    visibility: Vec<Seen>,
    /// Only what this account reaches; may be given several times
    #[arg(long, value_name = "ID", value_parser = super::account::id)]
    pub(crate) account: Vec<AccountId>,
    /// Only in this language; may be given several times
    #[arg(long, value_name = "LANGUAGE")]
    language: Vec<String>,
    /// Only archived ones
    #[arg(long, conflicts_with = "no_archived")]
    archived: bool,
    /// No archived ones
    #[arg(long)]
    no_archived: bool,
    /// Only forks
    #[arg(long, conflicts_with = "no_fork")]
    fork: bool,
    /// No forks
    #[arg(long)]
    no_fork: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Seen {
    /// Everybody may see it
    Public,
    /// Members of the enterprise or server
    Internal,
    /// Those who were let in
    Private,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Order {
    /// Best match when there are words, last push otherwise
    Best,
    /// Last push, newest first
    Pushed,
    /// Full name, A to Z
    Name,
    /// Largest first
    Size,
    /// Newest first
    Created,
}

/// What `repo show` was given.
#[derive(Debug, Clone)]
pub(crate) enum Reference {
    Id(RepositoryId),
    Name(String),
}

impl From<Reference> for RepositoryRef {
    fn from(reference: Reference) -> Self {
        match reference {
            Reference::Id(id) => Self::Id { id },
            Reference::Name(full_name) => Self::FullName { full_name },
        }
    }
}

pub(crate) fn reference(text: &str) -> Result<Reference, String> {
    if let Ok(id) = text.parse() {
        return Ok(Reference::Id(id));
    }
    let parts: Vec<&str> = text.split('/').collect();
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
        return Err("that is no full name; it looks like `owner/name`".to_owned());
    }
    Ok(Reference::Name(text.to_owned()))
}

pub(crate) async fn run(session: &mut Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::List(query) | Command::Search(query) => list(session, query).await,
        Command::Why { name } => super::missing::why(session, name).await,
        Command::Import { name } => super::missing::import(session, &name).await,
        Command::Removed { limit, offset } => super::missing::removed(session, limit, offset).await,
        Command::Restore { id } => super::missing::restore(session, id).await,
        Command::Show { reference } => {
            let keeper = reach::keeper(session).await?;
            let repository = keeper.repository_show(&reference.into()).await?;
            if session.output.json() {
                return session.output.object(&repository);
            }
            // A person knows accounts by their names.
            let accounts = keeper.account_list().await?.rows;
            show(session, &repository, &accounts)
        }
        Command::Clone(clone) => super::clone::run(session, *clone).await,
    }
}

async fn list(session: &mut Session, query: Query) -> Result<(), Failure> {
    let query = RepositoryQuery {
        sort: match query.sort {
            Order::Best => RepositorySort::Best,
            Order::Pushed => RepositorySort::Pushed,
            Order::Name => RepositorySort::Name,
            Order::Size => RepositorySort::Size,
            Order::Created => RepositorySort::Created,
        },
        reverse: query.reverse,
        limit: query.limit,
        offset: query.offset,
        ..query.filters.query(&query.text)
    };
    let repositories = reach::keeper(session).await?.repository_list(&query).await?;
    if session.output.json() {
        return session.output.object(&repositories);
    }
    rows(session, &query, repositories)
}

impl Filters {
    /// Whether nothing but an account is chosen.
    pub(crate) fn is_empty_but_account(&self) -> bool {
        self.owner.is_empty()
            && self.visibility.is_empty()
            && self.language.is_empty()
            && !(self.archived || self.no_archived || self.fork || self.no_fork)
    }

    /// As the keeper is asked, with words to look for.
    pub(crate) fn query(self, text: &[String]) -> RepositoryQuery {
        let seen = |seen| match seen {
            Seen::Public => Visibility::Public,
            Seen::Internal => Visibility::Internal,
            Seen::Private => Visibility::Private,
        };
        RepositoryQuery {
            text: text.join(" "),
            accounts: self.account,
            owners: self.owner,
            visibility: self.visibility.into_iter().map(seen).collect(),
            languages: self.language,
            archived: either(self.archived, self.no_archived),
            fork: either(self.fork, self.no_fork),
            ..RepositoryQuery::default()
        }
    }
}

fn either(yes: bool, no: bool) -> Option<bool> {
    (yes || no).then_some(yes)
}

fn rows(session: &mut Session, query: &RepositoryQuery, list: List<Repository>) -> Result<(), Failure> {
    let List { total, rows } = list;
    if rows.is_empty() {
        session.output.note(&nothing(query, total));
        return Ok(());
    }
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let now = session.parts.clock.now();
    let mut table = Table::new(["REPOSITORY", "VISIBILITY", "LANGUAGE", "PUSHED", "DESCRIPTION"]);
    for repository in rows {
        table.row([
            repository.full_name,
            marks(repository.visibility, repository.archived, repository.fork),
            repository.language.unwrap_or_default(),
            repository.pushed_at.map(|at| words::ago(at, now)).unwrap_or_default(),
            shortened(&repository.description.unwrap_or_default()),
        ]);
    }
    table.print(&mut session.output)?;
    let last = query.offset.saturating_add(shown);
    if last < total || query.offset > 0 {
        let (first, last, total) = (words::number(query.offset + 1), words::number(last), words::number(total));
        session.output.note(&format!("{first} to {last} of {total}. `--offset` and `--limit` show others."));
    }
    Ok(())
}

/// Why there is no row.
fn nothing(query: &RepositoryQuery, total: u32) -> String {
    let filtered = query.visibility.is_empty()
        && query.accounts.is_empty()
        && query.owners.is_empty()
        && query.languages.is_empty()
        && query.archived.is_none()
        && query.fork.is_none();
    if total > 0 {
        format!("There are {} only.", words::number(total))
    } else if !query.text.is_empty() {
        let more = if filtered { "" } else { " under these filters" };
        format!("Nothing here is called \"{}\"{more}.", query.text)
    } else if filtered {
        "No repository has been listed yet. `drawbridge account list` shows which accounts there are.".to_owned()
    } else {
        "No repository fits these filters.".to_owned()
    }
}

fn marks(visibility: Visibility, archived: bool, fork: bool) -> String {
    let mut text = words::visibility(visibility).to_owned();
    if archived {
        text.push_str(", archived");
    }
    if fork {
        text.push_str(", fork");
    }
    text
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(std::iter::once('…')).collect()
}

fn show(session: &mut Session, detail: &RepositoryDetail, accounts: &[Account]) -> Result<(), Failure> {
    let now = session.parts.clock.now();
    let repository = &detail.repository;
    let reach: Vec<String> = detail
        .reach
        .iter()
        .map(|reach| {
            let account = accounts.iter().find(|account| account.id == reach.account);
            let name = account.map_or_else(|| reach.account.to_string(), |account| account.login.clone());
            format!("{name} ({})", permission(reach.permission))
        })
        .collect();
    table::facts(
        &mut session.output,
        &[
            ("Repository", repository.full_name.clone()),
            ("Before", detail.renamed_from.clone().unwrap_or_default()),
            ("Description", repository.description.clone().unwrap_or_default()),
            ("Visibility", marks(repository.visibility, repository.archived, repository.fork)),
            ("Language", repository.language.clone().unwrap_or_default()),
            ("Topics", repository.topics.join(", ")),
            ("Licence", detail.licence.clone().unwrap_or_default()),
            ("Branch", repository.default_branch.clone().unwrap_or_default()),
            ("Pushed", repository.pushed_at.map(|at| words::ago(at, now)).unwrap_or_default()),
            ("Made", detail.created_at.map(|at| words::ago(at, now)).unwrap_or_default()),
            ("Size", format!("{} KiB", words::number(detail.size_kib))),
            ("HTTPS", repository.clone_url.clone()),
            ("SSH", repository.ssh_url.clone().unwrap_or_default()),
            ("Page", repository.web_url.clone()),
            ("Reached by", reach.join(", ")),
            ("Listed", words::ago(detail.first_listed_at, now)),
        ],
    )
}

fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Read => "read",
        Permission::Triage => "triage",
        Permission::Write => "write",
        Permission::Maintain => "maintain",
        Permission::Admin => "admin",
    }
}
