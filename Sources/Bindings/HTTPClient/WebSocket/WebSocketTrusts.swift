internal import CCurl
import System
import TLS

/// The authorities that servers are trusted by, read once for all connections that name the same file, and anew when that
/// has changed: they are far larger than a connection.
struct WebSocketTrusts {
    private struct Known {
        let trust: TLSTrust
        let version: FileVersion?
    }

    private var known: [TLSTrust.Authorities: Known] = [:]
    /// A PEM file for those connections that name none; nil for the system's.
    private let authorities: String?

    /// Those beyond are let go of, and read anew when they are wanted again.
    private static let most = 64

    init(authorities: String?) { self.authorities = authorities }

    /// The trust of a connection, in the authorities of this file if it names one.
    mutating func trust(_ file: String?) throws(TLSFailure) -> TLSTrust {
        let authorities = (file ?? authorities).map { .file($0) } ?? WebSocketTrusts.ofSystem
        // Looked at before it is read: what is written meanwhile is read the next time.
        let version: FileVersion? = if case .file(let path) = authorities { FileVersion(of: path) } else { nil }
        if let known = known[authorities], known.version == version { return known.trust }
        let trust = try TLSTrust(authorities)
        if known.count >= WebSocketTrusts.most { known = [:] }
        known[authorities] = Known(trust: trust, version: version)
        return trust
    }

    /// The same that curl trusts by itself.
    private static let ofSystem: TLSTrust.Authorities = {
        if let file = unsafe ccurl_authorities_file() { return .file(unsafe String(cString: file)) }
        if let folder = unsafe ccurl_authorities_folder() { return .folder(unsafe String(cString: folder)) }
        return .builtIn
    }()
}
