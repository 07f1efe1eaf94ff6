import HTTP
import System
import Text
import WeCom

extension Form where Value == String {
    /// An address or a name to listen on.
    static var host: Form {
        Form(placeholder: "") { text in
            let fits = text.utf8.allSatisfy { $0.isASCIILetterOrDigit || ".-_:%".utf8.contains($0) }
            guard fits, text.utf8.count <= 255, !text.contains("://") else {
                return .mismatch("is \(shown(text)): write an address without a port, as in 0.0.0.0, 127.0.0.1 or ::")
            }
            return .fits(text)
        }
    }

    /// A name that a request may bear in its `Host` field.
    static var hostName: Form {
        Form(placeholder: "") { text in
            let fits = text.utf8.allSatisfy { $0.isASCIILetterOrDigit || ".-_".utf8.contains($0) }
            guard fits, !text.isEmpty, text.utf8.count <= 253 else {
                let advice = text.contains("*") ? "; * stands for no other: list each name" : ""
                return .mismatch(
                    "is \(shown(text)): write a host's name without scheme or port, as in wecom-router or "
                        + "router.monitoring.svc\(advice)")
            }
            return .fits(text.lowercasedASCII)
        }
    }

    /// The path of the callbacks. Those of our own routes are taken.
    static var callbackPath: Form {
        Form(placeholder: "/") { text in
            guard text.hasPrefix("/"), !text.hasBlanks, !text.contains("?"), !text.contains("#"), !text.contains("%")
            else {
                return .mismatch("is \(shown(text)): it must begin with / and be a plain path, as in /wecom/callback")
            }
            let path = withoutTrailingSlashes(text)
            guard !path.isEmpty, !path.contains("//") else {
                return .mismatch("is \(shown(text)): it needs a name after the /, as in /wecom/callback")
            }
            for taken in ["/health", "/ready", "/metrics", "/agent/v1", "/wecom/bot"]
            where path == taken || path.hasPrefix(taken + "/") {
                return .mismatch("is \(shown(text)), but \(taken) has another use: choose another, as /wecom/callback")
            }
            return .fits(path)
        }
    }

    /// The path of a file that we can read.
    static func readableFile(_ reading: Reading) -> Form {
        Form(placeholder: "") { text in
            let path = reading.resolved(text)
            do throws(FileError) {
                _ = try readFile(path, limit: 16 << 20)
                return .fits(path)
            } catch {
                return .mismatch("names a file that cannot be read: \(error)")
            }
        }
    }

    /// `http://` or `https://`, without a slash at the end.
    static var webURL: Form {
        Form(placeholder: "") { text in
            guard let rest = afterScheme(of: text, among: ["http", "https"]) else {
                return .mismatch("must begin with https:// or http://")
            }
            let authority = rest.prefix { $0 != "/" }
            if authority.contains("@") { return .mismatch("names a user before the @, which has no place here") }
            // A query may hold a key: the text is not repeated.
            if rest.contains("?") { return .mismatch("has a query after the ?, which has no place here") }
            guard isAuthority(authority), !text.hasBlanks, !rest.contains("#") else {
                return .mismatch(
                    "is \(shown(text)): write a host and perhaps a port and a path, as in https://example.com"
                )
            }
            return .fits(withoutTrailingSlashes(text))
        }
    }
}

extension Form where Value == [IPNetwork] {
    /// A network or an address, or a word that stands for some.
    static var networks: Form {
        Form(placeholder: []) { text in
            switch text {
            case "loopback": return .fits(IPNetwork.loopback)
            case "private": return .fits(IPNetwork.private)
            default:
                guard let network = IPNetwork(text) else {
                    return .mismatch(
                        "is \(shown(text)): write an address or a network, as in 203.0.113.7 or 10.0.0.0/8, or loopback or private"
                    )
                }
                return .fits([network])
            }
        }
    }
}

extension Form where Value == Secret {
    /// An outbound proxy. The text is never repeated: it may hold a password.
    static var proxy: Form {
        Form(placeholder: Secret("")) { text in
            guard let rest = afterScheme(of: text, among: ["http", "https", "socks5"]) else {
                return .mismatch("must begin with http://, https:// or socks5://")
            }
            let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
            let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
            guard isAuthority(host), !text.hasBlanks else {
                return .mismatch("must be a host and a port after the scheme, as in http://user:password@proxy:3128")
            }
            return .fits(Secret(text))
        }
    }
}

private func afterScheme(of text: String, among schemes: [String]) -> Substring? {
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix("\($0)://") }) else { return nil }
    return text.dropFirst(scheme.count + 3)
}

/// A host, in brackets when it is an IPv6 address, and perhaps a port.
private func isAuthority(_ text: Substring) -> Bool {
    var rest = text.utf8
    if rest.first == UInt8(ascii: "[") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
        rest = rest[rest.index(after: end)...]
    } else {
        let host = rest.prefix { $0.isASCIILetterOrDigit || ".-_".utf8.contains($0) }
        guard !host.isEmpty else { return false }
        rest = rest.dropFirst(host.count)
    }
    guard let colon = rest.first else { return true }
    let port = rest.dropFirst()
    guard colon == UInt8(ascii: ":"), port.allSatisfy(\.isASCIIDigit) else { return false }
    return Int(String(Substring(port))).map { (1...65_535).contains($0) } ?? false
}

private func withoutTrailingSlashes(_ text: String) -> String {
    var text = text
    while text.hasSuffix("/") { text.removeLast() }
    return text
}
