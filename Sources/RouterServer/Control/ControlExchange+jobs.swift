import HTTP
import JSON
import Router

/// `/v1/jobs`.
extension ControlExchange {
    /// `rest` is the path behind it.
    func jobs(_ rest: [Substring]) async throws -> JSONValue {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.get, parameters: LedgerFilter.parameters)
            return try await listJobs(request.query)
        case (1, let id?):
            try request.expect(.get)
            let job = try await job(named: id)
            guard let details = try await store.job(job) else { throw ControlRefusal.unknown("job \(job)") }
            return details.json(naming: directory, at: now)
        case (2, "cancel"):
            try request.expect(.post)
            let job = try await job(named: rest[0])
            let result = try await store.cancel(
                job, why: try reason(in: request), notice: try await texts(of: job).cancelled, at: now)
            wake()
            return ["id": .string(job.description), "result": .string(result.rawValue)]
        case (2, "retry"):
            try request.expect(.post)
            let job = try await job(named: rest[0])
            if let details = try await store.job(job), details.summary.isRefused {
                throw ControlRefusal.notNow("\(job) was refused, and what it said is not kept: it has to be sent again")
            }
            let retry = try await store.retry(job, at: now)
            wake()
            return ["id": .string(retry.description), "retry_of": .string(job.description)]
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    /// The texts for the people of a job's app.
    private func texts(of job: JobID) async throws -> ChatTexts {
        let app = try await store.job(job)?.summary.endpoint
        return app.flatMap { directory[$0] }?.texts ?? .chinese
    }

    private func listJobs(_ query: Query) async throws -> JSONValue {
        let state = try query.read("state", "one of \(JobState.allCases.map(\.rawValue).joined(separator: ", "))") {
            JobState(rawValue: $0)
        }
        var filter = try LedgerFilter(query, directory, at: now)
        filter.before = try query.read("before", "a job, as in j-…") { JobID($0)?.number }
        let page = try await store.jobs(in: state, matching: filter)
        return [
            "jobs": .array(page.items.map { .object($0.members(naming: directory, at: now)) }),
            "next": page.next.map { .string(JobID($0).description) } ?? .null,
        ]
    }

    /// The reason as the time line and the job have it.
    private func reason(in request: HTTPRequest) throws -> String {
        guard !request.body.isEmpty else { return "cancelled by the operator" }
        let body = try request.jsonBody()
        guard let why = body["why"]?.string, why.utf8.count <= 2000, why.count <= 500 else {
            throw BadQuery("the body must be {\"why\": \"…\"}, of at most 500 characters")
        }
        return "cancelled by the operator: \(why)"
    }

    /// Finds the job of that number, or the last failed one of that number of six digits, which people quote.
    private func job(named text: Substring) async throws -> JobID {
        if let job = JobID(text) { return job }
        if text.utf8.count == JobID.shortLength, let job = try await store.failedJob(numbered: String(text)) {
            return job
        }
        throw ControlRefusal.unknown("job \(shown(String(text)))")
    }
}
