// libpq, and what Swift cannot call of it or of the system beneath.
#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

/// The fields of a refusal are character macros, whose type in Swift depends on how the header spells them.
static inline const char *clibpq_sqlstate(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_SQLSTATE); }
static inline const char *clibpq_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

/// Waits until the socket can be read (1 in the result) or, if that is wanted, written (2), or the bell is rung (4); 0 when
/// the time has passed, or nearly. A descriptor of -1 is left out. `poll` itself Swift would import from two modules.
static inline int clibpq_wait(int socket, int wants_write, int bell, int milliseconds) {
    struct pollfd both[2] = {
        { .fd = socket, .events = (short)(POLLIN | (wants_write ? POLLOUT : 0)) },
        { .fd = bell, .events = POLLIN },
    };
    if (poll(both, 2, milliseconds) <= 0) return 0;
    return (both[0].revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL) ? 1 : 0) | (both[0].revents & POLLOUT ? 2 : 0)
        | (both[1].revents ? 4 : 0);
}

/// A bell for a thread that waits: the flags are an enum here and an int elsewhere.
static inline int clibpq_bell(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline void clibpq_ring(int bell) {
    uint64_t one = 1;
    ssize_t ignored = write(bell, &one, sizeof one);
    (void)ignored;
}
static inline void clibpq_silence(int bell) {
    uint64_t count;
    ssize_t ignored = read(bell, &count, sizeof count);
    (void)ignored;
}
static inline void clibpq_drop_bell(int bell) { close(bell); }

#endif
