import Crypto
import System
import Text
import WeCom

/// The key to the control socket: made anew by each server, and kept in a file that only its user can read.
struct ControlKey: Sendable {
    let token: BearerToken
    private let text: Secret

    init() {
        text = Secret(randomBytes(32).hexText)
        token = BearerToken(text)
    }

    func write(to path: String) throws(FileError) { try writeFile(path, Array((text.reveal() + "\n").utf8)) }

    /// Reads the key of the server that runs; nil where there is none.
    static func read(at path: String) throws(FileError) -> Secret? {
        guard fileExists(path) else { return nil }
        // Whatever else somebody wrote there would not fit into a header.
        let text = try readFile(path, limit: 4096).prefix { (0x21...0x7E).contains($0) }
        return Secret(String(decoding: text, as: UTF8.self))
    }
}
