import Router
import SQLiteStore
import System
import WeCom

/// A store with jobs in it that nobody has begun.
enum WaitingJobs {
    private static let writers = 256

    static func run(_ arguments: inout Arguments) async throws {
        let count = try arguments.count()
        guard let path = arguments.next() else { throw Usage() }
        let app = try Estate(apps: 1).directory().apps[0]
        let traffic = Traffic(apps: try Estate(apps: 1).played())
        let store = try await SQLiteStore(at: path, serving: [app.endpoint])
        let work = Wakeup()
        let intake = Intake(
            store: store, work: work, outbox: work, cancellations: work, turns: RunningTurns(), files: SentFileQueue())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for number in stride(from: writer, to: count, by: writers) {
                        _ = try await intake.accept(traffic.message(number), document: [], from: app)
                    }
                }
            }
            try await group.waitForAll()
        }
        await store.close()
    }
}
