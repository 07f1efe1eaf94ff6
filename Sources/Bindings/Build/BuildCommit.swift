internal import CBuild

/// The commit that the program was built from, with `-modified` behind it if it holds more than that; nil where whoever built
/// it did not say.
package var buildCommit: String? { unsafe cbuild_commit().map { unsafe String(cString: $0) } }
