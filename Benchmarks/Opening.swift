import HTTP
import Lanes
import Router
import Simulator
import System
import WeCom

/// Measures the way from a request to a message, on one core.
enum Opening {
    private static let rounds = 9
    private static let repetitions = 10_000

    static func run(_ arguments: inout Arguments) throws {
        let estate = Estate(apps: try arguments.apps())
        let traffic = Traffic(apps: try estate.played())
        let message = traffic.message(0, text: String(repeating: "a text of ordinary words ", count: 30))
        let request = FakeWeCom.callback(of: message, to: traffic.app(0), at: "/wecom/callback")
        let keys = traffic.app(0).keys
        let corp = traffic.app(0).corpID.text
        let opener = CallbackOpener(
            Serving.Current(Serving(try estate.directory(), maxMessageAge: .seconds(24 * 3600))))
        let callback = try Callback(query: request.query, envelope: Envelope(body: request.body))
        guard let verified = keys.verified(callback) else { throw CallbackError.wrongSignature }
        let document = try verified.open(with: keys, receiver: corp)

        let whole = try time { _ = try opener.open(request, app: nil) }
        let envelope = try time { _ = try Callback(query: request.query, envelope: Envelope(body: request.body)) }
        let verify = try time { if keys.verified(callback) == nil { throw CallbackError.wrongSignature } }
        let decrypt = try time { _ = try verified.open(with: keys, receiver: corp) }
        let parse = try time { _ = try InboundMessage(xml: document) }

        StandardOutput.write(
            """
            document_bytes \(document.count)
            body_bytes \(request.body.count)
            whole \(whole)
            envelope_and_query \(envelope)
            verify \(verify)
            decrypt \(decrypt)
            document \(parse)

            """
        )
    }

    /// Microseconds for one `body`: the median of rounds.
    private static func time(_ body: () throws -> Void) throws -> Double {
        var rounds: [Int64] = []
        for _ in 0..<Opening.rounds {
            let start = MonotonicTime.now
            for _ in 0..<repetitions { try body() }
            rounds.append(MonotonicTime.now.since(start).inNanoseconds)
        }
        let median = rounds.sorted()[rounds.count / 2] / Int64(repetitions)
        return Double(median) / 1000
    }
}
