#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

/// A parameter keeps the pointers it was made of, and what Swift lends for a string ends with the call that took it.
/// An empty key still needs a pointer, or the context is begun without any.
static inline int copenssl_hmac_sha256_begin(EVP_MAC_CTX *context, const void *key, size_t count) {
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_init(context, key ? key : (const void *)"", count, parameters);
}

#endif
