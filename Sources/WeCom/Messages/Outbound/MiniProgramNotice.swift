import JSON

/// A notice of the mini program that the app is bound to.
package struct MiniProgramNotice: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package var appID: String
    /// Where a tap leads; nowhere without it.
    package var page: String?
    package var title: String
    package var description: String?
    /// Shows the first item large.
    package var emphasizesFirstItem: Bool
    package var items: [Item]

    package init(
        appID: String, page: String? = nil, title: String, description: String? = nil,
        emphasizesFirstItem: Bool = false, items: [Item] = []
    ) {
        self.appID = appID
        self.page = page
        self.title = title
        self.description = description
        self.emphasizesFirstItem = emphasizesFirstItem
        self.items = items
    }
}

extension MiniProgramNotice: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "appid": .string(appID), "page": .text(page), "title": .string(title),
                "description": .text(description), "emphasis_first_item": emphasizesFirstItem ? true : nil,
                "content_item": .list(items),
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        appID = try fields.text("appid")
        page = try fields.text(ifPresent: "page")
        title = try fields.text("title")
        description = try fields.text(ifPresent: "description")
        emphasizesFirstItem = try fields.bool("emphasis_first_item") ?? false
        items = try fields.parts(ifPresent: "content_item") ?? []
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["appid"].require(appID)
        try path["page"].check(page, maxBytes: 1024)
        try path["title"].check(title, characters: 4...12)
        try path["description"].check(description, characters: 4...12)
        try path["content_item"].check(each: items, count: 0...10)
    }
}

extension MiniProgramNotice.Item: MessagePart {
    var json: JSONValue { ["key": .string(key), "value": .string(value)] }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        key = try fields.text("key")
        value = try fields.text("value")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["key"].check(key, characters: 0...10)
        try path["value"].check(value, characters: 0...30)
    }
}
