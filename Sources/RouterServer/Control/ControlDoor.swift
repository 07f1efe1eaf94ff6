import HTTP
import JSON
import Observability
import System

/// Decides who may ask something over the control socket: our own user, with the key, and from outside of what we started.
/// An agent's program runs as our user, too, unless it was given another, and may be talked into anything.
struct ControlDoor: Sendable {
    private let key: BearerToken
    private let keyPath: String
    /// The process whose descendants are agents' programs; nil where others are among them.
    private let ancestor: Int32?
    private let refusals: CounterFamily<Refusal>
    private let lastLogged = Lock<MonotonicTime?>(nil)
    private let log: Logger

    private enum Refusal: String, CaseIterable { case user, agent, unknown, key }

    /// Somebody who is refused comes again; the log is told once in so long.
    private static let logInterval = Duration.seconds(60)

    init(key: BearerToken, keptAt keyPath: String, ancestor: Int32?, metrics: Metrics, log: Logger) {
        self.key = key
        self.keyPath = keyPath
        self.ancestor = ancestor
        self.log = log
        refusals = CounterFamily(
            metrics, "control_refusals_total",
            "Connections to the control socket that were refused, and requests without its key", by: "why")
    }

    /// Makes the answer to a process that may not ask; nil for one that may.
    func judge(_ peer: SocketPeer?) -> HTTPResponse? {
        guard let peer else { return refuse(.unknown, nil, "the system does not say who you are") }
        guard peer.user == Process.user || peer.user == 0 else {
            return refuse(
                .user, peer, "this server belongs to user \(Process.user), and you are \(peer.user): ask as that user")
        }
        guard let ancestor else { return nil }
        switch peer.descends(from: ancestor) {
        case false?: return nil
        case true?:
            return refuse(
                .agent, peer,
                "process \(peer.process) was started by this server, as agents' programs are, and what an agent runs does "
                    + "not control its router: ask from a shell of your own")
        case nil:
            return refuse(
                .unknown, peer,
                "it cannot be seen who started process \(peer.process), which may be an agent's program: /proc must show "
                    + "its parents (hidepid=0), or use /v1 of the management listener")
        }
    }

    /// Makes the answer to a request without the key; nil for one that has it.
    func judge(_ request: HTTPRequest) -> HTTPResponse? {
        if key.opens(request) { return nil }
        count(.key, nil)
        return BearerToken.refusal(
            "the key is missing or wrong: send Authorization: Bearer and what stands in \(keyPath), which is made anew at "
                + "each start; wecom-router of this server's own version does so")
    }

    private func refuse(_ why: Refusal, _ peer: SocketPeer?, _ words: String) -> HTTPResponse {
        count(why, peer)
        return .json(.forbidden, JSONValue.object([.init("error", .string(words))]).bytes)
    }

    private func count(_ why: Refusal, _ peer: SocketPeer?) {
        refusals.increment(why)
        let isDue = lastLogged.withLock { last in
            let now = MonotonicTime.now
            if let last, now < last.advanced(by: ControlDoor.logInterval) { return false }
            last = now
            return true
        }
        guard isDue else { return }
        log.warning(
            "somebody who may not was refused at the control socket",
            [
                "why": .string(why.rawValue), "process": peer.map { .integer(Int64($0.process)) } ?? .null,
                "user": peer.map { .integer(Int64($0.user)) } ?? .null,
            ])
    }
}
