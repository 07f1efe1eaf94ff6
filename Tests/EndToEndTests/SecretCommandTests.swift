import Foundation
import Testing

@Suite("wecom-router secret", .timeLimit(.minutes(5))) struct SecretCommandTests {
    private let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private func run(
        _ arguments: String..., saying input: String, _ environment: [String: String], in directory: String
    ) async throws -> Program.Ending {
        let program = try Program(running: ["secret"] + arguments, environment: environment, in: directory)
        program.input.write(Data(input.utf8))
        return await program.finish()
    }

    private func write(_ text: String, _ name: String = "config.yaml", in directory: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
    }

    @Test("what encrypt prints is read by check, and by it again once rotate has changed the key")
    func encryptsAndRotates() async throws {
        try await withDirectory { directory in
            let old = ["WECOM_ROUTER_SECRETS_KEY": key]
            let made = try await run("encrypt", saying: "not-a-real-secret\n", old, in: directory)
            #expect(made.status == 0 && made.output.hasPrefix("ENC[AES256_GCM,data:"))
            let again = try await run("encrypt", saying: "not-a-real-secret\n", old, in: directory)
            #expect(made.output != again.output)
            let yaml = smallConfiguration.replacing("not-a-real-secret", with: made.output.dropLast())
            #expect(yaml.contains("ENC["))
            try write(yaml, in: directory)
            #expect(try await Program("check", environment: old, in: directory).finish().status == 0)

            let newKey = try await run("key", saying: "", [:], in: directory).output
            try write(newKey, "new.key", in: directory)
            let rotated = try await run("rotate", "--new-key-file", "new.key", saying: yaml, old, in: directory)
            #expect(rotated.status == 0, "\(rotated.errors)")
            try write(rotated.output, in: directory)
            #expect(try await Program("check", environment: old, in: directory).finish().status == 78)
            let new = ["WECOM_ROUTER_SECRETS_KEY": String(newKey.dropLast())]
            #expect(try await Program("check", environment: new, in: directory).finish().status == 0)
            // But for the value nothing has changed.
            let (before, after) = (yaml.split(separator: "\n"), rotated.output.split(separator: "\n"))
            #expect(before.count == after.count && zip(before, after).count { $0 != $1 } == 1)
            #expect(yaml.hasSuffix("\n") == rotated.output.hasSuffix("\n"))
        }
    }

    @Test("what cannot be done prints nothing on standard output and says what is wrong, with the line")
    func failures() async throws {
        try await withDirectory { directory in
            let old = ["WECOM_ROUTER_SECRETS_KEY": key]
            let noKey = try await run("encrypt", saying: "x", [:], in: directory)
            #expect(noKey.status == 2 && noKey.output.isEmpty && noKey.errors.contains("WECOM_ROUTER_SECRETS_KEY"))
            let empty = try await run("encrypt", saying: "\n", old, in: directory)
            #expect(empty.status == 1 && empty.output.isEmpty)
            let badKey = try await run("encrypt", saying: "x", ["WECOM_ROUTER_SECRETS_KEY": "sesame"], in: directory)
            #expect(badKey.status == 1 && !badKey.errors.contains("sesame"))
            let both = old.merging(["WECOM_ROUTER_SECRETS_NEW_KEY": key]) { $1 }
            let foreign =
                "a: 1\nb: ENC[AES256_GCM,data:IG6uDhGcJfY=,iv:ZGVmZ2hpamtsbW5v,tag:iRQ3q96UCc9BteO4U3PfKQ==]\n"
            let bent = try await run("rotate", saying: foreign, both, in: directory)
            #expect(bent.status == 1 && bent.output.isEmpty && bent.errors.contains("line 2"))
            let nothing = try await run("rotate", saying: "a: 1\n", both, in: directory)
            #expect(nothing.status == 1 && nothing.output.isEmpty)
        }
    }
}
