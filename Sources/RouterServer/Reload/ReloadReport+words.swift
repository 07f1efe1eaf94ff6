import JSON

extension ReloadReport {
    var json: JSONValue {
        [
            "source": .string(source), "apps": apps.json, "bots": bots.json, "agents": agents.json,
            "settings": list(settings),
            "needs_restart": list(needsRestart), "leaving": list(leaving),
            "warnings": list(warnings.map(\.description)),
        ]
    }

    /// The same as one line of the log.
    var line: String {
        let parts = [
            apps.words("apps"), bots.words("bots"), agents.words("agents"),
            settings.isEmpty ? nil : "settings \(settings.joined(separator: ", "))",
        ].compactMap(\.self)
        return parts.isEmpty ? "nothing has changed" : parts.joined(separator: "; ")
    }
}

extension ReloadReport.Changes {
    fileprivate var json: JSONValue { ["added": list(added), "changed": list(changed), "removed": list(removed)] }

    fileprivate func words(_ what: String) -> String? {
        let parts = [("added", added), ("changed", changed), ("removed", removed)].filter { !$0.1.isEmpty }
            .map { "\($0.0) \($0.1.joined(separator: ", "))" }
        return parts.isEmpty ? nil : "\(what) \(parts.joined(separator: ", "))"
    }
}

private func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
