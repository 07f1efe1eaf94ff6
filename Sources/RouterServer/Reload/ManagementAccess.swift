import Admin
import HTTP
import System
import Text

/// The rules of who may ask the management listener, and by which names: as a reload has them.
final class ManagementAccess: Sendable {
    struct Rules: Sendable {
        let names: Set<String>
        /// nil: there is no `/v1`.
        let token: BearerToken?
        /// The tokens that open the pages; nil: there are none.
        let pages: AdminKeys?

        /// `server.public_url` is where a proxy in front may publish these routes, too.
        init(_ configuration: Configuration) {
            let management = configuration.management
            names = Set(
                ["localhost", management.host.lowercasedASCII] + management.allowedHosts
                    + (configuration.server.publicURL.map { [HostField(ofURL: $0).name] } ?? []))
            token = management.token.map(BearerToken.init)
            pages =
                management.token == nil && management.readToken == nil
                ? nil : AdminKeys(operating: management.token, reading: management.readToken)
        }
    }

    private let inForce: Lock<Rules>

    init(_ configuration: Configuration) { inForce = Lock(Rules(configuration)) }

    var rules: Rules { inForce.withLock { $0 } }

    func swap(to configuration: Configuration) { inForce.withLock { $0 = Rules(configuration) } }
}
