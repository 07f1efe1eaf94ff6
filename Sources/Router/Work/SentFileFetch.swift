import Lifecycle

/// Fetches files that people sent, each once for all who want it at that time, and finds what was fetched before.
package final class SentFileFetch: Sendable {
    let received: ReceivedFolder
    private let flights = SingleFlight<ReceivedFileID, Result<Void, MediaFailure>>()

    package init(into received: ReceivedFolder) { self.received = received }

    /// The pauses between tries of what may work a little later, and the number of tries.
    static let patience = Backoff(first: .seconds(1), longest: .seconds(8))
    static let tries = 3

    /// Sees to it that a file is among the received ones, by asking WeCom once if need be. Throws `MediaFailure`.
    func run(_ id: ReceivedFileID, _ media: SentMedia, through lane: any Lane, limit: Int) async throws {
        while true {
            try Task.checkCancellation()
            let result = await flights.run(id) { [received] in
                await received.fetch(id, media, through: lane, limit: limit)
            }
            // Somebody else who wanted it gave it up.
            guard let result else { continue }
            return try result.get()
        }
    }
}

extension ReceivedFolder {
    fileprivate func fetch(
        _ id: ReceivedFileID, _ media: SentMedia, through lane: any Lane, limit: Int
    ) async -> Result<Void, MediaFailure> {
        do {
            switch try await held(id) {
            case .whole: return .success(())
            case .refused(let reason): throw MediaFailure(reason, mayPass: false)
            case nil:
                let file = try await fetch(id, media, by: lane, limit)
                CrashPoint.reach(.afterFetch)
                await noteArrival(of: id, size: file.size)
                return .success(())
            }
        } catch let failure as MediaFailure {
            // One that cannot be noted is asked for again.
            if !failure.mayPass { try? await noteRefusal(of: id, failure.reason) }
            return .failure(failure)
        } catch {
            return .failure(MediaFailure("\(error)", mayPass: true))
        }
    }

    private func fetch(
        _ id: ReceivedFileID, _ media: SentMedia, by lane: any Lane, _ limit: Int
    ) async throws -> Attachment {
        let folder = try await open(id)
        do {
            return try await lane.fetch(media, into: folder, limit: limit)
        } catch {
            await discard(id)
            throw error
        }
    }
}
