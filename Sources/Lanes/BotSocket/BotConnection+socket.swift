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
        if let socket = await connect(link) { await converse(over: socket, link) }
        // Most times the machine has heard of a graver reason, or wanted it.
        handle(.closed(link.number, reason: "the socket takes nothing"))
    }

    /// Opens the socket; nil where there is none, or nobody wants it any more. The task in which it does is gone afterwards, with
    /// all that it held in memory.
    private func connect(_ link: BotSocketLink) async -> (any WebSocket)? {
        await firstOf(
            {
                await link.over.wait()
                return nil
            }, { await self.makeSocket(for: link) })
    }

    private func makeSocket(for link: BotSocketLink) async -> (any WebSocket)? {
        do throws(WebSocketError) {
            let socket = try await transport.connect(route.address, route.options)
            handle(.opened(link.number))
            return socket
        } catch {
            handle(.openFailed(link.number, reason: "\(error)"))
            return nil
        }
    }

    /// Reads in its own task, which ends when the socket is closed, and has no other wait for the reason to close it: each would
    /// hold as much memory as one that reads.
    private func converse(over socket: any WebSocket, _ link: BotSocketLink) async {
        // Unstructured, since it is short: what it closes is waited for below.
        link.over.whenReached { Task { await socket.close(WebSocketClose(.normal)) } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.write(to: socket, link)
                link.over.reach()
            }
            await read(socket, link)
            link.over.reach()
            group.cancelAll()
        }
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

    /// Not inlined, as `handle` is not: the task that reads would hold its frame for as long as it waits.
    @inline(never)
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
                // This process may have been suspended since that was to be said.
                guard machine.isOurs(at: clock.now) else { return }
                try await socket.send(.text(written.command.frame(written.id)))
            }
        } catch {
            handle(.closed(link.number, reason: "\(error)"))
        }
    }
}
