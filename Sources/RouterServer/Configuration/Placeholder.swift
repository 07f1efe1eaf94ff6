import Text

/// Values that stand in examples for what somebody has to copy.
enum Placeholder {
    /// The place in WeCom's console, or elsewhere, where the value of a key stands: of those keys that have one.
    private static let sources = [
        "corp_id": "copy the 企业ID from the console, 我的企业, 企业信息",
        "corp_secret": "copy the app's Secret from the console, 应用管理, the app",
        "agent_id": "copy the app's AgentId from the console, 应用管理, the app",
        "token": "copy the Token from the app's page in the console, 接收消息, 设置API接收",
        "old_token": "copy the Token from the app's page in the console, 接收消息, 设置API接收",
        "encoding_aes_key": "copy the EncodingAESKey from the app's page in the console, 接收消息, 设置API接收",
        "old_encoding_aes_key": "copy the EncodingAESKey from the app's page in the console, 接收消息, 设置API接收",
        "api_key": "write the key that the server wants, or leave it out",
        "secret": "write what the service holds as well, as `openssl rand -hex 32` makes it",
        "old_secret": "write the secret that is being replaced, or leave it out",
        "base_url": "write the server's address",
        "url": "write the service's address",
        "public_url": "write the address at which WeCom reaches this server",
        "api_base_url": "write the address, or leave it out for WeCom's",
    ]

    /// The complaint about the value of a key; nil for what may be one. It does not repeat the value.
    static func complaint(about text: String, for name: String) -> String? {
        let key = name.ends(with: "_file") ? String(name.dropLast(5)) : name
        let source =
            key.isSame(as: "management.token") ? "write 16 characters or more that nobody can guess" : sources[key]
        guard let source, stands(in: text) else { return nil }
        return "is a placeholder, as examples have it: \(source)"
    }

    private static func stands(in text: String) -> Bool {
        let text = text.lowercasedASCII
        // short: values longer than that are none
        guard text.utf8.count <= 200 else { return false }
        let words = [
            "changeme", "change-me", "change_me", "replaceme", "replace-me", "replace_me", "placeholder", "todo", "tbd",
        ]
        let beginnings = ["your-", "your_", "<", "你的", "请填", "填写"]
        let insides = ["…", "...", "//your-", "//your_", "-your-", "_your_", "//<"]
        return words.contains { text.isSame(as: $0) } || beginnings.contains { text.begins(with: $0) }
            || insides.contains { text.has($0) } || isOfOneMark(text)
    }

    /// `xxxx`, `ww****` and the like.
    private static func isOfOneMark(_ text: String) -> Bool {
        let rest = text.after("ww") ?? text[...]
        guard let mark = rest.utf8.first, rest.utf8.count >= 3, "x*".utf8.contains(mark) else { return false }
        return rest.utf8.allSatisfy { $0 == mark }
    }
}
