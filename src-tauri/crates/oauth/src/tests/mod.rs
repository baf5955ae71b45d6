//! The flows against a server that answers what a test tells it.

mod flows;
mod loopback;
mod server;
