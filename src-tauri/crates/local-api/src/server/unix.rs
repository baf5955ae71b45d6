//! The local socket: who may reach it, how many at a time, and how it ends.
//!
//! Only the owner can: the folder is closed to others, the socket too, and each caller's user is
//! asked of the system before a byte is read. Not here: routes.

use super::{
    Error,
    table::{Front, router},
};
use crate::{VERSION_HEADER, words};
use axum::{Router, body::Body, response::IntoResponse as _};
use drawbridge_keeper::Keeper;
use http::{HeaderValue, Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::Service as _, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    fs, io,
    os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// Callers at a time; a person's programs need a handful.
const SEATS: usize = 64;
/// How long a caller may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How much of a head is kept.
const HEAD_SIZE: usize = 64 * 1024;
/// How long requests may take to end by themselves once the server is closing.
const CLOSING_TIME: Duration = Duration::from_secs(2);
/// How long somebody may take to accept a connection before they count as not there.
const KNOCK_TIME: Duration = Duration::from_secs(1);

/// How long a caller is listened to that finds no seat.
const TURN_AWAY_TIME: Duration = Duration::from_millis(100);

/// A running server. Dropping it ends it at once and removes the socket.
#[derive(Debug)]
pub struct Server {
    closing: CancellationToken,
    accepting: AbortOnDropHandle<()>,
}

impl Server {
    /// Takes no more callers, lets requests end, removes the socket.
    pub async fn stop(self) {
        self.closing.cancel();
        // An error is a panic of the accepting task, which has been reported already.
        let _ = self.accepting.await;
    }

    /// Resolves when the server has ended because the keeper stopped.
    pub async fn ended(&mut self) {
        let _ = (&mut self.accepting).await;
    }
}

/// The socket's file. It is removed only while it is still ours: another keeper may have put its
/// own in the same place meanwhile.
#[derive(Debug)]
struct Socket {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path).is_ok_and(|m| m.dev() == self.device && m.ino() == self.inode);
        if ours && let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "could not remove the local socket");
        }
    }
}

pub(super) async fn serve(keeper: Arc<Keeper>) -> Result<Server, Error> {
    let path = keeper.socket_path();
    let user = own_user().map_err(Error::Bind)?;
    private_folder(path.parent().ok_or(Error::FolderNotOurs)?, user)?;
    clear_stale(&path, user).await?;
    let listener = UnixListener::bind(&path).map_err(Error::Bind)?;
    // Between the two lines only the folder protects it, which is why the folder comes first.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(Error::Bind)?;
    let metadata = fs::symlink_metadata(&path).map_err(Error::Bind)?;
    let socket = Socket { path, device: metadata.dev(), inode: metadata.ino() };

    let closing = CancellationToken::new();
    let version = keeper.keeper_status().await.version.unwrap_or_default();
    let header = HeaderValue::from_str(&version).unwrap_or_else(|_| HeaderValue::from_static("unknown"));
    let front = Front { keeper, version, stop_requested: CancellationToken::new(), closing: closing.clone() };
    let accepting = AbortOnDropHandle::new(tokio::spawn(accept(listener, socket, front, user, header)));
    Ok(Server { closing, accepting })
}

/// The user this process runs as, asked of the system the same way as a caller's.
fn own_user() -> io::Result<u32> {
    let (one, _other) = UnixStream::pair()?;
    Ok(one.peer_cred()?.uid())
}

/// Makes the folder if it is missing, and makes sure that nobody else can reach into it.
fn private_folder(folder: &Path, user: u32) -> Result<(), Error> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::Folder)?;
    // Not following links: a link could lead to a folder that somebody else can change.
    let metadata = fs::symlink_metadata(folder).map_err(Error::Folder)?;
    if !metadata.is_dir() || metadata.uid() != user {
        return Err(Error::FolderNotOurs);
    }
    if metadata.mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(Error::Folder)?;
    }
    Ok(())
}

/// Removes what a killed process left, and nothing that is alive or something else. A keeper that
/// is just ending gets the time to do so.
async fn clear_stale(path: &Path, user: u32) -> Result<(), Error> {
    let ends = Instant::now() + CLOSING_TIME;
    loop {
        match clear_dead(path, user).await {
            Err(Error::InUse) if Instant::now() < ends => tokio::time::sleep(Duration::from_millis(20)).await,
            other => return other,
        }
    }
}

async fn clear_dead(path: &Path, user: u32) -> Result<(), Error> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::Stale(error)),
    };
    if !metadata.file_type().is_socket() || metadata.uid() != user {
        return Err(Error::PathTaken);
    }
    match timeout(KNOCK_TIME, UnixStream::connect(path)).await {
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(Error::Stale)
        }
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(Err(error)) => Err(Error::Stale(error)),
        // A full backlog is a sign of life too.
        Ok(Ok(_)) | Err(_) => Err(Error::InUse),
    }
}

async fn accept(listener: UnixListener, socket: Socket, front: Front, user: u32, version: HeaderValue) {
    let keeper = front.keeper.clone();
    let (closing, stop_requested) = (front.closing.clone(), front.stop_requested.clone());
    let router = router(front);
    let mut callers = JoinSet::new();
    let mut keeper_stopping = pin!(keeper.stopping());
    loop {
        let stream = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            () = &mut keeper_stopping => break,
            () = stop_requested.cancelled() => break,
            Some(_) = callers.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Most likely out of file descriptors; they come back as callers leave.
                    tracing::warn!(%error, "could not accept a caller");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        match stream.peer_cred() {
            Ok(credentials) if credentials.uid() == user => {}
            _ => {
                tracing::warn!("refused a caller of another user");
                continue;
            }
        }
        if callers.len() >= SEATS {
            turn_away(stream).await;
            continue;
        }
        callers.spawn(converse(stream, router.clone(), closing.clone(), version.clone()));
    }
    // In this order the next keeper never meets a socket that takes callers and serves none.
    drop(listener);
    drop(socket);
    if stop_requested.is_cancelled() {
        keeper.keeper_stop().await;
    }
    closing.cancel();
    let left = timeout(CLOSING_TIME * 2, async { while callers.join_next().await.is_some() {} }).await;
    if left.is_err() {
        // Dropping the set ends the rest.
        tracing::warn!(callers = callers.len(), "callers were cut off");
    }
}

/// Tells a caller that there is no seat left, without letting it take one by being slow.
async fn turn_away(mut stream: UnixStream) {
    let body = serde_json::to_string(&words::keeper_full()).unwrap_or_default();
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let text = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    let answer = async {
        // Closing with the request unread would take the answer away from the caller again.
        let _ = stream.read(&mut [0; 4096]).await?;
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = timeout(TURN_AWAY_TIME, answer).await;
}

/// Serves one connection.
async fn converse(stream: UnixStream, router: Router, closing: CancellationToken, version: HeaderValue) {
    let routes = TowerToHyperService::new(router);
    let ending = closing.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = routes.call(request);
        let (ending, version) = (ending.clone(), version.clone());
        async move {
            let mut response: Response<Body> = tokio::select! {
                biased;
                Ok(response) = answer => response,
                () = overdue(&ending) => super::refusal::Refusal::from(words::keeper_gone()).into_response(),
            };
            response.headers_mut().insert(VERSION_HEADER, version);
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(HEAD_SIZE)
            .serve_connection(TokioIo::new(stream), service)
    );
    // Errors here are callers that left or sent what is no HTTP; both are theirs.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Resolves when the server has been closing for long enough.
async fn overdue(closing: &CancellationToken) {
    closing.cancelled().await;
    tokio::time::sleep(CLOSING_TIME).await;
}
