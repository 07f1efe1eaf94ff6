import Build
import Crypto
import HTTPClient
import JSON
import PostgreSQL
import SQLite
import XML
import YAML

/// The version of this program.
package enum Version {
    package static let number = "0.1.0"
    package static var line: String { "wecom-router \(number)" }

    #if DEBUG
    static let build = "debug"
    #else
    static let build = "release"
    #endif

    #if arch(x86_64)
    static let machine = "x86_64"
    #elseif arch(arm64)
    static let machine = "arm64"
    #endif
}

enum VersionCommand: Command {
    static let summary = "version, build, libraries"

    static let help = CommandHelp(
        "version",
        """
        Usage: wecom-router version [--json]

        Prints the version, the build, the commit that it was made from, and the versions of the libraries it runs with.

          --json   as JSON

        """)

    static func run(_ context: CommandContext) throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let libraries = [
            ("libcrypto", cryptoVersion), ("libcurl", curlVersion), ("libpq", libpqVersion), ("libxml2", xmlVersion),
            ("libyaml", yamlVersion),
            ("sqlite", sqliteVersion),
        ]
        if options.has("--json") {
            let report: JSONValue = [
                "version": .string(Version.number), "build": .string(Version.build),
                "machine": .string(Version.machine), "commit": buildCommit.map { .string($0) } ?? .null,
                "libraries": .object(libraries.map { JSONValue.Member($0.0, .string($0.1)) }),
            ]
            context.print(report.text + "\n")
        } else {
            let list = libraries.map { "  \($0.0) \($0.1)\n" }.joined()
            let commit = buildCommit.map { ", commit \($0)" } ?? ""
            context.print("\(Version.line) (\(Version.build), \(Version.machine)\(commit))\n\(list)")
        }
        return .done
    }
}
