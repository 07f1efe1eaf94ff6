import JSON

/// Feeds the JSON parser what libFuzzer makes up: what is read weighs no more than it may, and reads again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    do throws(JSONError) {
        let value = try JSONValue(parsing: bytes, limits: limits)
        check(value.weight <= limits.weight(ofText: count), "a value weighs more than its text may")
        check(depth(of: value) <= limits.depth, "a value is nested deeper than it may be")
        checkWriting(value)
        checkNames(value)
    } catch {
        check((0...count).contains(error.offset), "an error is outside of the text")
        if error.isTooMuch { checkWeight(of: bytes) }
    }
    return 0
}

/// Small, so that a short input reaches each of them.
private let limits = JSONLimits(depth: 12, base: 400, perByte: 12, most: 8000)

/// Checks that what we keep is never refused for its weight.
private func checkWeight(of bytes: [UInt8]) {
    do throws(JSONError) {
        _ = try JSONValue(parsing: bytes, limits: .stored)
    } catch {
        check(!error.isTooMuch, "a text is too much whatever the limits")
    }
}

private func checkWriting(_ value: JSONValue) {
    let text = value.bytes
    let again = try? JSONValue(parsing: text, limits: .stored)
    check(again == value, "what was written reads as something else")
    check(again?.bytes == text, "what was read again is written otherwise")
}

private func checkNames(_ value: JSONValue) {
    switch value {
    case .array(let elements): elements.forEach(checkNames)
    case .object(let members):
        for member in members.prefix(20) {
            let first = members.first { Array($0.name.utf8) == Array(member.name.utf8) }
            check(value[member.name] == first?.value, "a name leads to another member")
            checkNames(member.value)
        }
    default: break
    }
}

private func depth(of value: JSONValue) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let members): 1 + (members.map { depth(of: $0.value) }.max() ?? 0)
    default: 0
    }
}
