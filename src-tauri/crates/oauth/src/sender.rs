//! The way of a request of the oauth2 library onto our own HTTP.
