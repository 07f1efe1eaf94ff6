import Crypto
import HTML
import HTTP
import JSON
import Pages
import System
import Text

extension Admin {
    /// The time after which an open page is looked at again, whatever happened.
    static let interval = Duration.seconds(2)

    static var liveLimits: LiveFeed<AdminPlace>.Limits {
        var limits = LiveFeed<AdminPlace>.Limits()
        limits.silence = interval
        return limits
    }

    /// The news of an open page: its content anew, where that is no longer the page's.
    func events(_ visit: Visit, _ keys: @escaping @Sendable () -> AdminKeys?) -> HTTPResponse {
        guard let target = visit.field("of"), LivePage(target) != nil else {
            return .text(.notFound, "no such page\n")
        }
        let listener = feed.listen(
            session: visit.session.id, after: visit.request.headers["Last-Event-ID"] ?? visit.field("after")
        ) { _ in true }
        let watch = LiveWatch(self, visit, target, keys)
        return .events(
            to: listener, hello: [.init("boot", .string(feed.boot))], lookingAgain: { await watch.look(isDue: false) }
        ) { _ in await watch.look(isDue: true) }
    }

    /// Somebody did something: all pages that are open are looked at.
    func noteChange() {
        pulse.forget()
        feed.note(.anywhere)
    }
}

/// A place of the pages at which something else may come to stand: whoever does something here does not know where it shows.
enum AdminPlace: Hashable, Sendable { case anywhere }

/// A page that changes while it is open, and how often it is looked at: what costs the store more, less often.
enum LivePage {
    case overview, running, deliveries, job

    /// nil of pages that stay as they are: lists in which somebody reads or types.
    init?(_ target: String) {
        switch Visit.place(of: HTTPRequest(.get, target).path) {
        case []: self = .overview
        case ["running"]: self = .running
        case ["deliveries"]: self = .deliveries
        case let place where place.count == 2 && place[0] == "jobs": self = .job  // short: a word of ours
        default: return nil
        }
    }

    /// Every so many looks it is rendered.
    var period: Int {
        switch self {
        case .running, .job: 1
        case .deliveries: 2
        case .overview: 5
        }
    }
}

/// An open page that is looked at again and again.
actor LiveWatch {
    private let admin: Admin
    private let visit: Visit
    private let target: String
    private let keys: @Sendable () -> AdminKeys?
    private var looks = 0
    /// The digest of the content that the page has.
    private var last: String?

    init(_ admin: Admin, _ visit: Visit, _ target: String, _ keys: @escaping @Sendable () -> AdminKeys?) {
        self.admin = admin
        self.visit = visit
        self.target = target
        self.keys = keys
        last = visit.field("have")
    }

    static func digest(of content: HTML) -> String { sha256(content.bytes).prefix(8).hexText }

    /// The page's content, if it is due and another than the page has. A session that has ended is told to go.
    func look(isDue: Bool) async -> [LiveEvent] {
        looks += 1
        guard let keys = keys(), admin.sessions.isOpen(visit.session, keys) else {
            admin.feed.end(session: visit.session.id, .signedOut)
            return []
        }
        guard let page = LivePage(target), isDue || looks % page.period == 0 else { return [] }
        var request = visit.request
        request.target = target
        let part = await admin.part(Visit(request, visit.session, at: admin, isPart: true))
        let digest = Self.digest(of: part)
        guard last?.isSame(as: digest) != true else { return [] }
        last = digest
        return [.put(part, .replace, at: "main", key: "live")]
    }
}
