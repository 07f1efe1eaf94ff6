package import System
package import WeCom

/// A file that WeCom holds for three days, for every app of a corp.
package struct FakeMedia: Sendable {
    package enum Kind: String, Sendable { case image, voice, video, file }

    package let id: String
    package let corpID: CorpID
    package let kind: Kind
    package let name: String
    package let size: Int
    package let expires: MonotonicTime

    /// The part behind the last point of the name, in lower case.
    var nameExtension: String {
        name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased() ?? ""
    }
}
