extension SpawnerNotice {
    var bytes: [UInt8] {
        let (kind, id, first, second): (Int, UInt64, Int32, Int32) =
            switch self {
            case .started(let id, let process): (0, id, process, 0)
            case .refused(let id, let failure): (1, id, Int32(failure.stage.rawValue), failure.number)
            case .ended(let id, let waitStatus): (2, id, waitStatus, 0)
            case .gone(let id): (3, id, 0, 0)
            }
        var writer = SpawnerWire.Writer()
        writer.put(kind)
        writer.put(id)
        writer.put(first)
        writer.put(second)
        return writer.bytes
    }

    init?(_ bytes: [UInt8]) {
        var reader = SpawnerWire.Reader(bytes)
        guard let kind = reader.number(Int.self), let id = reader.number(UInt64.self),
            let first = reader.number(Int32.self), let second = reader.number(Int32.self)
        else { return nil }
        switch kind {
        case 0: self = .started(id, process: first)
        case 1:
            guard let stage = UInt8(exactly: first).flatMap(StartFailure.Stage.init) else { return nil }
            self = .refused(id, StartFailure(stage, number: second))
        case 2: self = .ended(id, waitStatus: first)
        case 3: self = .gone(id)
        default: return nil
        }
    }
}
