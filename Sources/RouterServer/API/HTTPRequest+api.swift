import HTTP
import JSON
import Router
import Text
import WeCom

/// A request uses another method than its path has.
struct WrongMethod: Error { let allowed: String }

/// A request's body is not what its path takes.
struct WrongContentType: Error, CustomStringConvertible {
    var description: String { "the body must be application/json" }
}

extension HTTPRequest {
    /// Refuses other methods, and parameters that the path does not have. What may be read with GET may be looked at with
    /// HEAD.
    func expect(_ methods: HTTPMethod..., parameters: [String] = []) throws {
        let allowed = methods.flatMap { $0 == .get ? [.get, .head] : [$0] }
        guard allowed.contains(method) else {
            throw WrongMethod(allowed: allowed.map(\.text).joined(separator: ", "))
        }
        var seen: Set<String> = []
        for name in query.names {
            guard parameters.contains(name) else {
                let known = parameters.isEmpty ? "this path has none" : hint(for: name, among: parameters)
                throw BadQuery("there is no parameter \(shown(name)) (\(known))")
            }
            guard seen.insert(name).inserted else { throw BadQuery("\(name) is given twice") }
        }
    }

    func jsonBody() throws -> JSONValue {
        let type = (headers["Content-Type"] ?? "").pieces { $0 == UInt8(ascii: ";") }[0]
        guard trimmed(type).lowercasedASCII.isSame(as: "application/json") else { throw WrongContentType() }
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw MessageFault(field: "", problem: .unfit(error.isTooMuch ? "has \(error)" : "is no JSON: \(error)"))
        }
    }

    func idempotencyKey() throws -> IdempotencyKey? {
        guard let text = headers["Idempotency-Key"] else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw MessageFault(
                field: "Idempotency-Key", problem: .unfit("must be 1 to 255 visible ASCII characters, without spaces"))
        }
        return IdempotencyKey(text)
    }
}
