//! `drawbridge repo`: the repositories that the accounts can reach.

use crate::{
    Session, arguments,
    failure::Failure,
    reach,
    table::{self, Table},
    words,
};
use clap::{Args, Subcommand, ValueEnum};
use drawbridge_domain::{AccountId, Permission, RepositoryId, Visibility};
use drawbridge_keeper::dto::{
    Account, RepositoryDetail, RepositoryList, RepositoryQuery, RepositoryRef, RepositorySort,
};
use drawbridge_local_api::Client;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The repositories, last pushed first
    List(Query),
    /// The repositories in which every word is found, best match first
    Search(Box<Search>),
    /// One repository
    Show {
        /// Its full name
        #[arg(value_name = "OWNER/NAME", value_parser = reference)]
        reference: Reference,
        /// Its README instead, read at its host; where that can't be reached, as it was read last
        #[arg(long)]
        readme: bool,
    },
    /// The branches and tags of one repository, read at its host; where that can't be reached, as they were last
    Branches {
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
pub(crate) struct Search {
    #[command(flatten)]
    pub(super) query: Query,
    /// Send the words to the accounts' hosts instead, for what the list does not have
    #[arg(
        long,
        conflicts_with_all = [
            "owner", "visibility", "language", "archived", "no_archived", "fork", "no_fork", "view", "sort", "reverse",
            "offset",
        ]
    )]
    host: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// Words of name, owner, description, language or topics, and filters: `owner:acme`, `-lang:rust`,
    /// `topic:cli`, `is:private`, `archived:no`, `forge:HOST`, `permission:admin`, `pushed:<30d`
    #[arg(value_parser = written)]
    pub(super) text: Vec<String>,
    #[command(flatten)]
    pub(super) filters: Filters,
    /// The order [default: the view's, or best]
    #[arg(long, value_name = "ORDER")]
    sort: Option<Order>,
    /// Turn the order around
    #[arg(long)]
    reverse: bool,
    /// How many to show [default: 100; of each host 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) limit: Option<u32>,
    /// After how many
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u32,
}

/// As many as are shown where nothing else is said.
const LIMIT: u32 = 100;

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
    /// Begin with this view's search
    #[arg(long, value_name = "NAME")]
    pub(crate) view: Option<String>,
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

/// A word or a filter as the grammar takes it: the shell has taken the quotes away.
#[expect(clippy::unnecessary_wraps, reason = "the form in which clap reads a value")]
pub(crate) fn written(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(as_typed(text))
}

/// The same, where not only words and filters stand.
pub(crate) fn as_typed(text: &str) -> String {
    let text = text.replacen(arguments::MINUS, "-", 1);
    match text.split_once(':') {
        Some((name, value)) if lost_its_quotes(name, value) => filter(name, value),
        _ => text,
    }
}

/// Whether a filter's value is of several words, and not a whole question that was given as one.
fn lost_its_quotes(name: &str, value: &str) -> bool {
    let name = name.strip_prefix('-').unwrap_or(name);
    let alone = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    alone
        && value.contains(char::is_whitespace)
        && !value.starts_with('"')
        && !value.split_whitespace().skip(1).any(|word| word.contains(':'))
}

fn filter(name: &str, value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("{name}:\"{value}\"") } else { format!("{name}:{value}") }
}

impl From<Order> for RepositorySort {
    fn from(order: Order) -> Self {
        match order {
            Order::Best => Self::Best,
            Order::Pushed => Self::Pushed,
            Order::Name => Self::Name,
            Order::Size => Self::Size,
            Order::Created => Self::Created,
        }
    }
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
        Command::List(query) => list(session, query).await,
        Command::Search(search) if search.host => super::host_search::run(session, search.query).await,
        Command::Search(search) => list(session, search.query).await,
        Command::Why { name } => super::missing::why(session, name).await,
        Command::Import { name } => super::missing::import(session, &name).await,
        Command::Removed { limit, offset } => super::missing::removed(session, limit, offset).await,
        Command::Restore { id } => super::missing::restore(session, id).await,
        Command::Branches { reference } => super::contents::branches(session, reference.into()).await,
        Command::Show { reference, readme: true } => super::contents::readme(session, reference.into()).await,
        Command::Show { reference, readme: false } => {
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
    let keeper = reach::keeper(session).await?;
    let sort = query.sort.map(RepositorySort::from);
    let asked = query.filters.query(&keeper, &query.text).await?;
    let query = RepositoryQuery {
        // A view's direction goes with its own order.
        reverse: query.reverse != (sort.is_none() && asked.reverse),
        sort: sort.unwrap_or(asked.sort),
        limit: query.limit.unwrap_or(LIMIT),
        offset: query.offset,
        text: asked.text,
    };
    let repositories = keeper.repository_list(&query).await?;
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
            && self.view.is_none()
            && !(self.archived || self.no_archived || self.fork || self.no_fork)
    }

    /// As the keeper is asked: the view with its order, words to look for, and what is chosen beside them.
    pub(crate) async fn query(&self, keeper: &Client, text: &[String]) -> Result<RepositoryQuery, Failure> {
        let view = match &self.view {
            Some(name) => Some(super::view::named(keeper, name).await?),
            None => None,
        };
        let viewed = view.as_ref().map(|view| view.query.clone());
        let parts: Vec<String> = viewed.into_iter().chain(text.iter().cloned()).chain(self.written()).collect();
        Ok(RepositoryQuery {
            text: parts.join(" "),
            sort: view.as_ref().map(|view| view.sort).unwrap_or_default(),
            reverse: view.is_some_and(|view| view.reverse),
            ..RepositoryQuery::default()
        })
    }

    /// What is chosen, as the grammar takes it.
    fn written(&self) -> impl Iterator<Item = String> {
        let seen = |seen: &Seen| match seen {
            Seen::Public => "public",
            Seen::Internal => "internal",
            Seen::Private => "private",
        };
        self.owner
            .iter()
            .map(|owner| filter("owner", owner))
            .chain(self.visibility.iter().map(move |visibility| filter("visibility", seen(visibility))))
            .chain(self.account.iter().map(|account| filter("account", account.as_str())))
            .chain(self.language.iter().map(|language| filter("lang", language)))
            .chain(either("archived", self.archived, self.no_archived))
            .chain(either("fork", self.fork, self.no_fork))
    }
}

fn either(name: &str, yes: bool, no: bool) -> Option<String> {
    (yes || no).then(|| filter(name, if yes { "yes" } else { "no" }))
}

fn rows(session: &mut Session, query: &RepositoryQuery, list: RepositoryList) -> Result<(), Failure> {
    let RepositoryList { total, near, rows, remarks, .. } = list;
    for remark in remarks {
        session.output.note(&remark.message);
    }
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
    if near > 0 {
        session.output.note(&nearly(near, total));
    }
    let last = query.offset.saturating_add(shown);
    if last < total || query.offset > 0 {
        let (first, last, total) = (words::number(query.offset + 1), words::number(last), words::number(total));
        session.output.note(&format!("{first} to {last} of {total}. `--offset` and `--limit` show others."));
    }
    Ok(())
}

/// Why there is no row.
fn nothing(query: &RepositoryQuery, total: u32) -> String {
    let is_filter = |part: &&str| part.contains(':');
    let words: Vec<&str> = query.text.split_whitespace().filter(|part| !is_filter(part)).collect();
    let filtered = query.text.split_whitespace().any(|part| part.contains(':'));
    if total > 0 {
        format!("There are {} only.", words::number(total))
    } else if !words.is_empty() {
        let more = if filtered { " under these filters" } else { "" };
        format!("Nothing here is called \"{}\"{more}.", words.join(" "))
    } else if filtered {
        "No repository fits these filters.".to_owned()
    } else {
        "No repository has been listed yet. `drawbridge account list` shows which accounts there are.".to_owned()
    }
}

/// That some or all are spelled differently from what was asked.
fn nearly(near: u32, total: u32) -> String {
    if near == total {
        "None is spelled just so; these nearly are.".to_owned()
    } else {
        format!("{} of {} are only nearly spelled so.", words::number(near), words::number(total))
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

pub(super) fn shortened(text: &str) -> String {
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
    let seen: Vec<String> = detail
        .changes
        .iter()
        .map(|change| format!("{} ({})", change.sentence, words::ago(change.seen_at, now)))
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
            ("Made", repository.created_at.map(|at| words::ago(at, now)).unwrap_or_default()),
            ("Size", format!("{} KiB", words::number(repository.size_kib))),
            ("HTTPS", repository.clone_url.clone()),
            ("SSH", repository.ssh_url.clone().unwrap_or_default()),
            ("Page", repository.web_url.clone()),
            ("Reached by", reach.join(", ")),
            ("Listed", words::ago(detail.first_listed_at, now)),
            ("Seen", seen.join("; ")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_gets_the_quotes_back_that_the_shell_took_and_a_whole_question_none() {
        for (given, written) in [
            ("lang:Emacs Lisp", "lang:\"Emacs Lisp\""),
            ("-topic:two words", "-topic:\"two words\""),
            ("lang:\"Emacs Lisp\"", "lang:\"Emacs Lisp\""),
            ("lang:rust is:private", "lang:rust is:private"),
            ("acme -lang:rust is:private", "acme -lang:rust is:private"),
            ("tools owner:acme x:y", "tools owner:acme x:y"),
            ("two words", "two words"),
            ("owner:acme", "owner:acme"),
        ] {
            assert_eq!(as_typed(given), written);
        }
    }
}
