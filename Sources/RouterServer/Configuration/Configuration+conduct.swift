import Router

extension Conduct {
    /// Reads the keys of an app that say how its jobs are run.
    mutating func read(_ section: Section) {
        section.read("while_busy", .word(), into: &whileBusy)
        section.read("merge_window", .duration(atMost: .seconds(60)), into: &mergeWindow)
        section.read("on_crash", .word(), into: &onCrash)
        section.read("max_attempts", .count(1...100), into: &retry.maxAttempts)
        section.section("limits") { limits in
            limits.read("concurrency", .count(1...10_000), into: &concurrency)
            for name in ["messages_in_per_minute", "messages_out_per_minute", "messages_out_per_hour"] {
                limits.isNotAvailable(
                    name, "is a limit for each member, which is not available in this version: remove it")
            }
        }
    }
}

extension TurnLimits {
    mutating func read(_ section: Section) {
        section.read("timeout", .duration(atMost: .seconds(24 * 3600)), into: &total)
        section.read("idle_timeout", .duration(atMost: .seconds(24 * 3600)), into: &idle)
        if total == .zero { section.fault("timeout", "is 0: a turn needs some time, as in 45m") }
        if idle == .zero { section.fault("idle_timeout", "is 0: an agent is silent for a while, as in 10m") }
    }
}
