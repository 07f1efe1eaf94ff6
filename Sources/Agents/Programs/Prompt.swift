import Router

extension Turn {
    /// The prompt of an agent whose session goes on: what the person wrote, and whether an earlier run broke off.
    var prompt: String {
        guard resumes else { return text }
        switch language {
        case .chinese: return "上一轮因服务重启中断，请从中断处继续；已完成的步骤不要重复。\n\n原消息：\(text)"
        case .english:
            return
                "The last turn was interrupted by a restart of the service. Go on from where it stopped; do not repeat"
                + " steps that are done.\n\nThe original message: \(text)"
        }
    }
}
