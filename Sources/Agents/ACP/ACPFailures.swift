import Router
import System
import Text

/// The agent's program has ended, or was stopped.
struct ACPEnded: Error, Equatable, CustomStringConvertible {
    let end: ProgramEnd
    /// The last line of its standard error.
    let complaint: String
    /// We had begun to stop it before.
    let wasStopped: Bool

    /// It has ended by itself, and not for lack of anything that we do.
    var isOwn: Bool { if case .exited = end { !wasStopped } else { false } }

    var description: String {
        "the agent's program ended with \(end)" + (complaint.isEmpty ? "" : ": \(complaint)")
    }
}

extension RPCError {
    /// True if it tells, in answer to a call about a session, that the agent does not know that session. Agents have
    /// several ways to.
    var tellsOfLostSession: Bool {
        switch code {
        case RPCError.resourceNotFound: true
        case RPCError.invalidParams, RPCError.internalError: message.lowercasedASCII.has("not found")
        default: false
        }
    }

    /// Decides what is to be done about it, apart from lost sessions. `hasBegun`: the agent had said or done something.
    func kind(hasBegun: Bool) -> AgentFailure.Class {
        switch code {
        case RPCError.authenticationRequired: .auth
        case RPCError.internalError: hasBegun ? .interrupted : .transient
        case RPCError.requestCancelled: .interrupted
        default: .config
        }
    }
}

extension AgentFailure {
    /// `logins` are the ways in, of which the administrator is shown a command.
    static func notLoggedIn(_ words: String, _ logins: [ACPLogin]) -> AgentFailure {
        let commands = logins.compactMap { login -> String? in
            if case .byCommand(let command) = login.way { command.joined(separator: " ") } else { nil }
        }
        let advice: String
        if let command = commands.first {
            advice = "; run this in a terminal, as the agent's user: \(command)"
        } else if !logins.isEmpty {
            advice = "; it offers: \(logins.map(\.name).joined(separator: ", "))"
        } else {
            advice = ""
        }
        return AgentFailure(.auth, "the agent wants a login: \(words)\(advice)")
    }
}
