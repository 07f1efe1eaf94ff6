import PromiseTesting
import Simulator
import System
import WeCom

extension Verdict {
    /// Judges what several servers have in common, too.
    mutating func judge(
        _ history: History, left: [String], outbid: [String], sockets: SocketWatch, givenUp: Set<String>, _ scene: Scene
    ) {
        for failure in history.failures { note(.ending, failure) }
        for (name, ending) in history.endings where ending?.isClean != true {
            note(.ending, "\(name), asked to: \(ending?.description ?? "was not there")")
        }
        for what in left { note(.left, what) }
        for what in outbid { note(.outbid, what) }
        for clash in sockets.clashes where !(clash.isTakeover && history.freezes(at: clash.at)) {
            note(.sockets, clash.what)
        }
        judgeTurns(scene.teller.turns, history, givenUp)
        judgeTokens(history, scene)
    }

    /// Turns of a conversation run one after another, and each job's before the next one's. A server that stood still may begin once
    /// more what was another's by then: agents are told the job, so that they know it again. Of a job that was given up since its servers
    /// died the agent may have begun an answer that nobody waits for.
    private mutating func judgeTurns(_ turns: [Teller.Turn], _ history: History, _ givenUp: Set<String>) {
        for (session, turns) in Dictionary(grouping: turns, by: \.session) {
            var over: Set<String> = []
            for (earlier, later) in zip(turns, turns.dropFirst()) where earlier.job != later.job {
                over.insert(earlier.job)
                let isAtOnce = earlier.until.map { $0 > later.from } ?? true
                guard isAtOnce || over.contains(later.job), !history.suspends(at: later.from),
                    !givenUp.contains(earlier.job)
                else { continue }
                note(.atOnce, "\(later.job) \(isAtOnce ? "beside" : "again after") \(earlier.job) of \(session)")
            }
        }
    }

    /// Each app needs one token, and one more each time that WeCom takes them all back. Who asks for it may be cut short.
    private mutating func judgeTokens(_ history: History, _ scene: Scene) {
        let most = tokensNeeded(history, scene) + history.rounds.count
        let issued = scene.wecom.transcript.tokensIssued
        if issued > most { note(.tokens, "\(issued) for \(tokensNeeded(history, scene)) generations") }
    }

    func tokensNeeded(_ history: History, _ scene: Scene) -> Int {
        scene.cast.apps.count * (1 + history.revocations)
    }
}
