import HTTP
import Testing

@Suite struct WebSocketSessionTests {
    private func steps(_ session: inout WebSocketSession, _ frames: [WebSocketFrame]) -> [WebSocketSession.Step] {
        var (steps, input) = ([WebSocketSession.Step](), frames.flatMap { $0.encoded(nil) }[...])
        while let step = session.next(from: &input) { steps.append(step) }
        return steps
    }

    private var client: WebSocketSession { WebSocketSession(as: .client, maxMessage: 1000) }
    private let bye = WebSocketClose(.goingAway, reason: "bye")

    @Test("messages come out, pings are answered with what they held, pongs with nothing")
    func open() {
        var session = client
        let frames = [WebSocketFrame(.ping, [1, 2]), WebSocketFrame(.pong, [3]), WebSocketFrame(.text, [0x61])]
        #expect(steps(&session, frames) == [.pong(WebSocketFrame(.pong, [1, 2])), .message(.text("a"))])
        #expect(session.isOpen)
    }

    @Test("a close is answered with its code, and what comes behind it is nothing")
    func closedByPeer() {
        var session = client
        let seen = steps(&session, [WebSocketFrame(bye), WebSocketFrame(.text, [0x61])])
        #expect(seen == [.end(.closed(bye, by: .server), last: WebSocketFrame(WebSocketClose(.goingAway)))])
        let again = session.close(bye)
        #expect(again == nil)
    }

    @Test("a close without a code is answered by one")
    func closedWithoutCode() {
        var session = client
        let seen = steps(&session, [WebSocketFrame(.close)])
        #expect(seen == [.end(.closed(WebSocketClose(.none), by: .server), last: WebSocketFrame(.close))])
    }

    @Test("having said that we close, we wait for the answer and say nothing more")
    func closedByUs() {
        var session = client
        let (said, again) = (session.close(bye), session.close(bye))
        #expect(said == WebSocketFrame(bye))
        #expect(again == nil)
        #expect(!session.isOpen)
        let meanwhile = steps(&session, [WebSocketFrame(.text, [0x61]), WebSocketFrame(.ping)])
        #expect(meanwhile == [])
        let last = steps(&session, [WebSocketFrame(.close)])
        #expect(last == [.end(.closed(bye, by: .client), last: nil)])
    }

    @Test("a breach ends it, and the other end is told the code once")
    func violation() {
        for hasSaid in [false, true] {
            var session = client
            if hasSaid { _ = session.close(bye) }
            var input: ArraySlice<UInt8> = [0x81, 1, 0xFF, 0x81, 0]
            let told = WebSocketFrame(WebSocketClose(.notUTF8, reason: "a text message is not UTF-8"))
            let step = session.next(from: &input)
            #expect(step == .end(.violated(.textNotUTF8), last: hasSaid ? nil : told))
            let after = session.next(from: &input)
            #expect(after == nil)
            #expect(!session.isOpen)
        }
    }

    @Test("a connection that ends is lost, but for one that was to be closed")
    func lost() {
        var session = client
        let error = session.lose("gone")
        #expect(error == .lost("gone"))
        #expect(!session.isOpen)
        var closing = client
        _ = closing.close(bye)
        let end = closing.lose("gone")
        #expect(end == .closed(bye, by: .client))
    }
}
