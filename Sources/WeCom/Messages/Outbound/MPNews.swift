import JSON

/// Articles that WeCom keeps itself, with their text, and that can be confidential.
package struct MPNews: Sendable, Equatable {
    package struct Article: Sendable, Equatable {
        package var title: String
        /// An uploaded image.
        package var cover: MediaID
        package var author: String?
        /// Where "read the original" leads.
        package var source: String?
        /// HTML; its images by the URLs of `media/uploadimg`.
        package var content: String
        package var digest: String?

        package init(
            title: String, cover: MediaID, author: String? = nil, source: String? = nil, content: String,
            digest: String? = nil
        ) {
            self.title = title
            self.cover = cover
            self.author = author
            self.source = source
            self.content = content
            self.digest = digest
        }
    }

    package var articles: [Article]
    package init(_ articles: [Article]) { self.articles = articles }
}

extension MPNews: MessagePart {
    var json: JSONValue { ["articles": .array(articles.map(\.json))] }

    init(reading fields: inout FieldReader) throws(MessageFault) { articles = try fields.parts("articles") }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["articles"].check(each: articles, count: 1...8)
    }
}

extension MPNews.Article: MessagePart {
    var json: JSONValue {
        .object(
            JSONValue.present([
                "title": .string(title), "thumb_media_id": .string(cover.text), "author": .text(author),
                "content_source_url": .text(source), "content": .string(content), "digest": .text(digest),
            ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        title = try fields.text("title")
        cover = MediaID(try fields.text("thumb_media_id"))
        author = try fields.text(ifPresent: "author")
        source = try fields.text(ifPresent: "content_source_url")
        content = try fields.text("content")
        digest = try fields.text(ifPresent: "digest")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["title"].require(title, maxBytes: 128)
        try path["thumb_media_id"].require(cover.text)
        try path["author"].check(author, maxBytes: 64)
        try path["content_source_url"].check(url: source)
        try path["content"].require(content, maxBytes: 666 << 10)
        try path["digest"].check(digest, maxBytes: 512)
    }
}
