extension SpawnerOrder {
    var bytes: [UInt8] {
        var writer = SpawnerWire.Writer()
        switch self {
        case .start(let id, let start):
            writer.put(0)
            writer.put(id)
            start.write(to: &writer)
        case .signal(let id, let number):
            writer.put(1)
            writer.put(id)
            writer.put(number)
        }
        return writer.bytes
    }

    init?(_ bytes: [UInt8]) {
        var reader = SpawnerWire.Reader(bytes)
        guard let kind = reader.number(Int.self), let id = reader.number(UInt64.self) else { return nil }
        if kind == 0, let start = ProgramStart(&reader) {
            self = .start(id, start)
        } else if kind == 1, let number = reader.number(Int32.self) {
            self = .signal(id, number)
        } else {
            return nil
        }
    }
}

extension ProgramStart {
    fileprivate func write(to writer: inout SpawnerWire.Writer) {
        writer.put(program)
        writer.put(directory)
        writer.put(arguments.count)
        for argument in arguments { writer.put(argument) }
        writer.put(environment.count)
        for (name, value) in environment {
            writer.put(name)
            writer.put(value)
        }
        writer.put(limits.memory ?? -1)
        writer.put(limits.processorSeconds ?? -1)
        writer.put(limits.openFiles)
        writer.put(limits.niceness ?? .min)
        writer.put(user == nil ? 0 : 1)
        user?.write(to: &writer)
        writer.put(sandbox == nil ? 0 : 1)
        sandbox?.write(to: &writer)
    }

    fileprivate init?(_ reader: inout SpawnerWire.Reader) {
        guard let program = reader.text(), let directory = reader.text(),
            let arguments = reader.list({ $0.text() }),
            let variables = reader.list({ $0.variable() }),
            let memory = reader.number(Int.self), let processorSeconds = reader.number(Int.self),
            let openFiles = reader.number(Int.self), let niceness = reader.number(Int.self),
            let hasUser = reader.number(Int.self)
        else { return nil }
        self.init(program, arguments, environment: Dictionary(variables) { first, _ in first }, in: directory)
        limits.memory = memory < 0 ? nil : memory
        limits.processorSeconds = processorSeconds < 0 ? nil : processorSeconds
        limits.openFiles = openFiles
        limits.niceness = niceness == .min ? nil : niceness
        if hasUser == 1 {
            guard let user = SystemUser(&reader) else { return nil }
            self.user = user
        }
        guard let hasSandbox = reader.number(Int.self) else { return nil }
        guard hasSandbox == 1 else { return }
        guard let sandbox = Sandbox(&reader) else { return nil }
        self.sandbox = sandbox
    }
}

extension SpawnerWire.Reader {
    fileprivate mutating func variable() -> (String, String)? {
        guard let name = text(), let value = text() else { return nil }
        return (name, value)
    }
}

extension Sandbox {
    fileprivate func write(to writer: inout SpawnerWire.Writer) {
        for paths in [hidden, readable, writable] {
            writer.put(paths.count)
            for path in paths { writer.put(path) }
        }
    }

    fileprivate init?(_ reader: inout SpawnerWire.Reader) {
        guard let hidden = reader.list({ $0.text() }), let readable = reader.list({ $0.text() }),
            let writable = reader.list({ $0.text() })
        else { return nil }
        self.init(hidden: hidden, readable: readable, writable: writable)
    }
}

extension SystemUser {
    fileprivate func write(to writer: inout SpawnerWire.Writer) {
        writer.put(name)
        writer.put(id)
        writer.put(group)
        writer.put(groups.count)
        for group in groups { writer.put(group) }
        writer.put(home)
    }

    fileprivate init?(_ reader: inout SpawnerWire.Reader) {
        guard let name = reader.text(), let id = reader.number(UInt32.self), let group = reader.number(UInt32.self),
            let groups = reader.list({ $0.number(UInt32.self) }), let home = reader.text()
        else { return nil }
        self.init(name: name, id: id, group: group, groups: groups, home: home)
    }
}
