import Agents
import Router
import WeCom

extension Configuration {
    /// Checks what no key can tell by itself. Values that have a fault of their own have no place and are passed over.
    func crossCheck(_ reading: Reading, _ variables: EnvironmentFile?) {
        checkNames(reading)
        checkIdentities(reading)
        checkTokens(reading)
        checkBots(reading)
        checkAllowedUsers(reading)
        checkListeners(reading)
        checkPrograms(reading)
        checkArguments(reading)
        checkSandboxes(reading)
        checkCallers(reading)
        checkOpenSecrets(reading)
        checkVariables(variables, reading)
        checkUnusedVariables(reading)
        checkMistypedVariables(reading)
    }

    private func checkNames(_ reading: Reading) {
        var first: [String: App] = [:]
        for app in apps where !app.name.isEmpty {
            guard let other = first[app.name] else {
                first[app.name] = app
                continue
            }
            reading.fault(app, "name", "is \(app.name), as that of \(other.key): every app needs a name of its own")
        }
    }

    private func checkIdentities(_ reading: Reading) {
        struct Identity: Hashable {
            let corp: CorpID
            let agent: AgentID
        }
        var first: [Identity: App] = [:]
        for app in apps where reading.knows("corp_id", of: app) && reading.knows("agent_id", of: app) {
            let identity = Identity(corp: app.corpID, agent: app.agentID)
            guard let other = first[identity] else {
                first[identity] = app
                continue
            }
            let both = "is \(app.agentID) of corp \(app.corpID), which \(other.key) has already"
            reading.fault(app, "agent_id", "\(both): keep one of the two")
        }
    }

    /// The token picks the candidates for a callback, so that a shared one makes every callback cost more.
    private func checkTokens(_ reading: Reading) {
        var first: [String: App] = [:]
        defer { warnOfMany(first.count, reading) }
        for app in apps where reading.knows("token", of: app) {
            guard let other = first[app.token.reveal()] else {
                first[app.token.reveal()] = app
                continue
            }
            if other.corpID == app.corpID { continue }
            reading.warn(
                app,
                "token",
                "is the same as that of \(other.key), which is of another corp: generate a new one"
            )
        }
    }

    /// A callback that names no corp, as the check of a URL does, is tried against so many tokens and no more.
    private func warnOfMany(_ tokens: Int, _ reading: Reading) {
        guard tokens > AppDirectory.maxTokensTried,
            let place = reading.places["apps"] ?? apps.first.map({ reading.place(of: "token", $0) })
        else { return }
        reading.warn(
            place, "apps",
            "have \(tokens) tokens, and a callback URL is checked against \(AppDirectory.maxTokensTried) only: give "
                + "WeCom each app's own path, \(server.path)/NAME")
    }

    private func checkAllowedUsers(_ reading: Reading) {
        for app in apps where app.policy.isNobody && reading.mayJudgeUsers(of: app) {
            let remedy = "add allowed_users, allowed_departments, allowed_tags or allow_all_users: true"
            reading.note(
                warning: Fault(
                    reading.place(of: "allowed_users", app),
                    "no one may write to app \(app.name) (\(app.key)): \(remedy)"
                )
            )
        }
    }

    /// The machine that checks may not be the one that serves: no fault, but told at the start as well.
    private func checkPrograms(_ reading: Reading) {
        for (name, agent) in agents.sorted(by: { $0.key < $1.key }) {
            guard let command = agent.program?.command, !command.program.isEmpty,
                let place = reading.places["\(agent.key).command"]
            else { continue }
            let path = command.environment["PATH"]?.reveal() ?? reading.environment["PATH"] ?? "/usr/bin:/bin"
            let places =
                command.program.contains("/")
                ? [command.program] : path.split(separator: ":").map { "\($0)/\(command.program)" }
            guard !places.contains(where: reading.files.isExecutable) else { continue }
            let isPath = command.program.contains("/")
            reading.warn(
                place, "\(agent.key).command",
                "names \(shown(command.program)), which is \(isPath ? "no program" : "no program in PATH"): agent \(name) can "
                    + "answer nobody until it is there",
                detail: isPath
                    ? "a path that is not absolute lies beneath the configuration's directory" : "PATH is \(path)")
        }
    }

    /// A program works in the directory of its conversation: a script beside the configuration is not found from there.
    private func checkArguments(_ reading: Reading) {
        let folder = enclosingFolder(of: reading.file)
        for (name, agent) in agents.sorted(by: { $0.key < $1.key }) {
            guard let command = agent.program?.command, let place = reading.places["\(agent.key).command"] else {
                continue
            }
            let lost = command.words.dropFirst().first { argument in
                !argument.isEmpty && !argument.hasPrefix("/") && !argument.hasPrefix("-")
                    && reading.files.exists(folder + argument)
            }
            guard let lost else { continue }
            reading.warn(
                place, "\(agent.key).command",
                "names \(shown(lost)), which lies beside the configuration, where agent \(name) does not look: it works in the "
                    + "directory of its conversation; write \(shown(reading.absolute(lost, writtenAt: nil)))")
        }
    }

    private func checkCallers(_ reading: Reading) {
        guard server.publicURL == nil else { return }
        for (name, agent) in agents.sorted(by: { $0.key < $1.key }) {
            guard case .http = agent.kind, let place = reading.places[agent.key] else { continue }
            reading.warn(
                place, agent.key,
                "cannot be called back without server.public_url: agent \(name) has to answer at once")
        }
    }

    private func checkListeners(_ reading: Reading) {
        if server.port == management.port, server.port != 0, overlap(server.host, management.host) {
            let place = reading.places["management.port"] ?? reading.places["server.port"] ?? reading.start
            reading.fault(
                place,
                "management.port",
                "is \(server.port), as server.port: the two listeners need a port each"
            )
        }
        if management.token == nil, !isLoopback(management.host), let place = reading.places["management.host"] {
            let danger = "which others may reach, and there is no management.token"
            reading.warn(
                place,
                "management.host",
                "is \(management.host), \(danger): /metrics and /ready are open to them"
            )
        }
    }

    private func checkOpenSecrets(_ reading: Reading) {
        guard let file = reading.file, let secret = reading.openSecret,
            let mode = try? reading.files.mode(file), mode & 0o004 != 0
        else { return }
        let remedy = "chmod 600 \(file), or write ${NAME} or \(secret.key.split(separator: ".").last ?? "")_file"
        reading.warn(secret.place, secret.key, "is written out in a file that everyone here may read: \(remedy)")
    }

    /// A file of variables is made to hold secrets.
    private func checkVariables(_ file: EnvironmentFile?, _ reading: Reading) {
        guard let path = file?.path, let mode = try? reading.files.mode(path), mode & 0o004 != 0 else { return }
        let place = Place.file(path, line: 1, column: 1)
        reading.note(warning: Fault(place, "everyone here may read these variables: chmod 600 \(path)"))
    }

    /// A variable that nobody reads and that is nearly one of ours was meant to be it.
    private func checkMistypedVariables(_ reading: Reading) {
        let passed = agents.values.flatMap { $0.program?.command.passedVariables ?? [] }
        let used = reading.usedVariables.union(passed)
        for (name, value) in reading.environment where !value.isEmpty && !used.contains(name) {
            guard let meant = Variables.meant(by: name) else { continue }
            reading.note(Fault(.environment(name), "is not a known variable: did you mean \(meant)?"))
        }
    }

    private func checkUnusedVariables(_ reading: Reading) {
        guard let file = reading.file, !apps.isEmpty, !apps.contains(where: { $0.key.hasPrefix(HermesBlock.key) }),
            let name = Variables.ofHermesApp.first(where: { reading.environment[$0]?.isEmpty == false }),
            reading.usedVariables.isDisjoint(with: Variables.ofHermesApp)
        else { return }
        reading.note(warning: Fault(.environment(name), "is not used, because \(file) has apps of its own"))
    }
}

extension Reading {
    fileprivate var start: Place { .file(file ?? "", line: 1, column: 1) }

    fileprivate func place(of key: String, _ app: Configuration.App) -> Place {
        places["\(app.key).\(key)"] ?? places[app.key] ?? Variables.name(for: "\(app.key).\(key)").map {
            .environment($0)
        }
            ?? start
    }

    fileprivate func knows(_ key: String, of app: Configuration.App) -> Bool { places["\(app.key).\(key)"] != nil }

    /// Not where the list itself has a fault.
    fileprivate func mayJudgeUsers(of app: Configuration.App) -> Bool {
        !told.contains { $0.message.hasPrefix("\(app.key).allow") }
    }

    fileprivate func fault(_ app: Configuration.App, _ key: String, _ complaint: String) {
        fault(place(of: key, app), "\(app.key).\(key)", complaint)
    }

    fileprivate func warn(_ app: Configuration.App, _ key: String, _ remark: String) {
        warn(place(of: key, app), "\(app.key).\(key)", remark)
    }
}

/// True if two addresses cannot both have the same port.
private func overlap(_ a: String, _ b: String) -> Bool {
    let everywhere = ["0.0.0.0", "::", "[::]"]
    return a == b || everywhere.contains(a) || everywhere.contains(b)
}

private func isLoopback(_ host: String) -> Bool {
    host.hasPrefix("127.") || ["localhost", "::1", "[::1]"].contains(host)
}
