/* Stands between a program and the C library for files under one folder: counts every call that
 * changes something, and at a chosen one kills the program or says that the disk is full.
 *
 *   SWEEP_DIR    the folder; calls on other files pass
 *   SWEEP_KILL   kill before this call (from 1); a write is cut in half first
 *   SWEEP_FULL   from this call on, whatever needs room fails with ENOSPC
 *   SWEEP_COUNT  a file that gets the number of calls when the program ends by itself
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static const char *folder;
static size_t folder_length;
static long kill_at, full_at;
static long calls;

__attribute__((constructor)) static void begin(void) {
  const char *text;
  folder = getenv("SWEEP_DIR");
  folder_length = folder ? strlen(folder) : 0;
  kill_at = (text = getenv("SWEEP_KILL")) ? atol(text) : 0;
  full_at = (text = getenv("SWEEP_FULL")) ? atol(text) : 0;
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("SWEEP_COUNT");
  FILE *out = path ? fopen(path, "w") : NULL;
  if (out) {
    fprintf(out, "%ld", __sync_fetch_and_add(&calls, 0));
    fclose(out);
  }
}

static int ours(const char *path) { return folder && path && strncmp(path, folder, folder_length) == 0; }

static int ours_fd(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return ours(path);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts a call; tells whether it must fail for want of room. */
static int full(int needs_room) {
  long now = __sync_add_and_fetch(&calls, 1);
  if (now == kill_at) die();
  return needs_room && full_at && now >= full_at;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define NO_ROOM(failed) do { errno = ENOSPC; return failed; } while (0)

/* A write that a kill cuts in half. */
#define WRITE(call_all, call_half) \
  if (ours_fd(fd)) { \
    long next = __sync_fetch_and_add(&calls, 0) + 1; \
    if (next == kill_at) { call_half; die(); } \
    if (full(1)) NO_ROOM(-1); \
  } \
  return call_all

ssize_t write(int fd, const void *data, size_t count) {
  REAL(write);
  WRITE(real(fd, data, count), (void)!real(fd, data, count / 2));
}
ssize_t pwrite(int fd, const void *data, size_t count, off_t at) {
  REAL(pwrite);
  WRITE(real(fd, data, count, at), (void)!real(fd, data, count / 2, at));
}
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t at) {
  REAL(pwrite64);
  WRITE(real(fd, data, count, at), (void)!real(fd, data, count / 2, at));
}
int fsync(int fd) {
  REAL(fsync);
  if (ours_fd(fd)) full(0);
  return real(fd);
}
int fdatasync(int fd) {
  REAL(fdatasync);
  if (ours_fd(fd)) full(0);
  return real(fd);
}
int ftruncate(int fd, off_t length) {
  REAL(ftruncate);
  if (ours_fd(fd) && full(length > 0)) NO_ROOM(-1);
  return real(fd, length);
}
int ftruncate64(int fd, off64_t length) {
  REAL(ftruncate64);
  if (ours_fd(fd) && full(length > 0)) NO_ROOM(-1);
  return real(fd, length);
}
int rename(const char *from, const char *to) {
  REAL(rename);
  if (ours(to) || ours(from)) full(0);
  return real(from, to);
}
int unlink(const char *path) {
  REAL(unlink);
  if (ours(path)) full(0);
  return real(path);
}
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
  REAL(linkat);
  if (ours(to) && full(1)) NO_ROOM(-1);
  return real(from_dir, from, to_dir, to, flags);
}
int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  if (ours(path) && full(1)) NO_ROOM(-1);
  return real(path, mode);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, mode_t); \
      va_end(rest); \
      if (ours(path) && access(path, F_OK) != 0 && full(1)) NO_ROOM(-1); \
    } \
    return real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
