import JSON
import Router
import Text

extension SendDefaults {
    private static let recipients = ["touser", "toparty", "totag"]
    /// The types of message that know the mark.
    private static let safeTypes: Set = ["text", "image", "video", "file", "mpnews"]
    private static let translatedTypes: Set = [
        "text", "textcard", "news", "mpnews", "miniprogram_notice", "template_card",
    ]

    /// Puts the defaults behind the members of a message that does not have them.
    func filling(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        let names = Set(members.map(\.name))
        let type = members.first { $0.name == "msgtype" }?.value.string ?? ""
        var filled = fillingRecipients(of: members)
        if let safe, !names.contains("safe"), SendDefaults.safeTypes.contains(type) {  // short: names of a list
            filled.append(.init("safe", .integer(Int64(safe))))
        }
        if translatesIDs, SendDefaults.translatedTypes.contains(type),
            !names.contains("enable_id_trans")  // short: names of a list
        {
            filled.append(.init("enable_id_trans", 1))
        }
        return filled
    }

    /// The same of the recipients alone. A message to a group chat has all of its own.
    func fillingRecipients(of members: [JSONValue.Member]) -> [JSONValue.Member] {
        let names = Set(members.map(\.name))
        let isForChat = members.contains { $0.name.isSame(as: "chat") }
        guard !isForChat, fill == .each || names.isDisjoint(with: SendDefaults.recipients) else { return members }
        var filled = members
        for (name, value) in zip(SendDefaults.recipients, [users, parties, tags]) where !names.contains(name) {
            if let value { filled.append(.init(name, .string(value))) }
        }
        return filled
    }
}
