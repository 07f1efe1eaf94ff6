import Crypto
package import HTTP
import JSON
package import Observability
import Pages
package import System

/// The administration as pages in a browser: what `/v1` tells and does, for people.
///
/// It knows nothing of the router. All that it shows it asks of `/v1`, and all that is done goes through it, so that a page
/// says nothing and may do nothing that a program could not.
package final class Admin: Sendable {
    let interface: Interface
    let sessions = Sessions()
    let failures = FailedLogins()
    let codes = LoginCodes()
    let trail = AuditTrail()
    let pulse: Pulse
    /// The changes of the last reload that was asked for here.
    let lastReload = Lock<(report: JSONValue, at: Timestamp)?>(nil)
    /// The feed by which open pages are told.
    let feed = LiveFeed<AdminPlace>(limits: Admin.liveLimits)
    let clients: ClientAddresses
    let installation: Installation
    /// The clock that identifiers and due times go by.
    let now: @Sendable () -> Timestamp
    let log: Logger

    /// The program that runs, as the pages name it.
    package struct Installation: Sendable {
        package let node: String
        package let version: String

        package init(node: String, version: String) {
            self.node = node
            self.version = version
        }
    }

    /// `ask` answers requests to `/v1/…` and `/ready`, without asking who sends them.
    package init(
        of installation: Installation, behind clients: ClientAddresses, log: Logger,
        now: @escaping @Sendable () -> Timestamp = { .steady },
        asking ask: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        interface = Interface(ask: ask)
        pulse = Pulse(interface)
        self.clients = clients
        self.installation = installation
        self.now = now
        self.log = log
    }

    /// A code that opens a session of an operator once, and soon: for a link.
    package func loginCode() -> String { codes.make(at: .now) }

    /// The time for which such a code is good.
    package static let codeLife = LoginCodes.life
}
