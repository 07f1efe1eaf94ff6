import HTTP
import JSON
import WeCom

extension FakeAPI {
    /// True if a request is made by an app, or concerns a person, that faults were ordered for.
    func isAbout(_ scope: Faults.Scope, _ request: HTTPRequest) -> Bool {
        if let app = scope.app, caller(of: request) != app { return false }
        if let corp = scope.corp, caller(of: request)?.corpID != corp { return false }
        guard let user = scope.user else { return true }
        return users(in: request).contains(user)
    }

    /// The app that makes a request, by the token or the secret that it carries.
    func caller(of request: HTTPRequest) -> FakeApp.Identity? {
        let asking = try? tokens.app(of: request.query).identity
        return asking ?? tokens.owner(ofSecretIn: request.query)?.identity
    }

    /// The people whom a request names.
    func users(in request: HTTPRequest) -> [UserID] {
        if let user = request.query["userid"] { return [UserID(user)] }
        guard let json = try? JSONValue(parsing: request.body) else { return [] }
        let named = json["touser"]?.string?.split(separator: "|").map(String.init) ?? []
        let listed = json["userids"]?.array?.compactMap(\.string) ?? []
        let recalled = json["msgid"]?.string.flatMap { transcript.message($0) }?.recipients ?? []
        return (named + listed).map { UserID($0) } + recalled
    }
}
