#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// The type checks are macros around the variadic functions that the wrappers below replace.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

/// `curl_easy_setopt` is variadic, which Swift does not import: one wrapper for each type of argument.
static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_write(CURL *handle, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}
static inline CURLcode ccurl_set_read(CURL *handle, curl_read_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, callback);
}
static inline CURLcode ccurl_set_seek(CURL *handle, curl_seek_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, callback);
}
static inline CURLcode ccurl_set_prerequest(CURL *handle, curl_prereq_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

/// Unlike curl's own, a socket that programs we start do not inherit; in C, since Swift cannot read the address's type.
static inline curl_socket_t ccurl_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)data;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
static inline CURLcode ccurl_set_private_sockets(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_socket);
}

/// Asked with the bytes of an address, four or sixteen, before it is connected to; zero refuses it.
typedef int (*ccurl_address_judge)(void *data, const unsigned char *bytes, size_t count);

/// The callback that a handle has with its data, and the one that judges: `curl_easy_setopt` takes one pointer.
struct ccurl_gate {
    ccurl_address_judge judge;
    void *data;
};

/// The same, for addresses of the internet that `data`, a gate, lets pass.
static inline curl_socket_t ccurl_open_judged_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
    const struct ccurl_gate *gate = data;
    const unsigned char *bytes;
    size_t count;
    if (address->family == AF_INET) {
        bytes = (const unsigned char *)&((const struct sockaddr_in *)&address->addr)->sin_addr;
        count = 4;
    } else if (address->family == AF_INET6) {
        bytes = (const unsigned char *)&((const struct sockaddr_in6 *)&address->addr)->sin6_addr;
        count = 16;
    } else {
        return CURL_SOCKET_BAD;
    }
    return gate->judge(gate->data, bytes, count) ? ccurl_open_socket(NULL, purpose, address) : CURL_SOCKET_BAD;
}
static inline CURLcode ccurl_set_judged_sockets(CURL *handle, struct ccurl_gate *gate) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, gate);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_judged_socket);
}

/// `curl_easy_getinfo` is variadic, too.
static inline long ccurl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}
static inline curl_off_t ccurl_get_size(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}
static inline curl_socket_t ccurl_get_socket(CURL *handle) {
    curl_socket_t value = CURL_SOCKET_BAD;
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK ? value : CURL_SOCKET_BAD;
}
static inline void *ccurl_get_private(CURL *handle) {
    char *value = NULL;
    return curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

/// And `curl_multi_setopt`.
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ccurl_multi_set_sockets(CURLM *multi, curl_socket_callback callback, void *data) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, data);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback) : code;
}
static inline CURLMcode ccurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback callback, void *data) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, data);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback) : code;
}

/// The result of a finished transfer stands in a union; NULL once no more have finished.
static inline CURL *ccurl_next_finished(CURLM *multi, CURLcode *result) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

/// Macros whose Swift type depends on how the header spells them.
static const size_t CCURL_WRITE_PAUSE = CURL_WRITEFUNC_PAUSE;
static const size_t CCURL_READ_ABORT = CURL_READFUNC_ABORT;
static const int CCURL_SEEK_DONE = CURL_SEEKFUNC_OK;
static const int CCURL_SEEK_FAILED = CURL_SEEKFUNC_FAIL;
static const int CCURL_PAUSE_NONE = CURLPAUSE_CONT;
static const int CCURL_POLL_IN = CURL_POLL_IN;
static const int CCURL_POLL_OUT = CURL_POLL_OUT;
static const int CCURL_POLL_INOUT = CURL_POLL_INOUT;
static const int CCURL_SELECT_IN = CURL_CSELECT_IN;
static const int CCURL_SELECT_OUT = CURL_CSELECT_OUT;
static const int CCURL_SELECT_ERROR = CURL_CSELECT_ERR;
static const curl_socket_t CCURL_NO_SOCKET = CURL_SOCKET_BAD;
static const long CCURL_GLOBAL_ALL = CURL_GLOBAL_DEFAULT;
static const long CCURL_HTTP_1_1 = CURL_HTTP_VERSION_1_1;
static const long CCURL_TLS_1_2 = CURL_SSLVERSION_TLSv1_2;

// `CURLVERSION_NOW` is a macro for an enum constant, which Swift does not import.
/// The file and the folder of the authorities that curl trusts by itself; NULL for none.
static inline const char *ccurl_authorities_file(void) { return curl_version_info(CURLVERSION_NOW)->cainfo; }
static inline const char *ccurl_authorities_folder(void) { return curl_version_info(CURLVERSION_NOW)->capath; }
static inline const char *ccurl_version(void) { return curl_version_info(CURLVERSION_NOW)->version; }

#endif
