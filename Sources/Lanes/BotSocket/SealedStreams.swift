import Router

/// The streams of a bot's answers that take no more text, each with what its last frame said: a repeat of that is the same frame
/// again, and others go as messages of their own. The newest are remembered.
struct SealedStreams {
    /// The one whose words a stream ends with.
    enum Sealer: Equatable {
        case delivery(DeliveryID)
        /// Words of our own, where no answer ends it.
        case ourselves
        /// WeCom takes nothing more of the stream: it stands as it is.
        case nobody
    }

    private struct Seal {
        var sealer: Sealer
        /// The last frame went out, and nothing was heard of it.
        var isInDoubt = false
    }

    private var seals: [String: Seal] = [:]
    private var order: [String] = []

    private static let most = 4096

    /// True if the stream ends with the words of this one, now or before.
    mutating func seal(_ request: String, by sealer: Sealer) -> Bool {
        if let seal = seals[request] { return seal.sealer == sealer }
        add(Seal(sealer: sealer), request)
        return true
    }

    /// WeCom says that the stream is of no use any more.
    mutating func giveUp(_ request: String) {
        if seals[request] == nil { add(Seal(sealer: .nobody), request) } else { seals[request]?.sealer = .nobody }
    }

    func isGivenUp(_ request: String) -> Bool { seals[request]?.sealer == .nobody }

    /// The last frame was surely not taken: others may end the stream.
    mutating func release(_ request: String) {
        guard seals[request]?.isInDoubt == false else { return }
        seals[request] = nil
        order.removeAll { $0 == request }
    }

    /// True if a last frame of which nothing was heard may go once more.
    mutating func doubt(_ request: String) -> Bool {
        guard seals[request]?.isInDoubt == false else { return false }
        seals[request]?.isInDoubt = true
        return true
    }

    private mutating func add(_ seal: Seal, _ request: String) {
        seals[request] = seal
        order.append(request)
        if order.count > Self.most { seals[order.removeFirst()] = nil }
    }
}
