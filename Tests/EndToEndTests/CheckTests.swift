import Foundation
import ProgramTesting
import Testing

@Suite("What check says of the machine", .timeLimit(.minutes(2)))
struct CheckTests {
    private func check(_ arguments: [String] = [], in directory: String) async throws -> Program.Ending {
        try await Program(running: ["check"] + arguments, in: directory).finish()
    }

    private func write(_ text: String, in directory: String, as name: String = "config.yaml") throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
        // It holds secrets: nobody else may read it.
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(directory)/\(name)")
    }

    @Test("it tells where the store is, whether it is there, and what is free")
    func store() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let ending = try await check(in: directory)
            #expect(ending.status == 0 && ending.output.contains("/data/router.db, which is made at the first start; "))
            #expect(ending.output.hasSuffix("config.yaml is in order\n"), "\(ending.output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["config.yaml"])
        }
    }

    @Test("a store that cannot be made and too little free space are warnings with their lines")
    func trouble() async throws {
        try await withDirectory { directory in
            try write(
                smallConfiguration + "\nstore: { url: 'sqlite:config.yaml/x/r.db', min_free: 1024GiB }", in: directory)
            let ending = try await check(in: directory)
            #expect(ending.status == 0)
            #expect(
                ending.output.contains(
                    "config.yaml:14:15: warning: store.url is config.yaml/x/r.db, which cannot be made: config.yaml is no directory"
                ),
                "\(ending.output)")
            #expect(
                ending.output.contains(": warning: store.min_free is 1024GiB, and the disk of "), "\(ending.output)")
        }
    }

    @Test(
        "a place that the user who asks may not write is a warning, with whose it has to be",
        .enabled(if: getuid() == 0, "only root can ask as another user"), arguments: [true, false])
    func unwritable(isThere: Bool) async throws {
        try await withDirectory { directory in
            let files = FileManager.default
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
            try write(smallConfiguration, in: directory)
            try files.setAttributes([.ownerAccountID: 65534], ofItemAtPath: "\(directory)/config.yaml")
            if isThere {
                try files.createDirectory(atPath: "\(directory)/data", withIntermediateDirectories: false)
                try Data().write(to: URL(fileURLWithPath: "\(directory)/data/router.db"))
            }
            let asked = try await output(
                of: "setpriv --reuid 65534 --regid 65534 --clear-groups '\(product("wecom-router"))' check 2>&1",
                in: directory)
            let complaint =
                isThere
                ? "data/router.db, which this user may not write: give it to the user that serves"
                : "data/router.db, which cannot be made: this user may not write in /"
            #expect(asked.contains("warning: store.url is \(complaint)"), "\(asked)")
        }
    }

    @Test("a port that another process has is a warning, and the ports of the server that has the store are none")
    func ports() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let server = try Program("serve", in: directory)
            let log = await server.untilLogged("ready")
            let line = try #require(log.split(separator: "\n").first { $0.contains("public listens on") })
            let port = try #require(line.split(separator: ":").last?.prefix { $0.isNumber })
            let taken = smallConfiguration.replacing("port: 0 }\nmanagement", with: "port: \(port) }\nmanagement")
            try write(taken + "\nstore: { url: 'sqlite:other/r.db' }", in: directory, as: "other.yaml")
            let other = try await check(["--config", "other.yaml"], in: directory)
            #expect(
                other.output.contains(
                    "other.yaml:1:34: warning: server.port is \(port): serve cannot listen on 127.0.0.1:\(port): another process "
                        + "listens there"), "\(other.output)")
            try write(taken, in: directory, as: "same.yaml")
            let same = try await check(["--config", "same.yaml"], in: directory)
            #expect(!same.output.contains("warning"), "\(same.output)")
            #expect(same.output.contains("which process \(server.process.id) serves"))
            server.send(SIGTERM)
            #expect(await server.finish().status == 0)
        }
    }

    @Test("the search path of a program that is missing is told with --verbose only")
    func verbose() async throws {
        try await withDirectory { directory in
            try write(
                smallConfiguration.replacing(
                    "helper: { kind: echo }", with: "helper: { kind: command, command: nowhere-to-be }"),
                in: directory)
            let short = try await check(in: directory)
            #expect(short.output.contains("which is no program in PATH") && !short.output.contains("PATH is "))
            #expect(try await check(["--verbose"], in: directory).output.contains("\n    PATH is /"))
        }
    }
}
