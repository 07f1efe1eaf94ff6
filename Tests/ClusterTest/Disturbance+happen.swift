import Glibc
import PostgresTesting
import PromiseTesting
import SeededTesting
import System

extension Disturbance {
    /// Does it, and undoes what does not pass by itself.
    func happen(to cluster: Cluster, _ random: inout SeededNumbers) async throws {
        let node = cluster.nodes.randomElement(using: &random) ?? cluster.nodes[0]
        switch self {
        case .killed: try await kill(node, of: cluster, &random)
        case .frozen:
            node.send(SIGSTOP)
            await cluster.pause(ClusterNode.leaseLength + .milliseconds(Int.random(in: 200...1500, using: &random)))
            node.send(SIGCONT)
        case .failover, .stalled: try await replacePrimary(of: cluster, &random)
        case .standby:
            try await cluster.blocking { $0.standby.freeze() }
            await cluster.pause(.milliseconds(Int.random(in: 1500...4000, using: &random)))
            try await cluster.blocking {
                $0.standby.thaw()
                try $0.untilSynchronous()
            }
        case .split: try await split(cluster, &random)
        case .cutOff: await cutOff(node, of: cluster, &random)
        case .refused: try await refuse(cluster, &random)
        case .rolling: try await replaceServers(of: cluster)
        }
    }

    private func kill(_ node: ClusterNode, of cluster: Cluster, _ random: inout SeededNumbers) async throws {
        node.send(SIGKILL)
        _ = await node.ending()
        await cluster.pause(.milliseconds(Int.random(in: 0...400, using: &random)))
        let order = Instant.allCases.filter { $0 != .random }.randomElement(using: &random)?.order(&random)
        try node.start(crashAt: order)
        // Where nobody comes by the place that it is to die at it dies at another.
        if await !node.ends(within: .seconds(3)) { node.send(SIGKILL) }
        guard let ending = await node.ending(), ending.wasKilled else {
            throw NotWell(description: "\(node.name) was to be killed and has ended by itself")
        }
        node.changeVersion()
        try node.start()
    }

    private func replacePrimary(of cluster: Cluster, _ random: inout SeededNumbers) async throws {
        if self == .stalled {
            try await cluster.blocking { $0.standby.freeze() }
            await cluster.pause(.milliseconds(500))
        }
        let (wait, isStrict) = (Int.random(in: 0...1000, using: &random), Bool.random(using: &random))
        try await cluster.blocking {
            $0.primary.kill()
            $0.standby.thaw()
        }
        await cluster.pause(.milliseconds(wait))
        try await cluster.blocking {
            try $0.failOver(strictly: isStrict)
            try $0.makeStandby()
        }
    }

    private func split(_ cluster: Cluster, _ random: inout SeededNumbers) async throws {
        let old = cluster.pair.primary
        let (wait, isStrict) = (Int.random(in: 0...1500, using: &random), Bool.random(using: &random))
        try await cluster.blocking { _ in old.freeze() }
        await cluster.pause(.milliseconds(wait))
        try await cluster.blocking { try $0.failOver(strictly: isStrict) }
        await cluster.pause(.milliseconds(Int.random(in: 0...1500, using: &random)))
        try await cluster.blocking { _ in old.thaw() }
        await cluster.pause(.milliseconds(Int.random(in: 500...1500, using: &random)))
        try await cluster.blocking {
            old.kill()
            try $0.makeStandby()
        }
    }

    private func cutOff(_ node: ClusterNode, of cluster: Cluster, _ random: inout SeededNumbers) async {
        let ways: [Set<CuttingProxy.Direction>] = [[.up, .down], [.up], [.down]]
        node.wall(ways.randomElement(using: &random) ?? [])
        await cluster.pause(.milliseconds(Int.random(in: 1000...6000, using: &random)))
        // What is late comes yet, or never.
        if Bool.random(using: &random) { node.cut() }
        node.wall([])
    }

    private func refuse(_ cluster: Cluster, _ random: inout SeededNumbers) async throws {
        let (role, seconds) = (PostgresPair.database, Double(Int.random(in: 1000...3000, using: &random)) / 1000)
        if Bool.random(using: &random) {
            try await cluster.blocking {
                try $0.primary.run("ALTER ROLE \(role) CONNECTION LIMIT 1")
                try $0.primary.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '\(role)'")
                try $0.primary.run("SELECT pg_sleep(\(seconds))")
                try $0.primary.run("ALTER ROLE \(role) CONNECTION LIMIT -1")
            }
        } else {
            try await cluster.blocking {
                try $0.primary.run(
                    """
                    BEGIN;
                    INSERT INTO queue (conv, app, turn, at)
                        SELECT conv, app, 0, 0 FROM (SELECT * FROM conversations ORDER BY random() LIMIT 5) AS c ORDER BY conv
                        ON CONFLICT (conv) DO UPDATE SET app = queue.app;
                    SELECT pg_sleep(\(seconds));
                    ROLLBACK;
                    """, in: role)
            }
        }
    }

    private func replaceServers(of cluster: Cluster) async throws {
        for node in cluster.nodes {
            node.send(SIGTERM)
            if await !node.ends(within: .seconds(15)) {
                node.send(SIGKILL)
                throw NotWell(description: "\(node.name) does not end when it is asked to")
            }
            guard let ending = await node.ending(), ending.isClean else {
                throw NotWell(description: "\(node.name) was asked to end, and has failed")
            }
            node.changeVersion()
            try node.start()
            try await cluster.untilWell()
        }
    }
}
