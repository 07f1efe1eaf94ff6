import Lanes
import Lifecycle
import Router
import System
import Text
import WeCom

/// The bots that run in this process, as those who look after them see them.
struct LiveBots: Sendable {
    let sockets: BotSockets
    let records: BotRecords
    /// This process: the name of the node where several share the store, else its machine and its number.
    let owner: String

    init(sockets: BotSockets, records: BotRecords, node: String) {
        self.sockets = sockets
        self.records = records
        owner = sockets.ownership == nil ? LiveBots.processName : node
    }

    /// A bot that has heard nothing for so long though it should is deaf: those who write to it get no answer.
    private static let deafness = Duration.seconds(120)
    private static let mostNamed = 20

    /// The bots that are deaf, by the names that `serving` has for them.
    func deaf(_ serving: Serving) -> DeafBots {
        let now = sockets.clock.timestamp
        let wanted = sockets.statuses.filter { $0.value.isReady || $0.value.deafSince != nil }
        let deaf = wanted.filter { $0.value.deafSince.map { now.since($0) >= LiveBots.deafness } ?? false }
        let lines = deaf.map { id, status in
            let name = serving.app(.bot(id))?.name ?? id.text
            return "bot \(name) has heard nothing for two minutes: \(status.lastError ?? status.why)"
        }.sorted()
        let more = lines.count - LiveBots.mostNamed
        return DeafBots(
            lines: lines.prefix(LiveBots.mostNamed)
                + (more > 0 ? ["\(more) more bots have heard nothing for two minutes"] : []),
            areAll: !deaf.isEmpty && deaf.count == wanted.count && !serving.directory.isCalled)
    }

    private static var processName: String {
        let host = (try? readFile("/proc/sys/kernel/hostname", limit: 256)).map { String(decoding: $0, as: UTF8.self) }
        return "\((host ?? "").words.first.map(String.init) ?? "this machine"):\(Process.id)"
    }
}

/// The bots that have heard nothing for two minutes though they should.
struct DeafBots: Sendable {
    /// One for each, in words.
    let lines: [String]
    /// True if nothing else hears anything here: there is no app, no bot that WeCom calls, and no connection that has its bot.
    let areAll: Bool
}
