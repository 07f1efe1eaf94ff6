/// An attribute of an element: a name of ours, and a value that is escaped.
///
/// There is none that runs something, none that styles, and none by which an element takes another address than one of this
/// server.
package struct Attribute: Sendable {
    private let name: String
    /// nil for one that is there or not.
    private let value: String?

    private init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        bytes += name.utf8
        guard let value else { return }
        bytes += "=\"".utf8
        bytes.appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Attribute {
    package static func `class`(_ names: String...) -> Attribute {
        Attribute("class", names.filter { !$0.isEmpty }.joined(separator: " "))
    }

    package static func id(_ id: String) -> Attribute { Attribute("id", id) }
    package static func lang(_ tag: String) -> Attribute { Attribute("lang", tag) }
    package static func title(_ text: String) -> Attribute { Attribute("title", text) }
    package static func role(_ role: StaticString) -> Attribute { Attribute("role", "\(role)") }
    package static func tabindex(_ index: Int) -> Attribute { Attribute("tabindex", String(index)) }
    package static func aria(_ name: StaticString, _ value: String) -> Attribute { Attribute("aria-\(name)", value) }
    package static func data(_ name: StaticString, _ value: String) -> Attribute { Attribute("data-\(name)", value) }
    package static let ariaHidden = Attribute("aria-hidden", "true")
    package static let hidden = Attribute("hidden")

    // MARK: Addresses

    /// An address of this server: a path, a query or a fragment. Anything else becomes one that leads nowhere.
    package static func href(_ address: String) -> Attribute { Attribute("href", local(address)) }
    package static func src(_ address: String) -> Attribute { Attribute("src", local(address)) }
    package static func action(_ address: String) -> Attribute { Attribute("action", local(address)) }
    package static func formAction(_ address: String) -> Attribute { Attribute("formaction", local(address)) }

    private static func local(_ address: String) -> String { isLocal(address) ? address : "#" }

    // MARK: Forms

    package static func name(_ name: String) -> Attribute { Attribute("name", name) }
    package static func value(_ value: String) -> Attribute { Attribute("value", value) }
    package static func type(_ type: StaticString) -> Attribute { Attribute("type", "\(type)") }
    package static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
    package static func `for`(_ id: String) -> Attribute { Attribute("for", id) }
    package static func form(_ id: String) -> Attribute { Attribute("form", id) }
    package static let post = Attribute("method", "post")
    package static let multipart = Attribute("enctype", "multipart/form-data")
    package static let checked = Attribute("checked")
    package static let selected = Attribute("selected")
    package static let disabled = Attribute("disabled")
    package static let multiple = Attribute("multiple")
    package static let required = Attribute("required")
    package static let open = Attribute("open")
    package static let autofocus = Attribute("autofocus")

    // MARK: The rest

    package static func datetime(_ moment: String) -> Attribute { Attribute("datetime", moment) }

    /// Any other of ours, of HTML or SVG, whose value can do no harm whatever it is.
    package static func plain(_ name: PlainAttribute, _ value: String) -> Attribute { Attribute(name.rawValue, value) }
}

/// Attributes whose values are read as numbers, words or text and as nothing else.
package enum PlainAttribute: String, Sendable {
    case alt, width, height, rows, cols, min, max, step, low, high, optimum, maxlength, accept, autocomplete, colspan,
        scope
    case x, y, x1, y1, x2, y2, cx, cy, r, d, fill, stroke, points, viewBox, preserveAspectRatio, color, content,
        charset, rel
    case controls, preload, loading, start, spellcheck, enterkeyhint, media, popover, popovertarget, closedby,
        command, commandfor
    case strokeWidth = "stroke-width"
    case textAnchor = "text-anchor"
}
