import HTTP
import JSON
import Router
import System
import WeCom

/// `/v1/turns`.
extension ControlExchange {
    /// The turns that run in this process, those that began first before the others.
    func runningTurns() throws -> JSONValue {
        try request.expect(.get)
        let running = (turns?.all ?? []).sorted { $0.begunAt < $1.begunAt }
        let moment = turns?.now ?? .now
        return ["turns": .array(running.map { $0.json(naming: directory, at: moment) })]
    }
}

extension RunningTurn {
    fileprivate func json(naming directory: AppDirectory, at now: MonotonicTime) -> JSONValue {
        let (conversation, feed) = (job.conversation, feed.snapshot)
        let app = directory[conversation.endpoint]
        let members: [JSONValue.Member] = [
            .init("job", .string(job.lease.job.description)),
            .init("app", .string(directory.shownName(of: conversation.endpoint))),
            .init("app_key", .string(conversation.endpoint.description)),
            .init("user", .string(scopedUser(of: conversation.endpoint, conversation.peer.description))),
            .init("agent", app.map { .string($0.agent) } ?? .null),
            .init("attempt", .integer(Int64(job.attempt))),
            .init("running_seconds", .integer(max(0, now.since(begunAt).inMilliseconds / 1000))),
            .init(
                "silent_seconds",
                lastActivity.map { .integer(max(0, now.since($0).inMilliseconds / 1000)) } ?? .null),
        ]
        return .object(
            members + [
                .init("progress", feed.progress.map { .string($0) } ?? .null),
                .init(
                    "steps",
                    .array(feed.steps.map { ["title": .string($0.title), "state": .string($0.state.rawValue)] })),
                .init("asks", .bool(asks)), .init("stopping", .bool(stopReason != nil)),
            ])
    }
}
