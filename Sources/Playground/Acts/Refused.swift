import HTML
import HTTP
import Pages
import Text

/// The reason why something was not done, for the person who asked for it.
struct Refused: Error {
    let chinese: String
    let english: String

    init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// The words alone for the page's script; without script a page that says them and leads back.
    func answer(_ status: HTTPStatus, to request: HTTPRequest, back: String) -> HTTPResponse {
        let look = Look(of: request)
        let reason = look.language(chinese, english)
        if request.isFromScript { return .text(status, reason) }
        let page = Page(
            reason, in: look, style: PlaygroundAssets.style, script: nil, favicon: PlaygroundAssets.favicon
        ) {
            tag(.main, .class("refused")) {
                tag(.h1) { look.language("没有做", "Not done") }
                tag(.p) { reason }
                tag(.a, .class("b"), .href(back)) { look.language("返回演练场", "Back to the playground") }
            }
        }
        return page.response(status)
    }

    /// The answer to a request whose body is not read, since it is too large; nil of any other.
    static func answer(_ status: HTTPStatus, to request: HTTPRequest) -> HTTPResponse? {
        guard status == .contentTooLarge, Doorkeeper.loopback.refusal(of: request) == nil else { return nil }
        return Refused("文件合计超过 20 MB，没有发送", "the files are larger than 20 MB together: nothing was sent")
            .answer(status, to: request, back: "/")
    }
}

extension HTTPRequest {
    /// True if the page's script asks, which puts what it gets into the page.
    var isFromScript: Bool { headers["Accept"]?.has("part=1") == true }
}
