//! Reading a request: bounded in size and time, wiped afterwards, and never repeated in an error.
//!
//! Not here: what the values mean.

use super::refusal::Refusal;
use crate::{REQUEST_LIMIT, words};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use http::StatusCode;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use std::{str::FromStr, time::Duration};
use zeroize::Zeroizing;

/// A local caller that needs longer than this to send a megabyte has stopped sending.
const BODY_TIME: Duration = Duration::from_secs(10);

/// A request's JSON body. Unlike the web framework's own, it wipes what it read, since that may
/// have held a passphrase or a token.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Refusal> {
        let text = tokio::time::timeout(BODY_TIME, read(request.into_body())).await.map_err(|_| {
            Refusal::with(StatusCode::REQUEST_TIMEOUT, words::unreadable_request("it was not sent in time"))
        })??;
        // The parser's own message may quote a value, so only the place is told.
        serde_json::from_slice(&text).map(Self).map_err(|error| {
            let place = format!("its body does not fit at line {}, column {}", error.line(), error.column());
            words::unreadable_request(&place).into()
        })
    }
}

async fn read(mut body: Body) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    // Room for everything but a huge request at once: growing would leave copies behind unwiped.
    let mut text = Zeroizing::new(Vec::with_capacity(64 * 1024));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::from(words::unreadable_request("it ended early")))?;
        if let Some(data) = frame.data_ref() {
            if text.len() + data.len() > REQUEST_LIMIT {
                let problem = words::unreadable_request("it is larger than 1 MiB");
                return Err(Refusal::with(StatusCode::PAYLOAD_TOO_LARGE, problem));
            }
            text.extend_from_slice(data);
        }
    }
    Ok(text)
}

/// Reads a part of the path as what it names.
pub(crate) fn named<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| words::unreadable_request("its path names no id").into())
}
