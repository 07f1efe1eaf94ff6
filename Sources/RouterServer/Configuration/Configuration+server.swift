package import HTTP
package import Observability
import Router
package import WeCom

extension Configuration {
    /// The public listener, which WeCom reaches.
    package struct Server: Sendable {
        package var host = "0.0.0.0"
        package var port = 8645
        package var path = "/wecom/callback"
        /// The path of AI bots' callbacks, and the beginning of each bot's own.
        package var botPath: String { "/wecom/bot" }
        /// The URL at which WeCom and agents see us, without a slash at the end.
        package var publicURL: String?
        /// Older messages are replays; zero takes any age.
        package var maxMessageAge = Duration.seconds(24 * 3600)
        /// The proxies that are believed when they say whom they speak for.
        package var trustedProxies = IPNetwork.loopback + IPNetwork.private
        /// The addresses that WeCom calls from; nobody there is held back for what others sent.
        package var wecomAddresses: [IPNetwork] = []
        /// The addresses that callbacks may come from; none is any.
        package var allowedSources: [IPNetwork] = []

        package init() {}
    }

    /// The listener for operators and their tools.
    package struct Management: Sendable {
        package var host = "127.0.0.1"
        package var port = 8646
        /// The names, besides its own, by which others ask for it. In lower case.
        package var allowedHosts: [String] = []
        /// Opens the admin pages and `/v1/…`; without it they are off.
        package var token: Secret?
        /// Opens the admin pages to those who look and change nothing.
        package var readToken: Secret?
        /// Asks WeCom for every app's token once, after the start.
        package var checksCredentials = true

        package init() {}
    }

    /// This process among those that share a database.
    package struct Node: Sendable {
        /// The name for people; nil for the machine's, with something behind it that stays.
        package var name: String?

        package init() {}
    }

    package struct Workers: Sendable {
        package var concurrency = 64
        /// The time that running turns have once we are told to stop.
        package var drainTimeout = Duration.seconds(8)
        /// The directory in which agents' programs work; nil is beside the store.
        package var directory: String?
        /// All nodes have the same disk there.
        package var sharesDirectory = false
        /// The largest directory of which other nodes get copies, in bytes.
        package var directoryCopy = WorkspaceLimits().bytes
        /// The time for which a conversation waits for the node that alone has its files.
        package var homeTimeout = Duration.seconds(15 * 60)

        package init() {}
    }

    package struct Log: Sendable {
        package enum Format: String, CaseIterable, Sendable {
            /// Text on a terminal, JSON elsewhere.
            case auto
            case json, text
        }

        package var level = LogLevel.info
        package var format = Format.auto

        package init() {}
    }
}

extension Configuration.Server {
    mutating func read(_ section: Section) {
        section.read("host", .host, into: &host)
        section.read("port", .port, into: &port)
        section.read("path", .callbackPath, into: &path)
        section.read("public_url", .webURL, into: &publicURL)
        section.read("max_message_age", .duration(atMost: .seconds(366 * 24 * 3600)), into: &maxMessageAge)
        if let networks = section.list("trusted_proxies", .networks) { trustedProxies = networks.flatMap(\.self) }
        if let networks = section.list("wecom_addresses", .networks) { wecomAddresses = networks.flatMap(\.self) }
        if let networks = section.list("allowed_sources", .networks) { allowedSources = networks.flatMap(\.self) }
    }
}

extension Configuration.Management {
    mutating func read(_ section: Section) {
        section.read("host", .host, into: &host)
        section.read("port", .port, into: &port)
        allowedHosts = section.list("allowed_hosts", .hostName) ?? []
        token = section.secret("token", .adminToken)
        readToken = section.secret("read_token", .adminToken)
        section.read("check_credentials", .boolean, into: &checksCredentials)
    }
}

extension Configuration.Node {
    mutating func read(_ section: Section) { section.read("name", .hostName, into: &name) }
}

extension Configuration.Workers {
    mutating func read(_ section: Section) {
        section.read("concurrency", .count(1...10_000), into: &concurrency)
        section.read("drain_timeout", .duration(atMost: .seconds(24 * 3600)), into: &drainTimeout)
        section.read("directory", .text, into: &directory)
        directory = directory.map {
            section.reading.resolvedWhereItLies($0, section, "directory", named: "such a directory")
        }
        section.read("directory_shared", .boolean, into: &sharesDirectory)
        if sharesDirectory, directory == nil {
            section.fault(
                "directory_shared",
                "is true, and no workers.directory says where: name a directory on the disk that all nodes share")
        }
        section.read("directory_copy", .size(atMost: 1 << 30), into: &directoryCopy)
        section.read("home_timeout", .duration(atMost: .seconds(7 * 24 * 3600)), into: &homeTimeout)
    }
}

extension Configuration.Log {
    mutating func read(_ section: Section) {
        section.read("level", .word(), into: &level)
        section.read("format", .word(), into: &format)
    }
}
