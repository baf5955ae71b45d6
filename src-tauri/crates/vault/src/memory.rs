//! Thirty-two bytes of key material in memory of their own: locked, so that they are never written
//! to swap, where the system's limit allows it, and overwritten before the memory is given back.
//! And work with keys that leaves nothing of them on the stack.
//!
//! Not here: what the bytes are for.

use crate::keys::KEY;
use std::ops::{Deref, DerefMut};
use zeroize::Zeroize as _;

/// A key's bytes. No `Debug`, no `Serialize`.
pub(crate) struct LockedKey {
    /// `None` where the limit on locked memory is reached: the key works all the same. Before the
    /// page, so that it is unlocked while it is still there.
    _locked: Option<region::LockGuard>,
    /// A whole page, so that locking and unlocking it touches nobody else's memory.
    page: region::Allocation,
}

// SAFETY: the allocation is owned memory behind a raw pointer; nothing about it is bound to the
// thread that made it (mmap and munmap, mlock and munlock are calls on the process).
#[expect(unsafe_code, reason = "the library leaves the marker off for the pointer's sake")]
unsafe impl Send for LockedKey {}
// SAFETY: shared references only read.
#[expect(unsafe_code, reason = "as above")]
unsafe impl Sync for LockedKey {}

impl LockedKey {
    /// Zeroes, to be filled in place.
    pub(crate) fn zeroed() -> Result<Self, crate::Error> {
        let page = region::alloc(KEY, region::Protection::READ_WRITE).map_err(|_| crate::Error::Derive)?;
        let locked = region::lock(page.as_ptr::<u8>(), KEY).ok();
        Ok(Self { page, _locked: locked })
    }

    /// A copy of bytes that lie elsewhere; the caller wipes those.
    pub(crate) fn copy(bytes: &[u8; KEY]) -> Result<Self, crate::Error> {
        let mut key = Self::zeroed()?;
        key.copy_from_slice(bytes);
        Ok(key)
    }

    /// The same key once more.
    pub(crate) fn again(&self) -> Result<Self, crate::Error> {
        Self::copy(self)
    }
}

impl Deref for LockedKey {
    type Target = [u8; KEY];
    #[expect(unsafe_code, reason = "the page is ours; there is no safe view of an allocation")]
    fn deref(&self) -> &[u8; KEY] {
        // SAFETY: the page is at least KEY bytes, readable, initialised (fresh pages are zero), and
        // lives as long as `self`; nobody else has its address.
        unsafe { &*self.page.as_ptr::<[u8; KEY]>() }
    }
}

impl DerefMut for LockedKey {
    #[expect(unsafe_code, reason = "the page is ours; there is no safe view of an allocation")]
    fn deref_mut(&mut self) -> &mut [u8; KEY] {
        // SAFETY: as above, and `&mut self` makes this the only view.
        unsafe { &mut *self.page.as_mut_ptr::<[u8; KEY]>() }
    }
}

impl Drop for LockedKey {
    fn drop(&mut self) {
        self.deref_mut().zeroize();
    }
}

/// More than the deepest of the work takes, optimised or not: opening an encrypted SSH key goes 46 KiB down
/// where it is not.
const STACK: usize = 128 * 1024;

/// Does work that has keys in its hands, and overwrites the stack that it used: ciphers wipe
/// themselves where they end, but not where they were moved from. What the work returns must not
/// hold a key itself, only where it is.
pub fn leaving_nothing<T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    overwrite();
    done
}

/// A frame of its own, so that everything of the work lies where [`overwrite`] writes.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what is to be overwritten")]
fn overwrite() {
    // Looked at, so that writing it is not left out.
    std::hint::black_box(&mut [0_u8; STACK]);
}
