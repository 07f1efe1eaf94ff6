package import HTTP
package import HTTPClient
import JSON
import Lifecycle
package import System
import WeCom

/// The agent of the bots, a service: answers with the text that it is given, and says of each file what it is.
package final class Teller: Sendable {
    /// One try of a job, as it was seen here.
    package struct Turn: Sendable {
        package let session: String
        package let job: String
        package let from: MonotonicTime
        package fileprivate(set) var until: MonotonicTime?
    }

    private let transport: CurlTransport
    /// The longest time that an answer takes, each a time of chance.
    private let longest: Duration
    private let seen = Lock<[Turn]>([])
    private let isOver = Signpost()

    /// A file that cannot be had is asked for again for so long: the router's database may be away.
    private static let patience = Duration.seconds(20)

    package init(transport: CurlTransport, takingUpTo longest: Duration = .zero) {
        (self.transport, self.longest) = (transport, longest)
    }

    /// The turns in the order in which they began.
    package var turns: [Turn] { seen.withLock { $0 } }

    /// Ends what it waits for.
    package func close() { isOver.reach() }

    package func answer(_ request: HTTPRequest) async -> HTTPResponse {
        do {
            let job = try JSONValue(parsing: request.body)
            let place = begin(job)
            defer { end(place) }
            if longest > .zero { await pause(longest * Double.random(in: 0...1)) }
            var rows = [job["text"]?.string ?? ""]
            for file in job["attachments"]?.array ?? [] { rows.append(try await row(about: file)) }
            let answer: JSONValue = ["text": .string(rows.filter { !$0.isEmpty }.joined(separator: "\n"))]
            return .json(.ok, answer.bytes)
        } catch {
            // Whoever asks is dead, or tells the person that something went wrong.
            return .text(HTTPStatus(500), "\(error)\n")
        }
    }

    private func begin(_ job: JSONValue) -> Int {
        let turn = Turn(session: job["session_key"]?.string ?? "", job: job["job_id"]?.string ?? "", from: .now)
        return seen.withLock { seen in
            seen.append(turn)
            return seen.endIndex - 1
        }
    }

    private func end(_ place: Int) { seen.withLock { $0[place].until = .now } }

    private func row(about file: JSONValue) async throws -> String {
        let link = HTTPRequest(.get, file["url"]?.string ?? "")
        let deadline = MonotonicTime.now.advanced(by: Teller.patience)
        while true {
            let response = try? await transport.send(link, HTTPRequestOptions())
            if let response, response.status == .ok, let line = Line(file: response.bytes) {
                return Enclosure.row(
                    of: line, file["name"]?.string ?? "", size: Int(file["size"]?.integer ?? -1), response.bytes)
            }
            guard MonotonicTime.now < deadline, !isOver.isReached else { throw NotFetched() }
            await pause(.milliseconds(100))
        }
    }

    private func pause(_ duration: Duration) async { _ = await isOver.isReached(within: duration) }

    private struct NotFetched: Error {}
}
