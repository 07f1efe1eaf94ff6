package import JSON
package import System
package import WeCom

extension BotConnectionMachine {
    /// The state of the connection. From each, an operator's reconnect leads to `connecting` and a stop to `stopped`.
    /// Beside it stands where else it leads.
    package enum State: Sendable, Equatable {
        /// No connection is wanted. Can transition to: `connecting`, when the bot comes to be ours.
        case stopped(Stop)
        /// A socket is being opened. Can transition to: `subscribing`, `retrying`.
        case connecting
        /// The socket is open, and WeCom has not given us the bot. Can transition to: `ready`, `retrying`, `displaced`,
        /// `refused`.
        case subscribing
        /// The bot is ours: it hears and speaks. Can transition to: `retrying`, `displaced`.
        case ready
        /// Waits before it opens another socket. Can transition to: `connecting`.
        case retrying
        /// Another connection has taken the bot: to take it back would be to fight. Can transition to: `connecting`,
        /// when the bot comes to be ours again.
        case displaced
        /// WeCom refuses the id and the secret. Nothing but an operator leads out of it.
        case refused

        /// There is a socket, or one is being opened.
        var hasSocket: Bool { self == .connecting || self == .subscribing || self == .ready }
    }

    /// The reason why no connection is wanted.
    package enum Stop: String, Sendable, CaseIterable {
        case notStarted = "not started"
        /// It stays so until an operator says otherwise.
        case byOperator = "disconnected by an operator"
        /// The bot belongs to another process.
        case leaseLost = "another process has the bot, or may have"
        case shutdown = "the router is stopping"
    }

    /// Something that has happened. Sockets are known by the number of the action that opened them.
    package enum Event: Sendable {
        /// The bot has come to be ours. What an operator has stopped stays stopped, and what WeCom refuses is not tried
        /// again.
        case start
        /// The bot is ours until that moment, unless this is said again before.
        case hold(until: MonotonicTime)
        /// An operator wants another connection, whatever there is.
        case reconnect
        case stop(Stop)
        case opened(Int)
        case openFailed(Int, reason: String)
        case frame(Int, BotFrame)
        case closed(Int, reason: String)
        /// Close the socket: what comes over it cannot be taken, and WeCom sends it again over another.
        case giveUp(Int, reason: String)
        case send(Send)
        /// Time has passed: `deadline` says when that matters.
        case tick
    }

    /// Something to be done.
    package enum Action: Sendable, Equatable {
        case open(Int)
        /// Closes the socket at once. Nothing more is heard of it.
        case close(Int)
        case write(Int, BotRequestID, BotCommand)
        /// A message or an event for whoever accepts them.
        case hear(BotFrame)
        /// The fate of a command: once for each ticket.
        case settle(Ticket, Outcome)
        /// It is another state now, and why.
        case enter(State, why: String)
        /// An answer to what nobody asked, or asked so long ago that nobody waits.
        case ignore(BotAnswer)
    }

    /// A number by which whoever asked for a command knows what became of it.
    package struct Ticket: Hashable, Sendable {
        package let number: UInt64
        package init(_ number: UInt64) { self.number = number }
    }

    /// A command that somebody wants sent.
    package struct Send: Sendable, Equatable {
        package let ticket: Ticket
        /// The id of the frame that it answers; nil for what answers none.
        package let id: BotRequestID?
        package let command: BotCommand

        package init(_ command: BotCommand, answering id: BotRequestID? = nil, _ ticket: Ticket) {
            self.ticket = ticket
            self.id = id
            self.command = command
        }

        /// A later frame of the stream will say all that this one says.
        var isIntermediate: Bool {
            if case .respond(.stream(let frame)) = command { !frame.isFinished } else { false }
        }

        /// The last frame of a stream: to send it again shows nothing new.
        var endsStream: Bool {
            if case .respond(.stream(let frame)) = command { frame.isFinished } else { false }
        }
    }

    /// The fate of a command.
    package enum Outcome: Sendable, Equatable {
        /// WeCom has carried it out.
        case done(body: JSONValue?)
        /// WeCom has refused it, or has answered without saying how it went.
        case refused(ErrorCode?, message: String)
        /// The message can no longer be answered under its id, or the stream no longer be written to: another way may
        /// do.
        case wayGone(ErrorCode, message: String)
        /// An intermediate frame of a stream, which came while another was under way.
        case skipped
        /// It did not go out at all: it may be sent again.
        case unsent(String)
        /// It went out over a connection that lives, and no answer came: most likely somebody has seen it.
        case unanswered(String)
        /// It went out, and the connection ended before the answer: somebody may have seen it.
        case brokenOff(String)
    }
}
