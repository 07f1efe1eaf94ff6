#ifndef CBUILD_SHIM_H
#define CBUILD_SHIM_H

// A Swift file cannot be given a text by who builds it; a C file can: -DWECOM_ROUTER_COMMIT=….

#define CBUILD_TEXT_OF(...) #__VA_ARGS__
#define CBUILD_TEXT(...) CBUILD_TEXT_OF(__VA_ARGS__)

static inline const char *_Nullable cbuild_commit(void) {
#ifdef WECOM_ROUTER_COMMIT
    return CBUILD_TEXT(WECOM_ROUTER_COMMIT);
#else
    return 0;
#endif
}

#endif
