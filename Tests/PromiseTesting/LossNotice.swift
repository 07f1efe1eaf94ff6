/// The words by which a person is told of a picture that could not be had. A crash may have them said twice.
enum LossNotice {
    private static let text = "没能下载您发送的“图片”，这次的回答不会用到它。"

    /// The text below such words; nil where there are none.
    static func rest(of text: String) -> String? {
        guard text.hasPrefix(LossNotice.text) else { return nil }
        let below = String(text.dropFirst(LossNotice.text.count).drop(while: \.isWhitespace))
        return rest(of: below) ?? below
    }
}
