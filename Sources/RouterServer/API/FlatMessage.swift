import JSON
import Text
import WeCom

/// The members of a message in WeCom's form, in which what belongs to a type stands under the type's name. A flat one has
/// it beside the recipients, as in `{"touser": "zhangsan", "content": "hi"}`; if it does not say its type, it is a text.
func nested(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
    func has(_ name: String) -> Bool { members.contains { $0.name.isSame(as: name) } }
    guard !has("upload") else { return members }
    let type: String
    if let written = members.first(where: { $0.name.isSame(as: "msgtype") }) {
        guard let name = written.value.string, OutboundMessage.types.contains(where: { $0.isSame(as: name) }) else {
            return members
        }
        type = name
    } else {
        guard has("content") || has("text") else { return members }
        type = "text"
    }
    let envelope = members.filter { member in OutboundMessage.envelope.contains { $0.isSame(as: member.name) } }
    let typed = has("msgtype") ? envelope : envelope + [.init("msgtype", .string(type))]
    // What stands beside the type's own object is for whoever reads the message to refuse.
    let rest = members.filter { member in !envelope.contains { $0.name.isSame(as: member.name) } }
    if has(type) || rest.isEmpty { return typed + rest }
    return typed + [.init(type, .object(rest))]
}
