import Lifecycle
import WeCom

/// The frames that wait to be heard, the oldest first.
struct UnheardFrames {
    struct Item {
        let frame: BotFrame
        let size: Int
        let socket: Int
    }

    private var items: [Item] = []
    private(set) var bytes = 0
    private(set) var isOver = false
    private var listener: CheckedContinuation<Void, Never>?

    var count: Int { items.count }

    mutating func append(_ item: Item) {
        items.append(item)
        bytes += item.size
        exchange(&listener, with: nil)?.resume()
    }

    mutating func popFirst() -> Item? {
        guard !items.isEmpty else { return nil }
        let item = items.removeFirst()
        bytes -= item.size
        return item
    }

    /// No more will come.
    mutating func finish() {
        isOver = true
        exchange(&listener, with: nil)?.resume()
    }

    /// Resumes `listener` when there is something to hear, or never will be again.
    mutating func wake(_ listener: CheckedContinuation<Void, Never>) {
        if items.isEmpty, !isOver { self.listener = listener } else { listener.resume() }
    }
}

extension BotConnection {
    /// Keeps a frame until its turn comes. Where there is no room for it, WeCom has to send it again.
    func keep(_ frame: BotFrame, _ size: Int) {
        noteCallback()
        guard unheard.count < limits.unheard, unheard.bytes + size <= limits.unheardBytes else {
            return giveUp(machine.socket, "\(unheard.count) frames of the bot wait to be kept already")
        }
        unheard.append(.init(frame: frame, size: size, socket: machine.socket))
    }

    /// Hands on what is heard, to the last of it.
    func handOn() async {
        while true {
            while let item = unheard.popFirst() { await handOn(item) }
            if unheard.isOver { return }
            await withCheckedContinuation { unheard.wake($0) }
        }
    }

    private func handOn(_ item: UnheardFrames.Item) async {
        let (clock, limit, hear) = (clock, limits.hearing, hear)
        let isKept = await withTaskGroup(of: Void.self) { group in
            // However long it takes, the connection is not kept for it.
            group.addTask {
                guard (try? await clock.sleep(for: limit)) != nil else { return }
                await self.giveUp(item.socket, "a frame of the bot was not kept within \(limit)")
            }
            defer { group.cancelAll() }
            return await hear(item.frame)
        }
        if !isKept { giveUp(item.socket, "a frame of the bot could not be kept") }
    }

    private func giveUp(_ socket: Int, _ reason: String) {
        handle(.giveUp(socket, reason: "\(reason): WeCom sends it again over another connection"))
    }
}
