import JSON

/// A JSON text line by line. Numbers stay as they are written: long ones would not survive being read.
struct JSONLines {
    enum Piece: Equatable {
        case layout(String)
        case name(String)
        case value(String)
    }

    private(set) var pieces: [Piece] = []
    private var scan: JSONScan

    /// nil of what is no object and no array.
    init?(_ bytes: [UInt8]) {
        switch try? JSONValue(parsing: bytes) {
        case .object, .array: break
        default: return nil
        }
        scan = JSONScan(bytes)
        readValue(depth: 0)
    }

    private mutating func readValue(depth: Int) {
        scan.skipSpace()
        switch scan.next {
        case UInt8(ascii: "{"): readObject(depth: depth)
        case UInt8(ascii: "["): readArray(depth: depth)
        case UInt8(ascii: "\""):
            let text = Array(scan.passString())
            pieces.append(.value((try? JSONValue(parsing: text))?.text ?? String(decoding: text, as: UTF8.self)))
        default: pieces.append(.value(String(decoding: scan.passWord(), as: UTF8.self)))
        }
    }

    private mutating func readObject(depth: Int) {
        scan.position += 1
        scan.skipSpace()
        if scan.take(UInt8(ascii: "}")) { return pieces.append(.value("{}")) }
        let indentation = String(repeating: "  ", count: depth)
        pieces.append(.layout("{\n"))
        repeat {
            scan.skipSpace()
            let name = (try? JSONValue(parsing: Array(scan.passString())))?.string ?? ""
            pieces += [.layout("\(indentation)  \""), .name(name), .layout("\": ")]
            scan.skipSpace()
            _ = scan.take(UInt8(ascii: ":"))
            readValue(depth: depth + 1)
            scan.skipSpace()
        } while takeComma(",\n")
        pieces.append(.layout("\n\(indentation)}"))
        scan.position += 1
    }

    private mutating func readArray(depth: Int) {
        scan.position += 1
        scan.skipSpace()
        if scan.take(UInt8(ascii: "]")) { return pieces.append(.value("[]")) }
        pieces.append(.layout("["))
        repeat {
            readValue(depth: depth + 1)
            scan.skipSpace()
        } while takeComma(", ")
        pieces.append(.layout("]"))
        scan.position += 1
    }

    private mutating func takeComma(_ shown: String) -> Bool {
        guard scan.take(UInt8(ascii: ",")) else { return false }
        pieces.append(.layout(shown))
        return true
    }
}
