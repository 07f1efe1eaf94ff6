import HTTP
import JSON
import Text
import WeCom

/// The key to `/v1`.
struct BearerToken: Sendable {
    private let token: Secret

    init(_ token: Secret) { self.token = token }

    /// True if a request bears it.
    func opens(_ request: HTTPRequest) -> Bool {
        guard let field = request.headers["Authorization"] else { return false }
        guard let (scheme, words) = field.cut(around: " "), String(scheme).lowercasedASCII.isSame(as: "bearer") else {
            return false
        }
        return Secret(String(words)) == token
    }

    /// `advice` says where the key is to be had.
    static func refusal(_ advice: String) -> HTTPResponse {
        var response = HTTPResponse.json(.unauthorized, JSONValue.object([.init("error", .string(advice))]).bytes)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    }
}
