import JSON

/// An uploaded video and what stands beneath it.
package struct Video: Sendable, Equatable {
    package var media: MediaID
    package var title: String?
    package var description: String?

    package init(_ media: MediaID, title: String? = nil, description: String? = nil) {
        self.media = media
        self.title = title
        self.description = description
    }
}

extension Video: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "media_id": .string(media.text), "title": .text(title), "description": .text(description),
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        media = MediaID(try fields.text("media_id"))
        title = try fields.text(ifPresent: "title")
        description = try fields.text(ifPresent: "description")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["media_id"].require(media.text)
        try path["title"].check(title, maxBytes: 128)
        try path["description"].check(description, maxBytes: 512)
    }
}
