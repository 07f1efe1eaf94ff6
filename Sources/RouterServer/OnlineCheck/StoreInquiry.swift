import Router
import System

/// Measures how long the disk of the store takes to make something durable: each message waits for that before WeCom is told
/// that it was received.
struct StoreInquiry: Sendable {
    private let folder: String
    private let place: Place?
    private let say: ChatTexts.Language

    /// Nil where the store is no file, or is made at the first start.
    init?(_ configuration: Configuration, in language: ChatTexts.Language) {
        guard case .sqlite(let path) = configuration.store.location, fileExists(path) else { return nil }
        folder = enclosingFolder(of: path)
        place = configuration.places["store.url"]
        say = language
    }

    private static let tries = 5
    private static let blockSize = 4096
    /// The time from which on people notice.
    private static let slow = Duration.milliseconds(50)

    func report() async -> PartReport {
        do {
            let times = try await BlockingThreads.disk.run { try syncTimes() }.sorted()
            let median = times[times.count / 2]
            guard median > Self.slow else {
                return PartReport(
                    goodNews: say("存储：磁盘同步一次 \(median.short)", "store: its disk syncs in \(median.short)"))
            }
            var finding = OnlineFinding(
                say(
                    "磁盘同步一次要 \(median.short)，每条消息都要等它",
                    "the disk takes \(median.short) to sync, and each message waits for that"),
                advice: say(
                    "把存储放到本机的磁盘上，不要用网络盘或慢盘",
                    "put the store on a local disk, rather than a network's or a slow one"))
            finding.severity = .warning
            return report(finding)
        } catch {
            return report(
                OnlineFinding(
                    say("存储旁边写不了文件", "nothing can be made durable beside the store")
                        + " (\(printable("\(error)", most: 300)))",
                    advice: say(
                        "腾出空间，或把目录交给运行服务的用户", "make room, or give the directory to the user that serves")))
        }
    }

    private func report(_ finding: OnlineFinding) -> PartReport {
        var finding = finding
        (finding.key, finding.place) = ("store.url", place)
        return PartReport(findings: [finding])
    }

    private func syncTimes() throws(FileError) -> [Duration] {
        let file = try NewFile("\(folder).check-\(Process.id)")
        defer { file.remove() }
        var times: [Duration] = []
        for _ in 1...Self.tries {
            try file.append([UInt8](repeating: 0, count: Self.blockSize))
            let began = MonotonicTime.now
            try file.sync()
            times.append(MonotonicTime.now.since(began))
        }
        return times
    }
}
