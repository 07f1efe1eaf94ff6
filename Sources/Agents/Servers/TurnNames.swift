import Text
import HTTP
import Router
import WeCom

extension Turn {
    /// The values that configured headers may ask for.
    var placeholders: [String: String] {
        [
            "session_key": conversation.description, "user": conversation.user?.folded ?? "", "job_id": "\(job)",
            "corp": conversation.app.corpID.text, "app": "\(conversation.app.agentID)",
        ]
    }

    /// Who asks, across corps and apps: `corp:app:user`.
    var scopedUser: String {
        let app = conversation.app
        return "\(app.corpID):\(app.agentID):\(conversation.user?.folded ?? "many")"
    }
}

extension HTTPHeaders {
    /// The kind of the body, without its parameters.
    var mediaType: String {
        (self["Content-Type"]?.pieces(atMost: 2) { $0 == UInt8(ascii: ";") })
            .map { String($0[0].withoutSpaceAround).lowercasedASCII } ?? ""
    }
}
