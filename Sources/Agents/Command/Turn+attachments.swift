import Router
import Text

extension Turn {
    /// The prompt, with the places of what was sent along beneath it.
    func prompt(naming attachments: [Attachment]) -> String {
        guard !attachments.isEmpty else { return prompt }
        let title = language == .chinese ? "附件：" : "Attached files:"
        let list = attachments.map { "- \($0.path) (\($0.kind.rawValue), \($0.contentType))" }
        let files = ([title] + list).joined(separator: "\n")
        return prompt.hasWords ? "\(prompt)\n\n\(files)" : files
    }
}

extension Attachment {
    /// True for pictures of a kind that models take in.
    var isPicture: Bool { ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(contentType) }
}
