import JSON

/// A title, a few lines, and a link behind the whole.
package struct TextCard: Sendable, Equatable {
    package var title: String
    /// Takes `<br>` and `<div class="gray">`, `normal` and `highlight`.
    package var description: String
    package var url: String
    /// What stands on the button, up to four characters; WeCom writes 详情 if nothing is said.
    package var button: String?

    package init(title: String, description: String, url: String, button: String? = nil) {
        self.title = title
        self.description = description
        self.url = url
        self.button = button
    }
}

extension TextCard: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "title": .string(title), "description": .string(description), "url": .string(url),
                "btntxt": .text(button),
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        title = try fields.text("title")
        description = try fields.text("description")
        url = try fields.text("url")
        button = try fields.text(ifPresent: "btntxt")
    }

    /// Some pages count title and description in characters, others in bytes.
    func validate(at path: FieldPath) throws(MessageFault) {
        try path["title"].require(title, maxBytes: 128)
        try path["description"].require(description, maxBytes: 512)
        try path["url"].requireURL(url, maxBytes: 2048)
        try path["btntxt"].check(button, characters: 0...4)
    }
}
