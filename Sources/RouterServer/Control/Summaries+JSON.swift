import JSON
import Router
import System
import Text
import WeCom

// Jobs and deliveries as the control socket and `--json` show them.

extension JobSummary {
    func members(naming directory: AppDirectory, at now: Timestamp) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("id", .string(id.description)), .init("accepted_at", .time(acceptedAt)),
            .init("age_seconds", .integer(max(0, now.since(acceptedAt).inMilliseconds / 1000))),
            .init("app", .string(directory.shownName(of: endpoint))), .init("app_key", .string(endpoint.description)),
            .init("user", .string(scopedUser(of: endpoint, peer))), .init("state", .string(state.rawValue)),
            .init("attempts", .integer(Int64(attempt))), .init("reason", .optional(reason)),
        ]
        members += [
            .init("due_at", .optional(dueAt)), .init("ended_at", .optional(endedAt)),
            .init("cancellation", .optional(cancellation)), .init("retry_of", .optional(replayOf?.description)),
            .init("retried_as", .optional(retriedAs?.description)), .init("text", .string(text)),
            .init("parts", parts.json), .init("refused", .bool(isRefused)),
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
        let accepted = JobEvent(at: summary.acceptedAt, what: "accepted", why: nil, who: nil)
        let events: [JSONValue] = ([accepted] + events).map { event in
            [
                "at": .time(event.at), "what": .string(event.what), "why": .optional(event.why),
                "who": .optional(event.who),
            ]
        }
        return .object(
            summary.members(naming: directory, at: now) + [
                .init("messages", .array(messages)), .init("events", .array(events)),
                .init("deliveries", .array(deliveries.map { $0.json(naming: directory, at: now) })),
                .init("feedback", .array(feedback.map(\.json))),
            ])
    }
}

extension JobFeedback {
    fileprivate var json: JSONValue {
        [
            "user": .optional(user?.folded), "at": .time(at), "verdict": .string(verdict.word),
            "reasons": .array(reasons.map { .string($0.word) }), "comment": .optional(comment),
        ]
    }
}

extension DeliverySummary {
    func json(naming directory: AppDirectory, at now: Timestamp) -> JSONValue {
        [
            "id": .string(id.description), "accepted_at": .time(acceptedAt),
            "age_seconds": .integer(max(0, now.since(acceptedAt).inMilliseconds / 1000)),
            "app": .string(directory.shownName(of: endpoint)), "app_key": .string(endpoint.description),
            "user": .string(scopedUser(of: endpoint, peer)), "job": .optional(job?.description),
            "state": .string(state.rawValue), "attempts": .integer(Int64(attempt)), "reason": .optional(reason),
            "tried_at": .optional(triedAt), "due_at": .optional(dueAt), "ended_at": .optional(endedAt),
            "wecom_msgid": .optional(wecomID), "retry_of": .optional(replayOf?.description),
            "retried_as": .optional(replayedAs?.description), "text": .string(text),
        ]
    }
}

extension SessionSummary {
    func json(naming directory: AppDirectory, at now: Timestamp) -> JSONValue {
        [
            "app": .string(directory.shownName(of: endpoint)), "app_key": .string(endpoint.description),
            "user": .string(scopedUser(of: endpoint, peer)), "member": .optional(member?.folded),
            "agent": .string(agent), "epoch": .integer(epoch),
            "is_current": .bool(isCurrent), "turns": .integer(Int64(turns)), "started_at": .time(startedAt),
            "used_at": .time(usedAt), "used_seconds_ago": .integer(max(0, now.since(usedAt).inMilliseconds / 1000)),
            "last_job": .string(lastJob.description), "bytes": .integer(Int64(bytes)),
        ]
    }
}

extension AppDirectory {
    /// An app's name, or its key where it has left the configuration.
    func shownName(of endpoint: Endpoint) -> String {
        self[endpoint]?.name ?? dormant.first { $0.app.endpoint == endpoint }?.app.name ?? endpoint.description
    }
}

/// Names a user as logs do, across corps.
func scopedUser(of endpoint: Endpoint, _ peer: String) -> String {
    endpoint.scoped(peer.after("user:") ?? peer[...])
}

extension JSONValue {
    fileprivate static func time(_ moment: Timestamp) -> JSONValue { .string(moment.description) }
    fileprivate static func optional(_ moment: Timestamp?) -> JSONValue { moment.map(time) ?? .null }
    fileprivate static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
