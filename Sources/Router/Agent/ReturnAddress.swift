import Crypto
import Text

/// The address at which agents elsewhere reach us: the public one, with the paths beneath it.
package struct ReturnAddress: Sendable {
    private let publicURL: String

    /// `publicURL` has no slash at its end.
    package init(publicURL: String) { self.publicURL = publicURL }

    package static let root = "/agent/v1"

    func events(of job: JobID) -> String { "\(publicURL)\(ReturnAddress.root)/jobs/\(job)/events" }

    func file(_ number: Int, of job: JobID, named name: String, key: String) -> String {
        "\(publicURL)\(ReturnAddress.root)/files/\(job)/\(number)/\(percentEncoded(name))?key=\(key)"
    }
}

/// A token that proves the right to call about a job.
package struct CallToken: Sendable {
    package let text: String

    init() { text = randomBytes(24).hexText }

    package init(_ text: String) { self.text = text }

    package var digest: TokenDigest { TokenDigest(bytes: sha256(Array(text.utf8))) }
}
