import HTML
import HTTP
import Pages
import System
import Testing

@Suite("How pages are shown to somebody")
struct LookTests {
    private func look(_ headers: HTTPHeaders) -> Look { Look(of: HTTPRequest(.get, "/", headers: headers)) }

    @Test(
        "the first language of the browser's that there are pages in is taken",
        arguments: [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language.chinese), ("en-US,en;q=0.5", .english), ("de, zh-TW;q=0.5", .chinese),
            ("fr", .english), ("", .english), ("EN", .english),
        ])
    func language(accepted: String, language: Language) {
        #expect(look(["Accept-Language": accepted]).language == language)
    }

    @Test("a choice counts more than the browser's languages; one that is none counts nothing")
    func choice() {
        #expect(
            look(["Accept-Language": "zh", "Cookie": "a=b; lang=en; theme=dark"])
                == Look(language: .english, theme: .dark))
        #expect(look(["Accept-Language": "zh", "Cookie": "lang=xx; theme=\"><script>"]) == Look(language: .chinese))
    }

    @Test("a form's choice becomes a cookie; no value of it can become another field")
    func cookies() {
        #expect(Look.cookies(choosing: Form([("lang", "en")])) == ["lang=en; Path=/; Max-Age=31536000; SameSite=Lax"])
        #expect(Look.cookies(choosing: Form([("keys", "off")])) == ["keys=off; Path=/; Max-Age=31536000; SameSite=Lax"])
        #expect(Look.cookies(choosing: Form([("keys", "x")])) == ["keys=; Path=/; Max-Age=0; SameSite=Lax"])
        #expect(
            Look.cookies(choosing: Form([("lang", "en\r\nX: y"), ("theme", "x\r\nSet-Cookie: a=b")])) == [
                "theme=; Path=/; Max-Age=0; SameSite=Lax"
            ])
    }

    @Test("a form's fields are decoded as browsers write them")
    func form() {
        let form = Form(HTTPRequest(.post, "/", body: Array("a=1+2%2B3&b=%E5%BC%A0&q%3Ax=1&q%3Ax=2&empty".utf8)))
        #expect(form["a"] == "1 2+3" && form["b"] == "张" && form["empty"] == "" && form["none"] == nil)
        #expect(form.all("q:x") == ["1", "2"])
    }

    @Test(
        "the way back after an action stays on this server",
        arguments: ["https://example.com", "//example.com", "", "javascript:1"])
    func wayBack(address: String) {
        #expect(HTTPResponse.seeOther(address).headers["Location"] == "/")
        #expect(HTTPResponse.seeOther("/?as=a").headers["Location"] == "/?as=a")
    }

    @Test(
        "single keys are for all but those who want none",
        arguments: [("keys=off", false), ("keys=on", true), ("", true)])
    func keys(cookie: String, hasKeys: Bool) { #expect(look(["Cookie": cookie]).hasKeys == hasKeys) }

    @Test("a clock says how far ahead it goes")
    func clock() {
        let moment = Timestamp(milliseconds: 1_795_983_718_123)
        #expect(moment.shown(.clock, goingAhead: .seconds(-60)).text.contains(" data-lead=\"-60000\">20:21:58<"))
    }

    @Test("every icon is in the sprite", arguments: Icon.allCases)
    func icons(icon: Icon) {
        #expect(SharedAssetsText.icons.contains("id=\"i-\(icon.rawValue)\""))
    }

    @Test("a moment is UTC, to the form that is asked for")
    func moment() {
        let moment = Timestamp(milliseconds: 1_795_983_718_123)
        #expect(
            moment.shown(.clock).text
                == "<time datetime=\"2026-11-29T20:21:58.123Z\" data-cut=\"11 19\">20:21:58</time>")
        #expect(moment.shown(.time).text.hasSuffix(">20:21</time>"))
        #expect(moment.shown(.fine).text.hasSuffix(">21:58.123</time>"))
    }
}

private enum SharedAssetsText {
    static let icons = Icon.sprite.text
}
