import Router

/// The changes that a reload has made, for the operator who asked for it.
struct ReloadReport: Sendable {
    /// Names, in order.
    struct Changes: Sendable, Equatable {
        var added: [String] = []
        var changed: [String] = []
        var removed: [String] = []

        var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
    }

    let source: String
    var apps = Changes()
    var bots = Changes()
    var agents = Changes()
    /// Other keys that are in force now.
    var settings: [String] = []
    /// Keys that have changed and wait for a restart.
    var needsRestart: [String] = []
    /// Apps that are gone from the file and finish what they had accepted.
    var leaving: [String] = []
    var warnings: [Fault] = []

    /// Compares what runs with what was read.
    init(from running: Configuration, to read: Configuration) {
        source = read.source
        warnings = read.warnings
        settings = Setting.reloaded.filter { $0.differs(running, read) }.map(\.key)
        needsRestart = Setting.restarted.filter { $0.differs(running, read) }.map(\.key)
        apps = Changes(
            from: Dictionary(running.apps.map { (AppKey($0), $0) }) { first, _ in first },
            to: Dictionary(read.apps.map { (AppKey($0), $0) }) { first, _ in first },
            name: { $1.name }, differs: { $0.withoutPlace != $1.withoutPlace })
        bots = Changes(
            from: Dictionary(running.bots.map { ($0.endpoint, $0) }) { first, _ in first },
            to: Dictionary(read.bots.map { ($0.endpoint, $0) }) { first, _ in first },
            name: { $1.name }, differs: { $0.withoutPlace != $1.withoutPlace })
        agents = Changes(from: running.agents, to: read.agents, name: { name, _ in name }, differs: { $0 != $1 })
    }

    var isEmpty: Bool { apps.isEmpty && bots.isEmpty && agents.isEmpty && settings.isEmpty && needsRestart.isEmpty }
}

extension ReloadReport.Changes {
    fileprivate init<Key: Hashable, Value>(
        from old: [Key: Value], to new: [Key: Value], name: (Key, Value) -> String, differs: (Value, Value) -> Bool
    ) {
        for (key, value) in new {
            guard let earlier = old[key] else {
                added.append(name(key, value))
                continue
            }
            if differs(earlier, value) { changed.append(name(key, value)) }
        }
        for (key, value) in old where new[key] == nil { removed.append(name(key, value)) }
        added.sort()
        changed.sort()
        removed.sort()
    }
}

extension Configuration.Bot {
    /// The same wherever it stands in the file.
    fileprivate var withoutPlace: Configuration.Bot {
        var bot = self
        bot.key = ""
        return bot
    }
}

extension Configuration.App {
    /// The same wherever it stands in the file.
    fileprivate var withoutPlace: Configuration.App {
        var app = self
        app.key = ""
        return app
    }
}
