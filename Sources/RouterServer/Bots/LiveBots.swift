import Lanes
import Router
import System
import Text
import WeCom

/// The bots that run in this process, as those who look after them see them.
struct LiveBots: Sendable {
    let sockets: BotSockets
    let records: BotRecords
    /// This process, by its machine and its number.
    let owner = LiveBots.processName

    /// A bot that has heard nothing for so long though it should is deaf: those who write to it get no answer.
    private static let deafness = Duration.seconds(120)
    private static let mostNamed = 20

    /// A line for each bot that is deaf, as `serving` calls it.
    func complaints(_ serving: Serving) -> [String] {
        let deaf = sockets.deaf(for: LiveBots.deafness).map { id, reason in
            "bot \(serving.app(.bot(id))?.name ?? id.text) has heard nothing for two minutes: \(reason)"
        }.sorted()
        let more = deaf.count - LiveBots.mostNamed
        return deaf.prefix(LiveBots.mostNamed)
            + (more > 0 ? ["\(more) more bots have heard nothing for two minutes"] : [])
    }

    private static var processName: String {
        let host = (try? readFile("/proc/sys/kernel/hostname", limit: 256)).map { String(decoding: $0, as: UTF8.self) }
        return "\((host ?? "").words.first.map(String.init) ?? "this machine"):\(Process.id)"
    }
}
