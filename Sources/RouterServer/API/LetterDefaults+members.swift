import JSON
import Router

extension LetterDefaults {
    private static let recipients = ["touser", "toparty", "totag"]
    /// The types of message that know the mark.
    private static let safeTypes: Set = ["text", "image", "video", "file", "mpnews"]
    private static let translatedTypes: Set = [
        "text", "textcard", "news", "mpnews", "miniprogram_notice", "template_card",
    ]

    /// The members of a message, and behind them what it leaves to the app to say.
    func filling(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        let names = Set(members.map(\.name))
        let type = members.first { $0.name == "msgtype" }?.value.string ?? ""
        var filled = members
        if names.isDisjoint(with: LetterDefaults.recipients) {
            for (name, value) in zip(LetterDefaults.recipients, [users, parties, tags]) {
                if let value { filled.append(.init(name, .string(value))) }
            }
        }
        if let safe, !names.contains("safe"), LetterDefaults.safeTypes.contains(type) {  // short: names of a list
            filled.append(.init("safe", .integer(Int64(safe))))
        }
        if translatesIDs, LetterDefaults.translatedTypes.contains(type),
            !names.contains("enable_id_trans")  // short: names of a list
        {
            filled.append(.init("enable_id_trans", 1))
        }
        return filled
    }
}
