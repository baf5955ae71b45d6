//! Nothing: only what the package beside it depends on is wanted.
