//! What can happen to repositories while somebody watches.
//!
//! Not here: bad days of the server itself (see `fault`).

use drawbridge_domain::Visibility;
use serde::{Deserialize, Serialize};

/// Something that happens at the forge. Repositories are named as of the moment it happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A new, empty repository.
    Add {
        /// `owner/name`; the owner must exist. An owner can be a group: `acme/boats/name`.
        full_name: String,
        /// Who sees it.
        visibility: Visibility,
    },
    /// It is gone.
    Delete {
        /// `owner/name`.
        full_name: String,
    },
    /// It gets another name; the old one leads to it until somebody takes it.
    Rename {
        /// `owner/name`.
        full_name: String,
        /// The new name, without the owner.
        to: String,
    },
    /// It gets another owner.
    Transfer {
        /// `owner/name`.
        full_name: String,
        /// The new owner's login.
        to: String,
    },
    /// It becomes read-only, or writable again.
    Archive {
        /// `owner/name`.
        full_name: String,
        /// Which of the two.
        archived: bool,
    },
    /// It gets another description.
    Describe {
        /// `owner/name`.
        full_name: String,
        /// The new one.
        description: Option<String>,
    },
    /// Others may see it.
    Show {
        /// `owner/name`.
        full_name: String,
        /// Who.
        visibility: Visibility,
    },
    /// Somebody pushes to it.
    Push {
        /// `owner/name`.
        full_name: String,
    },
    /// A user or an organisation gets another login; the id stays.
    RenameOwner {
        /// The login of now.
        login: String,
        /// The new one.
        to: String,
    },
    /// A new organisation, or a group within one or within another group.
    AddGroup {
        /// Its name, behind those of the groups it is in: `acme/boats/engines`.
        path: String,
        /// The login of a user that is let in.
        member: String,
    },
    /// Somebody marks it to be deleted later; until then it is there.
    Doom {
        /// `owner/name`.
        full_name: String,
    },
    /// A file on the default branch gets another content, or comes to be.
    Write {
        /// `owner/name`.
        full_name: String,
        /// From the repository's root, with `/` between folders.
        path: String,
        /// What is in it from now on.
        text: String,
    },
    /// The same with a content that need not be text.
    WriteBytes {
        /// `owner/name`.
        full_name: String,
        /// From the repository's root, with `/` between folders.
        path: String,
        /// What is in it from now on.
        bytes: Vec<u8>,
    },
    /// A file on the default branch is gone.
    Erase {
        /// `owner/name`.
        full_name: String,
        /// From the repository's root, with `/` between folders.
        path: String,
    },
    /// A user leaves an organisation and no longer sees what is in it.
    Leave {
        /// The user.
        login: String,
        /// The organisation.
        organisation: String,
    },
    /// A user is let into an organisation (again) and sees what is in it.
    Join {
        /// The user.
        login: String,
        /// The organisation.
        organisation: String,
    },
    /// The listings leave it out without a word, although it is there and can be asked for; or show it again.
    Hide {
        /// `owner/name`.
        full_name: String,
        /// Which of the two.
        hidden: bool,
    },
    /// From now on it is described in an odd way.
    Twist {
        /// `owner/name`.
        full_name: String,
        /// How; none: as usual.
        oddity: Option<Oddity>,
    },
}

/// Ways in which a forge has described a repository that no description of its API allows for, or
/// that clients tend to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// `null` where the repository should be.
    NullRow,
    /// No owner, as after an account was deleted.
    NullOwner,
    /// A visibility nobody knows yet.
    UnknownVisibility,
    /// No field for the visibility, as on old servers; only `private` tells.
    NoVisibility,
    /// No field for the permissions.
    NoPermissions,
    /// No field for topics.
    NoTopics,
    /// A default branch of `null`, as in an empty repository.
    NullBranch,
    /// Never pushed to.
    NullPush,
    /// A description of 100,000 characters.
    LongDescription,
    /// A size that does not fit into 32 bits.
    HugeSize,
    /// Its repository is switched off: there is no code to be seen.
    NoCode,
    /// Fields nobody knows yet.
    ExtraFields,
}
