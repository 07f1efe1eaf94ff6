import Foundation
import HTTP
import HTTPClient
import JSON
import ProgramTesting
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("The operator's commands", .timeLimit(.minutes(5)))
struct ToolsTests {
    private func withServer(_ body: (_ server: Program, _ directory: String) async throws -> Void) async throws {
        try await withDirectory { directory in
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let server = try Program("serve", in: directory)
            _ = await server.untilLogged(#""message":"ready""#)
            try await body(server, directory)
            server.send(SIGTERM)
            #expect(await server.finish().status == 0)
        }
    }

    private func connect(to path: String) throws -> Int32 {
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let status = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        return socket
    }

    @Test("the control socket is for its own user alone, and goes when the server does")
    func socketMode() async throws {
        try await withDirectory { directory in
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let server = try Program("serve", in: directory)
            _ = await server.untilLogged(#""message":"ready""#)
            let path = "\(directory)/data/control.sock"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
            server.send(SIGTERM)
            #expect(await server.finish().status == 0)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a socket that a killed server left is replaced, and commands meanwhile read the file themselves")
    func staleSocket() async throws {
        try await withServer { _, directory in
            let killed = "\(directory)/killed"
            try FileManager.default.createDirectory(atPath: killed, withIntermediateDirectories: true)
            try smallConfiguration.write(toFile: "\(killed)/config.yaml", atomically: true, encoding: .utf8)
            let first = try Program("serve", in: killed)
            _ = await first.untilLogged(#""message":"ready""#)
            first.send(SIGKILL)
            _ = await first.finish()
            #expect(FileManager.default.fileExists(atPath: "\(killed)/data/control.sock"))
            let alone = try await Program("jobs", in: killed).finish()
            #expect(alone.status == 0 && alone.output == "no such jobs\n", "\(alone.errors)")
            let second = try Program("serve", in: killed)
            _ = await second.untilLogged(#""message":"ready""#)
            let served = try await Program("jobs", in: killed).finish()
            #expect(served.status == 0 && served.output == "no such jobs\n", "\(served.errors)")
            second.send(SIGTERM)
            #expect(await second.finish().status == 0)
        }
    }

    @Test("a client that stops in the middle of a request delays neither another client nor the end of the server")
    func stoppedClient() async throws {
        try await withServer { _, directory in
            let hanging = try connect(to: "\(directory)/data/control.sock")
            defer { close(hanging) }
            #expect(unsafe Glibc.write(hanging, "GET /v1/jobs HT", 15) == 15)
            let ending = try await Program("jobs", "--json", in: directory).finish()
            #expect(ending.status == 0 && ending.output == #"{"jobs":[],"next":null}"# + "\n", "\(ending.errors)")
        }
    }

    @Test("a server that has the file and does not answer is named, with what to do, and exit status 1")
    func silentServer() async throws {
        try await withServer { server, directory in
            try FileManager.default.removeItem(atPath: "\(directory)/data/control.sock")
            let ending = try await Program("jobs", in: directory).finish()
            #expect(ending.status == 1 && ending.output.isEmpty)
            #expect(ending.errors.contains("in use by process \(server.process.id)"))
            #expect(ending.errors.contains("does not answer on data/control.sock"))
            #expect(ending.errors.split(separator: "\n").count == 1)
        }
    }

    @Test("without a store, unknown numbers, wrong words and wrong values: one clear line each, with the right status")
    func complaints() async throws {
        try await withDirectory { directory in
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let ending = try await Program("jobs", in: directory).finish()
            #expect(ending.status == 1 && ending.errors.contains("data/router.db does not exist"))
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/data"), "looking makes nothing")
        }
        try await withServer { _, directory in
            func run(_ verb: String, _ operand: String, _ command: String = "jobs") async throws -> Program.Ending {
                try await Program(command, verb, operand, in: directory).finish()
            }
            for verb in ["show", "cancel", "retry"] {
                let unknown = try await run(verb, "j-0000000000001")
                #expect(
                    unknown.status == 1 && unknown.errors == "wecom-router: there is no job j-0000000000001\n",
                    "\(verb)")
            }
            #expect(
                try await run("retry", "d-0000000000001", "deliveries").errors.contains("no delivery d-0000000000001"))
            #expect(try await run("retry", "nonsense", "deliveries").status == 1)
            let word = try await run("shwo", "j-1")
            #expect(word.status == 2 && word.errors.contains("did you mean show?"))
            let app = try await run("list", "--app=dept-b")
            #expect(app.status == 2 && app.errors.contains("did you mean dept-a?"))
            #expect(try await run("list", "--since=soon").status == 2)
            #expect(try await run("list", "--limit=0").status == 2)
        }
    }

    // MARK: With jobs

    @Test("a job's way is told by the running server, and from the file once it has gone")
    func story() async throws {
        try await withWorld { world in
            let directory = world.directory
            try world.writeConfiguration()
            let router = try await world.startRouter()
            world.wecom.faults.next(.send, .errorCode(60111, message: "userid not found"))
            await world.wecom.say("why\u{1B}[2J?", as: UserID("zhangsan"), to: world.apps[0])
            let dead = try await untilDead(directory)
            let job = try #require(dead["job"]?.string)
            let shown = try await Program("jobs", "show", job, in: directory).finish()
            #expect(shown.status == 0)
            #expect(shown.output.contains("answered, but 0 of 1 parts went out and 1 failed"))
            #expect(shown.output.contains("60111"))
            #expect(!shown.output.contains("\u{1B}"), "what people write does not command the operator's terminal")
            let done = try await Program("jobs", "retry", job, in: directory).finish()
            #expect(done.status == 1 && done.errors.contains("is done"))
            let replayed = try await Program(
                "deliveries", "retry", try #require(dead["id"]?.string), in: directory
            )
            .finish()
            #expect(replayed.status == 0 && replayed.output.contains("is sent anew as d-"))
            #expect(await world.wecom.transcript.delivered(atLeast: 1).count == 1)
            router.stop()
            try await router.ended()
            let alone = try await Program("jobs", "show", job, in: directory).finish()
            #expect(alone.status == 0 && alone.output.contains("answered, and WeCom has taken all of it"))
            #expect(alone.output.contains("delivery replayed"))
            #expect(try await Program("deliveries", in: directory).finish().output == "no dead letters\n")
        }
    }

    /// Asks for dead letters until there is one, as an operator would who waits for it.
    private func untilDead(_ directory: String) async throws -> JSONValue {
        while true {
            let ending = try await Program("deliveries", "--json", in: directory).finish()
            try #require(ending.status == 0, "\(ending.errors)")
            let report = try JSONValue(parsing: Array(ending.output.utf8))
            if let first = report["deliveries"]?.array?.first { return first }
            await beforeLookingAgain()
        }
    }
}
