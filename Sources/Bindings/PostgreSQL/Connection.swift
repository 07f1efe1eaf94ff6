internal import CLibPQ
internal import System

/// One connection to a server, used by one thread at a time.
///
/// Statements are literals, and values only ever go in by binding. What is sent waits here until something is asked: then all of it
/// goes in one packet, and is answered in order. Nothing blocks longer than until the deadline; a connection that has missed it is
/// of no use any more.
@safe package struct Connection: ~Copyable {
    let handle: OpaquePointer
    let pipeline: Pipeline
    let notices = Notices()

    /// Takes over what libpq has begun to connect.
    init(owning handle: OpaquePointer, _ pipeline: Pipeline) {
        unsafe self.handle = handle
        self.pipeline = pipeline
        unsafe notices.listen(to: handle)
    }

    deinit { unsafe PQfinish(handle) }
}

/// The state of a connection: what it has sent and not heard of, the names of its statements, and how long it may wait.
final class Pipeline {
    /// Waits for the server end here.
    var deadline: MonotonicTime
    /// The statements that were sent since something was asked, one for each answer that is to come.
    var unheard: [StaticString] = []
    /// The prepared statements, by the addresses of their texts: a literal stays where it is.
    var names: [UInt: PreparedStatement] = [:]
    /// Those of them that the server has not confirmed.
    var unconfirmed: [UInt] = []
    /// Some of those that were given up may still be there.
    var isForgetting = false
    /// It is not known which statements the server has.
    var hasLostStatements = false
    /// The number of names that were made. None is made twice: a statement that was given up may be there all the same.
    var made = 0
    /// An answer has not come in time, or the connection is gone.
    var isBroken = false
    /// The line of history that the server wrote when it was connected to, among those of all; nil where that cannot be told.
    var history: (servers: Servers, timeline: UInt32)?
    /// Statements have names: not behind a pooler, which would let somebody else's connection have them.
    let isNaming: Bool

    init(until deadline: MonotonicTime, naming isNaming: Bool) {
        self.deadline = deadline
        self.isNaming = isNaming
    }

    /// True once another server has taken over: what this one says was so before, and is not any more.
    var isOutdated: Bool { history.map { $0.servers.areBeyond($0.timeline) } ?? false }

    /// The milliseconds that are left; nil when there are none.
    var millisecondsLeft: Int32? {
        let left = deadline.since(.now)
        return left > .zero ? left.pollMilliseconds : nil
    }
}

/// A statement that the server has read, and keeps under a name.
struct PreparedStatement {
    let name: String
    let madeAt: MonotonicTime

    /// Whatever the server has thought about it is about tables as they are.
    var isFresh: Bool { MonotonicTime.now.since(madeAt) < .seconds(1) }
}

extension Connection {
    /// True once nothing more is to be done with it.
    var isBroken: Bool { unsafe pipeline.isBroken || PQstatus(handle) == CONNECTION_BAD }

    /// The failure of the way to the server.
    func failure(in sql: StaticString? = nil) -> PostgresError {
        pipeline.isBroken = true
        let words = unsafe String(cString: PQerrorMessage(handle))
        return PostgresError(
            .disconnected, message: words.isEmpty ? "the connection broke" : words, sql: sql?.description)
    }

    func lateness(in sql: StaticString? = nil) -> PostgresError {
        pipeline.isBroken = true
        return PostgresError(.late, message: "the server has not answered in time", sql: sql?.description)
    }
}
