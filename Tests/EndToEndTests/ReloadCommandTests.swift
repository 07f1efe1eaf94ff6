import Foundation
import Testing

@Suite("wecom-router reload", .timeLimit(.minutes(3))) struct ReloadCommandTests {
    @Test("changes what is served, as SIGHUP does; a fault is told with its line, and changes nothing")
    func command() async throws {
        try await ServedWorld.with(agents: "bot: { kind: echo }") { world in
            let path = "\(world.directory)/config.yaml"
            let before = try String(contentsOfFile: path, encoding: .utf8)
            func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }
            try await world.start()
            await world.say("one")
            #expect(await world.texts(1) == ["one"])

            try write(before.replacingOccurrences(of: "kind: echo", with: "kind: ekko"))
            let faulty = try await Program("reload", in: world.directory).finish()
            #expect(faulty.status == 78)
            #expect(faulty.errors.contains("what is served stays as it was\nconfig.yaml:6:"), "\(faulty.errors)")
            world.server?.send(SIGHUP)
            await world.untilLogged("the configuration is not reloaded; what is served stays as it was")
            await world.say("two")
            #expect(await world.texts(2) == ["one", "two"])

            let command = "kind: command, command: [/bin/cat, /etc/hostname, -]"
            try write(before.replacingOccurrences(of: "kind: echo", with: command))
            let done = try await Program("reload", in: world.directory).finish()
            #expect(done.status == 0 && done.output.hasPrefix("agents: changed bot\n"), "\(done.output)\(done.errors)")
            await world.say("three")
            let name = try String(contentsOfFile: "/etc/hostname", encoding: .utf8)
            #expect(await world.texts(3).last == name + "three")

            try write(before)
            world.server?.send(SIGHUP)
            await world.untilLogged("the configuration is reloaded: agents changed bot", times: 2)
            await world.say("four")
            #expect(await world.texts(4).last == "four")
        }
    }

    @Test(
        "as all that asks the server, wants neither secrets nor a file without faults; what needs the file itself does")
    func bare() async throws {
        try await ServedWorld.with(agents: "bot: { kind: echo }") { world in
            try await world.start()
            await world.say("one")
            #expect(await world.texts(1) == ["one"])
            let port = try #require(world.url.split(separator: ":").last)
            let text = """
                server: { host: 127.0.0.1, port: \(port) }
                apps:
                  - name: dept-a
                    corp_secret: ${NOT_SET_ANYWHERE}
                """
            try text.write(toFile: "\(world.directory)/config.yaml", atomically: true, encoding: .utf8)
            for command in [["jobs"], ["deliveries"], ["sessions"], ["send", "--to", "u1", "hi"], ["health"]] {
                let ending = try await Program(running: command, in: world.directory).finish()
                #expect(ending.status == 0, "\(command): \(ending.output)\(ending.errors)")
            }
            #expect(await world.texts(2).last == "hi")
            for text in ["apps: [ {", "\u{0}", String(repeating: "#", count: 9 << 20)] {
                try text.write(toFile: "\(world.directory)/config.yaml", atomically: true, encoding: .utf8)
                let listed = try await Program("jobs", in: world.directory).finish()
                #expect(listed.status == 0 && listed.output.contains("one"), "\(listed.errors.prefix(300))")
                let reloaded = try await Program("reload", in: world.directory).finish()
                #expect(reloaded.status == 78 && reloaded.errors.contains("what is served stays as it was"))
            }
            try text.write(toFile: "\(world.directory)/config.yaml", atomically: true, encoding: .utf8)
            await world.kill()
            #expect(try await Program("jobs", in: world.directory).finish().status == 78)
            #expect(try await Program("health", in: world.directory).finish().status == 1)
        }
    }

    @Test("says so where no server runs")
    func nobody() async throws {
        try await withDirectory { directory in
            let ending = try await Program("reload", in: directory).finish()
            #expect(ending.status == 1 && ending.errors.contains("no server runs here"), "\(ending.errors)")
        }
    }
}
