import YAML

/// Feeds the reader of configurations what libFuzzer makes up: what is read keeps the limits, and what is wrong has its
/// place.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAML(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    let lines = bytes.count { $0 == 10 } + 1
    func isInside(_ place: YAMLPosition) -> Bool {
        // libyaml takes other characters for the end of a line, too.
        (1...lines + count).contains(place.line) && (1...count + 1).contains(place.column)
    }
    do throws(YAMLError) {
        let document = try YAMLDocument(bytes, limits: limits)
        check(document.refusals.count <= limits.refusals + 1, "more is refused than is told")
        check(document.refusals.allSatisfy { isInside($0.position) }, "a refusal is outside of the text")
        check(
            document.refusals.map(\.position) == document.refusals.map(\.position).sorted(), "refusals are in no order")
        var seen = Seen()
        seen.take(document.root, depth: 1)
        check(seen.nodes <= limits.nodes, "there are more values than may be")
        check(seen.depth <= limits.depth, "values are nested deeper than they may be")
        if document.refusals.isEmpty { check(seen.isPlain, "something was refused and is not told") }
    } catch {
        check(isInside(error.position), "an error is outside of the text: \(error)")
        check(!error.message.utf8.contains(10), "an error has several lines")
    }
    return 0
}

/// Small, so that a short input reaches each of them.
private let limits: YAMLLimits = {
    var limits = YAMLLimits()
    limits.bytes = 4096
    limits.nodes = 200
    limits.depth = 8
    limits.weight = 8000
    limits.refusals = 5
    return limits
}()

private struct Seen {
    var nodes = 0
    var depth = 0
    /// No value is refused, and no key stands twice.
    var isPlain = true

    mutating func take(_ node: YAMLNode, depth: Int) {
        nodes += 1
        self.depth = max(self.depth, depth)
        switch node.content {
        case .scalar: break
        case .refused: isPlain = false
        case .sequence(let elements): for element in elements { take(element, depth: depth + 1) }
        case .mapping(let mapping):
            if Set(mapping.entries.map(\.key)).count < mapping.entries.count { isPlain = false }
            for entry in mapping.entries {
                nodes += 1
                take(entry.value, depth: depth + 1)
            }
        }
    }
}
