import HTML
import HTTP
import JSON
import Observability
import Pages
import System
import Text
import WeCom

extension Admin {
    /// The page with the one field, and what it is sent to. A link with a code shows a button: opening it spends nothing, since
    /// chat clients fetch links to preview them.
    func login(_ request: HTTPRequest, _ keys: AdminKeys) -> HTTPResponse {
        switch request.method {
        case .get, .head:
            if session(of: request, keys) != nil { return .seeOther(Admin.back(request.queryFields["next"])) }
            return loginPage(request, request.queryFields)
        case .post: return signIn(request, keys)
        default: return .text(.methodNotAllowed, "GET or POST\n")
        }
    }

    /// The session that a request's cookie is of.
    func session(of request: HTTPRequest, _ keys: AdminKeys) -> Session? {
        let cookies = Cookies(request)
        return (cookies[Admin.cookie(isSecure: true)] ?? cookies[Admin.cookie(isSecure: false)])
            .flatMap { sessions.session(of: $0, keys) }
    }

    /// A page that was asked for comes behind the login.
    func toLogin(from request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return .text(.forbidden, "you are not signed in\n")
        }
        let isPage = request.target.utf8.count <= 1000 && request.target != Admin.base
        return .seeOther("/admin/login" + (isPage ? "?next=\(percentEncoded(request.target))" : ""))
    }

    func signOut(_ visit: Visit) -> HTTPResponse {
        sessions.end(visit.session)
        feed.end(session: visit.session.id, .signedOut)
        return .seeOther("/admin/login", cookies: [true, false].map { Admin.cookie("", isSecure: $0, seconds: 0) })
    }

    // MARK: Signing in

    private func signIn(_ request: HTTPRequest, _ keys: AdminKeys) -> HTTPResponse {
        let form = Form(request)
        let address = address(of: request)
        if let pause = failures.pause(of: address) {
            var response = loginPage(request, form, failed: .tooManyRequests)
            response.headers["Retry-After"] = String(max(1, pause.components.seconds + 1))
            return response
        }
        guard let (role, token) = opened(by: form, keys) else {
            failures.note(from: address)
            note(.login, nil, address, failure: "wrong token or code")
            return loginPage(request, form, failed: .forbidden)
        }
        // What a browser bore before is not taken over.
        if let earlier = session(of: request, keys) { sessions.end(earlier) }
        let cookie = sessions.begin(as: role, by: token, from: address)
        note(.login, role, address, failure: nil)
        let isSecure = Admin.isSecure(request)
        return .seeOther(
            Admin.back(form["next"]),
            cookies: [Admin.cookie(cookie, isSecure: isSecure, seconds: Int(Sessions.life.components.seconds))])
    }

    private func opened(by form: Form, _ keys: AdminKeys) -> (Role, Secret)? {
        if let code = form["code"], !code.isEmpty {
            guard codes.spend(code), let token = keys[.operating] else { return nil }
            return (.operating, token)
        }
        let token = Secret(form["token"] ?? "")
        return keys.role(of: token).map { ($0, token) }
    }

    private func note(_ act: AuditTrail.Act, _ role: Role?, _ address: String, failure: String?) {
        record(.init(at: now(), role: role, address: address, act: act, object: "", failure: failure))
    }

    /// The address that somebody comes from, as the audit and the limits have it.
    func address(of request: HTTPRequest) -> String { clients.client(of: request).map { "\($0)" } ?? "-" }

    // MARK: The cookie

    private static func cookie(isSecure: Bool) -> String { isSecure ? "__Secure-wr" : "wr" }

    private static func cookie(_ value: String, isSecure: Bool, seconds: Int) -> String {
        "\(cookie(isSecure: isSecure))=\(value); Path=/admin; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }

    /// True if the browser's end of it is TLS: a proxy says so. Whoever makes it up harms their own cookie alone.
    private static func isSecure(_ request: HTTPRequest) -> Bool {
        request.headers["X-Forwarded-Proto"]?.lowercasedASCII.isSame(as: "https") == true
    }

    // MARK: The page

    /// Tells nothing of the installation but its name, and the same of every failure.
    private func loginPage(_ request: HTTPRequest, _ fields: Form, failed: HTTPStatus? = nil) -> HTTPResponse {
        let look = Look(of: request)
        let words = look.language
        let code = failed == nil ? fields["code"] ?? "" : ""
        let page = Page(
            "wecom-router", in: look, style: AdminAssets.style, script: nil, favicon: AdminAssets.favicon,
            body: [.class("door")]
        ) {
            tag(.main, .class("pan")) {
                tag(.h1) { Admin.mark }
                if let failed { failure(failed, words) }
                tag(.form, .post, .action("/admin/login")) {
                    tag(.input, .type("hidden"), .name("next"), .value(Admin.back(fields["next"])))
                    if code.isEmpty {
                        // What keeps passwords wants a name beside each.
                        tag(
                            .input, .type("text"), .class("vh"), .name("name"), .value("wecom-router"), .tabindex(-1),
                            .ariaHidden, .plain(.autocomplete, "username"))
                        tag(.label, .for("token")) { words("令牌", "Token") }
                        tag(
                            .input, .type("password"), .id("token"), .name("token"), .required, .autofocus,
                            .plain(.autocomplete, "current-password"))
                        tag(.small) {
                            words(
                                "config.yaml 中的 management.token 或 management.read_token",
                                "management.token or management.read_token of config.yaml")
                        }
                    } else {
                        tag(.input, .type("hidden"), .name("code"), .value(code))
                        tag(.p) {
                            words("这个链接只能用一次，一分钟内有效。", "This link is good once, for a minute.")
                        }
                    }
                    tag(.button, .class("b", "p"), .type("submit")) { words("登录", "Sign in") }
                }
                languageForm(look, back: nil)
            }
        }
        return page.response(failed ?? .ok)
    }

    private func failure(_ status: HTTPStatus, _ words: Language) -> HTML {
        tag(.p, .class("band", "bad"), .role("alert")) {
            status == .tooManyRequests
                ? words("失败次数太多，一分钟后再试。", "Too many failures. Try again in a minute.")
                : words(
                    "没有登录：令牌不对，或链接已失效（wecom-router admin 再生成一个）。",
                    "Not signed in: the token is wrong, or the link is no longer good (wecom-router admin makes another)."
                )
        }
    }

    func languageForm(_ look: Look, back: String?) -> HTML {
        tag(.form, .post, .action("/admin/look"), .class("lang")) {
            tag(.input, .type("hidden"), .name("back"), .value(back ?? "/admin/login"))
            tag(
                .button, .class("b", "q"), .type("submit"), .name("lang"), .value(look.language.other.rawValue),
                .lang(look.language.other.tag)
            ) { look.language.other == .english ? "English" : "中文" }
        }
    }
}
