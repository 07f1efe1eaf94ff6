import JSON
import Lifecycle
import Observability
import System

/// Fetches what came with a job's messages, so that its agent finds it on the disk.
struct AttachmentFetch: Sendable {
    let lane: (any Lane)?
    let folder: AttachmentFolder
    let limit: Int
    let clock: any WorkClock
    let log: Logger

    struct Fetched: Sendable {
        var attachments: [Attachment] = []
        var missing: [Missing] = []
    }

    /// Something that is not there.
    struct Missing: Sendable {
        let media: SentMedia
        let folder: String
    }

    /// The number of tries of what may work a little later.
    private static let tries = 3
    private static let patience = Backoff(first: .seconds(1), longest: .seconds(8))

    func run(_ job: ClaimedJob) async throws -> Fetched {
        var fetched = Fetched()
        let media = job.messages.flatMap(\.media)
        guard !media.isEmpty else { return fetched }
        for (index, sent) in media.enumerated() {
            let path = try await folderOf(job, index + 1)
            do {
                if let earlier = try await folder.attachment(sent.kind, in: path) {
                    fetched.attachments.append(earlier)
                } else {
                    fetched.attachments.append(try await fetch(sent, into: path))
                }
            } catch let failure as MediaFailure {
                log.error("something that a user sent could not be fetched", [.reason: .string(failure.reason)])
                fetched.missing.append(Missing(media: sent, folder: path))
            }
        }
        return fetched
    }

    /// A disk that is full now may not be a little later.
    private func folderOf(_ job: ClaimedJob, _ number: Int) async throws -> String {
        do throws(FileError) {
            return try await folder.folder(of: job.lease.job, number)
        } catch {
            throw AgentFailure(.transient, "what a user sent cannot be kept: \(error)")
        }
    }

    private func fetch(_ media: SentMedia, into path: String) async throws -> Attachment {
        guard let lane else { throw MediaFailure("its app is gone", mayPass: false) }
        var attempt = 1
        while true {
            do {
                return try await lane.fetch(media, into: path, limit: limit)
            } catch let failure as MediaFailure {
                guard failure.mayPass, attempt < AttachmentFetch.tries else { throw failure }
                try await clock.sleep(for: AttachmentFetch.patience.delay(afterAttempt: attempt))
                attempt += 1
            }
        }
    }
}
