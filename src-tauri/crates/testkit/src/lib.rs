//! What tests, benches and the demo need beside the product: a practice forge that behaves like
//! GitHub, the official description to hold it and us against, an independent OAuth server with a
//! proxy that changes its replies, and small things such as a clock that stands still and waits that
//! have a limit.
//!
//! Not here: anything a release contains, and any use case (this crate knows only the domain, so
//! that every room can test against it).

pub mod browser;
pub mod contract;
pub mod door;
pub mod fault;
pub mod forge;
pub mod git_http;
pub mod oidc;
pub mod tamper;
pub mod temp;
#[cfg(target_os = "linux")]
pub mod wait;
