//! A forge that lives in memory: numbered pages, validators over a page's rows alone (so that an
//! unmodified page says nothing about the pages beside it), renames that are followed by name, and
//! a hook that sees every request and may answer it badly or change the world under it.

use async_trait::async_trait;
use drawbridge_domain::{ForgeRepository, Permission, Timestamp, Visibility};
use drawbridge_providers::{
    Api, Forge, ForgeError, Matches, PageKey, PageReply, RepositoryRef, StoredPage, Tree, TreeEntry, TreeQuery,
};
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Mutex, MutexGuard},
    time::Duration,
};

pub(super) const CONCURRENCY: usize = 4;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    Page { page: usize, conditional: bool },
    Newest { page: usize },
    Find { full_name: String },
}

/// How a request goes wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Server,
    Unreachable,
    Limited(Duration),
    Forbidden,
    Unauthorized,
    Malformed,
    NotFound,
    /// Answered, but the host says that something is left out.
    Partial,
    /// Never answered.
    Silence,
}

/// What the forge has.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// In listing order.
    pub repositories: Vec<ForgeRepository>,
    /// Visible by name, but not in the listing.
    pub unlisted: Vec<ForgeRepository>,
    /// Former full names and the ids they lead to.
    pub moved: Vec<(String, String)>,
    pub page_size: usize,
    /// Each page begins behind the last id of the one before, and names only the next: the order is by id then.
    pub keyset: bool,
    /// Whether it lists by last change too, and tells how many there are.
    tells_changes: bool,
    /// The ids of what changed, in order. What is put into the listing by [`World::insert`] or taken out of
    /// it counts as no change of a repository, as with rights.
    changes: Vec<String>,
    next_id: usize,
}

impl World {
    pub fn new(repositories: usize, page_size: usize) -> Self {
        let mut world = Self {
            repositories: Vec::new(),
            unlisted: Vec::new(),
            moved: Vec::new(),
            page_size,
            keyset: false,
            tells_changes: false,
            changes: Vec::new(),
            next_id: 0,
        };
        for _ in 0..repositories {
            world.add();
        }
        world
    }

    /// The same, but behind ids rather than by number.
    pub fn by_keyset(repositories: usize, page_size: usize) -> Self {
        Self { keyset: true, ..Self::new(repositories, page_size) }
    }

    /// The rows of a page, its number, and the pages it names.
    fn page(&self, key: &PageKey) -> (Vec<ForgeRepository>, usize, Vec<PageKey>) {
        let number: usize = key.0.parse().expect("a key of ours");
        if self.keyset {
            let mut all = self.repositories.clone();
            all.sort_by_key(id);
            let before = all.iter().filter(|one| id(one) <= number).count();
            let rows: Vec<ForgeRepository> = all.into_iter().skip(before).take(self.page_size).collect();
            let next = rows.last().map(|last| PageKey(last.forge_id.clone()));
            return (rows, before.div_ceil(self.page_size) + 1, next.into_iter().collect());
        }
        let all = self.repositories.len();
        let last = all.div_ceil(self.page_size).max(1);
        let start = ((number - 1) * self.page_size).min(all);
        let rows = self.repositories[start..(start + self.page_size).min(all)].to_vec();
        (rows, number, (number + 1..=last).map(|number| PageKey(number.to_string())).collect())
    }

    /// The same, of a forge that lists by last change too.
    pub fn telling_changes(mut self) -> Self {
        self.tells_changes = true;
        self
    }

    /// Adds a repository at the listing's end; returns its id.
    pub fn add(&mut self) -> String {
        let id = self.insert(self.repositories.len());
        self.changes.push(id.clone());
        id
    }

    /// Somebody pushes to it.
    pub fn push(&mut self, place: usize) {
        let repository = &mut self.repositories[place];
        repository.size_kib += 1;
        self.changes.push(repository.forge_id.clone());
    }

    /// Everything listed, what changed last first.
    fn newest_first(&self) -> Vec<&ForgeRepository> {
        let mut all: Vec<_> = self.repositories.iter().collect();
        all.sort_by_key(|one| std::cmp::Reverse(self.changes.iter().rposition(|id| *id == one.forge_id)));
        all
    }

    /// What changed since it was made.
    pub fn changed(&self) -> impl Iterator<Item = &ForgeRepository> {
        self.repositories.iter().filter(|one| self.changes.contains(&one.forge_id))
    }

    pub fn insert(&mut self, place: usize) -> String {
        self.next_id += 1;
        let repository = repository(self.next_id);
        let id = repository.forge_id.clone();
        self.repositories.insert(place, repository);
        id
    }

    pub fn rename(&mut self, place: usize, name: &str) {
        let repository = &mut self.repositories[place];
        let id = repository.forge_id.clone();
        self.changes.push(id.clone());
        self.moved.push((full_name(repository), id));
        name.clone_into(&mut repository.name);
    }

    pub fn find(&self, wanted: &str) -> Option<&ForgeRepository> {
        let mut visible = self.repositories.iter().chain(&self.unlisted);
        let by_name = visible.clone().find(|repository| full_name(repository) == wanted);
        let moved = || self.moved.iter().rev().find(|(name, _)| name == wanted);
        by_name.or_else(|| moved().and_then(|(_, id)| visible.find(|repository| repository.forge_id == *id)))
    }
}

pub(super) fn full_name(repository: &ForgeRepository) -> String {
    format!("{}/{}", repository.owner, repository.name)
}

fn id(repository: &ForgeRepository) -> usize {
    repository.forge_id.parse().expect("an id of ours")
}

fn repository(number: usize) -> ForgeRepository {
    ForgeRepository {
        forge_id: number.to_string(),
        owner: "acme".to_owned(),
        name: format!("repo-{number}"),
        visibility: Visibility::Private,
        archived: false,
        fork: false,
        template: false,
        default_branch: Some("main".to_owned()),
        description: None,
        language: None,
        topics: Vec::new(),
        licence: None,
        size_kib: 1,
        clone_url: format!("https://practice.example/acme/repo-{number}.git"),
        ssh_url: None,
        web_url: format!("https://practice.example/acme/repo-{number}"),
        created_at: None,
        updated_at: None,
        pushed_at: Some(Timestamp::from_millis(0)),
        permission: Permission::Write,
    }
}

type Hook = Box<dyn FnMut(&Asked, &mut World) -> Option<Fault> + Send>;

/// The forge itself.
pub(super) struct Practice {
    world: Mutex<World>,
    hook: Mutex<Hook>,
    asked: Mutex<Vec<Asked>>,
    /// Requests under way now, and the most there ever were.
    busy: Mutex<(usize, usize)>,
}

impl Practice {
    pub fn new(world: World) -> Self {
        Self {
            world: Mutex::new(world),
            hook: Mutex::new(Box::new(|_, _| None)),
            asked: Mutex::default(),
            busy: Mutex::default(),
        }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic")
    }

    /// From now on every request is shown to this first.
    pub fn on_request(&self, hook: impl FnMut(&Asked, &mut World) -> Option<Fault> + Send + 'static) {
        *self.hook.lock().expect("no panic") = Box::new(hook);
    }

    /// From now on nothing goes wrong.
    pub fn behave(&self) {
        self.on_request(|_, _| None);
    }

    pub fn requests(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    pub fn forget_requests(&self) {
        self.asked.lock().expect("no panic").clear();
        self.busy.lock().expect("no panic").1 = 0;
    }

    pub fn most_at_once(&self) -> usize {
        self.busy.lock().expect("no panic").1
    }

    async fn arrive(&self, asked: Asked) -> Result<bool, ForgeError> {
        let under_way = UnderWay::new(&self.busy);
        // A round trip: others get their turn.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.asked.lock().expect("no panic").push(asked.clone());
        let fault = self.hook.lock().expect("no panic")(&asked, &mut self.world());
        let outcome = match fault {
            None => Ok(false),
            Some(Fault::Partial) => Ok(true),
            Some(Fault::Server) => Err(ForgeError::Server { status: 502 }),
            Some(Fault::Unreachable) => Err(ForgeError::Unreachable(drawbridge_http::Error::TimedOut)),
            Some(Fault::Limited(wait)) => Err(ForgeError::RateLimited { wait }),
            Some(Fault::Forbidden) => Err(ForgeError::Forbidden),
            Some(Fault::Unauthorized) => Err(ForgeError::Unauthorized),
            Some(Fault::Malformed) => Err(ForgeError::Malformed { what: "list of repositories" }),
            Some(Fault::NotFound) => Err(ForgeError::NotFound),
            Some(Fault::Silence) => std::future::pending().await,
        };
        drop(under_way);
        outcome
    }
}

/// Counts a request as under way until it is answered or given up.
struct UnderWay<'a>(&'a Mutex<(usize, usize)>);

impl<'a> UnderWay<'a> {
    fn new(busy: &'a Mutex<(usize, usize)>) -> Self {
        let mut count = busy.lock().expect("no panic");
        count.0 += 1;
        count.1 = count.1.max(count.0);
        Self(busy)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.lock().expect("no panic").0 -= 1;
    }
}

#[async_trait]
impl Forge for Practice {
    fn first_page(&self) -> PageKey {
        PageKey(if self.world().keyset { "0" } else { "1" }.to_owned())
    }

    async fn list_page(&self, _api: &Api<'_>, key: &PageKey, etag: Option<&str>) -> Result<PageReply, ForgeError> {
        if let Some(page) = key.0.strip_prefix("newest:") {
            let page: usize = page.parse().expect("a key of ours");
            let partial = self.arrive(Asked::Newest { page }).await?;
            let world = self.world();
            let all = world.newest_first();
            let shown = all.iter().skip((page - 1) * world.page_size).take(world.page_size);
            let rows: Vec<ForgeRepository> = shown.copied().cloned().collect();
            let next = (page * world.page_size < all.len()).then(|| PageKey(format!("newest:{}", page + 1)));
            let total = Some(all.len() as u64);
            return Ok(PageReply::Page { rows, etag: None, more: next.into_iter().collect(), partial, total });
        }
        let page = self.world().page(key).1;
        let partial = self.arrive(Asked::Page { page, conditional: etag.is_some() }).await?;
        let (rows, _, more) = self.world().page(key);
        let mut hasher = DefaultHasher::new();
        format!("{rows:?}").hash(&mut hasher);
        let current = format!("\"{:x}\"", hasher.finish());
        if etag == Some(&current) {
            return Ok(PageReply::Unmodified);
        }
        Ok(PageReply::Page { rows, etag: Some(current), more, partial, total: None })
    }

    fn newest_first(&self, _whole: &[StoredPage]) -> Vec<PageKey> {
        self.world().tells_changes.then(|| PageKey("newest:1".to_owned())).into_iter().collect()
    }

    fn page_beyond(&self, last: &StoredPage) -> Option<PageKey> {
        let world = self.world();
        let full = last.forge_ids.len() >= world.page_size;
        let next = if world.keyset {
            last.forge_ids.last()?.clone()
        } else {
            (last.key.0.parse::<usize>().expect("a key of ours") + 1).to_string()
        };
        full.then_some(PageKey(next))
    }

    async fn find_repository(
        &self,
        _api: &Api<'_>,
        repository: RepositoryRef<'_>,
    ) -> Result<Option<ForgeRepository>, ForgeError> {
        let full_name = format!("{}/{}", repository.owner, repository.name);
        match self.arrive(Asked::Find { full_name: full_name.clone() }).await {
            Ok(_) => Ok(self.world().find(&full_name).cloned()),
            Err(ForgeError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn search(&self, _api: &Api<'_>, _words: &str, _most: usize) -> Result<Matches, ForgeError> {
        Err(ForgeError::NotFound)
    }

    async fn tree(
        &self,
        _api: &Api<'_>,
        _repository: RepositoryRef<'_>,
        _query: TreeQuery<'_>,
    ) -> Result<Option<Tree>, ForgeError> {
        Ok(None)
    }

    async fn blob(
        &self,
        _api: &Api<'_>,
        _repository: RepositoryRef<'_>,
        _reference: &str,
        _entry: &TreeEntry,
        _most: usize,
    ) -> Result<Option<Vec<u8>>, ForgeError> {
        Ok(None)
    }
}
