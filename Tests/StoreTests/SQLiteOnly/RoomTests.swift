import Router
import SQLite
import SQLiteStore
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct RoomTests {
    @Test("with too little room nothing new is accepted, and what has begun is ended")
    func reserve() async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let path = "\(directory.path)/router.db"
        let before = try await SQLiteStore(at: path, serving: [appA])
        try await before.accept("question", id: 1)
        await before.close()

        let store = try await SQLiteStore(at: path, serving: [appA], minFree: .max)
        await #expect(throws: StoreIsFull.self) { try await store.accept(submission("more", id: 2), at: time(0)) }
        #expect(store.room.refusedForRoom == 1 && store.health.refusedByDisk == 0)
        #expect(store.room.complaint()?.contains("store.min_free") == true)
        let job = try await store.claimOne()
        try await store.settle(job, Settlement(.done, parts: [part("answer")]))
        #expect(try await store.sendAll() == ["answer"])
        #expect(try await store.claimAll().isEmpty)
        await store.close()
    }

    @Test("the disk is asked once a second at the most, and what it says then counts")
    func interval() {
        let free = Lock((bytes: 100, questions: 0))
        let start = MonotonicTime.now
        let room = Room(minFree: 50, at: start) {
            free.withLock {
                $0.questions += 1
                return $0.bytes
            }
        }
        #expect(room.complaint(at: start) == nil)
        free.withLock { $0.bytes = 49 }
        #expect(room.complaint(at: start.advanced(by: .milliseconds(999))) == nil)
        #expect(free.withLock { $0.questions } == 1)
        #expect(room.complaint(at: start.advanced(by: .seconds(1))) != nil)
        free.withLock { $0.bytes = 50 }
        #expect(room.complaint(at: start.advanced(by: .milliseconds(1999))) != nil)
        #expect(room.complaint(at: start.advanced(by: .seconds(2))) == nil)
        #expect(free.withLock { $0.questions } == 3)
    }

    @Test("a disk that cannot be asked does not stand in the way")
    func unknown() {
        #expect(Room(minFree: .max) { nil }.complaint() == nil)
    }
}
