import Simulator
import Text

extension WireEntry {
    /// The request as somebody would make it by hand; empty where it is no request.
    var curl: String {
        let parts = request.line.words
        guard parts.count == 2 else { return String(decoding: request.body, as: UTF8.self) }
        let address = parts[1].begins(with: "http") ? String(parts[1]) : "\(WireEntry.placeholder)\(parts[1])"
        var command = "curl -X \(parts[0]) \(quoted(address))"
        for header in headersToSend { command += " \\\n  -H \(quoted(header))" }
        if !request.body.isEmpty {
            command += " \\\n  --data-binary \(quoted(String(decoding: request.body, as: UTF8.self)))"
        }
        return command
    }

    /// What comes before the path of a call whose request does not say where it went.
    private static let placeholder = "https://qyapi.weixin.qq.com"

    private var headersToSend: [String] { request.headers.filter { $0.begins(withAnyCaseOf: "content-type") } }

    private func quoted(_ text: String) -> String { "'\(text.replacing(word: "'", by: "'\\''"))'" }
}
