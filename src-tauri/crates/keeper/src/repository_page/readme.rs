//! Which file of a repository is its README, and reading it at its host.
//!
//! Not here: keeping it, and words for a person.

use crate::access::Access;
use drawbridge_domain::ForgeRepository;
use drawbridge_providers::{Api, EntryKind, Forge, ForgeError, HEAD, RepositoryRef, Tree, TreeEntry, TreeQuery};
use drawbridge_store::{ReadmeFile, ReadmeKind};

/// More than this is not read.
pub(super) const MOST: usize = 512 * 1024;
/// Endings of Markdown, the usual one first.
const MARKDOWN: [&str; 4] = ["md", "markdown", "mdown", "mkd"];
/// Endings of other texts, after those of Markdown; nothing stands for a name without an ending.
const OTHERS: [&str; 6] = ["", "rst", "txt", "adoc", "org", "text"];
/// How many folders are looked into where the root has none.
const MOST_FOLDERS: usize = 3;

/// What a look brought.
pub(super) enum Looked {
    /// The README; none where there is none, or nothing at all in the repository.
    Found(Option<ReadmeFile>),
    /// The host does not show the repository.
    Hidden,
    /// The account's host has no repositories.
    NoForge,
}

/// Looks for the README on the default branch. The file itself is only read if it is another one than is known.
pub(super) async fn look(
    access: &Access,
    repository: &ForgeRepository,
    known: Option<&ReadmeFile>,
) -> Result<Looked, ForgeError> {
    let Some(forge) = access.provider.forge() else { return Ok(Looked::NoForge) };
    let api = access.api();
    let branch = repository.default_branch.as_deref().unwrap_or(HEAD);
    let spot = Spot { forge, api: &api, repository: named(repository), branch };
    if let Some(tree) = spot.folder(None).await? {
        return spot.readme(&tree, known).await.map(Looked::Found);
    }
    // Nothing is in it; or it has another name now, or another default branch; or it is not there.
    let Some(now) = forge.find_repository(&api, spot.repository).await? else { return Ok(Looked::Hidden) };
    let branch = now.default_branch.as_deref().unwrap_or(HEAD);
    let same = (branch, &now.owner, &now.name) == (spot.branch, &repository.owner, &repository.name);
    let spot = Spot { repository: named(&now), branch, ..spot };
    match if same { None } else { spot.folder(None).await? } {
        Some(tree) => spot.readme(&tree, known).await.map(Looked::Found),
        None => Ok(Looked::Found(None)),
    }
}

fn named(repository: &ForgeRepository) -> RepositoryRef<'_> {
    RepositoryRef { forge_id: &repository.forge_id, owner: &repository.owner, name: &repository.name }
}

/// Where is looked.
struct Spot<'a> {
    forge: &'a dyn Forge,
    api: &'a Api<'a>,
    repository: RepositoryRef<'a>,
    branch: &'a str,
}

impl Spot<'_> {
    async fn folder(&self, folder: Option<&TreeEntry>) -> Result<Option<Tree>, ForgeError> {
        let query = TreeQuery { reference: self.branch, folder, recursive: false };
        absent(self.forge.tree(self.api, self.repository, query).await)
    }

    async fn readme(&self, root: &Tree, known: Option<&ReadmeFile>) -> Result<Option<ReadmeFile>, ForgeError> {
        if let Some(entry) = pick(root) {
            return self.read(entry, known).await.map(Some);
        }
        for folder in root.entries.iter().filter(|entry| is_looked_into(entry)).take(MOST_FOLDERS) {
            let within = self.folder(Some(folder)).await?;
            if let Some(entry) = within.as_ref().and_then(pick) {
                return self.read(entry, known).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn read(&self, entry: &TreeEntry, known: Option<&ReadmeFile>) -> Result<ReadmeFile, ForgeError> {
        if let Some(known) = known.filter(|known| known.path == entry.path)
            && known.blob_id.is_some()
            && known.blob_id == entry.id
        {
            return Ok(known.clone());
        }
        let file = |kind, text| ReadmeFile { path: entry.path.clone(), kind, blob_id: entry.id.clone(), text };
        if entry.size.is_some_and(|size| size > MOST as u64) {
            return Ok(file(ReadmeKind::TooLong, String::new()));
        }
        let content = self.forge.blob(self.api, self.repository, self.branch, entry, MOST).await?;
        Ok(match content.map(String::from_utf8) {
            Some(Ok(text)) if !text.contains('\0') => {
                file(ReadmeKind::Text, text.trim_start_matches('\u{feff}').to_owned())
            }
            Some(_) => file(ReadmeKind::NotText, String::new()),
            // It was in the tree a moment ago, so it is longer.
            None => file(ReadmeKind::TooLong, String::new()),
        })
    }
}

/// Where hosts look too: in the folder of what is only for them, named after the host, and among the documents.
fn is_looked_into(entry: &TreeEntry) -> bool {
    entry.kind == EntryKind::Folder && (entry.path.starts_with(".git") || entry.path.eq_ignore_ascii_case("docs"))
}

fn absent<T>(answer: Result<Option<T>, ForgeError>) -> Result<Option<T>, ForgeError> {
    match answer {
        Err(ForgeError::NotFound) => Ok(None),
        answer => answer,
    }
}

fn ending(path: &str) -> (String, String) {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.rsplit_once('.').map_or((name.clone(), String::new()), |(stem, ending)| (stem.to_owned(), ending.to_owned()))
}

/// Whether a README is Markdown.
pub(super) fn is_markdown(path: &str) -> bool {
    MARKDOWN.contains(&ending(path).1.as_str())
}

/// The README of a folder: Markdown first, then a name without an ending, then other texts; whatever its case.
fn pick(folder: &Tree) -> Option<&TreeEntry> {
    let rank = |entry: &TreeEntry| {
        let (stem, ending) = ending(&entry.path);
        let place = MARKDOWN.iter().chain(&OTHERS).position(|known| *known == ending);
        place.filter(|_| stem == "readme" && entry.kind == EntryKind::File)
    };
    let ranked = folder.entries.iter().filter_map(|entry| Some((rank(entry)?, entry)));
    ranked.min_by_key(|(rank, entry)| (*rank, entry.path.as_str())).map(|(_, entry)| entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, EntryKind)]) -> Tree {
        let entry = |(path, kind): &(&str, EntryKind)| TreeEntry {
            path: (*path).to_owned(),
            kind: *kind,
            id: None,
            size: None,
        };
        Tree { entries: entries.iter().map(entry).collect(), truncated: false }
    }

    #[test]
    fn markdown_comes_first_whatever_its_case_and_only_files_count() {
        let picked = |entries: &[&str]| {
            let entries: Vec<_> = entries.iter().map(|path| (*path, EntryKind::File)).collect();
            pick(&tree(&entries)).map(|entry| entry.path.clone())
        };
        for (entries, expected) in [
            (&["README", "README.md", "README.txt"][..], Some("README.md")),
            (&["README.txt", "ReadMe.MarkDown"], Some("ReadMe.MarkDown")),
            (&["README.rst", "readme"], Some("readme")),
            (&["README.txt", "README.rst"], Some("README.rst")),
            (&["README.md", "readme.md"], Some("README.md")),
            (&["docs/README.md"], Some("docs/README.md")),
            (&["README.de.md", "README.exe", "READMEFIRST", "readme.md.bak"], None),
            (&[], None),
        ] {
            assert_eq!(picked(entries).as_deref(), expected, "{entries:?}");
        }
        let odd = tree(&[
            ("README.md", EntryKind::Folder),
            ("README", EntryKind::Link),
            ("README.rst", EntryKind::Submodule),
            ("README.txt", EntryKind::File),
        ]);
        assert_eq!(pick(&odd).map(|entry| entry.path.as_str()), Some("README.txt"));
        assert!(is_markdown("docs/ReadMe.MD") && !is_markdown("README") && !is_markdown("README.rst"));
    }
}
