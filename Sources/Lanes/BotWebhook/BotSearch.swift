import Router
import System
import WeCom

/// Finds the bots whose token signed a callback that names none: those first to whom the last callbacks went.
///
/// Each token that is tried is a digest of the whole ciphertext. Who is found costs few of them and counts for nothing, so that
/// what bounds strangers holds up no bot that is in use.
final class BotSearch: Sendable {
    /// Tokens that signed, the last first.
    private let recent = Lock<[TokenGroup]>([])
    private let failures = RateLimit(perSecond: 20)

    /// The tokens that are tried on whatever comes; the others only while few callbacks are nobody's.
    static let alwaysTried = AppDirectory.maxTokensTried
    /// The bytes that the tokens tried on one callback may sign together.
    static let mostDigested = 16 << 20

    /// Returns those who share the token that signed it. There is no telling which of them is meant.
    func signers(
        of callback: Callback, in directory: AppDirectory
    ) throws(CallbackRefusal) -> (bots: [App], VerifiedCallback) {
        let recent = recent.withLock { $0 }
        var tried = 0
        for bot in recent.lazy.compactMap({ directory.calledBots(of: $0).first }) {
            if let found = try verify(callback, by: bot, &tried, directory) { return found }
        }
        let known = Set(recent)
        for bot in directory.calledBotOfEachToken where !(bot.keys.map { known.contains($0.tokenGroup) } ?? true) {
            if let found = try verify(callback, by: bot, &tried, directory) { return found }
        }
        _ = failures.allowsOne()
        throw .unopened(.wrongSignature, app: nil)
    }

    private func verify(
        _ callback: Callback, by bot: App, _ tried: inout Int, _ directory: AppDirectory
    ) throws(CallbackRefusal) -> (bots: [App], VerifiedCallback)? {
        guard tried < BotSearch.alwaysTried || !failures.isUsedUp() else {
            throw .notSearched("too many callbacks whose path names no bot are nobody's")
        }
        tried += 1
        guard tried * callback.encrypted.utf8.count <= BotSearch.mostDigested else {
            _ = failures.allowsOne()
            throw .notSearched("its path names no bot, and it is too large to be tried against all")
        }
        guard let keys = bot.keys, let verified = keys.verified(callback) else { return nil }
        note(keys.tokenGroup)
        return (directory.calledBots(of: keys.tokenGroup), verified)
    }

    private func note(_ token: TokenGroup) {
        recent.withLock { recent in
            guard recent.first != token else { return }
            recent.removeAll { $0 == token }
            recent.insert(token, at: 0)
            if recent.count > BotSearch.alwaysTried { recent.removeLast() }
        }
    }
}
