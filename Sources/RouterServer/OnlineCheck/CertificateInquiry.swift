import HTTP
import Router
import System
import TLS
import Text

/// Looks at the certificate with which `server.public_url` is answered, as a caller does who knows the public authorities alone: one
/// that lacks the rest of its chain is refused, whatever a browser makes of it.
struct CertificateInquiry: Sendable {
    private let host: String
    private let port: Int
    private let place: Place?
    private let timeout: Duration
    private let say: ChatTexts.Language

    /// A certificate that is good for no longer is to be renewed.
    private static let soon = Duration.seconds(21 * 86_400)

    /// Nil where the URL is not of https.
    init?(_ configuration: Configuration, timeout: Duration, in language: ChatTexts.Language) {
        guard let url = configuration.server.publicURL, let rest = url.after("https://") else { return nil }
        let authority = rest.pieces { $0 == UInt8(ascii: "/") }.first ?? ""
        let name = HostField(String(authority)).name
        host = name.begins(with: "[") ? String(name.dropFirst().dropLast()) : name
        port = authority.dropFirst(name.utf8.count).after(":").flatMap { Int($0) } ?? 443
        place = configuration.places["server.public_url"]
        (self.timeout, say) = (timeout, language)
    }

    func report(at now: Timestamp = .now) async -> PartReport {
        let deadline = MonotonicTime.now.advanced(by: timeout)
        do {
            let end = try await BlockingThreads.disk.run {
                try TLSConnection.certificateEnd(of: host, port: port, trusting: try TLSTrust(.builtIn), by: deadline)
            }
            guard let end else { return PartReport() }
            let (left, day) = (end.since(now), String(end.description.prefix(10)))
            guard left < Self.soon else {
                return PartReport(
                    goodNews: say("证书：有效到 \(day)，证书链完整", "certificate: its chain is whole, and it is good until \(day)")
                )
            }
            var finding = OnlineFinding(
                say("证书 \(day) 就到期", "its certificate is good until \(day) only"),
                advice: say("现在就续期，并确认自动续期在运行", "renew it now, and see why it was not renewed by itself"))
            finding.severity = .warning
            return report(finding)
        } catch {
            return report(failure: error)
        }
    }

    private func report(failure: any Error) -> PartReport {
        let words = printable((failure as? TLSFailure)?.reason ?? "\(failure)", most: 300)
        // That it cannot be reached from here is told already, and need not be so elsewhere.
        guard words.has("SSL") || words.has("certificate") else { return PartReport() }
        return report(
            OnlineFinding(
                say("证书不被公共机构信任（\(words)）", "its certificate is not trusted by public authorities (\(words))"),
                advice: say(
                    "让代理发送完整的证书链（fullchain），核对域名和有效期；企业微信不会自己补全证书链",
                    "have the proxy send the full chain, and compare name and dates: WeCom does not complete a chain by itself"
                )))
    }

    private func report(_ finding: OnlineFinding) -> PartReport {
        var finding = finding
        (finding.key, finding.place) = ("server.public_url", place)
        return PartReport(findings: [finding])
    }
}
