import JSON
import Router
import System
import Text

// Jobs and deliveries as the control socket and `--json` show them.

extension JobSummary {
    func members(naming directory: AppDirectory, at now: Timestamp) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("job", .string(id.description)), .init("accepted_at", .time(acceptedAt)),
            .init("age_seconds", .integer(max(0, now.since(acceptedAt).inMilliseconds / 1000))),
            .init("app", .string(endpoint.description)), .init("app_name", .optional(directory[endpoint]?.name)),
            .init("user", .string(scopedUser(of: endpoint, peer))), .init("state", .string(state.rawValue)),
            .init("attempt", .integer(Int64(attempt))), .init("reason", .optional(reason)),
        ]
        members += [
            .init("due_at", .optional(dueAt)), .init("ended_at", .optional(endedAt)),
            .init("cancellation", .optional(cancellation)), .init("replay_of", .optional(replayOf?.description)),
            .init("retried_as", .optional(retriedAs?.description)), .init("text", .string(text)),
            .init("parts", parts.json),
        ]
        return members
    }
}

extension PartCount {
    fileprivate var json: JSONValue {
        [
            "all": .integer(Int64(all)), "sent": .integer(Int64(sent)), "failed": .integer(Int64(failed)),
            "reason": .optional(reason),
        ]
    }
}

extension JobDetails {
    func json(naming directory: AppDirectory, at now: Timestamp) -> JSONValue {
        let messages: [JSONValue] = messages.map { message in
            [
                "msgid": .optional(message.messageID), "sent_at": .time(message.sentAt),
                "text": .string(message.text.excerpt),
            ]
        }
        let events: [JSONValue] = events.map { event in
            [
                "at": .time(event.at), "what": .string(event.what), "why": .optional(event.why),
                "who": .optional(event.who),
            ]
        }
        return .object(
            summary.members(naming: directory, at: now) + [
                .init("messages", .array(messages)), .init("events", .array(events)),
                .init("deliveries", .array(deliveries.map { $0.json(naming: directory, at: now) })),
            ])
    }
}

extension DeliverySummary {
    func json(naming directory: AppDirectory, at now: Timestamp) -> JSONValue {
        [
            "delivery": .string(id.description), "written_at": .time(writtenAt),
            "age_seconds": .integer(max(0, now.since(writtenAt).inMilliseconds / 1000)),
            "app": .string(endpoint.description), "app_name": .optional(directory[endpoint]?.name),
            "user": .string(scopedUser(of: endpoint, peer)), "job": .optional(job?.description),
            "state": .string(state.rawValue), "attempt": .integer(Int64(attempt)), "reason": .optional(reason),
            "tried_at": .optional(triedAt), "due_at": .optional(dueAt), "ended_at": .optional(endedAt),
            "wecom_msgid": .optional(wecomID), "replay_of": .optional(replayOf?.description),
            "replayed_as": .optional(replayedAs?.description), "text": .string(text),
        ]
    }
}

extension SessionSummary {
    func json(naming directory: AppDirectory, at now: Timestamp) -> JSONValue {
        [
            "app": .string(endpoint.description), "app_name": .optional(directory[endpoint]?.name),
            "user": .string(scopedUser(of: endpoint, peer)), "agent": .string(agent), "epoch": .integer(epoch),
            "is_current": .bool(isCurrent), "turns": .integer(Int64(turns)), "started_at": .time(startedAt),
            "used_at": .time(usedAt), "used_seconds_ago": .integer(max(0, now.since(usedAt).inMilliseconds / 1000)),
            "last_job": .string(lastJob.description), "bytes": .integer(Int64(bytes)),
        ]
    }
}

/// Names a user as logs do, across corps.
private func scopedUser(of endpoint: Endpoint, _ peer: String) -> String {
    endpoint.scoped(peer.after("user:") ?? peer[...])
}

extension JSONValue {
    fileprivate static func time(_ moment: Timestamp) -> JSONValue { .string(moment.description) }
    fileprivate static func optional(_ moment: Timestamp?) -> JSONValue { moment.map(time) ?? .null }
    fileprivate static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
