import JSON
import Router
import System

@testable import Agents

/// Feeds what reads agents what libFuzzer makes up: however it is cut up, the same comes out of it, and within its limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLines(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    guard bytes.count > 2 else { return 0 }
    let stream = bytes.dropFirst(2)
    var cuts = Cuts(seed: UInt64(bytes[0]) << 8 | UInt64(bytes[1]))
    let pieces = cuts.pieces(of: stream)
    let whole = lines(of: [stream])
    check(whole == lines(of: pieces), "the same lines cut up differently came out differently")
    let streamed = events(of: [stream])
    check(streamed == events(of: pieces), "the same events cut up differently came out differently")
    read(whole)
    read(streamed.events)
    return 0
}

private let longest = 200

private func lines(of pieces: [ArraySlice<UInt8>]) -> [JSONLines.Line] {
    var lines = JSONLines(longestLine: longest)
    var all = pieces.flatMap { lines.receive(Array($0)) }
    if let last = lines.finish() { all.append(last) }
    for case .noise(let text, _) in all { check(text.utf8.count <= 3 * longest, "noise is told at length") }
    for case .tooLong(let length) in all { check(length > longest, "a short line is too long") }
    return all
}

private struct Events: Equatable {
    var events: [ServerSentEvent] = []
    var isTooLong = false
    var retry: Duration?
}

private func events(of pieces: [ArraySlice<UInt8>]) -> Events {
    var stream = ServerSentEvents(longestEvent: longest)
    var seen = Events()
    do throws(ServerSentEvents.TooLong) {
        for piece in pieces { seen.events += try stream.receive(Array(piece)) }
        seen.retry = stream.retry
    } catch {
        // What stood before the fault in the same piece goes with it, and so how much depends on the cuts.
        return Events(isTooLong: true)
    }
    for event in seen.events { check(event.data.utf8.count <= 3 * longest, "an event is longer than may be") }
    return seen
}

/// Has each reader take the lines: once a turn has ended nothing of it goes on, and what it said is no more than was said.
private func read(_ lines: [JSONLines.Line]) {
    let values = lines.compactMap { if case .value(let value) = $0 { value } else { nil } }
    read(values, JobReader())
    read(values, ClaudeReader(now: { Timestamp(seconds: 0) }))
    read(values, CodexReader())
    for value in values { check(RPCMessage(value).map(isNamed) ?? true, "a message of no method") }
}

private func read(_ values: [JSONValue], _ reader: some LineReader) {
    var reader = reader
    for value in values {
        let hadEnded = reader.ending != nil
        let effects = reader.take(value)
        check(!hadEnded || effects.isEmpty, "something is to be done about a turn that has ended")
        check(effects.count <= 8 + value.text.utf8.count, "a line has more effects than bytes")
    }
    if case .success(let reply)? = reader.ending {
        check(reply.text.utf8.count <= 4 << 20, "an answer is longer than may be")
    }
}

private func isNamed(_ message: RPCMessage) -> Bool {
    switch message {
    case .request(let id, _, _): id.bytes.count <= 8 * 1024
    case .notification, .result, .failure: true
    }
}

/// An endpoint's answer: once it is over, nothing more is heard of it.
private func read(_ events: [ServerSentEvent]) {
    var answer = ChatAnswer(longest: 64)
    for event in events {
        let wasOver = answer.isOver
        do throws(AgentFailure) {
            let heard = try answer.take(event)
            check(!wasOver || heard.isEmpty, "something is heard of an answer that is over")
        } catch {
            check(!wasOver, "an answer that is over fails")
            return
        }
        check(answer.text.utf8.count <= 64, "an answer is longer than may be")
    }
}
