//! Lists cut into numbered pages of a size that the request may choose, and the links between them
//! (RFC 8288), which are the request's own address with another number.
//!
//! Not here: lists that go on behind a cursor.

use crate::forge::exchange::{Reply, Request};
use std::fmt::Write as _;

/// Which part of a list a request asks for.
pub(super) struct Page {
    pub number: usize,
    pub size: usize,
    pub total: usize,
}

/// The page as large as can be in whose stretch the page lies that a request asks for.
pub(super) fn stretch(number: u32, size: usize, most: usize) -> u32 {
    let before = (number as usize).saturating_sub(1).saturating_mul(size);
    u32::try_from(before / most + 1).unwrap_or(u32::MAX)
}

impl Page {
    /// The page of a list of `total` that a request asks for. `name`: the parameter for its size;
    /// `usual`: its size if nothing is said; `most`: more is not given.
    pub fn of(request: &Request, name: &str, usual: usize, most: usize, total: usize) -> Self {
        let size = request.param(name).and_then(|size| size.parse().ok()).filter(|size| *size > 0);
        Self { number: request.page() as usize, size: size.unwrap_or(usual).min(most), total }
    }

    /// The number of the last page.
    pub fn last(&self) -> usize {
        self.total.div_ceil(self.size).max(1)
    }

    pub fn range(&self) -> std::ops::Range<usize> {
        let start = (self.number - 1).saturating_mul(self.size).min(self.total);
        start..(start + self.size).min(self.total)
    }

    /// Adds the `Link` header: previous, next, last and first, as far as they lead elsewhere.
    pub fn links(&self, reply: Reply, request: &Request) -> Reply {
        let last = self.last();
        let mut links: Vec<(usize, &str)> = Vec::new();
        if self.number > 1 {
            links.push(((self.number - 1).min(last), "prev"));
        }
        if self.number < last {
            links.extend([(self.number + 1, "next"), (last, "last")]);
        } else if self.number > last {
            links.push((last, "last"));
        }
        if self.number > 1 {
            links.push((1, "first"));
        }
        if links.is_empty() {
            return reply;
        }
        let mut text = String::new();
        for (page, relation) in links {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let mut placed = false;
            for (name, value) in &request.query {
                if name == "page" {
                    placed = true;
                    query.append_pair(name, &page.to_string());
                } else {
                    query.append_pair(name, value);
                }
            }
            if !placed {
                query.append_pair("page", &page.to_string());
            }
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing to a String can't fail.
            let _ = write!(text, "{comma}<{}{}?{}>; rel=\"{relation}\"", request.api, request.path, query.finish());
        }
        reply.with("link", text)
    }
}
