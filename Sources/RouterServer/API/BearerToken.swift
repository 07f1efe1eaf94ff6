import Text
import HTTP
import WeCom

/// The key to `/v1` on the management listener.
struct BearerToken: Sendable {
    private let token: Secret

    init(_ token: Secret) { self.token = token }

    /// Whether a request bears it.
    func opens(_ request: HTTPRequest) -> Bool {
        guard let field = request.headers["Authorization"] else { return false }
        guard let (scheme, words) = field.cut(around: " "), String(scheme).lowercasedASCII.isSame(as: "bearer") else {
            return false
        }
        return Secret(String(words)) == token
    }

    static var refusal: HTTPResponse {
        var response = HTTPResponse.json(
            .unauthorized, Array(#"{"error":"send Authorization: Bearer and the management.token"}"#.utf8))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    }
}
