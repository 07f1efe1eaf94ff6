internal import CLibPQ

/// The version of libpq that the program runs with, as in `15.18`.
package var libpqVersion: String { "\(PQlibVersion() / 10_000).\(PQlibVersion() % 10_000)" }
