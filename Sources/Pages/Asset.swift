import Crypto
package import HTTP
import Text

/// A file that pages refer to. Its path carries its digest, so that a browser may keep it for ever.
package struct Asset: Sendable {
    package enum Kind: String, Sendable {
        case style = "text/css; charset=utf-8"
        case script = "text/javascript; charset=utf-8"
        case icon = "image/svg+xml"
    }

    package let path: String
    package let bytes: [UInt8]
    private let kind: Kind

    /// Joins files, in order, into one that is served below `base`, as in `/assets/`: what a browser gets is what its readers have.
    package init(_ name: String, _ kind: Kind, of files: [[UInt8]], below base: String) {
        let bytes = Array(files.joined(separator: [UInt8(ascii: "\n")]))
        self.bytes = bytes
        self.kind = kind
        path = "\(base)\(sha256(bytes).prefix(8).hexText)/\(name)"
    }

    package var response: HTTPResponse {
        HTTPResponse(
            .ok,
            headers: [
                "Content-Type": kind.rawValue, "Cache-Control": "public, max-age=31536000, immutable",
                "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
            ], body: .whole(bytes))
    }
}

/// The files that both sets of pages share, the playground's and the administration's.
package enum SharedAssets {
    /// Colours, type, and the parts that look the same everywhere: to stand first in a set's style.
    package static let style: [[UInt8]] = [PackageResources.tokens_css, PackageResources.base_css]
    /// The live connection, and the one place that puts markup into a page: to stand first in a set's script.
    package static let script: [[UInt8]] = [PackageResources.live_js]
    package static let icons: [UInt8] = PackageResources.icons_svg
    package static let favicon: [UInt8] = PackageResources.favicon_svg
    /// The product's mark, to stand within a page.
    package static let mark: [UInt8] = PackageResources.mark_svg
}
