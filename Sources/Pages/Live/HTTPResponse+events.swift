package import HTTP
package import JSON

extension HTTPResponse {
    /// The answer to a page that listens (Server-Sent Events): `hello`, with what it is told besides, then what `render` makes of
    /// the places that change, until one of the two goes. `look` is asked each time that nothing has changed for a while.
    package static func events<Place>(
        to listener: LiveListener<Place>, hello: [JSONValue.Member],
        lookingAgain look: @escaping @Sendable () async -> [LiveEvent] = { [] },
        render: @escaping @Sendable ([Place]) async -> [LiveEvent]
    ) -> HTTPResponse {
        var headers = HTTPHeaders.ofPages
        headers["Content-Type"] = "text/event-stream"
        headers["X-Accel-Buffering"] = "no"
        return HTTPResponse(
            .ok, headers: headers,
            body: .streamed { writer in
                defer { listener.stop() }
                let greeting = LiveEvent("hello", .object(hello + [.init("gap", .bool(listener.missed))]))
                let id = listener.missed ? listener.position : nil
                try await writer.write(Array("retry: 1500\n\n".utf8) + greeting.bytes(id: id))
                while true {
                    switch try await listener.next() {
                    case .changed(let places, let id):
                        let events = await render(places)
                        guard !events.isEmpty else { continue }
                        try await writer.write(events.flatMap { $0.bytes(id: id) })
                    case .quiet:
                        try await writer.write(Array(":\n\n".utf8) + (await look()).flatMap { $0.bytes(id: nil) })
                    case .end(let why): return try await writer.write(LiveEvent.bye(why).bytes(id: nil))
                    }
                }
            })
    }
}
