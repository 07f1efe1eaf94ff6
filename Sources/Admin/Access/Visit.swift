import HTML
import HTTP
import JSON
import Pages
import System
import Text

/// Somebody who has signed in, with what they ask for.
struct Visit: Sendable {
    let request: HTTPRequest
    let session: Session
    let look: Look
    let admin: Admin
    let now: Timestamp
    let fields: Form
    /// True where an open page asks for its content alone.
    let isPart: Bool

    init(_ request: HTTPRequest, _ session: Session, at admin: Admin, isPart: Bool = false) {
        self.isPart = isPart
        self.request = request
        self.session = session
        self.admin = admin
        look = Look(of: request)
        now = admin.now()
        fields = request.method == .post ? Form(request) : request.queryFields
    }

    var words: Language { look.language }
    var operates: Bool { session.role == .operating }
    var showsTexts: Bool { session.showsTexts }
    var interface: Interface { admin.interface }

    /// The value of a field that was filled in.
    func field(_ name: String) -> String? {
        let value = fields[name].map { String($0.withoutSpaceAround) }
        return value?.isEmpty == false ? value : nil
    }

    /// A form of one button that posts to `path` and comes back to this page.
    ///
    /// The fields of it are the caller's; a viewer sees the button disabled, with the reason.
    func form(
        to path: String, _ label: String, icon: Icon? = nil, style: String = "",
        fields: KeyValuePairs<String, String> = [:],
        needsOperator: Bool = true, back: String? = nil
    ) -> HTML {
        guard operates || !needsOperator else {
            return tag(.button, .class("b", style), .type("button"), .disabled, .title(onlyOperators)) {
                icon?.drawn(.small)
                tag(.span) { label }
            }
        }
        return tag(.form, .post, .action(path)) {
            hidden("form", admin.sessions.formToken(of: session, to: path))
            hidden("back", back ?? request.target)
            for (name, value) in fields { hidden(name, value) }
            tag(.button, .class("b", style), .type("submit")) {
                icon?.drawn(.small)
                tag(.span) { label }
            }
        }
    }

    /// The same behind a question: nothing is done before it is answered.
    func asking(
        _ question: String, _ label: String, icon: Icon, to path: String, fields: KeyValuePairs<String, String> = [:],
        back: String? = nil
    ) -> HTML {
        guard operates else { return form(to: path, label, icon: icon) }
        return tag(.details, .class("ask"), .id("ask\(path)")) {
            tag(.summary, .class("b d"), .id("do\(path)")) {
                icon.drawn(.small)
                tag(.span) { label }
            }
            tag(.div, .class("pan")) {
                tag(.p) { question }
                form(to: path, label, icon: icon, style: "d", fields: fields, back: back)
            }
        }
    }

    var onlyOperators: String { words("只读身份不能操作", "viewers change nothing: sign in with management.token") }

    private func hidden(_ name: String, _ value: String) -> HTML {
        tag(.input, .type("hidden"), .name(name), .value(value))
    }
}

extension HTTPRequest {
    /// The fields of a form that was sent in the address, where a `+` is a space as in a body.
    var queryFields: Form {
        Form(HTTPRequest(.get, "", body: Array(target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst())))
    }
}
