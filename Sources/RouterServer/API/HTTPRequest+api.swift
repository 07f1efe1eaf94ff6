import HTTP
import JSON
import Router
import WeCom

/// A request uses another method than its path has.
struct WrongMethod: Error { let allowed: String }

/// A request's body is not what its path takes.
struct WrongContentType: Error, CustomStringConvertible {
    var description: String { "the body must be application/json" }
}

extension HTTPRequest {
    func expect(_ methods: HTTPMethod...) throws {
        guard methods.contains(method) else {
            throw WrongMethod(allowed: methods.map(\.text).joined(separator: ", "))
        }
    }

    func jsonBody() throws -> JSONValue {
        let type = headers["Content-Type"]?.prefix { $0 != ";" }.lowercased() ?? ""
        guard type.filter({ !$0.isWhitespace }) == "application/json" else { throw WrongContentType() }
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw MessageFault(field: "", problem: .unfit("is no JSON: \(error)"))
        }
    }

    func idempotencyKey() throws -> IdempotencyKey? {
        guard let text = headers["Idempotency-Key"] else { return nil }
        guard (1...255).contains(text.utf8.count) else {
            throw MessageFault(field: "Idempotency-Key", problem: .tooManyBytes(text.utf8.count, limit: 255))
        }
        return IdempotencyKey(text)
    }
}
