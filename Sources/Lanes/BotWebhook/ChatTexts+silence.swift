import Router
import Text

extension ChatTexts {
    /// True if nothing is said on such an occasion: then there is no stream to open.
    func isSilent(on notice: Notice.Kind) -> Bool {
        switch notice {
        case .refusal: !refused.hasWords
        case .tooMuch: !tooMuch.hasWords
        case .greeting, .tooOld: false
        }
    }
}
