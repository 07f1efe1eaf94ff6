import HTTP
package import HTTPServer
import Lifecycle
package import Observability
import Pages
package import Simulator
package import System
import Text
import WeCom

/// The simulated WeCom as pages in a browser: its people, what they see of apps and bots, the wire, and the faults. It knows
/// WeCom's side alone, and nothing of the router that answers.
package final class Playground: Sendable {
    let wecom: FakeWeCom
    let roster: Roster
    let feed = LiveFeed<PlaygroundPlace>()
    let book = Lock(ChatBook())
    let faultPanel = Lock(FaultPanel())
    /// True if secrets on the wire are somebody's own.
    let masksSecrets: Bool
    let doorkeeper = Doorkeeper.loopback
    /// The time that a callback's receiver has, before it is posted again, and an app to make something of a click.
    let patience: Duration
    /// The work that goes on when a request is answered.
    let work = TaskScope()
    package let listener: HTTPListener
    private let pages = Lock<Answerer?>(nil)

    /// In a structure: a bare function that is taken out of a lock comes back in another wrapping each time, until calling through
    /// all of them overflows the stack.
    private struct Answerer: Sendable {
        let answer: @Sendable (HTTPRequest) async -> HTTPResponse
    }

    /// Serves on loopback and nowhere else. A port of 0 is any that is free.
    package init(
        of wecom: FakeWeCom, _ roster: Roster, port: Int, masksSecrets: Bool, patience: Duration = .seconds(5),
        on loop: EventLoop, log: Logger
    ) {
        self.wecom = wecom
        self.roster = roster
        self.masksSecrets = masksSecrets
        self.patience = patience
        let pages = pages
        listener = HTTPListener(
            name: "playground", at: .host("127.0.0.1", port: port), limits: .ofPlayground, on: loop, metrics: Metrics(),
            log: log, refusals: { status, request in Refused.answer(status, to: request) }
        ) { request in
            guard let answerer = pages.withLock({ $0 }) else { return .text(.serviceUnavailable, "not yet\n") }
            return await answerer.answer(request)
        }
        for corp in roster.corps { addMembers(of: corp) }
    }

    private func addMembers(of corp: Roster.Corp) {
        wecom.changeCorp(corp.id) { book in
            for member in corp.members where book.members[member.user] == nil {
                book.add(FakeMember(member.user, name: member.name))
            }
        }
    }

    /// Opens the port and returns the address to open in a browser.
    package func open() async throws -> String {
        watch()
        pages.withLock {
            $0 = Answerer { [weak self] in await self?.answer($0) ?? .text(.serviceUnavailable, "no more\n") }
        }
        return "http://127.0.0.1:\(try await listener.open())/"
    }

    /// Follows what apps send, until the task is cancelled.
    package func run() async {
        var position = 0
        while !Task.isCancelled {
            let (happenings, next) = await wecom.transcript.happenings(from: position)
            for happening in happenings { note(happening) }
            position = next
        }
    }

    /// The number of tabs that are told what changes.
    package var listenerCount: Int { feed.listenerCount }

    /// Tells the pages that are open that it is over, and closes the port.
    package func close() async {
        feed.close()
        await listener.quiesce(by: .now.advanced(by: .milliseconds(500)))
    }
}

/// A place of the pages at which something else may come to stand.
enum PlaygroundPlace: Hashable, Sendable {
    case entry(ChatBook.EntryPlace)
    /// A line of the list of chats.
    case chat(ChatKey)
    case wire(Int)
    case wireCleared
    case faults
    case clock
}

extension HTTPLimits {
    /// Room for the largest file that WeCom carries, in a form.
    fileprivate static var ofPlayground: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodySize = 22 << 20
        // A browser shows why something is too large when it has sent it all.
        limits.lingerSize = 256 << 20
        limits.heldBytes = 128 << 20
        limits.connections = 256
        return limits
    }
}
