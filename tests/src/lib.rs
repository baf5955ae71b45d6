//! Holds the one integration binary; see main.rs.
