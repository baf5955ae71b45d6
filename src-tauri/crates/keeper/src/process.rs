//! Keeps the memory of a process that may hold an open vault to itself, and gives back what it no longer needs.
//!
//! Not here: wiping it. That is done where a secret is dropped and, for all other copies, by the
//! allocator that the programs are built with.

/// No core dump of this process is written, and on Linux no program of the same user may look into
/// it (`ptrace`, `/proc/PID/mem`); only root may. A program calls it before anything else. A program
/// that it starts is not covered: Linux forgets half of it there.
pub fn shield_process() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let nothing = Rlimit { current: Some(0), maximum: Some(0) };
        // Lowering a limit is never refused; were it, the vault is better open than not.
        let _ = setrlimit(Resource::Core, nothing);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Gives memory that was freed back to the system, after work that took much of it. The C library of Linux keeps
/// what lies between what is still in use, however much that is (adr/0025). Takes some milliseconds.
pub(crate) fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(
        unsafe_code,
        reason = "malloc_trim has no safe wrapper; it touches only what is free, under its own locks"
    )]
    unsafe {
        libc::malloc_trim(0);
    }
}
