package import HTTP
import Text

/// The language that a page is in. Called with both forms of a text it returns its own: `language("报文", "Wire")`.
package enum Language: String, Sendable, CaseIterable {
    case chinese = "zh-CN"
    case english = "en"

    package func callAsFunction(_ chinese: String, _ english: String) -> String {
        self == .chinese ? chinese : english
    }

    /// The tag for `lang`.
    package var tag: String { rawValue }

    /// The one to change to, and what it calls itself.
    package var other: Language { self == .chinese ? .english : .chinese }
    package var ownName: String { self("中文", "EN") }

    /// The first of a browser's languages that there are pages in; English for a browser that names none.
    init(accepting header: String?) {
        let named = header?.pieces { $0 == UInt8(ascii: ",") } ?? []
        let known = named.lazy.compactMap { entry -> Language? in
            let tag = entry.withoutSpaceAround
            if tag.begins(withAnyCaseOf: "zh") { return .chinese }
            return tag.begins(withAnyCaseOf: "en") ? .english : nil
        }
        self = known.first ?? .english
    }
}

/// Light or dark, as somebody chose; nil where the browser's own preference is good enough.
package enum Theme: String, Sendable, CaseIterable { case light, dark }

/// The way in which a page is shown to somebody: the choices that they made, kept in cookies of theirs.
package struct Look: Sendable, Equatable {
    package var language: Language
    package var theme: Theme?
    /// False where somebody wants no single key to do anything.
    package var hasKeys: Bool

    package init(language: Language, theme: Theme? = nil, hasKeys: Bool = true) {
        self.language = language
        self.theme = theme
        self.hasKeys = hasKeys
    }

    /// Reads the choices; a browser that made none is answered in its language.
    package init(of request: HTTPRequest) {
        let cookies = Cookies(request)
        language =
            cookies[Look.languageCookie].flatMap(Language.init)
            ?? Language(accepting: request.headers["Accept-Language"])
        theme = cookies[Look.themeCookie].flatMap(Theme.init)
        hasKeys = cookies[Look.keysCookie]?.isSame(as: "off") != true
    }

    private static let languageCookie = "lang"
    private static let themeCookie = "theme"
    private static let keysCookie = "keys"

    /// The fields that make a browser remember what a form chose: `lang`, `theme`, `keys`. A value that is none forgets.
    package static func cookies(choosing form: Form) -> [String] {
        var cookies: [String] = []
        if let language = form["lang"].flatMap(Language.init) {
            cookies.append(cookie(languageCookie, language.rawValue, seconds: 31_536_000))
        }
        if let theme = form["theme"] {
            let chosen = Theme(rawValue: theme)
            cookies.append(cookie(themeCookie, chosen?.rawValue ?? "", seconds: chosen == nil ? 0 : 31_536_000))
        }
        if let keys = form["keys"] {
            let isOff = keys.isSame(as: "off")
            cookies.append(cookie(keysCookie, isOff ? "off" : "", seconds: isOff ? 31_536_000 : 0))
        }
        return cookies
    }

    private static func cookie(_ name: String, _ value: String, seconds: Int) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(seconds); SameSite=Lax"
    }
}
