//! The keeper's problems as HTTP answers.
//!
//! Not here: any wording.

use crate::{query::QueryError, words};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use drawbridge_keeper::{Code, Problem};
use http::StatusCode;

/// A problem on its way out.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    problem: Problem,
}

impl Refusal {
    /// A problem with another status than its code's.
    pub(crate) fn with(status: StatusCode, problem: Problem) -> Self {
        Self { status, problem }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { status: status(problem.code), problem }
    }
}

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        words::unreadable_request(&error.to_string()).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.problem)).into_response()
    }
}

/// The status that fits a code. Clients of ours read the code; the status is for everybody else.
fn status(code: Code) -> StatusCode {
    match code {
        Code::VaultLocked => StatusCode::LOCKED,
        Code::InvalidInput => StatusCode::BAD_REQUEST,
        Code::WrongPassphrase
        | Code::WrongRecovery
        | Code::PassphraseNeeded
        | Code::SignInDenied
        | Code::OtherPerson => StatusCode::FORBIDDEN,
        Code::TooSoon => StatusCode::TOO_MANY_REQUESTS,
        Code::BackupUnusable => StatusCode::UNPROCESSABLE_ENTITY,
        Code::NotFound | Code::SignInUnknown => StatusCode::NOT_FOUND,
        Code::VaultAbsent
        | Code::VaultExists
        | Code::VaultTooNew
        | Code::VaultDowngraded
        | Code::KeychainDenied
        | Code::KeychainSilent
        | Code::KeychainOther
        | Code::KeeperBusy
        | Code::KeychainEntryMissing
        | Code::NotConnected
        | Code::SignInNeeded
        | Code::ClientMissing
        | Code::NotOffered => StatusCode::CONFLICT,
        Code::SignInExpired => StatusCode::GONE,
        Code::SignInFailed | Code::Unreachable | Code::HostRefused | Code::SyncStopped | Code::CloneStopped => {
            StatusCode::BAD_GATEWAY
        }
        Code::KeychainAbsent | Code::KeychainLocked | Code::KeeperGone | Code::RateLimited => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::Disk => StatusCode::INSUFFICIENT_STORAGE,
        Code::VaultDamaged | Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
