import Agents

extension Configuration {
    /// Warns of what programs may reach that is probably not meant.
    func checkSandboxes(_ reading: Reading) {
        for (_, agent) in agents.sorted(by: { $0.key < $1.key }) {
            guard let command = agent.program?.command, let place = reading.places[agent.key] else { continue }
            warnOfNoSandbox(agent, reading, place)
            for (name, paths) in [("readable", command.readable), ("writable", command.writable)] {
                let key = "\(agent.key).\(name)"
                let place = reading.places[key] ?? place
                if !paths.isEmpty, !command.isShutIn {
                    reading.warn(place, key, "has no effect, because the program is not shut in (sandbox)")
                } else if let missing = paths.first(where: { !reading.files.exists($0) }) {
                    reading.warn(place, key, "names \(shown(missing)), which is not there: nothing is opened by it")
                }
            }
        }
    }

    /// Warns of an agent without a sandbox, unless somebody wrote `sandbox: false`: who did knows.
    private func warnOfNoSandbox(_ agent: Agent, _ reading: Reading, _ place: Place) {
        guard let command = agent.program?.command, reading.landlock == 0, command.user == nil,
            reading.places["\(agent.key).sandbox"] == nil
        else { return }
        reading.warn(
            place, agent.key,
            "runs a program as our own user, which can read this configuration, the store and every conversation, since "
                + "\(Configuration.noLandlock): give it a user of its own (user), or write sandbox: false to say that it "
                + "may")
    }
}
