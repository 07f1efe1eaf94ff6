import Admin
import HTTP
import JSON

/// A link that opens the administration's pages once: made for whoever is let in at the control socket, and nobody else.
struct LoginLink: Sendable {
    static let path = "/v1/login_link"

    let admin: Admin
    let access: ManagementAccess
    let host: String
    /// The port that the management listener has bound.
    let port: @Sendable () async throws -> Int

    /// Makes a link for a request of its path.
    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.method == .post else { return refusal(.methodNotAllowed, "only POST is possible here") }
        guard access.rules.pages?.canOperate == true else {
            return refusal(.conflict, "the pages are off: set management.token, which opens them to operators")
        }
        guard let port = try? await port() else {
            return refusal(.serviceUnavailable, "the management listener has no port yet")
        }
        let body: JSONValue = [
            "url": .string("http://\(Self.shown(host)):\(port)/admin/login?code=\(admin.loginCode())"),
            "seconds": .integer(Admin.codeLife.components.seconds),
        ]
        return .json(.ok, body.bytes)
    }

    private func refusal(_ status: HTTPStatus, _ words: String) -> HTTPResponse {
        .json(status, JSONValue.object([.init("error", .string(words))]).bytes)
    }

    /// The host as a browser on this machine reaches it.
    private static func shown(_ host: String) -> String {
        switch host {
        case "0.0.0.0", "": "127.0.0.1"
        case "::": "[::1]"
        case let host: host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        }
    }
}
