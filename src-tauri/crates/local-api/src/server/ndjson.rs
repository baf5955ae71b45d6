//! Answers of one JSON object a line, for what goes on for a while.
//!
//! When there is nothing to tell, an empty line goes out now and then; a stream ends when the
//! server does. Not here: which lines.

use crate::HEARTBEAT;
use axum::{body::Body, response::Response};
use futures::stream::unfold;
use http::{HeaderValue, header::CONTENT_TYPE};
use serde::Serialize;
use std::{convert::Infallible, future::Future};

/// The media type of one JSON object a line.
pub(crate) const MEDIA_TYPE: &str = "application/x-ndjson";

/// Where lines come from.
pub(crate) trait Lines: Send + 'static {
    /// One line.
    type Line: Serialize + Send;
    /// The next line, or `None` at the end. Dropping the future must not lose a line.
    fn next(&mut self) -> impl Future<Output = Option<Self::Line>> + Send;
}

/// Sends the lines as they come.
pub(crate) fn answer(lines: impl Lines) -> Response {
    let stream = unfold(Some(lines), |lines| async move {
        let mut lines = lines?;
        let chunk = match tokio::time::timeout(HEARTBEAT, lines.next()).await {
            Err(_) => b"\n".to_vec(),
            Ok(None) => return None,
            Ok(Some(line)) => match serde_json::to_vec(&line) {
                Ok(mut text) => {
                    text.push(b'\n');
                    text
                }
                Err(error) => {
                    tracing::error!(%error, "a line could not be written");
                    return None;
                }
            },
        };
        Some((Ok::<_, Infallible>(chunk), Some(lines)))
    });
    let mut response = Response::new(Body::from_stream(stream));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
