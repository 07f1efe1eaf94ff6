import HTML
import JSON
import Pages
import Text

/// The other side of a job, a delivery or a session, as `/v1` names it: `corp:user`, `bot/<id>:user`, `corp:chat:<id>`.
struct Correspondent {
    let app: String
    let appKey: String
    /// The id of the person, or of the group chat.
    let id: String
    let isGroup: Bool
    /// The name with the corp or bot before it.
    let scoped: String

    init(of row: JSONValue) {
        app = row.text(of: "app")
        appKey = row.text(of: "app_key")
        scoped = row.text(of: "user")
        let own = scoped.cut(around: ":").map { String($0.behind) } ?? scoped
        let chat = own.after("chat:").map(String.init)
        isGroup = chat != nil
        id = chat ?? own
    }

    /// The address of what this person and the app have said to each other. A group's messages are not to be had apart from its app's.
    var conversation: String {
        isGroup
            ? "/admin/jobs" + query([("app", appKey)])
            : "/admin/conversations" + query([("app", appKey), ("user", id)])
    }

    func name(_ words: Language) -> HTML {
        (isGroup ? HTML(words("群 ", "group ")) : .empty) + tag(.bdi, .title(scoped)) { id }
    }

    /// Both sides, the person as a link.
    func line(_ words: Language) -> HTML {
        tag(.a, .href(conversation)) { name(words) } + HTML(" → ") + tag(.bdi, .title(appKey)) { app }
    }
}
