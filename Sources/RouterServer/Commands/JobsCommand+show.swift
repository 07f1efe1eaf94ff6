import JSON
import System

extension JobsCommand {
    static func show(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let job = try await call.client.get("/v1/jobs/\(try call.operand("JOB"))")
        return .init(json: job, text: JobStory(job, zone: call.zone, width: call.width).text)
    }
}

/// The story of a message, from the sentence that sums it up to what went out.
struct JobStory {
    private let job: JSONValue
    /// In which times are shown.
    private let zone: TimeZone
    private let width: Int?

    init(_ job: JSONValue, zone: TimeZone, width: Int?) {
        self.job = job
        self.zone = zone
        self.width = width
    }

    var text: String {
        let header = particulars([
            ("job", job.shown("id")), ("state", job.shown("state") + ": " + verdict), ("app", job.namedApp),
            ("user", job.shown("user")), ("attempts", String(job["attempts"]?.integer ?? 0)),
            ("times in", zone.name), ("retry of", job.shown("retry_of")), ("retried as", job.shown("retried_as")),
        ])
        return header + "\n" + messages + "\n" + timeLine + deliveries + feedback
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
        case "waiting": return "it is tried again at \(job.wholeSeconds("due_at", in: zone)): \(reason)"
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
            return "message (\(number)sent \(message.wholeSeconds("sent_at", in: zone)))\n"
                + "  \(printable(message["text"]?.string ?? "", most: 300))\n"
        }.joined()
    }

    private var timeLine: String {
        var table = TextTable("WHEN", "WHAT", .free("WHY"))
        for event in job["events"]?.array ?? [] {
            let who = event["who"]?.string.map { "by the \($0)" }
            let why = [event["why"]?.string, who].compactMap(\.self).joined(separator: ", ")
            table.add(event.wholeSeconds("at", in: zone), event.shown("what"), why)
        }
        return table.text(width: width)
    }

    /// The thoughts of people on the answer.
    private var feedback: String {
        let feedback = job["feedback"]?.array ?? []
        guard !feedback.isEmpty else { return "" }
        var table = TextTable("FEEDBACK", "BY", "WHEN", .free("WHY"))
        for said in feedback {
            let reasons = (said["reasons"]?.array ?? []).compactMap(\.string)
            let why = reasons + [printable(said.shown("comment"), most: 300)]
            table.add(
                said.shown("verdict"), said.shown("user"), said.wholeSeconds("at", in: zone),
                why.filter { !$0.isEmpty }.joined(separator: ", "))
        }
        return "\n" + table.text(width: width)
    }

    private var deliveries: String {
        let deliveries = job["deliveries"]?.array ?? []
        guard !deliveries.isEmpty else { return "" }
        var table = TextTable(
            "DELIVERY", "STATE", "TRIES", "LAST TRY", "WECOM'S MSGID", .free("REASON"), .free("TEXT"))
        for delivery in deliveries {
            table.add(
                delivery.shown("id"), delivery.shown("state"), delivery.tries,
                delivery.wholeSeconds("tried_at", in: zone), delivery.shown("wecom_msgid"), delivery.fate,
                printable(delivery.shown("text"), most: 60))
        }
        return "\n" + table.text(width: width)
    }
}
