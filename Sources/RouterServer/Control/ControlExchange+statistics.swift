import HTTP
import JSON
import Router
import System
import WeCom

/// `/v1/stats`.
extension ControlExchange {
    func statistics() async throws -> JSONValue {
        try request.expect(
            .get, parameters: ["by", "app", "user", "since", "older_than", "before", "timezone"])
        let groupings = JobGrouping.allCases.map(\.rawValue).joined(separator: ", ")
        let grouping = try request.query.read("by", "one of \(groupings)") { JobGrouping(rawValue: $0) } ?? .app
        let zone = try request.query.read("timezone", "a zone that the server knows, as in Asia/Shanghai") {
            TimeZone(named: $0)
        }
        var filter = try LedgerFilter(request.query, directory, at: now)
        filter.before = try request.query.read("before", "what a page before gave as next") { JobID($0)?.number }
        let page = try await store.tallies(by: grouping, matching: filter)
        return [
            "by": .string(grouping.rawValue), "timezone": .string((zone ?? .utc).name),
            "stats": .array(rows(page.items, by: grouping, in: zone ?? .utc)),
            "next": page.next.map { .string(JobID($0).description) } ?? .null,
        ]
    }

    /// Adds up what is the same to people: quarters of an hour of one day, a person's jobs for several apps of a corp.
    private func rows(_ tallies: [JobTally], by grouping: JobGrouping, in zone: TimeZone) -> [JSONValue] {
        var names: [String: [JSONValue.Member]] = [:]
        var counts: [String: JobTally.Counts] = [:]
        for tally in tallies {
            let members = members(tally.group, by: grouping, in: zone)
            let name = members.last?.value.text ?? ""
            names[name] = members
            counts[name, default: .init()] += tally.counts
        }
        return counts.sorted { ($0.value.jobs, $1.key) > ($1.value.jobs, $0.key) }.map { name, counts in
            .object((names[name] ?? []) + counts.members)
        }
    }

    private func members(
        _ group: JobTally.Group, by grouping: JobGrouping, in zone: TimeZone
    ) -> [JSONValue.Member] {
        switch grouping {
        case .app:
            guard let endpoint = group.endpoint else { return [.init("app", .null), .init("app_key", .null)] }
            return [
                .init("app", .string(directory.shownName(of: endpoint))),
                .init("app_key", .string(endpoint.description)),
            ]
        case .user:
            guard let endpoint = group.endpoint, let peer = group.peer else { return [.init("user", .null)] }
            return [.init("user", .string(scopedUser(of: endpoint, peer)))]
        case .agent: return [.init("agent", group.agent.map(JSONValue.string) ?? .null)]
        case .day: return [.init("day", group.quarter.map { .string($0.day(in: zone)) } ?? .null)]
        case .outcome: return [.init("outcome", group.state.map { .string($0.rawValue) } ?? .null)]
        }
    }
}

extension JobTally.Counts {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("jobs", .integer(Int64(jobs))), .init("done", .integer(Int64(done))),
            .init("failed", .integer(Int64(failed))), .init("cancelled", .integer(Int64(cancelled))),
            .init("open", .integer(Int64(jobs - done - failed - cancelled))),
            .init("attempts", .integer(Int64(attempts))),
            .init("answer_milliseconds", .integer(answerTime.inMilliseconds)),
            .init("longest_answer_milliseconds", .integer(longestAnswerTime.inMilliseconds)),
        ]
    }
}
