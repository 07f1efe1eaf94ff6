import JSON

/// One entry of a `news` message: a title, a picture, and a link behind both.
package struct Article: Sendable, Equatable {
    package enum Link: Sendable, Equatable {
        case url(String)
        /// A page of a mini program that is linked to the corp.
        case miniProgram(appID: String, page: String)
    }

    package var title: String
    package var description: String?
    package var link: Link
    /// JPG or PNG; 1068×455 for the first entry, 150×150 for the others.
    package var picture: String?

    package init(title: String, description: String? = nil, link: Link, picture: String? = nil) {
        self.title = title
        self.description = description
        self.link = link
        self.picture = picture
    }
}

extension Article: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present(["title": .string(title), "description": .text(description)])
                + link.members + JSONValue.present(["picurl": .text(picture)]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        title = try fields.text("title")
        description = try fields.text(ifPresent: "description")
        link = try Link(reading: &fields)
        picture = try fields.text(ifPresent: "picurl")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["title"].require(title, maxBytes: 128)
        try path["description"].check(description, maxBytes: 512)
        switch link {
        case .url(let url): try path["url"].requireURL(url, maxBytes: 2048)
        case .miniProgram(let appID, let page):
            try path["appid"].require(appID)
            try path["pagepath"].require(page, maxBytes: 128)
        }
        try path["picurl"].check(url: picture, maxBytes: 2048)
    }
}

extension Article.Link {
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .url(let url): [.init("url", .string(url))]
        case .miniProgram(let appID, let page): [.init("appid", .string(appID)), .init("pagepath", .string(page))]
        }
    }

    /// A mini program wins over a URL beside it, as it does with WeCom.
    fileprivate init(reading fields: inout FieldReader) throws(MessageFault) {
        let url = try fields.text(ifPresent: "url")
        if let appID = try fields.text(ifPresent: "appid") {
            self = .miniProgram(appID: appID, page: try fields.text("pagepath"))
        } else {
            self = .url(try fields.required(url, "url"))
        }
    }
}
