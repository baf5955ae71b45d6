//! Which repositories are meant, where each goes, with whose access, and what stands in the way.
//!
//! Looks and changes nothing. What was copied before needs no note of its own: a copy is at its place when it is
//! whole and not before, so that the folders themselves say what is left to do. Not here: making the copies.

use crate::{
    Answer, Keeper, Problem,
    dto::{ClonePlan, CloneSources, CloneTransport, NotCloneable, ProjectsLayout, RepositoryRef, Settings, StartClone},
    open::Open,
    repositories,
    settings::settings_of,
    words,
};
use drawbridge_domain::{AccountId, Health, HostId, RepositoryId, Visibility};
use drawbridge_search::{Query, Sort};
use drawbridge_store::{AccountRow, HostRow, RepositoryRow};
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};
use url::{Host, Url};

/// More are not copied at once.
const MAX_REPOSITORIES: u32 = 10_000;
/// Rows that are read from the store at once.
const ROWS: usize = 500;
/// So many folders of a name are tried; who has more names one.
const MOST_OF_A_NAME: u32 = 99;
/// How many of those that can't be copied are told by name.
pub(super) const TOLD: usize = 200;
/// The longest name of a folder, in bytes, on the file systems there are is 255; ours gets `.` and `.part` around it.
const LONGEST_NAME: usize = 240;

/// One repository, and what a copy of it takes.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub full_name: String,
    pub host: HostId,
    /// The host for a sentence.
    pub label: String,
    pub address: Url,
    pub size_kib: u32,
    /// With whose access; nobody's where everybody may read it and no account is well.
    pub account: Option<AccountId>,
    pub into: PathBuf,
}

/// What becomes of a repository.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is copied.
    Clone(Item),
    /// A whole copy of it is there.
    Present,
    /// Something is in its place.
    Collides(Problem),
    /// It can't be copied as it was asked for.
    Impossible(Problem),
}

/// What would be done.
#[derive(Debug)]
pub(super) struct Plan {
    pub folder: PathBuf,
    pub title: String,
    pub fates: Vec<(String, Fate)>,
}

impl Plan {
    pub(super) fn dto(&self) -> ClonePlan {
        let count = |fits: fn(&Fate) -> bool| to_u32(self.fates.iter().filter(|(_, fate)| fits(fate)).count());
        let not = |(name, fate): &(String, Fate)| match fate {
            Fate::Collides(problem) | Fate::Impossible(problem) => {
                Some(NotCloneable { full_name: name.clone(), why: problem.message.clone() })
            }
            Fate::Clone(_) | Fate::Present => None,
        };
        ClonePlan {
            folder: self.folder.display().to_string(),
            total: to_u32(self.fates.len()),
            to_clone: count(|fate| matches!(fate, Fate::Clone(_))),
            present: count(|fate| matches!(fate, Fate::Present)),
            colliding: count(|fate| matches!(fate, Fate::Collides(_))),
            impossible: count(|fate| matches!(fate, Fate::Impossible(_))),
            size_kib: self.fates.iter().fold(0, |sum: u32, (_, fate)| match fate {
                Fate::Clone(item) => sum.saturating_add(item.size_kib),
                _ => sum,
            }),
            not_cloneable: self.fates.iter().filter_map(not).take(TOLD).collect(),
        }
    }
}

/// What is known of accounts and hosts, read once for all repositories.
struct Known {
    accounts: HashMap<AccountId, AccountRow>,
    hosts: HashMap<HostId, HostRow>,
}

impl Keeper {
    pub(super) async fn plan_clone(&self, open: &Open, request: &StartClone) -> Answer<Plan> {
        if request.transport == CloneTransport::Ssh {
            return Err(words::no_ssh());
        }
        let named = request.folder.as_deref().map(|text| self.own_folder(text)).transpose()?;
        let alone = matches!(request.sources, CloneSources::One { .. });
        if request.branch.is_some() && !alone {
            return Err(words::invalid(
                "A branch belongs to one repository.",
                "Leave it out, or clone the repository by itself.",
            ));
        }
        let settings = settings_of(open).await?;
        let usual = self.projects_folder(&settings);
        let known = known(open).await?;
        if let Some(account) = &request.account
            && !known.accounts.contains_key(account)
        {
            return Err(words::not_found("account with that id"));
        }
        let (rows, own_folder) = match &request.sources {
            CloneSources::One { repository } => {
                let mut session = open.store.read().await.map_err(words::store)?;
                let row = repositories::find(&mut session, repository, request.account.as_ref()).await?;
                (vec![row], named.clone())
            }
            CloneSources::Selected { ids } => (rows_of(open, ids).await?, None),
            CloneSources::All { query } => {
                let question = self.question(open, &query.text).await?;
                // A list that shows too much is looked at; copies that are too many are made.
                if let Some(doubt) = question.doubts.first() {
                    return Err(words::invalid(words::doubt(doubt).message, "Correct it, then try again."));
                }
                let all = repositories::query(&question, query);
                let all = Query { offset: 0, limit: MAX_REPOSITORIES, sort: Sort::Best, reverse: false, ..all };
                let mut hits = open.index().await?.search(&all);
                let surely = hits.total - hits.near;
                if surely > MAX_REPOSITORIES {
                    return Err(words::too_many_repositories(surely, MAX_REPOSITORIES));
                }
                // Those that are only nearly spelled so come last.
                hits.ids.truncate(surely as usize);
                (rows_of(open, &hits.ids).await?, None)
            }
        };
        let title = match rows.as_slice() {
            [one] => one.forge.full_name(),
            many => format!("{} repositories", many.len()),
        };
        let root = match (&own_folder, named, usual) {
            (Some(own), ..) => own.clone(),
            (None, Some(folder), _) | (None, None, Some(folder)) => folder,
            (None, None, None) => return Err(words::no_projects_folder()),
        };
        let account = request.account.clone();
        let alone = matches!(request.sources, CloneSources::One { .. });
        // It looks into folders, which may be many and far away.
        let look = move || {
            let mut places = Places { root: root.clone(), taken: HashSet::new(), around: HashSet::new() };
            let fates = rows.iter().map(|row| {
                let name = row.forge.full_name();
                (
                    name,
                    fate(row, &known, account.as_ref(), own_folder.as_deref(), settings.projects_layout, &mut places),
                )
            });
            let fates: Vec<_> = fates.collect();
            // What is named, can be named anew: the place of a single one, or what all go into.
            let folder = match fates.as_slice() {
                [(_, Fate::Clone(item))] if alone => item.into.clone(),
                _ => root,
            };
            Plan { folder, title, fates }
        };
        tokio::task::spawn_blocking(look).await.map_err(|error| words::internal("looking into the folders", &error))
    }

    /// Where a person's projects lie: as they said, or as is usual on this computer.
    pub(super) fn projects_folder(&self, settings: &Settings) -> Option<PathBuf> {
        settings.projects_folder.clone().map(PathBuf::from).or_else(|| self.config.projects_dir.clone())
    }

    /// What files of one repository take; where they go is not said yet.
    pub(super) async fn item_for(
        &self,
        open: &Open,
        repository: &RepositoryRef,
        account: Option<&AccountId>,
    ) -> Answer<Item> {
        let known = known(open).await?;
        let mut session = open.store.read().await.map_err(words::store)?;
        let row = repositories::find(&mut session, repository, account).await?;
        item(&row, &known, account, PathBuf::new())
    }
}

/// The repositories with these ids that are still reached.
async fn rows_of(open: &Open, ids: &[RepositoryId]) -> Answer<Vec<RepositoryRow>> {
    let count = to_u32(ids.len());
    if count > MAX_REPOSITORIES {
        return Err(words::too_many_repositories(count, MAX_REPOSITORIES));
    }
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS) {
        let mut session = open.store.read().await.map_err(words::store)?;
        let found = session.repositories(ids).await.map_err(words::store)?;
        rows.extend(found.into_iter().filter(|row| !row.accounts.is_empty()));
    }
    Ok(rows)
}

async fn known(open: &Open) -> Answer<Known> {
    let mut session = open.store.read().await.map_err(words::store)?;
    let accounts = session.accounts().await.map_err(words::store)?;
    let hosts = session.hosts().await.map_err(words::store)?;
    Ok(Known {
        accounts: accounts.into_iter().map(|row| (row.id.clone(), row)).collect(),
        hosts: hosts.into_iter().map(|row| (row.id.clone(), row)).collect(),
    })
}

fn fate(
    row: &RepositoryRow,
    known: &Known,
    account: Option<&AccountId>,
    own_folder: Option<&Path>,
    layout: ProjectsLayout,
    places: &mut Places,
) -> Fate {
    let into = match own_folder {
        Some(folder) => Some(folder.to_owned()),
        None => known.hosts.get(&row.host).and_then(|host| place(&places.root, host, row, layout)),
    };
    let Some(into) = into else { return Fate::Impossible(words::unfit_name()) };
    if own_folder.is_none() && !places.take(&into) {
        return Fate::Collides(words::place_taken(true));
    }
    match look(&into, &places.root, &row.forge.clone_url, row.forge.ssh_url.as_deref()) {
        Found::Nothing => {}
        Found::Same => return Fate::Present,
        Found::Other => return Fate::Collides(words::place_taken(false)),
    }
    item(row, known, account, into).map_or_else(Fate::Impossible, Fate::Clone)
}

fn item(row: &RepositoryRow, known: &Known, account: Option<&AccountId>, into: PathBuf) -> Answer<Item> {
    let host = known.hosts.get(&row.host).ok_or_else(|| words::not_found("host for that repository"))?;
    let address = git_address(&row.forge.clone_url).ok_or_else(words::cloned_nowhere)?;
    let account = match account {
        Some(id) if row.accounts.contains(id) => Some(id.clone()),
        Some(_) => return Err(words::not_reached_by()),
        None => choose(&row.accounts, known),
    };
    if account.is_none() && row.forge.visibility != Visibility::Public {
        return Err(words::no_well_account());
    }
    Ok(Item {
        full_name: row.forge.full_name(),
        host: row.host.clone(),
        label: host.base_url.label().to_owned(),
        address,
        size_kib: row.forge.size_kib,
        account,
        into,
    })
}

/// The strongest that is well; else the strongest that is tried again by itself.
fn choose(strongest_first: &[AccountId], known: &Known) -> Option<AccountId> {
    let fares = |wanted: &[Health]| {
        let of = |id: &&AccountId| known.accounts.get(*id).is_some_and(|row| wanted.contains(&row.health));
        strongest_first.iter().find(of).cloned()
    };
    fares(&[Health::Working, Health::Soon]).or_else(|| fares(&[Health::TryingAgain]))
}

/// An address that git may be sent to: encrypted, or on this computer.
pub(crate) fn git_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let local = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => name == "localhost",
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
    (safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The account's own places: where its access may be shown.
pub(super) fn is_at_home(address: &Url, host: &HostRow) -> bool {
    let origin = address.origin();
    origin == host.base_url.to_url().origin() || origin == host.api_url.to_url().origin()
}

/// Where a copy goes; none if a name in it can't be a folder's.
fn place(root: &Path, host: &HostRow, row: &RepositoryRow, layout: ProjectsLayout) -> Option<PathBuf> {
    let mut into = root.to_owned();
    if layout == ProjectsLayout::HostOwnerName {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '-' };
        into.push(host.base_url.label().chars().map(plain).collect::<String>());
    }
    for name in row.forge.owner.split('/').chain([row.forge.name.as_str()]) {
        if !is_folder_name(name) {
            return None;
        }
        into.push(name);
    }
    Some(into)
}

/// Whether a name can be a folder's, on every computer: folders are shared and moved.
fn is_folder_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    let odd = |c: char| c.is_control() || r#"<>:"/\|?*"#.contains(c);
    let ours = name.starts_with('.') && name.strip_suffix(".part").is_some();
    (1..=LONGEST_NAME).contains(&name.len())
        && !device
        && !ours
        && !name.contains(odd)
        && !name.starts_with(' ')
        // It also leaves `.` and `..` out.
        && !name.ends_with(['.', ' '])
        && !name.eq_ignore_ascii_case(".git")
}

/// A folder of a name that nothing is in: the first that is free of `name`, `name-2` and on; none if the name can't
/// be a folder's.
pub(super) fn free_place(root: &Path, name: &str) -> Option<PathBuf> {
    if !is_folder_name(name) {
        return None;
    }
    let numbered = (2..=MOST_OF_A_NAME).map(|number| format!("{name}-{number}"));
    let mut places = std::iter::once(name.to_owned()).chain(numbered).map(|name| root.join(name));
    places.find(|place| is_free(place))
}

/// Whether nothing is at a place but an empty folder at most.
pub(super) fn is_free(place: &Path) -> bool {
    match fs::read_dir(place) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// The places that copies of one plan take. Compared without case, as some file systems do.
struct Places {
    root: PathBuf,
    taken: HashSet<String>,
    /// What lies around them.
    around: HashSet<String>,
}

impl Places {
    /// Takes a place, unless another has it, lies in it or around it.
    fn take(&mut self, into: &Path) -> bool {
        let key = |path: &Path| path.to_string_lossy().to_lowercase();
        let outer: Vec<String> = into.ancestors().skip(1).take_while(|path| *path != self.root).map(key).collect();
        let own = key(into);
        if self.taken.contains(&own)
            || self.around.contains(&own)
            || outer.iter().any(|folder| self.taken.contains(folder))
        {
            return false;
        }
        self.taken.insert(own);
        self.around.extend(outer);
        true
    }
}

/// What is at a place.
enum Found {
    Nothing,
    Same,
    Other,
}

fn look(into: &Path, root: &Path, address: &str, ssh: Option<&str>) -> Found {
    let within = |path: &&Path| path.starts_with(root) && *path != root;
    let copy_or_file = |path: &Path| path.join(".git").exists() || path.is_file();
    if into.ancestors().skip(1).take_while(within).any(copy_or_file) {
        return Found::Other;
    }
    if is_free(into) {
        return Found::Nothing;
    }
    match drawbridge_git::origin(into) {
        Some(from) if same(&from, address) || ssh == Some(from.as_str()) => Found::Same,
        _ => Found::Other,
    }
}

/// Whether two addresses are of the same repository: whoever is named in them, and with or without the ending.
fn same(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        let url = Url::parse(text).ok()?;
        let path = url.path().trim_end_matches('/');
        Some((url.origin(), path.strip_suffix(".git").unwrap_or(path).to_owned()))
    };
    bare(one).is_some_and(|one| Some(one) == bare(other))
}

/// A folder that a person named.
pub(crate) fn named_folder(text: &str) -> Answer<PathBuf> {
    let path = PathBuf::from(text);
    let plain = !path.components().any(|part| matches!(part, std::path::Component::ParentDir));
    if path.is_absolute() && plain && text.len() <= 4096 {
        return Ok(path);
    }
    Err(words::invalid("That is not the whole path of a folder.", "Give it from the top, as in /home/me/Projects."))
}

pub(super) fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_folders_on_every_computer_or_none() {
        for good in ["boats", ".github", "a.b", "com10", "console", "ä name", "-x", ".part"] {
            assert!(is_folder_name(good) || good == ".part", "{good}");
        }
        let long = "x".repeat(LONGEST_NAME + 1);
        for bad in [
            "", ".", "..", ".git", ".GIT", "con", "NUL.txt", "lpt1", "a/b", "a\\b", "a:b", "a.", "a ", " a", "a\n",
            ".a.part", &long,
        ] {
            assert!(!is_folder_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn files_go_where_nothing_is() {
        let around = drawbridge_testkit::temp::TempVault::new().expect("a folder");
        let root = around.around();
        let place = |name| free_place(root, name).map(|path| path.strip_prefix(root).expect("in it").to_owned());
        assert_eq!(place("web"), Some("web".into()));
        fs::create_dir(root.join("web")).expect("made");
        assert_eq!(place("web"), Some("web".into()), "an empty folder is free");
        fs::write(root.join("web/mine"), "x").expect("written");
        fs::write(root.join("web-2"), "a file").expect("written");
        assert_eq!(place("web"), Some("web-3".into()));
        for bad in ["..", "", "a/b", ".git", "nul"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn no_two_copies_meet() {
        let root = PathBuf::from("/projects");
        let mut places = Places { root: root.clone(), taken: HashSet::new(), around: HashSet::new() };
        let mut take = |path: &str| places.take(&root.join(path));
        assert!(take("acme/boats") && take("acme/sails"));
        assert!(!take("acme/boats") && !take("Acme/Boats"), "the same, also in other letters");
        assert!(!take("acme/boats/hull"), "within another");
        assert!(!take("acme"), "around others");
        assert!(take("acme/boat"), "no part of a name");
    }

    #[test]
    fn the_same_repository_is_known_by_its_address() {
        assert!(same("https://git.example/a/b.git", "https://git.example/a/b"));
        assert!(same("https://me@GIT.example:443/a/b/", "https://git.example/a/b.git"));
        assert!(!same("https://git.example/a/b", "https://git.example/a/c"));
        assert!(!same("https://git.example/a/b", "https://other.example/a/b"));
        assert!(!same("nonsense", "nonsense"));
    }

    #[test]
    fn git_is_sent_to_encrypted_addresses_only() {
        assert!(git_address("https://git.example/a/b.git").is_some());
        assert!(git_address("http://127.0.0.1:4000/a/b.git").is_some());
        for refused in
            ["http://git.example/a", "ssh://git@git.example/a", "file:///a", "https://me:x@git.example/a", "a"]
        {
            assert!(git_address(refused).is_none(), "{refused}");
        }
    }
}
