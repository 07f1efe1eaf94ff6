import Foundation
import HTTP
import HTTPClient
import PostgresTesting
import ProgramTesting
import PromiseTesting
import System

/// One of the servers, with its own ways to the database.
final class ClusterNode: Sendable {
    let name: String
    let port: Int
    /// Its own data lies here, and its configuration, which is the same everywhere.
    let folder: String
    private let links: [CuttingProxy]
    private let log: FileHandle
    private let keeper: Keeper
    private let server = Lock<RouterProcess?>(nil)
    /// The program of the version before; nil where there is this version alone.
    private let older: String?
    private let counted: Lock<Starts>

    /// Leases of turns, of what is sent, and of bots' connections last so many seconds.
    static let leaseLength = Duration.seconds(4)

    /// Where there is an older version it begins with that.
    init(
        _ name: String, port: Int, in folder: String, over pair: PostgresPair, older: String?, log: FileHandle,
        keeper: Keeper
    ) throws {
        self.older = older
        counted = Lock(Starts(isOlderNext: older != nil))
        (self.name, self.port, self.folder) = (name, port, "\(folder)/\(name)")
        (self.log, self.keeper) = (log, keeper)
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: false)
        links = try pair.members.map { try CuttingProxy(to: $0.folder) }
    }

    var environment: [String: String] {
        let database = PostgresPair.database
        let hosts = links.map(\.folder).joined(separator: ",")
        return [
            "WECOM_ROUTER_STORE_URL": "postgres:///\(database)?host=\(hosts)&user=\(database)&application_name=\(name)",
            "WECOM_ROUTER_STORE_SECRET_KEY": String(repeating: "QUFB", count: 10) + "QUE=",
            "WECOM_ROUTER_PORT": "\(port)", "NODE_NAME": name,
            "WECOM_ROUTER_LEASES": "\(ClusterNode.leaseLength.components.seconds)",
        ]
    }

    // MARK: Its process

    func start(crashAt: String? = nil) throws {
        let isOlder = counted.withLock { $0.begin() }
        let started = try RouterProcess(
            isOlder ? older : nil, in: folder, log: log, crashAt: crashAt, environment: environment)
        keeper.note(started.id, isThere: true)
        server.withLock { $0 = started }
    }

    /// Has it run the other version from its next start on, where there are two.
    func changeVersion() { if older != nil { counted.withLock { $0.isOlderNext.toggle() } } }

    var starts: Starts { counted.withLock { $0 } }

    func send(_ signal: Int32) { server.withLock { $0 }?.send(signal) }

    /// True if it has ended, or does so within that time.
    func ends(within time: Duration) async -> Bool { await server.withLock { $0 }?.ends(within: time) ?? true }

    /// Waits for its end.
    func ending() async -> RouterProcess.Ending? {
        guard let server = server.withLock({ $0 }) else { return nil }
        let ending = await server.ending()
        keeper.note(server.id, isThere: false)
        return ending
    }

    /// True if it would take callbacks.
    func isReady(_ transport: CurlTransport) async -> Bool {
        var options = HTTPRequestOptions()
        options.totalTimeout = .seconds(1)
        let answer = try? await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/ready"), options)
        return answer?.status == .ok
    }

    // MARK: Its ways to the database

    func wall(_ directions: Set<CuttingProxy.Direction>) { for link in links { link.wall(directions) } }

    func cut() { for link in links { link.cutAll() } }

    func closeLinks() { for link in links { link.close() } }
}
