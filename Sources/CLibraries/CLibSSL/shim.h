// libssl, and what Swift cannot call of it: most of its settings are macros.
#ifndef CLIBSSL_SHIM_H
#define CLIBSSL_SHIM_H

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <sys/socket.h>

/// The settings that all connections to servers share. Buffers are held only while there is something in them; nothing is
/// kept for a later connection; an end without TLS's own close is an end, since what is carried tells its own.
static inline void clibssl_settle(SSL_CTX *context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(
        context,
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
}

/// Says to the server which name it is asked for by.
static inline int clibssl_name_host(SSL *connection, const char *host) {
    return (int)SSL_set_tlsext_host_name(connection, host);
}

/// The types of a method's callbacks are given by macros in places. A socket that OpenSSL opens itself would raise SIGPIPE
/// where the other end is gone.
static int clibssl_socket_write(BIO *bio, const char *bytes, int count) {
    ssize_t written = send((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)count, MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return (int)written;
}
static int clibssl_socket_read(BIO *bio, char *bytes, int count) {
    ssize_t taken = recv((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)count, 0);
    BIO_clear_retry_flags(bio);
    if (taken < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    if (taken == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)taken;
}
static long clibssl_socket_control(BIO *bio, int command, long number, void *pointer) {
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH;
}
static inline BIO_METHOD *clibssl_new_socket_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (!method) return NULL;
    BIO_meth_set_write(method, clibssl_socket_write);
    BIO_meth_set_read(method, clibssl_socket_read);
    BIO_meth_set_ctrl(method, clibssl_socket_control);
    return method;
}

/// A socket by its number, which stays its owner's. The connection has it from now on.
static inline int clibssl_use_socket(SSL *connection, const BIO_METHOD *method, int socket) {
    BIO *bio = BIO_new(method);
    if (!bio) return 0;
    BIO_set_data(bio, (void *)(intptr_t)socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(connection, bio, bio);
    return 1;
}

#endif
