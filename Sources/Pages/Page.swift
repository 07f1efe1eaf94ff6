package import HTML
package import HTTP

/// A whole page: its head, which is the same everywhere, and a body.
package struct Page: Sendable {
    package let look: Look
    package let title: String
    package let style: Asset
    package let script: Asset?
    package let favicon: Asset
    package var bodyAttributes: [Attribute] = []
    package let content: HTML

    package init(
        _ title: String, in look: Look, style: Asset, script: Asset?, favicon: Asset, body: [Attribute] = [],
        @HTMLBuilder content: () -> HTML
    ) {
        self.title = title
        self.look = look
        self.style = style
        self.script = script
        self.favicon = favicon
        bodyAttributes = body
        self.content = content()
    }

    package var html: HTML {
        HTML(markup: "<!doctype html>\n")
            + tag(.html, .lang(look.language.tag), look.theme.map { .data("theme", $0.rawValue) }) {
                head
                tag(.body, bodyAttributes) {
                    Icon.sprite
                    content
                }
            }
    }

    private var head: HTML {
        tag(.head) {
            tag(.meta, .plain(.charset, "utf-8"))
            tag(
                .meta, .name("viewport"),
                .plain(.content, "width=device-width,initial-scale=1,interactive-widget=resizes-content"))
            tag(.meta, .name("color-scheme"), .plain(.content, look.theme?.rawValue ?? "light dark"))
            Page.title(title)
            tag(.link, .plain(.rel, "icon"), .href(favicon.path))
            tag(.link, .plain(.rel, "stylesheet"), .href(style.path))
            if let script { HTML.module(at: script.path) }
        }
    }

    /// The title as a piece, by which it is exchanged while the page is open.
    package static func title(_ text: String) -> HTML { tag(.title, .id("title")) { text } }

    package func response(_ status: HTTPStatus = .ok) -> HTTPResponse { .page(html, status) }
}

extension HTTPResponse {
    /// A page, or a piece of one, with what a browser may do with it: nothing but what this server gave it.
    package static func page(_ html: HTML, _ status: HTTPStatus = .ok) -> HTTPResponse {
        var headers = HTTPHeaders.ofPages
        headers["Content-Type"] = "text/html; charset=utf-8"
        return HTTPResponse(status, headers: headers, body: .whole(html.bytes))
    }

    /// The answer to an action without script: the page of this server that shows what came of it.
    package static func seeOther(_ path: String, cookies: [String] = []) -> HTTPResponse {
        var headers = HTTPHeaders.ofPages
        headers["Location"] = isLocal(path) ? path : "/"
        for cookie in cookies { headers.append("Set-Cookie", cookie) }
        return HTTPResponse(HTTPStatus(303), headers: headers)
    }
}

extension HTTPHeaders {
    /// Whatever a page of ours is answered with, whole or in pieces.
    package static let ofPages: HTTPHeaders = [
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
            + "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types wr",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    ]
}
