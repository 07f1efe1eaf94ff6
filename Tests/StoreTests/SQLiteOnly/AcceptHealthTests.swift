import Router
import SQLite
import StoreTesting
import System
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(10))) struct AcceptHealthTests {
    private let full = SQLiteError(code: 13, message: "database or disk is full")
    private let corrupt = SQLiteError(code: 11, message: "database disk image is malformed")
    private let constraint = SQLiteError(code: 19, message: "constraint failed")

    @Test("whatever keeps a message from being accepted is a complaint at once, and the next that is accepted ends it")
    func anyReason() async throws {
        let errors: [any Error & Equatable] = [full, constraint, DatabaseUnavailable.full]
        for error in errors {
            let health = AcceptHealth()
            await #expect(throws: (any Error).self) { try await health.watching(nil) { throw error } }
            #expect(health.complaint() != nil, "\(error)")
            try await health.watching(nil) {}
            #expect(health.complaint() == nil)
        }
    }

    @Test("what says nothing of accepting is no complaint: a key that is taken, a store that was closed")
    func noReason() async throws {
        let errors: [any Error] = [KeyIsTaken(), DatabaseUnavailable.closed]
        for error in errors {
            let health = AcceptHealth()
            await #expect(throws: (any Error).self) { try await health.watching(nil) { throw error } }
            #expect(health.complaint() == nil && health.trial == nil, "\(error)")
        }
    }

    @Test("a disk that refuses is counted, in its own words, and has to take a commit before it is believed")
    func disk() async throws {
        let health = AcceptHealth()
        await #expect(throws: full) { try await health.watching(nil) { throw full } }
        #expect(health.refusedByDisk == 1)
        #expect(health.complaint()?.contains("database or disk is full") == true)
        let trial = try #require(health.trial)
        #expect(trial.needsCommit)
        health.noteRecovery(from: trial)
        #expect(health.complaint() == nil)
    }

    @Test("of a damaged file the message that met the damage is tried again, and no other ends the complaint")
    func damage() async throws {
        let health = AcceptHealth()
        let met = submission("met it", id: 7)
        await #expect(throws: corrupt) { try await health.watching(met) { throw corrupt } }
        try await health.watching(submission("another", id: 8)) {}
        await #expect(throws: full) { try await health.watching(nil) { throw full } }
        #expect(health.complaint()?.contains("damaged") == true)
        let trial = try #require(health.trial)
        #expect(trial.submission?.key == met.key)
        health.noteRecovery(from: trial)
        #expect(health.complaint() == nil)
    }

    @Test("a success that is told late does not end a complaint that came after it was tried")
    func lateRecovery() async throws {
        let health = AcceptHealth()
        await #expect(throws: full) { try await health.watching(nil) { throw full } }
        let trial = try #require(health.trial)
        await #expect(throws: constraint) { try await health.watching(nil) { throw constraint } }
        health.noteRecovery(from: trial)
        #expect(health.complaint()?.contains("constraint failed") == true)
    }

    @Test("a disk that does not answer is a complaint while messages wait for it, and none of an idle server")
    func silence() async throws {
        let health = AcceptHealth()
        let later = MonotonicTime.now.advanced(by: AcceptHealth.patience + .seconds(1))
        #expect(health.complaint(at: later) == nil)
        try await health.watching(nil) {
            #expect(health.complaint() == nil)
            #expect(health.complaint(at: later.advanced(by: .seconds(60)))?.contains("has not answered") == true)
        }
        #expect(health.complaint(at: later) == nil)
    }
}
