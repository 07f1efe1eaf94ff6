import JSON
import Text

extension MessageCheck {
    func textCard() throws(Refusal) -> FakeArticle {
        let card = try part("textcard")
        let title = try card.demand("title", or: 41016, atMost: 128)
        let description = try card.demand("description", or: 41033, atMost: 512)
        try card.demandURL("url", or: 40058)
        return FakeArticle(
            title: title, description: description, url: card["url"]?.string, button: try buttonText(card))
    }

    /// The word on a card's button, of which WeCom shows the first four characters. Without one it shows a word of its own.
    private func buttonText(_ card: JSONValue) throws(Refusal) -> String? {
        guard let text = try card.optional("btntxt"), text.hasWords else { return nil }
        return text.cut(toCharacters: 4, bytes: 256, mark: "")
    }

    func news() throws(Refusal) -> [FakeArticle] {
        var articles: [FakeArticle] = []
        for article in try articleList("news") {
            let title = try article.demand("title", or: 41016, atMost: 128)
            let description = try article.optional("description", atMost: 512)
            try article.checkURL("picurl")
            if try article.optional("appid")?.isEmpty == false {
                _ = try article.demand("pagepath", or: 90204, atMost: 128, else: 90204)
            } else {
                try article.demandURL("url", or: 40058)
            }
            articles.append(FakeArticle(title: title, description: description, url: article["url"]?.string))
        }
        return articles
    }

    func mpNews() throws(Refusal) -> [FakeArticle] {
        var articles: [FakeArticle] = []
        for article in try articleList("mpnews") {
            let title = try article.demand("title", or: 41016, atMost: 128)
            _ = try demandMedia("thumb_media_id", of: article, .image)
            _ = try article.demand("content", or: 44004, atMost: 666 << 10)
            _ = try article.optional("author", atMost: 64, else: 45032)
            let digest = try article.optional("digest", atMost: 512)
            try article.checkURL("content_source_url")
            articles.append(FakeArticle(title: title, description: digest, url: article["content_source_url"]?.string))
        }
        return articles
    }

    private func articleList(_ type: String) throws(Refusal) -> [JSONValue] {
        let articles = try part(type)["articles"]?.array ?? []
        guard !articles.isEmpty else { throw Refusal(40035, "articles missing") }
        guard articles.count <= 8 else { throw Refusal(45008, "more than 8 articles") }
        return articles
    }

    func miniProgramNotice() throws(Refusal) -> FakeArticle {
        guard let bound = app.miniProgram else { throw Refusal(48002, "no mini-program is bound to this app") }
        guard message["touser"]?.string != "@all" else { throw Refusal(40035, "a notice cannot go to @all") }
        let notice = try part("miniprogram_notice")
        let appID = try notice.demand("appid", or: 90200)
        guard appID == bound else { throw Refusal(90208, "appid does not match") }
        let title = try notice.demand("title", or: 41016)
        let description = try notice.optional("description")
        for text in [title, description ?? title] where !(4...12).contains(text.count) {
            throw Refusal(45002, "title and description have 4 to 12 characters")
        }
        _ = try notice.optional("page", atMost: 1024, else: 90204)
        for item in try notice.optionalList("content_item", atMost: 10, or: 90201) {
            guard try item.optional("key")?.count ?? 0 <= 10 else { throw Refusal(90202, "key is too long") }
            guard try item.optional("value")?.count ?? 0 <= 30 else { throw Refusal(90203, "value is too long") }
        }
        return FakeArticle(title: title, description: description, url: notice["page"]?.string)
    }
}
