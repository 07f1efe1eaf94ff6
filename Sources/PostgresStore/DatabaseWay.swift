package import PostgreSQL

/// The way to a database as it was asked for.
package struct DatabaseWay: Sendable {
    /// The connections of one process.
    package var connections: Int
    package var pooler: DatabaseOptions.Pooler
    /// False where hints of other processes do not get through.
    package var hears: Bool
    /// The servers, or their addresses, whose answers nobody verifies.
    package var unverified: [String]
    package var sslMode: String

    package init(
        connections: Int = 10, pooler: DatabaseOptions.Pooler = .none, hears: Bool = true, unverified: [String] = [],
        sslMode: String = "prefer"
    ) {
        self.connections = connections
        self.pooler = pooler
        self.hears = hears
        self.unverified = unverified
        self.sslMode = sslMode
    }

    package init(to servers: Servers, _ options: DatabaseOptions) {
        let both = [servers, options.hintServers].compactMap { $0?.unverified }
        self.init(
            connections: options.count, pooler: options.pooler, hears: options.hears, unverified: both.flatMap(\.names),
            sslMode: both.first { !$0.names.isEmpty }?.mode ?? "")
    }
}
