import PromiseTesting
import Simulator
import System

extension Verdict {
    /// All of it, for people: by what was done, and altogether.
    func table(_ history: History, _ sockets: SocketWatch, _ scene: Scene, took: Duration) -> String {
        let columns: [(String, (Share) -> Int)] = [
            ("said", { $0.said }), ("accepted", { $0.accepted }), ("answered", { $0.answered }),
            ("lost", { $0.faults[.lost] ?? 0 }),
            ("twice", { $0.faults[.twice] ?? 0 }), ("order", { $0.faults[.outOfOrder] ?? 0 }),
            ("changed", { $0.faults[.changed] ?? 0 }), ("wrong", { $0.faults[.wrongApp] ?? 0 }),
        ]
        let names = Disturbance.allCases.map(\.name) + [Verdict.calm]
        let width = (names.map(\.count).max() ?? 0) + 2
        var head = [
            "while".padded(to: width)
                + (["rounds"] + columns.map(\.0) + ["swallowed"]).map { $0.leading(to: 10) }.joined()
        ]
        for name in names {
            let rounds = history.rounds.count { $0.disturbance.name == name }
            let share = shares[name] ?? Share()
            let cells = ["\(rounds)"] + columns.map { "\($0.1(share))" } + ["\(swallowed[name] ?? 0)"]
            head.append(name.padded(to: width) + cells.map { $0.leading(to: 10) }.joined())
        }
        head += [
            "", history.cost, callbacks(scene), tokens(history, scene),
            "the ends of turns were held against \(history.claims) claims",
            "the bot by long connection was connected \(sockets.connections) times, \(sockets.clashes.count { $0.isTakeover }) of them from a server that stood still",
        ]
        if let versions = history.versions { head.append(versions) }
        return table(
            head: head, enclosures: "of \(told.count) that were gone people were told", took: took)
    }

    private func callbacks(_ scene: Scene) -> String {
        let tries = scene.wecom.transcript.callbacks
        func longest(_ status: Int) -> String {
            tries.filter { $0.status == status }.map(\.took).max().map(\.short) ?? "none"
        }
        return
            "callbacks: \(tries.count { $0.status == 200 }) got 200, the latest after \(longest(200)); \(tries.count { $0.status == 503 }) got 503, the latest after \(longest(503)); \(tries.count { $0.status == nil }) got nothing"
    }

    private func tokens(_ history: History, _ scene: Scene) -> String {
        "access tokens: \(scene.wecom.transcript.tokensIssued) for \(tokensNeeded(history, scene)) generations"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func leading(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
