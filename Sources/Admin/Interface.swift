import HTTP
import JSON
import Text

/// `/v1`, asked from within the process.
struct Interface: Sendable {
    let ask: @Sendable (HTTPRequest) async -> HTTPResponse

    /// The reason why something was not answered, or not done.
    struct Complaint: Error {
        let status: HTTPStatus
        /// A sentence of `/v1`, which is in English.
        let text: String
    }

    /// Asks for a path with those parameters that have a value.
    func get(_ path: String, _ parameters: KeyValuePairs<String, String?> = [:]) async throws(Complaint) -> JSONValue {
        let query = parameters.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
        return try await answer(to: HTTPRequest(.get, query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"))
    }

    /// Has something done.
    func post(_ path: String, _ body: JSONValue? = nil) async throws(Complaint) -> JSONValue {
        try await answer(
            to: HTTPRequest(
                .post, path, headers: body == nil ? [:] : ["Content-Type": "application/json"], body: body?.bytes ?? [])
        )
    }

    private func answer(to request: HTTPRequest) async throws(Complaint) -> JSONValue {
        let response = await ask(request)
        let json = (try? JSONValue(parsing: response.bytes)) ?? .null
        // `/ready` tells its reasons with 503.
        guard response.status.isSuccess || json["reasons"] != nil else {
            let faults = json["faults"]?.array?.compactMap(\.string) ?? []
            let text = ([json["error"]?.string ?? "\(response.status)"] + faults).joined(separator: "\n")
            throw Complaint(status: response.status, text: text)
        }
        return json
    }
}
