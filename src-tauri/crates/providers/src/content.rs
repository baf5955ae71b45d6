//! What a repository holds at one of its commits: its tree and its files, as far as a forge's API tells.
//!
//! Not here: git itself (clones, branches), and what is looked for in a tree.

/// The most entries of one tree that are read; more is said to be cut off.
pub const MAX_ENTRIES: usize = 200_000;

/// What git calls the default branch, for forges whose listings don't tell its name.
pub const HEAD: &str = "HEAD";

/// Names a repository at its forge. Forges ask by the id where their API takes it, else by the names.
#[derive(Debug, Clone, Copy)]
pub struct RepositoryRef<'a> {
    /// The forge's stable id; empty where only the names are known.
    pub forge_id: &'a str,
    /// User, organisation, group with its parents, workspace or project, as in
    /// [`drawbridge_domain::ForgeRepository`].
    pub owner: &'a str,
    /// Name under the owner.
    pub name: &'a str,
}

/// What an entry of a tree is (the modes of a git tree object).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link.
    Link,
    /// A folder.
    Folder,
    /// A commit of another repository.
    Submodule,
}

impl EntryKind {
    /// The kind that git's mode of an entry stands for; none for modes that don't exist.
    pub(crate) fn of_mode(mode: &str) -> Option<Self> {
        match mode {
            "100644" | "100755" | "100664" => Some(Self::File),
            "120000" => Some(Self::Link),
            "040000" | "40000" => Some(Self::Folder),
            "160000" => Some(Self::Submodule),
            _ => None,
        }
    }
}

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Path from the root of the repository, with `/` between folders.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// The git object's id: unchanged as long as the content is. Some forges don't tell.
    pub id: Option<String>,
    /// Length in bytes, where told.
    pub size: Option<u64>,
}

/// What a listing of a tree brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The entries, in the order of their paths.
    pub entries: Vec<TreeEntry>,
    /// Whether something was cut off, so that folders have to be asked for one by one.
    pub truncated: bool,
}

impl Tree {
    /// A tree with its entries in order.
    pub(crate) fn sorted(mut entries: Vec<TreeEntry>, truncated: bool) -> Self {
        entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Self { entries, truncated }
    }
}

/// Which part of a repository's tree is asked for.
#[derive(Debug, Clone, Copy)]
pub struct TreeQuery<'a> {
    /// Branch, tag or commit; [`HEAD`] for whatever is the default branch.
    pub reference: &'a str,
    /// The folder, an entry found before; none for the root.
    pub folder: Option<&'a TreeEntry>,
    /// With everything in the folders below, or only what lies in this one.
    pub recursive: bool,
}
