import Foundation
import Lifecycle
import PostgresTesting
import ProgramTesting
import PromiseTesting
import System

/// Three servers with HAProxy before them and two databases behind.
final class Cluster: Sendable {
    let scene: Scene
    let nodes: [ClusterNode]
    let pair: PostgresPair
    private let front: Front
    /// Ends all pauses.
    private let isOver = Signpost()

    /// The time in which all is well again after a disturbance.
    private static let patience = Duration.seconds(45)

    /// Starts all of it; the servers are reached at the first of the ports, and listen on the others.
    ///
    /// Where there is an older version they begin with that.
    init(
        in folder: String, ports: [Int], scene: Scene, older: String?, log: FileHandle, keeper: Keeper
    ) async throws {
        self.scene = scene
        let pair = try await onThread {
            Result { try PostgresPair(in: folder, log: log) { keeper.note($0, isThere: $1) } }
        }.get()
        self.pair = pair
        nodes = try zip(["alpha", "beta", "gamma"], ports.dropFirst()).map { name, port in
            try ClusterNode(name, port: port, in: folder, over: pair, older: older, log: log, keeper: keeper)
        }
        front = try Front(
            in: folder, port: ports[0], to: nodes.map { ($0.name, $0.port) }, log: log, keeper: keeper)
        for node in nodes {
            try scene.cast.writeConfiguration(
                in: node.folder, port: ports[0], api: scene.api, teller: scene.tellersURL,
                more: #"""
                    node: { name: "${NODE_NAME}" }
                    workers: { drain_timeout: 2s }
                    """#)
            try node.start()
        }
        try await untilWell()
    }

    /// Runs what blocks where it holds up nobody.
    func blocking(_ body: @escaping @Sendable (PostgresPair) throws -> Void) async throws {
        try await onThread { [pair] in Result { try body(pair) } }.get()
    }

    func pause(_ duration: Duration) async { _ = await isOver.isReached(within: duration) }

    /// Returns when every server would take callbacks.
    func untilWell() async throws {
        let deadline = MonotonicTime.now.advanced(by: Cluster.patience)
        for node in nodes {
            while await !node.isReady(scene.transport) {
                if await node.ends(within: .zero) { throw NotWell(description: "\(node.name) has ended") }
                guard MonotonicTime.now < deadline else {
                    throw NotWell(description: "\(node.name) does not become ready again")
                }
                await pause(.milliseconds(50))
            }
        }
    }

    /// The schema of the database, for people.
    func schema() async throws -> String {
        try await onThread { [pair] in
            Result {
                try pair.primary.run(
                    "SELECT format('%s (usable from %s on)', version, usable_from) FROM schema_version",
                    in: PostgresPair.database
                ).joined()
            }
        }.get()
    }

    /// Ends all of it; says how each server ended that was asked to.
    func close() async -> [(name: String, ending: RouterProcess.Ending?)] {
        isOver.reach()
        for node in nodes { node.send(SIGTERM) }
        var endings: [(name: String, ending: RouterProcess.Ending?)] = []
        for node in nodes {
            if await !node.ends(within: .seconds(20)) { node.send(SIGKILL) }
            endings.append((node.name, await node.ending()))
        }
        for node in nodes { node.closeLinks() }
        await onThread { [front, pair] in
            front.end()
            pair.kill()
        }
        return endings
    }
}

/// It does not come right again by itself.
struct NotWell: Error, CustomStringConvertible {
    let description: String
}
