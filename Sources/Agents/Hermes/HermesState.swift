import JSON
import Router

/// The session of a conversation at a Hermes server, and the run that works at a job.
///
/// A run is begun under the job's id, with which a repeat finds it again. The repeat has to be the same to the byte, so what
/// was asked stands here before it is asked.
struct HermesState: Equatable {
    /// The transcript that the server keeps: another with each session of ours.
    let sessionID: String
    /// The question of this job, once it is asked.
    var asked: Asked?
    /// The run that works at it.
    var run: String?

    struct Asked: Equatable {
        let text: String
        let instructions: String?
    }

    init(_ turn: Turn) {
        sessionID = turn.session?["session_id"]?.string ?? "\(turn.sessionKey)/\(turn.job)"
        // That of an earlier job means nothing to this one.
        guard turn.resumes, let text = turn.session?["text"]?.string else { return }
        asked = Asked(text: text, instructions: turn.session?["instructions"]?.string)
        run = turn.session?["run"]?.string
    }

    /// The state to remember once the run is over.
    var afterwards: JSONValue { ["session_id": .string(sessionID)] }

    var json: JSONValue {
        let members = [
            ("session_id", sessionID), ("text", asked?.text), ("instructions", asked?.instructions), ("run", run),
        ]
        return .object(members.compactMap { name, value in value.map { .init(name, .string($0)) } })
    }
}
