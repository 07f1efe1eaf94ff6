import HTTP
import JSON
import Lifecycle
import Observability
import WeCom

extension BotConnection {
    func open(_ number: Int) {
        let new = BotSocketLink(number, room: 2 * limits.pending)
        link = new
        opening.yield(new)
    }

    /// Serves a socket until it breaks or nobody wants it any more.
    func live(_ link: BotSocketLink) async {
        await firstOf(link.over.wait) { await self.converse(over: link) }
        // Most times the machine has heard of a graver reason, or wanted it.
        handle(.closed(link.number, reason: "the socket takes nothing"))
    }

    private func converse(over link: BotSocketLink) async {
        let socket: any WebSocket
        do throws(WebSocketError) {
            socket = try await transport.connect(route.address, route.options)
        } catch {
            return handle(.openFailed(link.number, reason: "\(error)"))
        }
        handle(.opened(link.number))
        await firstOf({ await self.read(socket, link) }, { await self.write(to: socket, link) })
        await throughCancellation { await socket.close(WebSocketClose(.normal)) }
    }

    // MARK: Reading

    private func read(_ socket: any WebSocket, _ link: BotSocketLink) async {
        do throws(WebSocketError) {
            while true { take(try await socket.receive().bytes, from: link) }
        } catch {
            handle(.closed(link.number, reason: "\(error)"))
        }
    }

    private func take(_ bytes: [UInt8], from link: BotSocketLink) {
        do throws(InboundMessageError) {
            let frame = try BotFrame(parsing: bytes)
            if case .unknown(let command) = frame {
                tellRubbish(command.map { "its command is \($0)" } ?? "it has neither a command nor an id")
            }
            handle(.frame(link.number, frame), size: bytes.count)
        } catch {
            tellRubbish("\(error)")
        }
    }

    /// It is no fault of the connection, and no reason for another.
    private func tellRubbish(_ reason: String) {
        guard let count = rubbish.tell(at: clock.now) else { return }
        log.warning(
            "a frame over the bot's connection means nothing to us, and is left out",
            ["since_last_told": .integer(Int64(count)), .reason: .string(reason)])
    }

    // MARK: Writing

    func write(_ command: BotCommand, _ id: BotRequestID) {
        guard let link else { return }
        if !link.write(.init(id: id, command: command)) { link.over.reach() }
    }

    private func write(to socket: any WebSocket, _ link: BotSocketLink) async {
        do throws(WebSocketError) {
            for await written in link.commands {
                try await socket.send(.text(written.command.frame(written.id)))
            }
        } catch {
            handle(.closed(link.number, reason: "\(error)"))
        }
    }
}
