import Lifecycle
import Router
import System

/// A lane whose people send files that hold the addresses at which they lie.
final class SealedLane: Lane {
    static let speech = Speech.least
    static let name = "a.txt"
    let isAsked = Signpost()
    let goesOn: Signpost?
    private let failure: MediaFailure?
    private let count = Lock(0)

    init(failing failure: MediaFailure? = nil, waitingFor goesOn: Signpost? = nil) {
        (self.failure, self.goesOn) = (failure, goesOn)
    }

    var fetches: Int { count.withLock { $0 } }

    func send(_ delivery: Delivery) async -> SendOutcome { .failed(reason: "not here") }

    func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        .not(.failed(reason: "not here"))
    }

    func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Router.Attachment {
        count.withLock { $0 += 1 }
        isAsked.reach()
        await goesOn?.wait()
        try Task.checkCancellation()
        if let failure { throw failure }
        let path = "\(folder)/\(SealedLane.name)"
        guard case .sealed(let url, _) = media.source else { throw MediaFailure("it is not sealed", mayPass: false) }
        try writeFile(path, Array(url.utf8))
        return Router.Attachment(
            media.kind, path: path, name: SealedLane.name, contentType: "text/plain", size: url.utf8.count)
    }
}
