import Testing

@Suite("Crashes", .timeLimit(.minutes(2)))
struct CrashTests {
    @Test(
        "whenever the server is killed, nothing accepted is lost, seen twice, out of order, changed or by the wrong app"
    )
    func shortForm() async throws {
        try await withDirectory { directory in
            let ending = try await Program("--rounds", "12", of: "CrashTest", in: directory).finish()
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("every promise kept"))
        }
    }
}
