import Glibc
import HTTP
import HTTPServer
import Lifecycle
import Testing

/// A process that has no descriptor left. Each test is a process of its own, since the limit holds for all of it.
@Suite(.timeLimit(.minutes(2))) struct ExhaustionTests {
    @Test("out of descriptors, the oldest silent connection gives way")
    func silentGivesWay() async {
        await #expect(processExitsWith: .success) {
            try await withServer { server in
                let silent = [try server.connect(), try server.connect()]
                for client in silent { #expect(try await client.ask(get()).status == 200) }
                let newcomer = try server.connect(beforeConnecting: takeAllDescriptors)
                #expect(try await newcomer.ask(get()).status == 200)
                #expect(await silent[0].isClosed())
                #expect(await silent[1].isSilent())
                letDescriptorsGo()
            }
        }
    }

    @Test("out of descriptors and all of them busy, the newcomer is turned away and the others are answered")
    func newcomerIsTurnedAway() async {
        await #expect(processExitsWith: .success) {
            let (isBusy, mayAnswer) = (Signpost(), Signpost())
            let handler: HTTPHandler = { _ in
                isBusy.reach()
                await mayAnswer.wait()
                return .text(.ok, "done")
            }
            try await withServer(answering: handler) { server in
                let busy = try server.connect()
                await busy.send(get())
                await isBusy.wait()
                let newcomer = try server.connect(beforeConnecting: takeAllDescriptors)
                #expect(await newcomer.isClosed())
                #expect(server.count("connections_refused_total") == "1")
                mayAnswer.reach()
                #expect(try await busy.answer().text == "done")
                letDescriptorsGo()
            }
        }
    }
}

private let descriptorLimit: rlim_t = 128

private func takeAllDescriptors() {
    limitDescriptors(to: descriptorLimit)
    while dup(2) >= 0 {}
}

/// Gives back descriptors: what ends a test's process may need some of its own.
private func letDescriptorsGo() { limitDescriptors(to: 2 * descriptorLimit) }

private func limitDescriptors(to count: rlim_t) {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = count
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
