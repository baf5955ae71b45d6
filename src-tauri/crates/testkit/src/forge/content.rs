//! Files of a repository as git keeps them: blobs and trees, named by what is in them.
//!
//! Only the default branch, only plain files. Not here: how a forge tells of them.

use crate::temp::hex;
use hyper::body::Bytes;
use sha1::{Digest as _, Sha1};
use std::collections::BTreeMap;

/// The files of a branch, by their paths from the root.
#[derive(Debug, Clone, Default)]
pub(super) struct Files(BTreeMap<String, Bytes>);

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// From the folder that was asked for.
    pub path: String,
    pub folder: bool,
    pub id: String,
    /// Of files.
    pub size: Option<usize>,
}

impl Entry {
    /// As trees have it, with six digits.
    pub fn mode(&self) -> &'static str {
        if self.folder { "040000" } else { "100644" }
    }

    pub fn kind(&self) -> &'static str {
        if self.folder { "tree" } else { "blob" }
    }

    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// The name of a git object (gitformat-object): SHA-1 over its kind, its length and itself.
fn object_id(kind: &str, content: &[u8]) -> [u8; 20] {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", content.len()));
    hash.update(content);
    hash.finalize().into()
}

impl Files {
    pub fn write(&mut self, path: &str, content: &[u8]) {
        self.0.insert(path.to_owned(), Bytes::copy_from_slice(content));
    }

    pub fn erase(&mut self, path: &str) {
        self.0.remove(path);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The id of the root's tree.
    pub fn root_id(&self) -> String {
        hex(&self.tree("").1)
    }

    /// The id of the only commit: whoever writes starts anew.
    pub fn commit_id(&self) -> String {
        let text = format!("tree {}\nauthor A <a@mail.example> 0 +0000\n\nAs it is\n", self.root_id());
        hex(&object_id("commit", text.as_bytes()))
    }

    /// What lies in a folder, by names as git sorts them, and the folder's id.
    fn tree(&self, folder: &str) -> (Vec<Entry>, [u8; 20]) {
        let mut entries: Vec<(Entry, [u8; 20])> = Vec::new();
        for (path, content) in &self.0 {
            let Some(rest) = within(folder, path) else { continue };
            match rest.split_once('/') {
                None => {
                    let id = object_id("blob", content);
                    let size = Some(content.len());
                    entries.push((Entry { path: rest.to_owned(), folder: false, id: hex(&id), size }, id));
                }
                Some((name, _)) if entries.iter().all(|(entry, _)| !entry.folder || entry.path != name) => {
                    let (_, id) = self.tree(&joined(folder, name));
                    entries.push((Entry { path: name.to_owned(), folder: true, id: hex(&id), size: None }, id));
                }
                Some(_) => {}
            }
        }
        // Folders are sorted as if their names ended in a slash.
        entries.sort_by_key(|(entry, _)| format!("{}{}", entry.path, if entry.folder { "/" } else { "" }));
        let mut raw = Vec::new();
        for (entry, id) in &entries {
            raw.extend(format!("{} {}\0", entry.mode().trim_start_matches('0'), entry.path).into_bytes());
            raw.extend(id);
        }
        (entries.into_iter().map(|(entry, _)| entry).collect(), object_id("tree", &raw))
    }

    /// The entries of a folder, with those of all folders in it if asked for; none for what is no folder.
    pub fn list(&self, folder: &str, recursive: bool) -> Option<Vec<Entry>> {
        let there = folder.is_empty() || self.0.keys().any(|path| within(folder, path).is_some());
        there.then(|| self.entries(folder, recursive))
    }

    fn entries(&self, folder: &str, recursive: bool) -> Vec<Entry> {
        let mut all = Vec::new();
        for entry in self.tree(folder).0 {
            let below =
                if recursive && entry.folder { self.entries(&joined(folder, &entry.path), true) } else { vec![] };
            let name = entry.path.clone();
            all.push(entry);
            all.extend(below.into_iter().map(|inner| Entry { path: format!("{name}/{}", inner.path), ..inner }));
        }
        all
    }

    /// The folder that a tree's id stands for; the root is the empty path.
    pub fn folder_of(&self, id: &str) -> Option<String> {
        if self.root_id() == id {
            return Some(String::new());
        }
        self.entries("", true).into_iter().find(|entry| entry.folder && entry.id == id).map(|entry| entry.path)
    }

    /// The content that a blob's id stands for.
    pub fn blob(&self, id: &str) -> Option<Bytes> {
        self.0.values().find(|content| hex(&object_id("blob", content)) == id).cloned()
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The part of a path that lies within a folder.
fn within<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_the_names_that_git_gives_them() {
        let mut files = Files::default();
        for (path, content) in [("a/b/x.txt", "hello\n"), ("a/y", "two"), ("a-c/z", ""), ("a.txt", "top\n")] {
            files.write(path, content.as_bytes());
        }
        // As `git ls-tree -r -t` tells it of the same files.
        let expected = [
            ("a-c", "08c56681eceec443b14ad503fa7ebf1c46652c50"),
            ("a-c/z", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            ("a.txt", "bf1a1fdefa3c7f4b0180a75a951e9574662a8bc8"),
            ("a", "1cf12df3e644d40687a8609ba068002c0c108d36"),
            ("a/b", "9fa6a6d71d42445400aef1e5fda85a9cd64eb517"),
            ("a/b/x.txt", "ce013625030ba8dba906f756967f9e9ca394464a"),
            ("a/y", "64c5e5885a4b06010b3a0c20edb7900dd0311025"),
        ];
        assert_eq!(files.root_id(), "3610791086015f48959bbcb98062451ac93ad827");
        let all = files.list("", true).expect("a root");
        let found: Vec<(&str, &str)> = all.iter().map(|entry| (entry.path.as_str(), entry.id.as_str())).collect();
        assert_eq!(found, expected);
        assert_eq!(files.folder_of(expected[4].1).as_deref(), Some("a/b"));
        assert_eq!(files.blob(expected[5].1).as_deref(), Some(&b"hello\n"[..]));
        let names = |folder: &str| {
            let entries = files.list(folder, false)?;
            Some(entries.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>())
        };
        assert_eq!(names("a").expect("a folder"), ["b", "y"]);
        assert!(names("a.txt").is_none() && names("b").is_none(), "no such folder");
        files.erase("a/b/x.txt");
        assert!(files.list("a/b", false).is_none(), "git keeps no empty folders");
    }
}
