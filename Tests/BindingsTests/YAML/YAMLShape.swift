/// Configurations, real and hostile.
enum YAMLShape: String, CaseIterable, Sendable {
    case apps, elements, flowElements, flowMapping, keys, longKeys, duplicates, aliases, nested, oneScalar, comments

    /// About so many bytes; of `apps`, so many apps.
    func yaml(_ count: Int) -> [UInt8] {
        var text = ""
        var number = 0
        switch self {
        case .apps:
            text = "apps:\n"
            for app in 0..<count {
                text += """
                      - name: department-\(app)
                        corp: ww0123456789abcdef
                        agent_id: \(1_000_002 + app)
                        secret: 0123456789abcdefghijklmnopqrstuvwxyzABCDEFG
                        token: 0123456789abcdefghijklmnopqrstuv
                        aes_key: 0123456789abcdefghijklmnopqrstuvwxyzABCDEFG
                        agent: claude
                        allow: [zhangsan, lisi]
                        language: zh
                        timeout: 45m

                    """
            }
        case .oneScalar: text = "a: " + String(repeating: "x", count: count)
        case .comments: while text.utf8.count < count { text += "# a\n" }
        case .flowElements: text = "[" + String(repeating: "a,", count: count / 2) + "]"
        case .flowMapping: text = "{" + String(repeating: "a,", count: count / 2) + "}"
        case .elements: text = String(repeating: "- a\n", count: count / 4)
        case .duplicates: text = String(repeating: "a:\n", count: count / 3)
        case .aliases: text = "- &a x\n" + String(repeating: "- *a\n", count: count / 5)
        case .nested: text = String(repeating: String(repeating: "- ", count: 30) + "a\n", count: count / 62)
        case .keys:
            while text.utf8.count < count {
                text += "\(number):\n"
                number += 1
            }
        case .longKeys:
            while text.utf8.count < count {
                text += "a-key-of-length-\(number): value-of-length-\(number)\n"
                number += 1
            }
        }
        return Array(text.utf8)
    }
}
