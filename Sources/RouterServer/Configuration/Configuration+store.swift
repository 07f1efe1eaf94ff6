package import PostgreSQL
import System
package import WeCom

extension Configuration {
    /// The place of all that is durable.
    package struct Store: Sendable {
        package enum Location: Equatable, Sendable {
            /// A file; a path that is not absolute is beneath the working directory of the process.
            case sqlite(path: String)
            /// A database that several processes may share. `node` names this one's folder: the socket for commands, and files, lie
            /// beside that path.
            case postgres(url: Secret, node: String)
        }

        /// The times for which things of no more use are kept. Zero is without end.
        package struct Retention: Sendable, Equatable {
            package var jobs = Duration.seconds(30 * 24 * 3600)
            package var jobsMax = 1_000_000
            /// Files that people sent, and files on their way out.
            package var files = Duration.seconds(7 * 24 * 3600)
            /// Agents' memories and working directories, from their last use on.
            package var sessions = Duration.seconds(30 * 24 * 3600)

            package init() {}
        }

        package enum Synchronous: String, CaseIterable, Sendable {
            /// All that WeCom was told is received survives a power cut.
            case full
            /// It survives the process; a power cut may take the last messages.
            case normal
        }

        package var location = Location.sqlite(path: "data/router.db")

        /// The file; of a database elsewhere, what the files of this process lie beside.
        package var path: String {
            switch location {
            case .sqlite(let path): path
            case .postgres(_, let node): node
            }
        }

        /// True if there may be something stored, as far as can be told from here.
        var isThere: Bool {
            switch location {
            case .sqlite(let path): fileExists(path)
            case .postgres: true
            }
        }

        /// The store, for people.
        var shown: String {
            switch location {
            case .sqlite: "store \(absolutePath)"
            case .postgres: "store in PostgreSQL, files beside \(absolutePath)"
            }
        }

        /// The file, for somebody in another directory.
        var absolutePath: String {
            guard !path.hasPrefix("/"), let directory = try? realPath(".") else { return path }
            return directory + (directory == "/" ? "" : "/") + path
        }

        /// The file that keeps the name of this process, and of those that it was before.
        package var nodeFile: String {
            switch location {
            case .sqlite(let path): path + ".node"
            case .postgres(_, let node): node
            }
        }

        /// The socket of the server that has the file, for commands: beside it.
        package var controlSocket: String { folder + "control.sock" }

        /// The key to that socket, for as long as it is there.
        package var controlKey: String { folder + "control.key" }

        /// The directory of files on their way out: beside it, too.
        package var blobs: String { folder + "blobs" }

        /// The directory of files that people sent.
        package var attachments: String { folder + "attachments" }

        /// The directory of files that people sent and WeCom gives for minutes only, until their turns have them.
        package var received: String { folder + "received" }

        /// The directory in which agents' programs work, unless another is given.
        package var workspaces: String { folder + "work" }

        /// With a slash at its end, unless it is the working directory.
        private var folder: String { enclosingFolder(of: path) }

        /// Encrypts what is secret in a database: access tokens, which all processes over it then have in common.
        package var secretKey: Secret?
        /// The one before it, while it is changed.
        package var oldSecretKey: Secret?
        /// The number of connections to a database, for all tasks together.
        package var pool = 10
        /// The pooler between us and the database.
        package var pooler = DatabaseOptions.Pooler.none
        /// The way to the database without that pooler, on which processes hear each other.
        package var listenURL: Secret?
        package var synchronous = Synchronous.full
        /// With fewer bytes than these free on the disk no message is accepted.
        package var minFree = 256 << 20
        package var retention = Retention()

        package init() {}
    }
}

extension Configuration.Store {
    mutating func read(_ section: Section) {
        section.read("url", .store, into: &location)
        let place = section.reading.resolvedWhereItLies(path, section, "url", named: "a store")
        switch location {
        case .sqlite: location = .sqlite(path: place)
        case .postgres(let url, _): location = .postgres(url: url, node: place)
        }
        secretKey = section.secret("secret_key", .secretsKey)
        oldSecretKey = section.secret("secret_key_old", .secretsKey)
        section.read("pool", .count(DatabaseOptions.leastConnections...1000), into: &pool)
        section.read("pooler", .word(), into: &pooler)
        section.read("listen_url", .database, into: &listenURL)
        if listenURL != nil, pooler != .transaction {
            section.warn(
                "listen_url", "is of use with store.pooler: transaction: without it hints go through store.url")
        }
        section.read("synchronous", .word(), into: &synchronous)
        section.read("min_free", .size(atMost: 1 << 40), into: &minFree)
        section.section("retention") { retention.read($0) }
    }
}

extension Configuration.Store.Retention {
    /// WeCom knows a message again for four hours, and so must we; a day is the least that is of use to anybody.
    fileprivate mutating func read(_ section: Section) {
        let (day, year) = (Duration.seconds(24 * 3600), 366)
        section.read("jobs", .duration(atLeast: day, atMost: day * 10 * year), into: &jobs)
        section.read("jobs_max", .count(0...1_000_000_000), into: &jobsMax)
        section.read("files", .duration(atLeast: day, atMost: day * 10 * year), into: &files)
        section.read("sessions", .duration(atLeast: day, atMost: day * 10 * year), into: &sessions)
        if sessions == .zero {
            section.fault("sessions", "is 0: what agents remember for ever fills the disk; 1d or more")
        }
        if files == .zero { section.fault("files", "is 0: files that are kept for ever fill the disk; 1d or more") }
    }
}

extension Form where Value == Secret {
    /// The URL of a database, which may hold a password.
    fileprivate static var database: Form {
        Form(placeholder: Secret("")) { text in
            guard text.isDatabaseURL else {
                return .mismatch("is no URL of a database: write postgres://…, as store.url")
            }
            return text.databaseComplaint.map { .mismatch($0) } ?? .fits(Secret(text))
        }
    }
}

extension String {
    fileprivate var isDatabaseURL: Bool {
        ["postgres://", "postgresql://"].contains { utf8.starts(with: $0.utf8) }
    }

    /// The reason why libpq does not take it; nil if it does.
    fileprivate var databaseComplaint: String? {
        do throws(PostgresError) {
            _ = try Servers(self)
            return nil
        } catch {
            return error.message
        }
    }
}

extension Form where Value == Configuration.Store.Location {
    /// The text is never repeated: the URL of a database may hold a password.
    static var store: Form {
        Form(placeholder: .sqlite(path: "")) { text in
            if text.isDatabaseURL {
                return text.databaseComplaint.map { .mismatch($0) }
                    ?? .fits(.postgres(url: Secret(text), node: "data/node"))
            }
            guard text.hasPrefix("sqlite:") else {
                return .mismatch(
                    "is of an unknown kind: write sqlite: and the path of a file, as in sqlite:data/router.db, or postgres://"
                )
            }
            var path = text.dropFirst("sqlite:".count)
            if path.hasPrefix("///") { path = path.dropFirst(2) }
            guard !path.hasPrefix("//") else {
                return .mismatch("names a host: write sqlite:data/router.db, or sqlite:/data/router.db from the root")
            }
            guard !path.isEmpty, path != ":memory:", !path.hasSuffix("/") else {
                return .mismatch("names no file: what is accepted must be on disk, as in sqlite:data/router.db")
            }
            return .fits(.sqlite(path: String(path)))
        }
    }
}
