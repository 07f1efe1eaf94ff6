import Lifecycle
import System
import Testing

@Suite("what is called when a point is reached")
struct SignpostCallTests {
    @Test("each is called once, however often the point is reached, and at once if it is reached already")
    func once() {
        let post = Signpost()
        let calls = Lock<[String]>([])
        post.whenReached { calls.withLock { $0.append("early") } }
        post.whenReached { calls.withLock { $0.append("second") } }
        #expect(calls.withLock { $0 } == [])
        post.reach()
        #expect(calls.withLock { $0 } == ["early", "second"])
        post.whenReached { calls.withLock { $0.append("late") } }
        post.reach()
        #expect(calls.withLock { $0 } == ["early", "second", "late"])
    }

    @Test("it may reach the point again itself, and finds it reached")
    func again() {
        let post = Signpost()
        let seen = Lock(false)
        post.whenReached {
            post.reach()
            seen.withLock { $0 = post.isReached }
        }
        post.reach()
        #expect(seen.withLock { $0 })
    }

    @Test("a service that is told to stop hears of it")
    func service() {
        let life = ServiceLife()
        let heard = Lock(false)
        life.whenToldToStop { heard.withLock { $0 = true } }
        #expect(!heard.withLock { $0 })
        life.tellToStop(by: .now)
        #expect(heard.withLock { $0 } && life.isToldToStop)
    }
}
