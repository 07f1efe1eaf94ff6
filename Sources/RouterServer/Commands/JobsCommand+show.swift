import JSON

extension JobsCommand {
    static func show(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let job = try await call.client.get("/v1/jobs/\(try call.operand("JOB"))")
        return .init(json: job, text: JobStory(job).text)
    }
}

/// The story of a message, from the sentence that sums it up to what went out.
struct JobStory {
    private let job: JSONValue

    init(_ job: JSONValue) { self.job = job }

    var text: String {
        let header = [
            ("job", job.shown("job")), ("state", job.shown("state") + ": " + verdict),
            ("app", "\(job.app) (\(job.shown("app")))"), ("user", job.shown("user")),
            ("attempt", String(job["attempt"]?.integer ?? 0)), ("retry of", job.shown("replay_of")),
            ("retried as", job.shown("retried_as")),
        ]
        let lines = header.filter { !$0.1.isEmpty }.map { name, value in
            name + String(repeating: " ", count: 12 - name.count) + value + "\n"
        }
        return lines.joined() + "\n" + messages + "\n" + timeLine + deliveries
    }

    /// The state of the answer, in one sentence.
    private var verdict: String {
        let (all, sent) = (job["parts"]?["all"]?.integer ?? 0, job["parts"]?["sent"]?.integer ?? 0)
        let failed = job["parts"]?["failed"]?.integer ?? 0
        let why = job["parts"]?["reason"]?.string.map { " (\($0))" } ?? ""
        let reason = job["reason"]?.string ?? "no reason is known"
        switch job["state"]?.string {
        case "ready": return "it waits for a worker, or for the jobs before it"
        case "running":
            return job["cancellation"]?.string.map { "it has been told to stop: \($0)" } ?? "the agent is at work"
        case "waiting": return "it is tried again at \(moment(job["due_at"])): \(reason)"
        case "failed", "cancelled":
            let told =
                all == 0
                ? "the user was told nothing" : sent == all ? "the user was told" : "the user is not told yet\(why)"
            return printable("\(reason); \(told)", most: 600)
        default:
            if all == 0 { return "there was nothing to say" }
            if sent == all { return "answered, and WeCom has taken all of it (parts: \(all))" }
            let rest = failed > 0 ? "\(failed) failed" : "the rest waits"
            return printable("answered, but \(sent) of \(all) parts went out and \(rest)\(why)", most: 600)
        }
    }

    private var messages: String {
        (job["messages"]?.array ?? []).map { message in
            let number = message["msgid"]?.string.map { "MsgId \(printable($0, most: 40)), " } ?? ""
            return "message (\(number)sent \(moment(message["sent_at"])))\n"
                + "  \(printable(message["text"]?.string ?? "", most: 300))\n"
        }.joined()
    }

    private var timeLine: String {
        var table = TextTable("WHEN", "WHAT", "WHY")
        table.add(moment(job["accepted_at"]), "accepted", "")
        for event in job["events"]?.array ?? [] {
            let who = event["who"]?.string.map { "by the \($0)" }
            let why = [event["why"]?.string, who].compactMap(\.self).joined(separator: ", ")
            table.add(moment(event["at"]), event.shown("what"), why)
        }
        return table.text
    }

    private var deliveries: String {
        let deliveries = job["deliveries"]?.array ?? []
        guard !deliveries.isEmpty else { return "" }
        var table = TextTable("DELIVERY", "STATE", "ATTEMPT", "LAST TRY", "WECOM'S MSGID", "REASON", "TEXT")
        for delivery in deliveries {
            let replay = delivery["replayed_as"]?.string.map { "replayed as \($0)" }
            table.add(
                delivery.shown("delivery"), delivery.shown("state"), String(delivery["attempt"]?.integer ?? 0),
                moment(delivery["tried_at"]), delivery.shown("wecom_msgid"),
                [delivery["reason"]?.string, replay].compactMap(\.self).joined(separator: "; "),
                printable(delivery.shown("text"), most: 60))
        }
        return "\n" + table.text
    }

    /// `2026-11-20 09:43:00Z`.
    private func moment(_ value: JSONValue?) -> String {
        guard let text = value?.string else { return "" }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "Z"
    }
}
