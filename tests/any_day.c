/* Moves the wall clock of a process by MOVED_CLOCK seconds; preloaded by tests/any_day.py into all that tests start.
 *
 * The monotonic clock, and so each wait and time-out, stays as it is. Times of files move along. No lock and no state
 * but the offset, read once: processes here fork while they have threads, which libfaketime did not survive.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t offset;

__attribute__((constructor)) static void read_offset(void) {
    const char *text = getenv("MOVED_CLOCK");
    offset = text ? atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += offset;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int failed = (int)syscall(SYS_gettimeofday, now, zone);
    if (!failed) now->tv_sec += offset;
    return failed;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}

static int moved(int failed, struct stat *of) {
    if (!failed) {
        of->st_atim.tv_sec += offset;
        of->st_mtim.tv_sec += offset;
        of->st_ctim.tv_sec += offset;
    }
    return failed;
}

int fstatat(int folder, const char *restrict path, struct stat *restrict of, int flags) {
    return moved((int)syscall(SYS_newfstatat, folder, path, of, flags), of);
}

int fstat(int file, struct stat *of) { return moved((int)syscall(SYS_fstat, file, of), of); }
int stat(const char *restrict path, struct stat *restrict of) { return fstatat(AT_FDCWD, path, of, 0); }
int lstat(const char *restrict path, struct stat *restrict of) { return fstatat(AT_FDCWD, path, of, AT_SYMLINK_NOFOLLOW); }

/* The same calls under the names that programs built for large files use. */
int fstatat64(int, const char *restrict, struct stat64 *restrict, int) __attribute__((alias("fstatat")));
int fstat64(int, struct stat64 *) __attribute__((alias("fstat")));
int stat64(const char *restrict, struct stat64 *restrict) __attribute__((alias("stat")));
int lstat64(const char *restrict, struct stat64 *restrict) __attribute__((alias("lstat")));

static int set_times(int folder, const char *path, const struct timespec times[2], int flags) {
    struct timespec real[2];
    for (int each = 0; times && each < 2; each++) {
        real[each] = times[each];
        if (real[each].tv_nsec != UTIME_NOW && real[each].tv_nsec != UTIME_OMIT) real[each].tv_sec -= offset;
    }
    return (int)syscall(SYS_utimensat, folder, path, times ? real : NULL, flags);
}

int utimensat(int folder, const char *path, const struct timespec times[2], int flags) {
    return set_times(folder, path, times, flags);
}

int futimens(int file, const struct timespec times[2]) { return set_times(file, NULL, times, 0); }
