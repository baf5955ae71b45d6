//! The words of what can be wrong with a credential that is typed in.

use super::forms;
use crate::{Code, Problem, words::invalid};
use drawbridge_domain::{CheckOutcome, PatternError, TypedFacts};
use drawbridge_oauth::Error as OauthError;
use drawbridge_providers::ForgeError;
use drawbridge_store::TypedRow;

const STORE_ANYWAY: &str = "Look at what was typed, or store it without a check.";

pub(super) fn label() -> Problem {
    invalid("A name has 1 to 60 letters on one line.", "Call it what you will find it by.")
}

pub(super) fn label_taken(label: &str) -> Problem {
    invalid(
        format!("There is a credential called {label} already. Nothing was changed."),
        "Choose another name, or replace that one.",
    )
}

pub(super) fn no_host() -> Problem {
    invalid("A credential is for certain hosts or for an account.", "Name a host, or the account it belongs to.")
}

pub(super) fn many_hosts(most: usize) -> Problem {
    invalid(format!("A credential is for {most} hosts at most."), "Use a wildcard, such as *.example.org.")
}

pub(super) fn host(error: PatternError) -> Problem {
    match error {
        PatternError::Malformed => {
            invalid("That is no host.", "A host looks like git.example.org, *.example.org or git.example.org:8443.")
        }
        PatternError::Unencrypted => invalid(
            "Without encryption it may only go to this computer.",
            "Leave http:// out; it is for 127.0.0.1, [::1] and localhost.",
        ),
        PatternError::TooMuch => invalid(
            "A host has no user name, path or question mark.",
            "Give the name alone, with a port if it has one.",
        ),
        PatternError::Wildcard => invalid(
            "A wildcard stands before a name with a dot in it.",
            "*.example.org stands for every name below example.org.",
        ),
    }
}

pub(super) fn day() -> Problem {
    invalid("That is no day on which it could end.", "Give a day that is still to come, such as 2027-01-31.")
}

pub(super) fn field(title: &str) -> Problem {
    invalid(
        format!("{title} is empty, too long, or holds characters that can't be there."),
        "Copy it again, and nothing else.",
    )
}

pub(super) fn address(title: &str) -> Problem {
    invalid(
        format!("{title} is no address that a credential may be sent to."),
        "It begins with https://; http:// is for this computer only.",
    )
}

pub(super) fn check_elsewhere() -> Problem {
    invalid(
        "The address to check is at another host than the credential is for. Nothing was sent.",
        "Give an address at one of its hosts, or add that host.",
    )
}

pub(super) fn header_line(place: usize) -> Problem {
    invalid(
        format!("There is no header in line {place}."),
        "One a line, as Name: value; a name has letters, digits and hyphens.",
    )
}

pub(super) fn header_twice(name: &str) -> Problem {
    invalid(format!("{name} stands there twice."), "Keep one of the two.")
}

pub(super) fn header_value(name: &str) -> Problem {
    invalid(
        format!("The value of {name} is empty, too long, or holds characters that no header may have."),
        "Plain letters, digits and signs on one line; 8 KiB at most.",
    )
}

pub(super) fn header_refused(name: &str, why: &str) -> Problem {
    invalid(format!("{name} can't be one of them: {why}."), "Leave it out.")
}

pub(super) fn no_header() -> Problem {
    invalid("There is no header.", "One a line, as Name: value.")
}

pub(super) fn many_headers(most: usize) -> Problem {
    invalid(format!("A credential has {most} headers at most."), "Keep the ones that are secret.")
}

pub(super) fn key_unreadable() -> Problem {
    invalid(
        "That is no private key that can be read here.",
        "Take the whole file, to its last line. If it is whole and an ECDSA key, make a new key: not all of those can be read.",
    )
}

pub(super) fn key_is_public() -> Problem {
    invalid("That is the public half of a key.", "Take the file of the same name without .pub.")
}

pub(super) fn key_of_another_format() -> Problem {
    invalid(
        "That key is in another format than OpenSSH's own.",
        "`ssh-keygen -p -f FILE` writes a copy of it anew; PuTTY's key generator exports it.",
    )
}

pub(super) fn key_of_another_kind() -> Problem {
    invalid("Only Ed25519, ECDSA and RSA keys can be kept here.", "Make a new key here, and add it at the host.")
}

pub(super) fn key_too_weak(bits: usize, least: usize) -> Problem {
    invalid(
        format!("This RSA key has {bits} bits; {least} are the least."),
        "Make a new key here, and add it at the host.",
    )
}

pub(super) fn key_takes_too_long(most: u32) -> Problem {
    invalid(
        format!("Opening this key takes more than {most} rounds of work."),
        "`ssh-keygen -p -a 100 -f FILE` writes a copy of it with fewer.",
    )
}

pub(super) fn key_has_passphrase() -> Problem {
    invalid("This key has a passphrase.", "Give it as well: it opens the key once and is not kept.")
}

pub(super) fn key_not_opened() -> Problem {
    invalid(
        "The passphrase does not open this key. Nothing was stored.",
        "Type the passphrase of the key, not the vault's.",
    )
}

pub(super) fn nothing_to_ask() -> Problem {
    invalid(
        "There is no address to ask whether this works.",
        "Replace it, and give an address that answers well only if it is right.",
    )
}

/// What an address said that a credential was tried at.
pub(super) fn probed(error: &ForgeError, host: &str) -> Problem {
    match error {
        ForgeError::Unauthorized | ForgeError::Forbidden => {
            Problem::new(Code::HostRefused, format!("{host} does not accept this."), STORE_ANYWAY)
        }
        ForgeError::NotFound => Problem::new(
            Code::HostRefused,
            format!("{host} has nothing at the address to check."),
            "Give an address that answers well only if it is right, or store it without a check.",
        ),
        ForgeError::Malformed { .. } => Problem::new(
            Code::HostRefused,
            format!("{host} sends on to another address, which says nothing about this."),
            "Give the address it ends at, or store it without a check.",
        ),
        other => crate::words::forge(other, host),
    }
}

/// What a token endpoint said to a client.
pub(super) fn asked(error: &OauthError, host: &str) -> Problem {
    match error {
        OauthError::Refused { error, .. } => match error.as_str() {
            "invalid_client" | "unauthorized_client" => Problem::new(
                Code::HostRefused,
                format!("{host} does not accept this client's id or secret."),
                "Copy both again; some providers want the secret in the body.",
            ),
            "invalid_scope" => Problem::new(
                Code::HostRefused,
                format!("{host} does not give these scopes to this client."),
                "Ask for fewer, or for none: then the provider chooses.",
            ),
            other => Problem::new(Code::HostRefused, format!("{host} refused ({other})."), STORE_ANYWAY),
        },
        other => crate::words::oauth(other, host),
    }
}

/// What tells a credential apart.
pub(super) fn summary(facts: &TypedFacts) -> String {
    match facts {
        TypedFacts::SshKey(key) => key.fingerprint.clone(),
        TypedFacts::Headers(headers) => headers.names.join(", "),
        TypedFacts::Basic(basic) => basic.user.clone(),
        TypedFacts::ClientCredentials(client) => {
            format!("{} at {}", client.client_id, client.token_endpoint.label())
        }
    }
}

/// How a credential stands.
pub(super) fn state(row: &TypedRow) -> String {
    let Some((outcome, _)) = row.checked else { return "Not checked".to_owned() };
    let by = match &row.facts {
        TypedFacts::SshKey(_) => return "The key can be read".to_owned(),
        TypedFacts::Headers(headers) => headers.check_url.as_ref(),
        TypedFacts::Basic(basic) => basic.check_url.as_ref(),
        TypedFacts::ClientCredentials(client) => Some(&client.token_endpoint),
    };
    let by = by.map_or_else(String::new, |url| format!(" by {}", url.label()));
    match outcome {
        CheckOutcome::Accepted => format!("Accepted{by}"),
        CheckOutcome::Refused => format!("Refused{by}"),
    }
}

/// What is left to do after a credential was removed.
pub(super) fn removed(row: &TypedRow) -> String {
    let left = match &row.facts {
        TypedFacts::SshKey(_) => "Take its public key away where you added it.",
        TypedFacts::Headers(_) | TypedFacts::Basic(_) => "It goes on working until you end or change it at its host.",
        TypedFacts::ClientCredentials(_) => "The client goes on existing until you remove it at its provider.",
    };
    format!("{} is removed here. {left}", row.label)
}

/// What ends, in words.
pub(crate) fn ending(row: &TypedRow) -> String {
    format!("{}: replace it before, here and at its host", forms::title(row.facts.kind()))
}
