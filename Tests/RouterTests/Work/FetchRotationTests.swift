import System
import Testing
import WeCom

@testable import Router

@Suite("Files that wait to be fetched before their turns")
struct FetchRotationTests {
    private let start = Timestamp(seconds: 1_900_000_000)
    private let a = Endpoint.bot(BotID("a"))
    private let b = Endpoint.bot(BotID("b"))

    private func item(_ number: Int, to bot: Endpoint, dueAfter seconds: Int64 = 0) -> FetchRotation.Item {
        let media = SentMedia(.image, .sealed(url: "https://files/\(number)", key: nil))
        let id = ReceivedFileID(number, with: "m", to: bot)
        return FetchRotation.Item(
            file: SentFile(media: media, endpoint: bot, id: id), id: id, until: start.advanced(by: .seconds(300)),
            due: start.advanced(by: .seconds(seconds)))
    }

    private func limits(_ change: (inout FetchRotation.Limits) -> Void) -> FetchRotation.Limits {
        var limits = FetchRotation.Limits()
        change(&limits)
        return limits
    }

    @Test("bots are served by rotation, and each bot's files go in their order")
    func rotation() {
        var rotation = FetchRotation(limits { $0.runningOfOne = 8 })
        for number in 1...3 { rotation.add(item(number, to: a)) }
        rotation.add(item(1, to: b))
        let taken = (1...5).map { _ in rotation.next(at: start)?.id }
        #expect(taken == [item(1, to: a).id, item(1, to: b).id, item(2, to: a).id, item(3, to: a).id, nil])
        #expect(rotation.waiting == 0)
    }

    @Test("of one bot no more run at once than may, and of all together no more")
    func bounds() throws {
        var rotation = FetchRotation(limits { $0.running = 3 })
        for number in 1...4 {
            rotation.add(item(number, to: a))
            rotation.add(item(number, to: b))
        }
        let taken = (1...4).compactMap { _ in rotation.next(at: start) }
        #expect(taken.map(\.file.endpoint) == [a, b, a])
        rotation.end(taken[1])
        #expect(rotation.next(at: start)?.file.endpoint == b)
        rotation.end(taken[0])
        rotation.end(taken[2])
        #expect(rotation.next(at: start)?.file.endpoint == a)
    }

    @Test("one that is not due lets the others by, and one that WeCom does not give any more is left out")
    func dueAndLate() {
        var rotation = FetchRotation()
        rotation.add(item(1, to: a, dueAfter: 2))
        rotation.add(item(2, to: a))
        #expect(rotation.next(at: start)?.id == item(2, to: a).id)
        #expect(rotation.next(at: start) == nil)
        #expect(rotation.next(at: start.advanced(by: .seconds(300))) == nil)
        #expect(rotation.waiting == 0 && rotation.missed == 1)
        rotation.add(item(3, to: a))
        #expect(rotation.next(at: start)?.id == item(3, to: a).id)
    }

    @Test("what is too much for one bot, or for all, is left to the turns")
    func full() {
        var rotation = FetchRotation(
            limits {
                $0.waiting = 3
                $0.waitingOfOne = 2
            })
        for number in 1...3 { rotation.add(item(number, to: a)) }
        #expect(rotation.waiting == 2 && rotation.missed == 1)
        for number in 1...2 { rotation.add(item(number, to: b)) }
        #expect(rotation.waiting == 3 && rotation.missed == 2)
    }
}
