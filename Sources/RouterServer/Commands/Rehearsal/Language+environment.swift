import Router
import Simulator
import Text

extension ChatTexts.Language {
    /// The language of whoever sits at this terminal: Chinese where their environment names none, or nothing but `C`, and English
    /// where it names another.
    init(_ environment: [String: String]) {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        let place = named.pieces { $0 == UInt8(ascii: ".") }.first.map(String.init) ?? named
        let isUnnamed = place.isSame(as: "C") || place.isSame(as: "POSIX")
        self = isUnnamed || place.begins(withAnyCaseOf: "zh") ? .chinese : .english
    }

    /// The same for what the simulated WeCom shows.
    var ofWorld: World.Language { self == .chinese ? .chinese : .english }
}
