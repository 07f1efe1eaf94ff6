import Crypto

/// Where agents that are elsewhere reach us: the public address, with the paths beneath it.
package struct ReturnAddress: Sendable {
    private let publicURL: String

    /// `publicURL` has no slash at its end.
    package init(publicURL: String) { self.publicURL = publicURL }

    package static let root = "/agent/v1"

    func events(of job: JobID) -> String { "\(publicURL)\(ReturnAddress.root)/jobs/\(job)/events" }

    func file(_ number: Int, of job: JobID, named name: String, key: String) -> String {
        "\(publicURL)\(ReturnAddress.root)/files/\(job)/\(number)/\(escaped(name))?key=\(key)"
    }
}

/// What somebody proves themselves by who calls about a job.
package struct CallToken: Sendable {
    package let text: String

    init() { text = randomBytes(24).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    package init(_ text: String) { self.text = text }

    package var digest: TokenDigest { TokenDigest(bytes: sha256(Array(text.utf8))) }
}

/// The name of a file in a path.
private func escaped(_ name: String) -> String {
    name.utf8.map { byte in
        let isPlain =
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || [0x2D, 0x2E, 0x5F].contains(byte)
        return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}
