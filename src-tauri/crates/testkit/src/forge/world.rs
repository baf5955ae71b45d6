//! Who and what there is at the practice forge: users, organisations, repositories, who may see
//! what, and the changes that happen to them.
//!
//! Not here: tokens (see `grants`), and how any of it is written as JSON (see `render`).

use super::{
    change::{Change, Oddity},
    content::Files,
};
use drawbridge_domain::{Permission, Timestamp, Visibility};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// A user, an organisation, or a group within one.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub id: u64,
    /// With those of all groups it is in, from the outermost: `acme/boats/engines`.
    pub login: String,
    pub organisation: bool,
    /// The group it is in, by its place in the list of owners.
    pub parent: Option<usize>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub about: Option<String>,
    pub created_at: Timestamp,
    pub revision: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Repository {
    pub id: u64,
    /// Place in the list of owners.
    pub owner: usize,
    pub name: String,
    pub description: Option<String>,
    pub visibility: Visibility,
    pub archived: bool,
    pub fork: bool,
    pub template: bool,
    pub default_branch: String,
    pub language: Option<&'static str>,
    pub topics: Vec<&'static str>,
    /// Place in the list of licences.
    pub licence: Option<usize>,
    pub size: u32,
    pub stars: u32,
    pub forks: u32,
    pub issues: u32,
    pub homepage: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub pushed_at: Timestamp,
    /// Members of its organisation may do this.
    pub members_may: Permission,
    /// Users let in one by one, by their place in the list of owners.
    pub collaborators: Vec<(usize, Permission)>,
    pub oddity: Option<Oddity>,
    /// When somebody marked it to be deleted later.
    pub doomed_at: Option<Timestamp>,
    /// What lies in it; none while nobody wrote to what the seed made.
    pub files: Option<Files>,
    /// Grows with every change; part of the validator.
    pub revision: u32,
}

/// Why a user sees a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Affiliation {
    Owner,
    Collaborator,
    Member,
    /// Only because everybody does.
    None,
}

/// Which repositories of a user, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of the request")]
pub(super) struct ListKey {
    pub user: usize,
    pub owned: bool,
    pub collaborating: bool,
    pub member: bool,
    /// Also those that only everybody sees.
    pub others: bool,
    pub visibility: Option<Visibility>,
    /// Only what everybody sees, for tokens without the right scope.
    pub public_only: bool,
    pub sort: Sort,
    pub descending: bool,
    /// Organisations that are left out until the person has signed in there.
    pub without: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    Id,
    Created,
    Updated,
    Pushed,
    /// Without the owner.
    Name,
    FullName,
}

#[derive(Debug, Default)]
pub(super) struct World {
    pub owners: Vec<Owner>,
    /// How many of the first owners are people who can sign in.
    pub users: usize,
    /// (user, organisation)
    pub members: HashSet<(usize, usize)>,
    repositories: Vec<Option<Repository>>,
    /// Places of those that listings leave out without a word.
    hidden: HashSet<usize>,
    by_id: HashMap<u64, usize>,
    by_name: HashMap<String, usize>,
    /// Old full names and the id they lead to.
    moved: HashMap<String, u64>,
    lists: HashMap<ListKey, Arc<Vec<usize>>>,
    next_id: u64,
}

/// What is found under a name.
pub(super) enum Found<'a> {
    Here(&'a Repository),
    /// It has this id now known by another name.
    Moved(u64),
    Nothing,
}

impl World {
    /// An empty one in which the first `users` owners to come are people who can sign in.
    pub fn new(users: usize) -> Self {
        Self { users, ..Self::default() }
    }

    pub fn add(&mut self, repository: Repository) -> bool {
        let key = self.key(repository.owner, &repository.name);
        if self.by_name.contains_key(&key) || self.by_id.contains_key(&repository.id) {
            return false;
        }
        let place = self.repositories.len();
        self.moved.remove(&key);
        self.by_name.insert(key, place);
        self.by_id.insert(repository.id, place);
        self.next_id = self.next_id.max(repository.id + 1);
        self.repositories.push(Some(repository));
        self.lists.clear();
        true
    }

    pub fn has_name(&self, owner: usize, name: &str) -> bool {
        self.by_name.contains_key(&self.key(owner, name))
    }

    fn key(&self, owner: usize, name: &str) -> String {
        format!("{}/{name}", self.owners[owner].login).to_lowercase()
    }

    pub fn user(&self, login: &str) -> Option<usize> {
        self.owners[..self.users].iter().position(|owner| owner.login.eq_ignore_ascii_case(login))
    }

    pub fn owner(&self, login: &str) -> Option<usize> {
        self.owners.iter().position(|owner| owner.login.eq_ignore_ascii_case(login))
    }

    pub fn full_name(&self, repository: &Repository) -> String {
        format!("{}/{}", self.owners[repository.owner].login, repository.name)
    }

    pub fn by_id(&self, id: u64) -> Option<&Repository> {
        self.by_id.get(&id).and_then(|&place| self.repositories[place].as_ref())
    }

    pub fn find(&self, full_name: &str) -> Found<'_> {
        let key = full_name.to_lowercase();
        if let Some(repository) = self.by_name.get(&key).and_then(|&place| self.repositories[place].as_ref()) {
            return Found::Here(repository);
        }
        match self.moved.get(&key) {
            Some(id) if self.by_id.contains_key(id) => Found::Moved(*id),
            _ => Found::Nothing,
        }
    }

    /// Whether somebody is let into a group, by itself or by one it is in.
    pub fn is_member(&self, user: usize, group: usize) -> bool {
        std::iter::successors(Some(group), |&group| self.owners[group].parent)
            .any(|group| self.members.contains(&(user, group)))
    }

    pub fn organisations_of(&self, user: usize) -> Vec<usize> {
        let mut all: Vec<usize> =
            self.members.iter().filter(|(member, _)| *member == user).map(|(_, organisation)| *organisation).collect();
        all.sort_unstable_by_key(|&organisation| self.owners[organisation].id);
        all
    }

    /// What the user may do in it and why; none if it is hidden from them.
    pub fn access(&self, user: usize, repository: &Repository) -> Option<(Affiliation, Permission)> {
        if repository.owner == user {
            return Some((Affiliation::Owner, Permission::Admin));
        }
        if let Some((_, permission)) = repository.collaborators.iter().find(|(who, _)| *who == user) {
            return Some((Affiliation::Collaborator, *permission));
        }
        if self.is_member(user, repository.owner) {
            return Some((Affiliation::Member, repository.members_may));
        }
        (repository.visibility == Visibility::Public).then_some((Affiliation::None, Permission::Read))
    }

    /// The repositories of a listing, in order. Kept until something changes.
    pub fn list(&mut self, key: &ListKey) -> Arc<Vec<usize>> {
        if let Some(list) = self.lists.get(key) {
            return Arc::clone(list);
        }
        let mut places: Vec<usize> = (0..self.repositories.len())
            .filter(|place| !self.hidden.contains(place))
            .filter(|&place| self.repositories[place].as_ref().is_some_and(|one| self.belongs(key, one)))
            .collect();
        let of = |place: usize| self.repositories[place].as_ref();
        match key.sort {
            Sort::Id => places.sort_by_key(|&place| of(place).map(|one| one.id)),
            Sort::Created => places.sort_by_key(|&place| of(place).map(|one| (one.created_at, one.id))),
            Sort::Updated => places.sort_by_key(|&place| of(place).map(|one| (one.updated_at, one.id))),
            Sort::Pushed => places.sort_by_key(|&place| of(place).map(|one| (one.pushed_at, one.id))),
            Sort::Name => places.sort_by_cached_key(|&place| of(place).map(|one| (one.name.to_lowercase(), one.id))),
            Sort::FullName => places.sort_by_cached_key(|&place| of(place).map(|one| self.key(one.owner, &one.name))),
        }
        if key.descending {
            places.reverse();
        }
        let list = Arc::new(places);
        self.lists.insert(key.clone(), Arc::clone(&list));
        list
    }

    fn belongs(&self, key: &ListKey, one: &Repository) -> bool {
        if key.without.contains(&one.owner) || key.public_only && one.visibility != Visibility::Public {
            return false;
        }
        let wanted = match self.access(key.user, one) {
            Some((Affiliation::Owner, _)) => key.owned,
            Some((Affiliation::Collaborator, _)) => key.collaborating,
            Some((Affiliation::Member, _)) => key.member,
            Some((Affiliation::None, _)) => key.others,
            None => false,
        };
        // GitHub counts internal ones as private here.
        wanted
            && key
                .visibility
                .is_none_or(|asked| (asked == Visibility::Public) == (one.visibility == Visibility::Public))
    }

    pub fn at(&self, place: usize) -> Option<&Repository> {
        self.repositories[place].as_ref()
    }

    pub fn all(&self) -> impl Iterator<Item = &Repository> {
        self.repositories.iter().flatten()
    }

    /// All that listings show to whoever may see it.
    pub fn shown(&self) -> impl Iterator<Item = &Repository> {
        let shown = self.repositories.iter().enumerate().filter(|(place, _)| !self.hidden.contains(place));
        shown.filter_map(|(_, one)| one.as_ref())
    }

    /// Lets something happen. False if what it names is not there or the new name is taken.
    pub fn change(&mut self, change: &Change, now: Timestamp) -> bool {
        match change {
            Change::Add { full_name, visibility } => self.add_named(full_name, *visibility, now),
            Change::AddGroup { path, member } => self.add_group(path, member, now),
            Change::RenameOwner { login, to } => self.rename_owner(login, to),
            Change::Leave { login, organisation } => {
                let Some(membership) = self.membership(login, organisation) else { return false };
                self.lists.clear();
                self.members.remove(&membership)
            }
            Change::Join { login, organisation } => {
                let Some(membership) = self.membership(login, organisation) else { return false };
                self.lists.clear();
                self.members.insert(membership)
            }
            Change::Hide { full_name, hidden } => {
                let Some(&place) = self.by_name.get(&full_name.to_lowercase()) else { return false };
                self.lists.clear();
                if *hidden { self.hidden.insert(place) } else { self.hidden.remove(&place) }
            }
            Change::Delete { full_name } => {
                let Some(place) = self.by_name.remove(&full_name.to_lowercase()) else { return false };
                if let Some(gone) = self.repositories[place].take() {
                    self.by_id.remove(&gone.id);
                }
                self.lists.clear();
                true
            }
            Change::Rename { full_name, to } => {
                let owner = full_name.rsplit_once('/').map(|(owner, _)| owner.to_owned());
                owner.is_some_and(|owner| self.relocate(full_name, &owner, to, now))
            }
            Change::Transfer { full_name, to } => {
                let name = full_name.rsplit_once('/').map(|(_, name)| name.to_owned());
                name.is_some_and(|name| self.relocate(full_name, to, &name, now))
            }
            Change::Archive { full_name, archived } => self.edit(full_name, now, |one| one.archived = *archived),
            Change::Describe { full_name, description } => {
                self.edit(full_name, now, |one| one.description.clone_from(description))
            }
            Change::Show { full_name, visibility } => self.edit(full_name, now, |one| one.visibility = *visibility),
            Change::Push { full_name } => self.edit(full_name, now, |one| one.pushed_at = now),
            Change::Doom { full_name } => self.edit(full_name, now, |one| one.doomed_at = Some(now)),
            Change::Write { full_name, path, text } => self.edit(full_name, now, |one| {
                one.pushed_at = now;
                one.written().write(path, text.as_bytes());
            }),
            Change::WriteBytes { full_name, path, bytes } => self.edit(full_name, now, |one| {
                one.pushed_at = now;
                one.written().write(path, bytes);
            }),
            Change::Erase { full_name, path } => self.edit(full_name, now, |one| {
                one.pushed_at = now;
                one.written().erase(path);
            }),
            Change::Twist { full_name, oddity } => self.edit(full_name, now, |one| one.oddity = *oddity),
        }
    }

    /// By their places in the list of owners.
    fn membership(&self, login: &str, organisation: &str) -> Option<(usize, usize)> {
        Some((self.user(login)?, self.owner(organisation)?))
    }

    fn edit(&mut self, full_name: &str, now: Timestamp, edit: impl FnOnce(&mut Repository)) -> bool {
        let Some(&place) = self.by_name.get(&full_name.to_lowercase()) else { return false };
        let Some(repository) = self.repositories[place].as_mut() else { return false };
        edit(repository);
        repository.updated_at = now;
        repository.revision += 1;
        self.lists.clear();
        true
    }

    fn relocate(&mut self, from: &str, owner: &str, name: &str, now: Timestamp) -> bool {
        let Some(owner) = self.owner(owner) else { return false };
        let (old, new) = (from.to_lowercase(), self.key(owner, name));
        if self.by_name.contains_key(&new) {
            return false;
        }
        let mut id = 0;
        let edited = self.edit(from, now, |one| {
            one.owner = owner;
            name.clone_into(&mut one.name);
            id = one.id;
        });
        if let Some(place) = self.by_name.remove(&old).filter(|_| edited) {
            self.moved.remove(&new);
            self.by_name.insert(new, place);
            self.moved.insert(old, id);
        }
        edited
    }

    /// Groups within it and everything in them come along.
    fn rename_owner(&mut self, login: &str, to: &str) -> bool {
        let (Some(place), None) = (self.owner(login), self.owner(to)) else { return false };
        let old_login = std::mem::replace(&mut self.owners[place].login, to.to_owned());
        let mut renamed = HashSet::from([place]);
        for (at, owner) in self.owners.iter_mut().enumerate() {
            // Groups come after those they are in.
            if owner.parent.is_some_and(|parent| renamed.contains(&parent)) {
                owner.login = format!("{to}{}", &owner.login[old_login.len()..]);
                renamed.insert(at);
            }
        }
        for &at in &renamed {
            self.owners[at].revision += 1;
        }
        let old: Vec<(String, usize)> = self.by_name.iter().map(|(key, &at)| (key.clone(), at)).collect();
        for (key, at) in old {
            let Some(one) = self.repositories[at].as_mut().filter(|one| renamed.contains(&one.owner)) else { continue };
            one.revision += 1;
            let (id, new) = (one.id, format!("{}/{}", self.owners[one.owner].login, one.name).to_lowercase());
            self.by_name.remove(&key);
            self.by_name.insert(new, at);
            self.moved.insert(key, id);
        }
        self.lists.clear();
        true
    }

    fn add_group(&mut self, path: &str, member: &str, now: Timestamp) -> bool {
        let parent = match path.rsplit_once('/') {
            None => None,
            Some((above, _)) => match self.owner(above).filter(|&above| self.owners[above].organisation) {
                Some(above) => Some(above),
                None => return false,
            },
        };
        let (Some(user), None) = (self.user(member), self.owner(path)) else { return false };
        let id = self.owners.iter().map(|owner| owner.id).max().unwrap_or(0) + 1;
        self.members.insert((user, self.owners.len()));
        self.owners.push(Owner {
            id,
            login: path.to_owned(),
            organisation: true,
            parent,
            name: None,
            email: None,
            about: None,
            created_at: now,
            revision: 0,
        });
        true
    }

    fn add_named(&mut self, full_name: &str, visibility: Visibility, now: Timestamp) -> bool {
        let Some((owner, name)) = full_name.rsplit_once('/') else { return false };
        let Some(owner) = self.owner(owner) else { return false };
        let id = self.next_id;
        self.add(Repository {
            id,
            owner,
            name: name.to_owned(),
            description: None,
            visibility,
            archived: false,
            fork: false,
            template: false,
            default_branch: "main".to_owned(),
            language: None,
            topics: Vec::new(),
            licence: None,
            size: 0,
            stars: 0,
            forks: 0,
            issues: 0,
            homepage: None,
            created_at: now,
            updated_at: now,
            pushed_at: now,
            members_may: Permission::Write,
            collaborators: Vec::new(),
            oddity: None,
            doomed_at: None,
            files: Some(Files::default()),
            revision: 0,
        })
    }
}

impl Repository {
    /// What lies in it. What the seed made holds one file that says what it is.
    pub fn files(&self) -> Cow<'_, Files> {
        match &self.files {
            Some(files) => Cow::Borrowed(files),
            None => Cow::Owned(self.seeded()),
        }
    }

    fn seeded(&self) -> Files {
        let mut files = Files::default();
        let text = format!("# {}\n\n{}\n", self.name, self.description.as_deref().unwrap_or_default());
        files.write("README.md", text.as_bytes());
        files
    }

    fn written(&mut self) -> &mut Files {
        let seeded = self.seeded();
        self.files.get_or_insert(seeded)
    }
}
