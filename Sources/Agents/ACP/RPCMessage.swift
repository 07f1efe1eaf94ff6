import JSON

/// A message of JSON-RPC 2.0 that came in. What may be missing, null or empty is empty.
enum RPCMessage: Equatable {
    case request(id: JSONValue, method: String, params: JSONValue)
    case notification(method: String, params: JSONValue)
    /// The answer to our request of that number.
    case result(of: Int64, JSONValue)
    case failure(of: Int64, RPCError)

    /// Longer ids are nobody's: we have to keep them.
    private static let longestID = 1024

    /// nil for what is none.
    init?(_ value: JSONValue) {
        if let method = value["method"]?.shortString {
            let params = value["params"].orEmpty
            guard let id = value["id"] else {
                self = .notification(method: method, params: params)
                return
            }
            switch id {
            case .string(let text) where text.utf8.count > RPCMessage.longestID: return nil
            case .string, .integer, .number, .null: self = .request(id: id, method: method, params: params)
            default: return nil
            }
        } else if let id = value["id"]?.integer {
            if let error = value["error"], error != .null {
                self = .failure(of: id, RPCError(error))
            } else {
                self = .result(of: id, value["result"].orEmpty)
            }
        } else {
            return nil
        }
    }

    // MARK: What goes out

    static func request(_ id: Int64, _ method: String, _ params: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": params]
    }

    static func notification(_ method: String, _ params: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "method": .string(method), "params": params]
    }

    static func result(_ result: JSONValue, to id: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id, "result": result]
    }

    static func unknownMethod(_ id: JSONValue) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .integer(RPCError.methodNotFound), "message": "Method not found"],
        ]
    }
}

/// The reason why the other side did not do what it was asked for.
struct RPCError: Error, Equatable {
    let code: Int64
    let message: String
    let data: JSONValue

    static let methodNotFound: Int64 = -32601
    static let invalidParams: Int64 = -32602
    static let internalError: Int64 = -32603
    static let authenticationRequired: Int64 = -32000
    static let resourceNotFound: Int64 = -32002
    static let requestCancelled: Int64 = -32800

    init(_ value: JSONValue) {
        code = value["code"]?.integer ?? RPCError.internalError
        message = value["message"]?.string ?? ""
        data = value["data"].orEmpty
    }

    /// Puts the error in a line for people: the message, what stands beside it, and the code.
    func words(without secrets: Redaction) -> String {
        let details = data.string ?? data["details"]?.string ?? data["message"]?.string
        let texts = [message, details].compactMap { $0.map { secrets.hidden(in: $0).onOneLine(atMost: 300) } }.filter {
            !$0.isEmpty
        }
        return "\(texts.joined(separator: ": ")) (\(code))"
    }
}
