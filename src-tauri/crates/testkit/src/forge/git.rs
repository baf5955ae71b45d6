//! Git over HTTP at the forge's own address, for who shows an access as this kind of forge wants it.
//!
//! The repositories are a folder of bare ones, each at the path that the forge names as its address. Not here:
//! git itself (`git_http`), and who may read which repository: whoever has an access that works may read all.

use super::{
    Shared,
    exchange::{Reply, Request},
    grants::TokenKind,
};
use crate::git_http::{Asked, served};
use drawbridge_domain::Timestamp;
use std::path::Path;

/// How a kind of forge takes the user name that comes with an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserName {
    /// Any name.
    Any,
    /// This one.
    Named(&'static str),
    /// The login name of who has it.
    Login,
}

/// Whether that is a question of git.
pub(super) fn is_git(request: &Request) -> bool {
    request.path.ends_with("/info/refs") || request.path.ends_with("/git-upload-pack")
}

/// The answer, where repositories are served.
pub(super) async fn answer(shared: &Shared, request: &Request, now: Timestamp) -> Reply {
    let Some(root) = shared.lock().git.clone() else { return Reply::new(404, "text/plain", "no repositories here") };
    if !is_let_in(shared, request, now) {
        let reply = Reply::new(401, "text/plain", "who asks?");
        return reply.with("www-authenticate", "Basic realm=\"git\"".to_owned());
    }
    let path = percent_encoding::percent_decode_str(&request.path).decode_utf8_lossy().into_owned();
    let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let header = |name: &str| Some((name.to_owned(), request.header(name)?.to_owned()));
    let asked = Asked {
        method: request.method.clone(),
        target: format!("{path}?{}", query.join("&")),
        headers: ["content-type", "content-encoding", "git-protocol"].into_iter().filter_map(header).collect(),
        body: request.body.to_vec(),
    };
    reply(tokio::task::spawn_blocking(move || ask(&asked, &root)).await.ok().flatten())
}

fn ask(asked: &Asked, root: &Path) -> Option<(u16, String, Vec<u8>)> {
    let served = served(asked, root).ok()?;
    let status = served.status.split(' ').next()?.parse().ok()?;
    let kind = served.headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
    });
    Some((status, kind.unwrap_or_default(), served.body))
}

fn reply(served: Option<(u16, String, Vec<u8>)>) -> Reply {
    match served {
        Some((status, kind, body)) => Reply::new(status, &kind, body),
        None => Reply::new(500, "text/plain", "git did not answer"),
    }
}

fn is_let_in(shared: &Shared, request: &Request, now: Timestamp) -> bool {
    let Some((user, password)) = request.basic() else { return false };
    let mut state = shared.lock();
    let Some(token) = state.grants.token(&password, now) else { return false };
    let (kind, who) = (token.kind, token.user);
    let issued = matches!(kind, TokenKind::Oauth | TokenKind::Expiring);
    match shared.speaks().git_user(issued) {
        UserName::Any => !user.is_empty(),
        UserName::Named(name) => user == name,
        UserName::Login => user == state.world.owners[who].login,
    }
}
