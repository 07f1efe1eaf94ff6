import Simulator
import Text

extension WireEntry {
    /// The request as somebody would make it by hand, or the frame. Calls go to WeCom at `base`. `masked` hides what is secret: it
    /// sees each part before it is quoted.
    func curl(callsTo base: String, _ masked: (String) -> String) -> String {
        let body = masked(String(decoding: request.body, as: UTF8.self))
        let parts = masked(request.line).words
        guard parts.count == 2 else { return body }
        let address = parts[1].begins(with: "http") ? String(parts[1]) : "\(base)\(parts[1])"
        var command = "curl -X \(parts[0]) \(quoted(address))"
        for header in headersToSend { command += " \\\n  -H \(quoted(masked(header)))" }
        if !body.isEmpty { command += " \\\n  --data-binary \(quoted(body))" }
        return command
    }

    private var headersToSend: [String] { request.headers.filter { $0.begins(withAnyCaseOf: "content-type") } }

    private func quoted(_ text: String) -> String { "'\(text.replacing(word: "'", by: "'\\''"))'" }
}
