internal import CXML2

/// Makes a tree of the events of one parse.
///
/// Text and finished elements lie on two stacks that all open elements share, so that a document costs a handful of
/// allocations rather than some for each element.
@safe struct TreeBuilder {
    /// The beginning of an open element's own part of the stacks.
    private struct Open {
        let text: Int
        let children: Int
    }

    /// Set for as long as libxml2 runs, so that it can be stopped from inside its callbacks.
    var parser: xmlParserCtxtPtr?
    private(set) var refusal: XMLError?

    private let limits: XMLLimits
    private var open: [Open] = []
    private var text: [UInt8] = []
    private var finished: [XMLElement] = []
    private var elements = 0

    init(limits: XMLLimits, capacity: Int) {
        self.limits = limits
        open.reserveCapacity(8)
        text.reserveCapacity(capacity)
        finished.reserveCapacity(16)
    }

    var root: XMLElement? { open.isEmpty ? finished.first : nil }

    /// Ends the parse; the first reason counts.
    mutating func refuse(_ reason: XMLError) {
        guard refusal == nil else { return }
        refusal = reason
        if let parser = unsafe parser { unsafe xmlStopParser(parser) }
    }

    mutating func begin() {
        elements += 1
        guard refusal == nil else { return }
        guard open.count < limits.depth else { return refuse(.tooDeep(limit: limits.depth)) }
        guard elements <= limits.elements else { return refuse(.tooManyElements(limit: limits.elements)) }
        open.append(Open(text: text.count, children: finished.count))
    }

    mutating func append(_ bytes: UnsafePointer<xmlChar>?, _ count: Int32) {
        guard refusal == nil, !open.isEmpty else { return }
        unsafe text.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    mutating func end(_ name: UnsafePointer<xmlChar>?) {
        guard refusal == nil, let name = unsafe name, let element = open.popLast() else { return }
        let own = takeText(from: element.text)
        let children = takeChildren(from: element.children)
        finished.append(XMLElement(name: unsafe String(cString: name), text: own, children: children))
    }

    private mutating func takeText(from start: Int) -> String {
        guard start < text.count else { return "" }
        defer { text.removeLast(text.count - start) }
        return String(decoding: text[start...], as: UTF8.self)
    }

    /// Those of the root, most of any document, are handed over rather than copied.
    private mutating func takeChildren(from start: Int) -> [XMLElement] {
        guard start < finished.count else { return [] }
        if start == 0 {
            defer { finished = [] }
            return finished
        }
        let children = Array(finished[start...])
        finished.removeLast(finished.count - start)
        return children
    }
}
