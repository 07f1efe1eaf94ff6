import JSON
import Lifecycle
import Observability
import System

/// Fetches what came with a job's messages, so that its agent finds it on the disk.
struct AttachmentFetch: Sendable {
    let lane: (any Lane)?
    let folder: AttachmentFolder
    let files: SentFileFetch
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

    func run(_ job: ClaimedJob) async throws -> Fetched {
        var fetched = Fetched()
        let files = job.messages.flatMap { $0.files(to: job.conversation.endpoint) }
        for (index, sent) in files.enumerated() {
            let path = try await folderOf(sent, of: job, index + 1)
            do {
                let earlier = try await folder.attachment(sent.media.kind, in: path)
                var attachment = if let earlier { earlier } else { try await fetch(sent, into: path) }
                attachment.number = index + 1
                fetched.attachments.append(attachment)
            } catch let failure as MediaFailure {
                log.error("something that a user sent could not be fetched", [.reason: .string(failure.reason)])
                fetched.missing.append(Missing(media: sent.media, folder: path))
            }
        }
        return fetched
    }

    /// A disk that is full now may not be a little later.
    private func folderOf(_ file: SentFile, of job: ClaimedJob, _ number: Int) async throws -> String {
        do throws(FileError) {
            let path = try await folder.folder(of: job.lease.job, number)
            if let id = file.id { try await folder.devote(path, to: id) }
            return path
        } catch {
            throw AgentFailure(.transient, "what a user sent cannot be kept: \(error)")
        }
    }

    private func fetch(_ file: SentFile, into path: String) async throws -> Attachment {
        guard let lane else { throw MediaFailure("its app is gone", mayPass: false) }
        var attempt = 1
        while true {
            do {
                return try await fetchOnce(file, through: lane, into: path)
            } catch let failure as MediaFailure {
                guard failure.mayPass, attempt < SentFileFetch.tries else { throw failure }
                try await clock.sleep(for: SentFileFetch.patience.delay(afterAttempt: attempt))
                attempt += 1
            }
        }
    }

    /// Takes what came before the turn, or is on its way, where WeCom gives it only for a while.
    private func fetchOnce(_ file: SentFile, through lane: any Lane, into path: String) async throws -> Attachment {
        guard let id = file.id else { return try await lane.fetch(file.media, into: path, limit: limit) }
        try await files.run(id, file.media, through: lane, limit: limit)
        guard try await files.received.give(id, into: path),
            let attachment = try await folder.attachment(file.media.kind, in: path)
        else { throw MediaFailure("it was dropped before its turn had it", mayPass: true) }
        return attachment
    }
}
