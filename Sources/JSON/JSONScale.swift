/// Weighs a text before any of its values is made: nothing is allocated but a number for each container.
///
/// It looks at brackets, commas and quotes alone. What is no JSON is weighed as if it were, and refused by the parser, which
/// makes no more than was weighed: it stops at the first fault.
struct JSONScale {
    /// The number of elements or members the containers have, in the order in which they open.
    private(set) var counts: [Int32] = []
    private(set) var weight = JSONWeight.value

    private let limit: Int
    /// The containers that are open, the innermost last: their places in `counts`, and whether they are objects.
    private var open: [(place: Int, isObject: Bool)] = []

    /// Weighs `bytes` until they are too heavy, or nested so deeply that the parser does not read on.
    init(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        limit = limits.weight(ofText: bytes.count)
        var position = 0
        while position < bytes.count {
            let start = position
            position += 1
            switch bytes[start] {
            case UInt8(ascii: "\""):
                position = JSONScale.end(ofStringAt: position, bytes)
                addElement()
                weight += JSONWeight.string(position - start - 2)
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                addElement()
                guard open.count < limits.depth else { return }
                open.append((counts.count, bytes[start] == UInt8(ascii: "{")))
                counts.append(0)
                weight += JSONScale.count
            case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = open.popLast()
            case UInt8(ascii: ":"): addMember()
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D: break
            default:
                while position < bytes.count, !JSONScale.endsWord(bytes[position]) { position += 1 }
                addElement()
            }
            guard weight <= limit else { throw tooHeavy(at: start) }
        }
    }

    /// The memory of a place in `counts` while the document is parsed, as the array that holds it grows.
    private static let count = 2 * MemoryLayout<Int32>.stride

    /// Members are counted by their colons, and elements as they begin.
    private mutating func addElement() {
        if let container = open.last, !container.isObject { add(JSONWeight.value, to: container.place) }
    }

    private mutating func addMember() {
        if let container = open.last, container.isObject { add(JSONWeight.member, to: container.place) }
    }

    private mutating func add(_ weight: Int, to place: Int) {
        if counts[place] == 0 { self.weight += JSONWeight.container }
        counts[place] += 1
        self.weight += weight
    }

    /// Behind the quote that ends the string, or the end of the text.
    static func end(ofStringAt start: Int, _ bytes: [UInt8]) -> Int {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return bytes.count
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"),
            UInt8(ascii: ":"), UInt8(ascii: "\""), 0x20, 0x09, 0x0A, 0x0D:
            true
        default: false
        }
    }

    private func tooHeavy(at offset: Int) -> JSONError {
        JSONError(
            reason: "too many values: those of a text of this length may take \(limit) bytes of memory", offset: offset,
            isTooMuch: true)
    }
}
