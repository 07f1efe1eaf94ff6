import HTTP
import HTTPClient
import JSON
import Lifecycle
import PostgreSQL
import PostgresTesting
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import WeCom

@testable import RouterServer

/// Several servers over one PostgreSQL database, and the simulated WeCom that all of them talk to.
struct NodesWorld: Sendable {
    struct Node: Sendable {
        let name: String
        let router: RunningRouter
        let api: ProgrammingInterface

        func stop() async throws {
            router.stop()
            try await router.ended()
        }
    }

    /// The way of the servers to their database.
    enum Way: CaseIterable, Sendable {
        /// Each hears at once what others have to say.
        case direct
        /// Behind a pooler that lets nothing be heard, and by transactions of the strongest kind: as with engines that know neither
        /// notifications nor any other kind.
        case unheard

        static var available: [Way] { PgBouncer.isAvailable ? allCases : [.direct] }
    }

    let world: LoopbackWorld
    let nodes: [Node]
    let server: PostgresServer
    let schema: String
    let way: Way

    /// Lends servers of these names, each with the agents that `agents` makes for it.
    static func with(
        _ names: [String], over way: Way = .direct,
        agents: (String) -> [String: AgentSetup] = { _ in ["echo": AgentSetup(ScriptedAgent())] },
        adjust: (inout Configuration) -> Void = { _ in }, change: (inout LoopbackWorld) -> Void = { _ in },
        before: (PostgresServer, String) async throws -> Void = { _, _ in },
        _ body: (NodesWorld) async throws -> Void
    ) async throws {
        let server = try PostgresServer.shared
        // Through the pooler a database has the place of a schema.
        let schema = way == .direct ? try server.makeSchema() : try server.makeDatabase()
        let url = way == .direct ? server.url(schema: schema) : try PgBouncer.shared.url(database: schema)
        let client = CurlTransport()
        try await withWorld(adjust: {
            $0.management.token = Secret(ProgrammingInterface.token)
            if way == .unheard { $0.store.pooler = .transaction }
            adjust(&$0)
        }) { world in
            var world = world
            if way == .unheard { world.isolation = .serializable }
            change(&world)
            var nodes: [Node] = []
            try await before(server, schema)
            for name in names {
                let router = try await world.node(name, over: url)
                    .startRouter(setups: agents(name))
                nodes.append(
                    Node(
                        name: name, router: router,
                        api: ProgrammingInterface(client: client, port: router.managementPort)))
            }
            let all = NodesWorld(world: world, nodes: nodes, server: server, schema: schema, way: way)
            try await attempt {
                try await body(all)
            } finally: {
                for node in all.nodes { try await node.stop() }
                await client.close()
            }
        }
    }

    /// Runs a statement in the database that they share; what it says, a line for each row.
    @discardableResult
    func run(_ sql: String) throws -> [String] {
        switch way {
        case .direct: try server.run("SET search_path = \(schema); \(sql)")
        case .unheard: try server.run(sql, in: schema)
        }
    }

    subscript(_ index: Int) -> Node { nodes[index] }

    /// Has WeCom's callbacks of apps go to that server from now on.
    func callbacks(to node: Node) {
        for app in world.apps { world.wecom.setCallbackURL(node.router.callbackURL, of: app) }
        for (bot, fake) in zip(world.configuration.bots.filter { $0.webhook != nil }, world.bots) {
            world.wecom.setCallbackURL(
                "http://127.0.0.1:\(node.router.port)\(world.configuration.server.botPath)/\(bot.name)", of: fake)
        }
    }

    /// Returns what a server tells of a bot once `condition` holds of it.
    @discardableResult
    func bot(
        _ name: String, at node: Node, when condition: (ProgrammingInterface.Answer) -> Bool
    ) async throws
        -> ProgrammingInterface.Answer
    {
        while true {
            let answer = try await node.api(.get, "/bots/\(name)")
            if condition(answer) { return answer }
            try Task.checkCancellation()
            await beforeLookingAgain()
        }
    }
}

extension LoopbackWorld {
    /// The same for a server of that name.
    fileprivate func node(_ name: String, over url: String) -> LoopbackWorld {
        var world = self
        world.configuration.node.name = name
        world.configuration.store.location = .postgres(url: Secret(url), node: "\(directory)/\(name)/node")
        return world
    }
}

extension ProgrammingInterface.Answer {
    var owner: String? { json["owner"]?.string }
}
