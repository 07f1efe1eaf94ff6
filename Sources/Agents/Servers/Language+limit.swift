import Router

extension ChatTexts.Language {
    /// The note below an answer that a model had to end early.
    var noteOfLimit: String {
        self == .english
            ? "(The answer has reached its limit of length and ends here.)" : "（回答已达到长度上限，到此为止。）"
    }
}
