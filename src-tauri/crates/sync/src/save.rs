//! Writing what a sync found. Each writing is one transaction that leaves a list which is true as far as it
//! goes: while a listing is read, what it showed so far; at the end everything that follows from it.
//!
//! Not here: deciding what is written.

use crate::{SyncContext, SyncError, confirm::Gone, listing::Answered};
use drawbridge_domain::{ForgeRepository, RepositoryId};
use drawbridge_providers::{PageKey, StoredPage};
use drawbridge_store::{ListingPage, Put, Shown};
use std::{collections::HashSet, time::Duration};

/// What was removed can be brought back for so long; then it is forgotten.
pub const KEPT_FOR: Duration = Duration::from_hours(30 * 24);

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// As the listing shows them now; unchanged ones cost no write.
    pub rows: Vec<ForgeRepository>,
    /// As the host shows them by name, though the listing does not show them.
    pub by_name: Vec<ForgeRepository>,
    /// No longer reached.
    pub gone: Vec<Gone>,
    /// What the complete listing says of those that are or were missing; none where that is not known.
    pub missing: Option<MissingNow>,
    /// The pages to remember.
    pub pages: Pages,
    /// What all of this is.
    pub extent: Extent,
}

/// What a complete listing says of what is or was missing.
#[derive(Debug, Default)]
pub(crate) struct MissingNow {
    /// Not shown, and left in the list all the same.
    pub left: Vec<RepositoryId>,
    /// Was not shown before, and is there again.
    pub again: Vec<RepositoryId>,
}

/// Which pages are remembered from now on.
#[derive(Debug, Default)]
pub(crate) enum Pages {
    /// Those that are.
    #[default]
    Left,
    /// Those, and these with their places in the listing.
    And(Vec<(usize, StoredPage)>),
    /// These and no others.
    Only(Vec<StoredPage>),
}

/// How much of what an account reaches was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Extent {
    /// The whole listing: the list is as of now, and changes are enough for a while.
    Whole,
    /// All that changed since the whole listing: the list is as of now.
    Changes,
    /// All that the host is willing to show, or that it showed while it moved: the list is as of now, as far as that
    /// goes.
    Shown,
    /// Some of it.
    #[default]
    Part,
}

/// What is kept of answered pages, each with its place in the listing. The rows are true, and a page need not be
/// read again if it stays the same; but one that left something out could not say so by being unmodified.
pub(crate) fn part(answered: impl IntoIterator<Item = (usize, Answered)>) -> Findings {
    let (mut rows, mut pages) = (Vec::new(), Vec::new());
    for (place, Answered { page, rows: shown, partial, .. }) in answered {
        rows.extend(shown);
        if !partial {
            pages.push((place, page));
        }
    }
    Findings { rows, pages: Pages::And(pages), ..Findings::default() }
}

/// Writes all of it at once, and what that did. None if nothing was written, because the run was cancelled or the
/// account is no more.
pub(crate) async fn save(context: &SyncContext<'_>, mut findings: Findings) -> Result<Option<Put>, SyncError> {
    let now = context.clock.now();
    // A listing that moved can show a row twice; the later answer is the newer one.
    let mut seen = HashSet::new();
    findings.rows.reverse();
    findings.rows.retain(|row| seen.insert(row.forge_id.clone()));
    findings.rows.reverse();

    let mut write = context.store.write().await.map_err(SyncError::Store)?;
    if write.account(context.account).await.map_err(SyncError::Store)?.is_none() {
        return Ok(None);
    }
    let mut put = Put::default();
    for (rows, shown) in [(&findings.rows, Shown::Listed), (&findings.by_name, Shown::ByName)] {
        if !rows.is_empty() {
            let some = write.put_repositories(context.host, context.account, rows, shown, now).await;
            put = put.and(some.map_err(SyncError::Store)?);
        }
    }
    if !findings.gone.is_empty() {
        let ids: Vec<_> = findings.gone.iter().map(Gone::id).collect();
        write.mark_gone(context.account, &ids, now).await.map_err(SyncError::Store)?;
    }
    if let Some(missing) = &findings.missing {
        write.set_missing(context.account, &missing.left, &missing.again, now).await.map_err(SyncError::Store)?;
    }
    // By the host's time, where ours is ahead of it: nothing is forgotten before its time.
    let host = write.host(context.host).await.map_err(SyncError::Store)?;
    let ahead = Duration::from_millis(host.map_or(0, |host| host.clock_ahead_ms).max(0).unsigned_abs());
    write.forget_removed(now.minus(ahead).minus(KEPT_FOR)).await.map_err(SyncError::Store)?;
    match findings.pages {
        Pages::Left => {}
        Pages::And(pages) => {
            let pages: Vec<(usize, ListingPage)> =
                pages.into_iter().map(|(place, page)| (place, to_row(page))).collect();
            let pages = pages.iter().map(|(place, page)| (*place, page));
            write.put_listing_pages(context.account, pages).await.map_err(SyncError::Store)?;
        }
        Pages::Only(pages) => {
            let pages: Vec<ListingPage> = pages.into_iter().map(to_row).collect();
            if write.listing_pages(context.account).await.map_err(SyncError::Store)? != pages {
                write.replace_listing_pages(context.account, &pages).await.map_err(SyncError::Store)?;
            }
        }
    }
    if findings.extent != Extent::Part {
        write.set_synced(context.account, now).await.map_err(SyncError::Store)?;
    }
    match findings.extent {
        Extent::Whole => write.set_listed(context.account, Some(now)).await.map_err(SyncError::Store)?,
        // What changed further back would be taken for known by a look at the newest changes alone.
        Extent::Shown | Extent::Part => write.set_listed(context.account, None).await.map_err(SyncError::Store)?,
        Extent::Changes => {}
    }
    if context.cancel.is_cancelled() {
        return Ok(None);
    }
    write.commit().await.map_err(SyncError::Store)?;
    Ok(Some(put))
}

fn to_row(page: StoredPage) -> ListingPage {
    let more = page.more.into_iter().map(|key| key.0).collect();
    ListingPage { key: page.key.0, etag: page.etag, forge_ids: page.forge_ids, more }
}

/// A remembered page as its forge knows it.
pub(crate) fn from_row(page: ListingPage) -> StoredPage {
    let more = page.more.into_iter().map(PageKey).collect();
    StoredPage { key: PageKey(page.key), etag: page.etag, forge_ids: page.forge_ids, more }
}
