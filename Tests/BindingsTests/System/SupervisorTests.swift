import Foundation
import ProgramTesting
import System
import Testing

@Suite("The one who started this process", .timeLimit(.minutes(1))) struct SupervisorTests {
    @Test("hears each thing as a datagram, at a path and at a name that is in no file system")
    func told() async throws {
        let directory = try TemporaryDirectory(prefix: "supervisor-")
        for path in [directory.path + "/notify", "@wecom-router-\(UInt64.random(in: 0...UInt64.max))"] {
            let ear = try DatagramEar(at: path)
            let supervisor = try #require(Supervisor(["NOTIFY_SOCKET": path]))
            for news in [Supervisor.News.ready, .alive, .stopping] { #expect(supervisor.tell(news)) }
            let heard = [await ear.next(), await ear.next(), await ear.next()]
            #expect(heard == ["READY=1", "WATCHDOG=1", "STOPPING=1"], "\(path)")
        }
    }

    @Test("is there only where the environment names a socket, and wants signs of life only from the process it means")
    func environment() {
        #expect(Supervisor([:]) == nil && Supervisor(["NOTIFY_SOCKET": ""]) == nil)
        #expect(Supervisor(["NOTIFY_SOCKET": "relative"]) == nil)
        func watchdog(_ more: [String: String]) -> Duration? {
            Supervisor(["NOTIFY_SOCKET": "/run/x"].merging(more) { $1 }, process: 7)?.watchdog
        }
        #expect(watchdog([:]) == nil)
        #expect(watchdog(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"]) == .seconds(30))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"]) == nil)
        for wrong in ["0", "-1", "x", "99999999999999999999"] { #expect(watchdog(["WATCHDOG_USEC": wrong]) == nil) }
    }

    @Test("that has gone, or whose name is too long, holds nothing up")
    func gone() throws {
        let directory = try TemporaryDirectory(prefix: "supervisor-")
        #expect(Supervisor(["NOTIFY_SOCKET": directory.path + "/none"])?.tell(.ready) == false)
        let long = "/" + String(repeating: "a", count: 300)
        #expect(Supervisor(["NOTIFY_SOCKET": long])?.tell(.ready) == false)
    }
}
