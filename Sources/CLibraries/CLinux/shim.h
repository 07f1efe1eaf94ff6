// What Glibc's own Swift module leaves out. `_GNU_SOURCE` set here would come too late for headers that module owns,
// so the GNU functions we call are declared by hand.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/un.h>

const char *strerrordesc_np(int number);
long syscall(long number, ...);
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int pthread_setname_np(pthread_t thread, const char *name);

/// `errno` is a macro over a function call; Swift imports it as a variable of its own module only.
static inline int clinux_errno(void) { return errno; }

/// The name of a directory's entry is an array in a struct, which Swift imports as a tuple of 256.
static inline const char *clinux_entry_name(const struct dirent *entry) { return entry->d_name; }

/// `open` is variadic, which Swift does not import.
static inline int clinux_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

/// Another descriptor of the same, which programs that we start do not inherit. `fcntl` is variadic, too.
static inline int clinux_copy_descriptor(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

/// Gives pages that the allocator holds and nobody uses back to the system, of all threads. A macro tells who has it.
static inline void clinux_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/// The columns of a terminal; 0 for none. `ioctl` is variadic, too.
static inline int clinux_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Changes how a terminal reads: 0, each key at once and unseen; 1, lines that are not shown. `before` is how it was. `c_cc` is
/// an array, which Swift imports as a tuple, and its places are macros.
static inline int clinux_change_terminal(int descriptor, int change, struct termios *before) {
    struct termios changed;
    if (tcgetattr(descriptor, before) != 0) return -1;
    changed = *before;
    if (change == 0) {
        changed.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
        changed.c_cc[VMIN] = 1;
        changed.c_cc[VTIME] = 0;
    } else {
        changed.c_lflag &= ~(tcflag_t)ECHO;
        changed.c_lflag |= ECHONL;
    }
    return tcsetattr(descriptor, TCSANOW, &changed);
}

/// Holds a file without opening it; the flag is one of those that `_GNU_SOURCE` would have shown.
static inline int clinux_open_path(const char *path) { return open(path, __O_PATH | O_CLOEXEC); }

static inline int clinux_open_at(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

/// Opens for reading what a path leads to beneath a directory, links followed as long as they stay beneath it. Glibc has
/// no `openat2`; its number is the same on every architecture.
static inline int clinux_open_beneath(int directory, const char *path) {
    struct { unsigned long long flags, mode, resolve; } how;
    memset(&how, 0, sizeof how);
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    how.resolve = 0x08 /* RESOLVE_BENEATH */ | 0x02 /* RESOLVE_NO_MAGICLINKS */;
    return (int)syscall(437, directory, path, &how, sizeof how);
}

int pipe2(int ends[2], int flags);
int syncfs(int descriptor);
int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned int flags);

/// Fails where the new name is taken; the flag is one of those that `_GNU_SOURCE` would have shown.
static inline int clinux_rename_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 1 /* RENAME_NOREPLACE */);
}

/// A signal handler may call next to nothing; written in Swift it could reach into the runtime.
static int clinux_signal_pipe = -1;
static void clinux_pass_signal_on(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(clinux_signal_pipe, &byte, 1);
    (void)ignored;
    errno = saved;
}
static inline void clinux_pass_signals_to(int pipe_end) { clinux_signal_pipe = pipe_end; }
static inline int clinux_catch_signal(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = clinux_pass_signal_on;
    action.sa_flags = SA_RESTART;
    return sigaction(number, &action, NULL);
}

/// `SIG_IGN` is a cast, which Swift does not import.
static inline void clinux_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

/// So are the handlers of the signals that a terminal stops a process with.
static inline void clinux_ignore_stops(int ignore) {
    signal(SIGTSTP, ignore ? SIG_IGN : SIG_DFL);
    signal(SIGTTIN, ignore ? SIG_IGN : SIG_DFL);
    signal(SIGTTOU, ignore ? SIG_IGN : SIG_DFL);
}

/// A global array that Swift takes for shared mutable state; we read it once, at the start.
extern char **environ;
static inline char **clinux_environ(void) { return environ; }

void explicit_bzero(void *bytes, size_t count);

/// Who is at the other end of a socket at a path: glibc shows the structure to GNU programs only.
struct clinux_peer { pid_t process; uid_t user; gid_t group; };
static inline int clinux_peer_of(int socket, struct clinux_peer *peer) {
    socklen_t size = sizeof *peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, peer, &size);
}

/// `prctl` is variadic: no core dump and no ptrace by others of the same user, so that keys stay in the process.
static inline int clinux_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// The member of `struct epoll_event`'s union is awkward from Swift; the token is all we store.
static inline int clinux_epoll_add(int epoll, int descriptor, unsigned int events, unsigned long long token) {
    struct epoll_event event = { .events = events, .data = { .u64 = token } };
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
static inline int clinux_epoll_modify(int epoll, int descriptor, unsigned int events, unsigned long long token) {
    struct epoll_event event = { .events = events, .data = { .u64 = token } };
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}
static inline int clinux_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}
static inline unsigned long long clinux_epoll_token(const struct epoll_event *event) { return event->data.u64; }

/// Enum constants whose Swift type depends on how the header spells them.
static const unsigned int CLINUX_EPOLLIN = EPOLLIN;
static const unsigned int CLINUX_EPOLLOUT = EPOLLOUT;
static const unsigned int CLINUX_EPOLLERR = EPOLLERR;
static const unsigned int CLINUX_EPOLLHUP = EPOLLHUP;
static const unsigned int CLINUX_EPOLLRDHUP = EPOLLRDHUP;
static const unsigned int CLINUX_EPOLLET = EPOLLET;
static const int CLINUX_SOCK_STREAM = SOCK_STREAM;
static const int CLINUX_SOCK_DGRAM = SOCK_DGRAM;
static const int CLINUX_SOCK_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC;
static inline int clinux_getrlimit_nofile(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
static inline int clinux_setrlimit_nofile(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }

#include "processes.h"
#include "sandbox.h"

#endif
