import Router

extension ReferenceConversation {
    /// Checks what holds after every event.
    func check() throws {
        let runs = jobs.count { $0.state == .running }
        try demand(runs <= 1, "\(runs) jobs run at once")
        try demand(runs == 0 || jobs[0].state == .running, "a job runs before an earlier one")
        try demand((place == nil) == jobs.isEmpty, "place \(String(describing: place)) with \(jobs.count) open jobs")
        try demand((place?.isTaken == true) == (runs == 1), "place \(String(describing: place)), and \(runs) run")
        try demand(jobs.dropFirst().allSatisfy { $0.state == .ready }, "a job was tried before an earlier one")
        if let first = jobs.first, first.state == .waiting {
            try demand(first.due.map { place == .due(at: $0) } ?? false, "nothing wakes \(first.id)")
        }
        for job in jobs {
            try demand(job.state == .running || job.cancel == nil, "\(job.id) is to stop, and does not run")
            try demand(job.attempt >= 0 && job.attempt <= job.lease, "\(job.id): more tries than leases")
            try demand(job.crashes < ConversationMachine.maxCrashes, "\(job.id) crashed too often and goes on")
            try demand(!job.messages.isEmpty, "\(job.id) has no messages")
            // Twice as many as a job takes in where a conduct was changed while it ran.
            try demand(job.messages.count < 2 * Submission.maxWaiting, "\(job.id) has \(job.messages.count) messages")
        }

        let sending = outgoing.count { $0.state == .sending }
        try demand((outbox?.isTaken == true) == (sending == 1), "outbox \(String(describing: outbox)): \(sending) go")
        try demand(sending <= 1, "\(sending) deliveries go at once")
        try demand(outbox != nil || outgoing.isEmpty, "nothing sends \(outgoing.count) deliveries")

        for question in questions where question.ending == nil {
            try demand(jobs.contains { $0.id == question.job }, "\(question.id) is open, and its job is not")
        }
        let ordinary = jobs.count { !$0.isOperators }
        // One more than may wait: that which ran may have been given back.
        try demand(ordinary <= Submission.maxWaiting + 1, "\(ordinary) jobs wait")
        let kept = jobs.reduce(messagesOfEnded) { $0 + $1.messages.count }
        try demand(kept == messageCount, "of \(messageCount) messages \(kept) are there")
    }

    /// Checks what holds once everything is worked off.
    package func checkEnd() throws {
        try demand(jobs.isEmpty && outgoing.isEmpty, "something is left")
        try demand(place == nil && outbox == nil, "a place is left: \(String(describing: (place, outbox)))")
        try demand(questions.allSatisfy { $0.ending != nil }, "a question is left")
        let numbers = endedJobs.values.flatMap { $0.messages.map(\.number) }
        try demand(numbers.count == messageCount, "of \(messageCount) messages \(numbers.count) are there")
        try demand(Set(numbers).count == numbers.count, "a message is in two jobs")
        let told = Set(
            endedDeliveries.values.filter { $0.part.body.kind == .message && $0.kind != .progress }.map(\.job))
        for job in endedJobs.values {
            let isOwed = job.state == .failed || job.state == .cancelled && job.endedFrom == .running
            try demand(
                !isOwed || job.isRefused || job.messages.isEmpty || told.contains(job.id),
                "nobody was told that \(job.id) is \(job.state)")
        }
    }
}
