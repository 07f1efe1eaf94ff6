// Landlock, by which a process shuts itself in, and capabilities, which it lays down: the C library has calls for neither.
// The numbers are the same on every architecture, and written out here because the headers of Debian 12 lack the later ones.
#ifndef CLINUX_SANDBOX_H
#define CLINUX_SANDBOX_H

#include <stddef.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

long syscall(long number, ...);

/// A flag that `_GNU_SOURCE` would have shown.
static const int CLINUX_O_PATH = 010000000;

/// What a ruleset decides about. An older kernel knows only the beginning of this.
struct clinux_landlock_ruleset { unsigned long long files, network, scopes; };
struct clinux_landlock_beneath { unsigned long long allowed; int parent; } __attribute__((packed));

static inline int clinux_landlock_version(void) {
    return (int)syscall(444, NULL, (size_t)0, 1U /* LANDLOCK_CREATE_RULESET_VERSION */);
}
static inline int clinux_landlock_create(unsigned long long files, unsigned long long scopes) {
    struct clinux_landlock_ruleset rules = { .files = files, .scopes = scopes };
    size_t known = scopes ? sizeof rules : sizeof rules.files;
    return (int)syscall(444, &rules, known, 0U);
}
static inline int clinux_landlock_allow(int ruleset, int parent, unsigned long long allowed) {
    struct clinux_landlock_beneath rule = { .allowed = allowed, .parent = parent };
    return (int)syscall(445, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0U);
}
static inline int clinux_landlock_enter(int ruleset) { return (int)syscall(446, ruleset, 0U); }

/// `prctl` is variadic, which Swift does not import.
static inline int clinux_gain_no_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// No exec gives any capability again, not even to root. Where we may not say so, we have none to pass on.
static inline void clinux_bound_capabilities(void) {
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}
static inline int clinux_lay_down_capabilities(void) {
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return (int)syscall(SYS_capset, &header, none);
}

#endif
