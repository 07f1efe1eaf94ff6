import HTTP
import Router
import Text
import WeCom

extension Turn {
    /// The values that configured headers may ask for.
    var placeholders: [String: String] {
        [
            "session_key": sessionKey.description, "user": user?.folded ?? "", "job_id": "\(job)",
            "corp": conversation.endpoint.app?.corpID.text ?? "",
            "app": conversation.endpoint.app?.agentID.description ?? "",
            "bot": conversation.endpoint.bot?.text ?? "", "chat": conversation.chat?.text ?? "",
        ]
    }

    /// The name of the person who asks, across corps, apps and bots: `corp:app:user`, `bot:<id>:user`.
    var scopedUser: String {
        let user = user?.folded ?? "many"
        return switch conversation.endpoint {
        case .app(let app): "\(app.corpID):\(app.agentID):\(user)"
        case .bot(let bot): "bot:\(bot):\(user)"
        }
    }
}

extension HTTPHeaders {
    /// The kind of the body, without its parameters.
    var mediaType: String {
        (self["Content-Type"]?.pieces(atMost: 2) { $0 == UInt8(ascii: ";") })
            .map { String($0[0].withoutSpaceAround).lowercasedASCII } ?? ""
    }
}
