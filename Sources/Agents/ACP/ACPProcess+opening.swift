import JSON
import Router

extension ACPProcess {
    /// Makes the session of a turn ready, whatever that takes; how it stood before the turn.
    func open(_ turn: Turn, in workspace: Workspace) async throws -> ACPState {
        let info = try await initialize()
        guard let session = turn.session, session != .null else {
            return ACPState(try await create(in: workspace.path, meta: turn.identityMeta))
        }
        guard let stored = ACPState(session) else {
            throw AgentFailure(.lostSession, "what is remembered of the conversation is not of this agent")
        }
        if connection.sessionID != stored.sessionID { try await takeUp(stored, by: info.waysBack, in: workspace.path) }
        return stored
    }

    @discardableResult
    func initialize() async throws -> ACPAgentInfo {
        if let info = connection.info { return info }
        let result = try await call(
            "initialize",
            [
                "protocolVersion": .integer(ACPAgentInfo.spokenVersion),
                "clientCapabilities": ["fs": ["readTextFile": false, "writeTextFile": false], "terminal": false],
                "clientInfo": ["name": "wecom-router", "title": "WeCom Router", "version": "1"],
            ])
        let info = try ACPAgentInfo(result, command: command.words)
        connection.initialised(info)
        return info
    }

    /// Begins a session, and returns its id.
    func create(in directory: String, meta: JSONValue?) async throws -> String {
        connection.forgetEarly()
        let result = try await callLoggedIn(
            "session/new", .members(("cwd", .string(directory)), ("mcpServers", []), ("_meta", meta)))
        guard let id = result["sessionId"]?.shortString, !id.isEmpty else {
            throw AgentFailure(.config, "the agent began a session without an id")
        }
        connection.opened(id)
        try await choose(from: ACPChoices(result), isNew: true)
        return id
    }

    private func takeUp(_ stored: ACPState, by ways: [String], in directory: String) async throws {
        for way in ways {
            do {
                let result = try await callLoggedIn(
                    way, ["sessionId": .string(stored.sessionID), "cwd": .string(directory), "mcpServers": []])
                // What was said before is not said again.
                connection.forgetEarly()
                connection.opened(stored.sessionID)
                return try await choose(from: ACPChoices(result), isNew: false)
            } catch let error as RPCError where error.code == RPCError.methodNotFound {
                continue
            }
        }
        throw AgentFailure(.lostSession, "the agent's program has ended, and it cannot take up what it remembered")
    }

    /// Sets what the configuration wants set.
    private func choose(from choices: ACPChoices, isNew: Bool) async throws {
        // A session that is taken up keeps what it was set to, and some agents then tell nothing.
        guard isNew || !choices.isEmpty, let sessionID = connection.sessionID else { return }
        var choices = choices
        for (category, wanted) in [("model", options.model), ("mode", options.mode)] {
            guard let wanted, let step = try choices.call(setting: category, to: wanted, of: sessionID) else {
                continue
            }
            let result = try await call(step.method, step.params)
            let changed = ACPChoices(result)
            if !changed.isEmpty { choices = changed }
        }
    }

    // MARK: Login

    /// Calls, and once more after a login where the agent wants one.
    private func callLoggedIn(_ method: String, _ params: JSONValue) async throws -> JSONValue {
        do {
            return try await call(method, params)
        } catch let error as RPCError where error.code == RPCError.authenticationRequired {
            try await logIn(after: error)
            do {
                return try await call(method, params)
            } catch let again as RPCError where again.code == RPCError.authenticationRequired {
                throw AgentFailure.notLoggedIn(again.words(without: secrets), connection.info?.logins ?? [])
            }
        }
    }

    private func logIn(after error: RPCError) async throws {
        // The error may tell of ways that were not offered before.
        let offered = (error.data["authMethods"]?.array ?? []).compactMap { ACPLogin($0, command: command.words) }
        let logins = (connection.info?.logins ?? []) + offered
        guard !hasLoggedIn, let login = logins.first(where: { $0.way == .byAgent }) else {
            throw AgentFailure.notLoggedIn(error.words(without: secrets), logins)
        }
        hasLoggedIn = true
        do {
            _ = try await call("authenticate", ["methodId": .string(login.id)])
        } catch let failure as RPCError {
            throw AgentFailure.notLoggedIn(
                "\(login.name): \(failure.words(without: secrets))", logins.filter { $0.way != .byAgent })
        }
    }
}
