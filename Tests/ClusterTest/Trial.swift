import Foundation
import Lifecycle
import Observability
import PostgresTesting
import ProgramTesting
import PromiseTesting
import SeededTesting
import Simulator
import System
import WeCom

/// The whole of it: WeCom and the people are played here; servers, databases and HAProxy are real.
struct Trial {
    private let options: Options

    init(_ options: Options) { self.options = options }

    /// The time in which what is left at the end has to be answered.
    private static let patience = Duration.seconds(60)
    /// The time before the first disturbance, and between two.
    private static let (calm, pause) = (Duration.seconds(4), Duration.milliseconds(500))

    /// Prints what was found. True if every promise was kept.
    func run() async throws -> Bool {
        StandardOutput.write("seed \(options.seed), \(options.description)\n")
        let began = MonotonicTime.now
        var random = SeededNumbers(seed: options.seed)
        let folder = "/tmp/wecom-router-cluster-\(UUID().uuidString.prefix(8))"
        // PostgreSQL does not run as root, and has to come to its own folders in this one.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let keeper = try Keeper(of: folder)
        // The keeper ends all that was begun.
        try Signals.onArrival { _ in Process.exitNow(130) }
        let loop = try EventLoop(named: "wecom")
        let log = Logger(to: .standardError(format: .text), level: .error)
        var ports: [Int] = []
        for _ in 0..<4 { ports.append(try await freePort(on: loop, log, using: &random)) }
        let cast = try Cast(people: options.people, port: ports[0])
        let scene = try await Scene(cast, takingUpTo: .milliseconds(300), on: loop, log: log)
        let sockets = SocketWatch(scene.wecom.sockets.record)
        do {
            let cluster = try await Cluster(
                in: folder, ports: ports, scene: scene, older: options.older, log: try logFile(in: folder),
                keeper: keeper)
            let verdict = try await verdict(on: cluster, sockets, &random, began)
            if !verdict.isFlawless { tellOf(folder, keeper) }
            await scene.close()
            keeper.finish()
            return verdict.isFlawless
        } catch {
            tellOf(folder, keeper)
            await scene.close()
            throw error
        }
    }

    private func tellOf(_ folder: String, _ keeper: Keeper) {
        keeper.keepFolder()
        StandardOutput.write("the databases and the servers' log are in \(folder)\n")
    }

    /// Has all of it happen, and prints what came of it.
    private func verdict(
        on cluster: Cluster, _ sockets: SocketWatch, _ random: inout SeededNumbers, _ began: MonotonicTime
    ) async throws -> Verdict {
        let scene = cluster.scene
        var history = try await play(cluster, &random)
        let left = try await untilNothingIsLeft(cluster)
        let leases = try await onThread { Result { try LeaseWatch.findings(in: cluster.pair.primary) } }.get()
        history.claims = leases.claims
        let environment = cluster.nodes[0].environment
        let givenUp = try await GivenUp.jobs(in: cluster.nodes[0].folder, environment: environment)
        history.endings = await cluster.close()
        var verdict = Verdict(scene, troubles: history.troubles, givenUp: givenUp)
        verdict.judge(history, left: left, outbid: leases.breaches, sockets: sockets, givenUp: Set(givenUp.keys), scene)
        StandardOutput.write(verdict.table(history, sockets, scene, took: MonotonicTime.now.since(began)))
        return verdict
    }

    private func play(_ cluster: Cluster, _ random: inout SeededNumbers) async throws -> History {
        let scene = cluster.scene
        var history = History()
        let following = Task { await scene.ledger.follow(scene.wecom, scene.cast) }
        var manners = Manners()
        manners.patiences = [.milliseconds(400), .seconds(2), .seconds(5)]
        manners.longestPause = .milliseconds(800)
        manners.askingInterval = .milliseconds(200)
        let people = Task { [seed = random.next()] in await scene.letPeopleTalk(manners, seed: seed) }
        let figures = try await figures(of: cluster)
        await cluster.pause(Trial.calm)
        history.cost = try await self.figures(of: cluster).line(since: figures)
        try await cluster.blocking { try LeaseWatch.begin(in: $0.primary) }
        let schema = try await cluster.schema()
        try await disturb(cluster, &history, &random)
        if options.older != nil { history.versions = try await versions(of: cluster, since: schema) }
        scene.ledger.close()
        await people.value
        scene.ledger.settle()
        _ = await scene.ledger.isSettled.isReached(within: Trial.patience)
        following.cancel()
        await following.value
        return history
    }

    private func versions(of cluster: Cluster, since schema: String) async throws -> String {
        let starts = cluster.nodes.reduce(into: Starts()) { $0.add($1.starts) }
        return
            "servers of the version before were started \(starts.older) times, of this one \(starts.ours) times; the schema was \(schema) and is \(try await cluster.schema())"
    }

    /// The rounds. One after which not all is well again is the last.
    private func disturb(_ cluster: Cluster, _ history: inout History, _ random: inout SeededNumbers) async throws {
        let (plan, end) = (options.plan(&random), options.end(from: .now))
        for (number, disturbance) in plan.enumerated() {
            if let end, end <= .now { return }
            let began = MonotonicTime.now
            do {
                try await disturbance.happen(to: cluster, &random)
                try await cluster.untilWell()
            } catch {
                history.failures.append("round \(number + 1), \(disturbance.name): \(error)")
            }
            history.add(disturbance, from: began)
            if !history.failures.isEmpty { return }
            StandardError.write(
                "round \(number + 1): \(disturbance.name), \(MonotonicTime.now.since(began).short), \(cluster.scene.ledger.counts.acknowledged) accepted\n"
            )
            // WeCom may take back tokens at any time.
            if Int.random(in: 0..<4, using: &random) == 0 {
                cluster.scene.wecom.revokeTokens()
                history.revocations += 1
            }
            await cluster.pause(Trial.pause)
        }
    }

    /// Waits for what goes on behind the last answer. Returns what is left all the same.
    private func untilNothingIsLeft(_ cluster: Cluster) async throws -> [String] {
        let deadline = MonotonicTime.now.advanced(by: .seconds(10))
        while true {
            let left = try await onThread { Result { try Leftovers.find(in: cluster.pair.primary) } }.get()
            if left.isEmpty || deadline <= .now { return left }
            await cluster.pause(.milliseconds(200))
        }
    }

    private func figures(of cluster: Cluster) async throws -> Figures {
        try await onThread { Result { try Figures(of: cluster.pair.primary, cluster.scene.ledger) } }.get()
    }

    private func logFile(in folder: String) throws -> FileHandle {
        let path = "\(folder)/log"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
