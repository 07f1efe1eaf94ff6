/// A line in which whoever came first is served first.
struct Queue<Element> {
    private var elements: [Element] = []
    private var served = 0

    init(_ elements: [Element] = []) { self.elements = elements }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard served < elements.count else { return nil }
        defer {
            served += 1
            if served > 1024, served > elements.count / 2 {
                elements.removeFirst(served)
                served = 0
            }
        }
        return elements[served]
    }
}
