// Starting processes and looking after them: what of it Swift does not import.
#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H

#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

long syscall(long number, ...);

int close_range(unsigned int first, unsigned int last, int flags);

/// Swift leaves `fork` out, and rightly: only a process of a single thread may call it, and ours is the spawner.
static inline pid_t clinux_fork(void) { return fork(); }

/// POSIX_SPAWN_SETSID, which the header keeps for GNU programs.
static const int clinux_spawn_in_own_session = 0x80;

/// `prctl` is variadic, which Swift does not import.
static inline int clinux_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int clinux_adopts_orphans(void) {
    int adopts = 0;
    return prctl(PR_GET_CHILD_SUBREAPER, &adopts, 0, 0, 0) == 0 && adopts;
}
static inline int clinux_signal_when_parent_dies(int number) { return prctl(PR_SET_PDEATHSIG, number, 0, 0, 0); }
static inline void clinux_set_process_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// So is `fcntl`.
static inline int clinux_set_nonblocking(int descriptor) { return fcntl(descriptor, F_SETFL, O_NONBLOCK); }

/// Marks what an exec must not leave open: CLOSE_RANGE_CLOEXEC, which the header keeps for GNU programs.
static inline int clinux_close_from_on_exec(unsigned int first) { return close_range(first, ~0U, 1 << 2); }
static inline int clinux_close_from(unsigned int first) { return close_range(first, ~0U, 0); }

/// Orders to a keeper travel as real-time signals, which queue; the value is a union and its place in `siginfo_t` a macro.
static inline int clinux_order_signal(void) { return SIGRTMIN; }
static inline int clinux_send_order(pid_t process, int order) {
    union sigval value = { .sival_int = order };
    return sigqueue(process, SIGRTMIN, value);
}
static inline int clinux_order_of(const siginfo_t *info) { return info->si_value.sival_int; }
static inline pid_t clinux_sender_of(const siginfo_t *info) { return info->si_pid; }

/// The C library keeps two signals for itself, which a `posix_spawn` leaves ignored and `sigaction` will not touch. So we
/// ask the system, whose structure for the default is nothing but zeros. SIGKILL and SIGSTOP are refused and need nothing.
static inline void clinux_reset_signals(void) {
    const long defaults[16] = { 0 };
    for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, defaults, NULL, (NSIG - 1) / 8);
}

/// The resources are an enum here and an int elsewhere. No limit is raised beyond what is allowed already.
static inline int clinux_limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    if (hard < limit.rlim_max) limit.rlim_max = hard;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return setrlimit(resource, &limit);
}
static const int CLINUX_RLIMIT_AS = RLIMIT_AS;
static const int CLINUX_RLIMIT_CPU = RLIMIT_CPU;
static const int CLINUX_RLIMIT_CORE = RLIMIT_CORE;
static const int CLINUX_RLIMIT_NOFILE = RLIMIT_NOFILE;
/// Of the calling thread: Linux takes 0 for it, whatever POSIX says.
static inline int clinux_niceness(void) { return getpriority(PRIO_PROCESS, 0); }
static inline int clinux_set_niceness(int niceness) { return setpriority(PRIO_PROCESS, 0, niceness); }
/// `sched_getaffinity` and `CPU_COUNT` are among what `_GNU_SOURCE` would have shown. More than 8,192 processors are counted by
/// sysconf.
static inline int clinux_allowed_processors(void) {
    unsigned long mask[128];
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    if (bytes <= 0) return (int)sysconf(_SC_NPROCESSORS_ONLN);
    int count = 0;
    for (long word = 0; word < bytes / (long)sizeof mask[0]; word++) count += __builtin_popcountl(mask[word]);
    return count;
}

static const int CLINUX_SOCK_SEQPACKET = SOCK_SEQPACKET;
static inline int clinux_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

/// The three standard streams of a program, sent along with a message: CMSG_… are macros over casts.
#define CLINUX_STREAMS 3
union clinux_control {
    struct cmsghdr header;
    char room[CMSG_SPACE(CLINUX_STREAMS * sizeof(int))];
};
static inline ssize_t clinux_send(int socket, const void *bytes, size_t count, const int *streams) {
    struct iovec vector = { .iov_base = (void *)bytes, .iov_len = count };
    struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
    union clinux_control control;
    if (streams) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control.room;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(CLINUX_STREAMS * sizeof(int));
        memcpy(CMSG_DATA(&control.header), streams, CLINUX_STREAMS * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

/// A message and the streams that came with it, or -1 in their place. A message cut short is an error.
static inline ssize_t clinux_receive(int socket, void *bytes, size_t capacity, int *streams) {
    struct iovec vector = { .iov_base = bytes, .iov_len = capacity };
    union clinux_control control;
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room,
    };
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count < 0) return count;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int has_streams = header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
        && header->cmsg_len == CMSG_LEN(CLINUX_STREAMS * sizeof(int));
    for (int index = 0; index < CLINUX_STREAMS; index++) streams[index] = -1;
    if (has_streams) memcpy(streams, CMSG_DATA(header), CLINUX_STREAMS * sizeof(int));
    if (message.msg_flags & MSG_TRUNC) {
        errno = EMSGSIZE;
        return -1;
    }
    return count;
}

#endif
