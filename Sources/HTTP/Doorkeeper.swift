import Text

/// The check of every request for what this machine alone may use, before anything else of it is read: it must be for a name of ours, and what changes
/// something must come from a page of ours.
///
/// A page of somebody else's can have a browser ask for what is on this machine, and can make a name of its own lead here.
/// It cannot change the fields that say so.
package struct Doorkeeper: Sendable {
    private let names: Set<String>

    /// The names of loopback.
    package static let loopback = Doorkeeper(names: ["127.0.0.1", "localhost", "[::1]"])

    /// Names without a port, in lower case.
    package init(names: Set<String>) { self.names = names }

    /// The answer to a request that is turned away; nil for one that may come in.
    package func refusal(of request: HTTPRequest) -> HTTPResponse? {
        guard let host = host(of: request) else { return .text(.forbidden, "this host is not served here\n") }
        guard request.method != .get, request.method != .head else { return nil }
        return isFromUs(request, host) ? nil : .text(.forbidden, "this did not come from a page of this server\n")
    }

    /// The same where programs ask, which send no word about where they come from. Whatever does send one is a browser, and
    /// has no business here from another page, to read anything either.
    package func refusalOfPrograms(_ request: HTTPRequest) -> HTTPResponse? {
        guard let host = host(of: request) else { return .text(.forbidden, "this host is not served here\n") }
        let isFromUs = request.headers.all("Origin").allSatisfy { isOurs($0, host) }
        let site = request.headers["Sec-Fetch-Site"]
        guard isFromUs, site.map({ $0 == "same-origin" || $0 == "none" }) ?? true else {
            return .text(.forbidden, "this came from a page of another server\n")
        }
        return nil
    }

    /// The host that a request is for, if it is one of ours.
    private func host(of request: HTTPRequest) -> String? {
        let hosts = request.headers.all("Host")
        guard hosts.count == 1, let host = hosts.first, names.contains(HostField(host).name) else { return nil }
        return host
    }

    private func isFromUs(_ request: HTTPRequest, _ host: String) -> Bool {
        let origin = request.headers["Origin"]
        if let site = request.headers["Sec-Fetch-Site"] {
            // A page that gives no referrer posts its forms with `null`; the browser's own word for where from is above it.
            return site == "same-origin" && (origin.map { $0 == "null" || isOurs($0, host) } ?? true)
        }
        return origin.map { isOurs($0, host) } ?? false
    }

    /// True if it is the origin of the address that the request is for, to the port.
    private func isOurs(_ origin: String, _ host: String) -> Bool {
        let authority = origin.after("http://") ?? origin.after("https://")
        return authority.map { String($0).lowercasedASCII.isSame(as: host.lowercasedASCII) } ?? false
    }
}
