import Router
import Text

extension CommandContext {
    /// The language that `--lang` or the environment asks for.
    func language(_ options: Options) throws -> ChatTexts.Language {
        if let named = options.value("--lang") {
            guard let language = ChatTexts.Language(rawValue: named) else {
                throw UsageError("--lang takes zh-CN or en, not \(shown(named)).")
            }
            return language
        }
        let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return wanted.map { $0.begins(withAnyCaseOf: "zh") } == true ? .chinese : .english
    }
}
