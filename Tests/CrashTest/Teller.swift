import HTTP
import HTTPClient
import JSON
import WeCom

/// The agent of the bots, a service: answers with the text that it is given, and says of each file what it is.
struct Teller {
    let transport: CurlTransport

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        do {
            let job = try JSONValue(parsing: request.body)
            var rows = [job["text"]?.string ?? ""]
            for file in job["attachments"]?.array ?? [] { rows.append(try await row(about: file)) }
            let answer: JSONValue = ["text": .string(rows.filter { !$0.isEmpty }.joined(separator: "\n"))]
            return .json(.ok, answer.bytes)
        } catch {
            // Whoever asks is dead, or tells the person that something went wrong.
            return .text(HTTPStatus(500), "\(error)\n")
        }
    }

    private func row(about file: JSONValue) async throws -> String {
        let link = HTTPRequest(.get, file["url"]?.string ?? "")
        let response = try await transport.send(link, HTTPRequestOptions())
        guard response.status == .ok, let line = Line(file: response.bytes) else { throw NotFetched() }
        return Enclosure.row(
            of: line, file["name"]?.string ?? "", size: Int(file["size"]?.integer ?? -1), response.bytes)
    }

    private struct NotFetched: Error {}
}
