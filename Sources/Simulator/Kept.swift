/// The newest of a list that only grows. Positions are counted from the very first, whether it is still here or not.
struct Kept<Element> {
    private(set) var elements: [Element] = []
    private(set) var forgotten = 0
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The number that there have been.
    var count: Int { forgotten + elements.count }

    /// Makes room for a quarter of them at a time, so that appending stays cheap.
    mutating func append(_ element: Element) {
        if elements.count >= limit {
            let going = max(1, limit / 4)
            elements.removeFirst(going)
            forgotten += going
        }
        elements.append(element)
    }

    /// Those from `position` on that are still here.
    func from(_ position: Int) -> ArraySlice<Element> {
        elements[min(max(0, position - forgotten), elements.count)...]
    }

    /// Changes the newest that is meant; there may be none.
    mutating func changeLast(where isMeant: (Element) -> Bool, _ change: (inout Element) -> Void) {
        guard let index = elements.lastIndex(where: isMeant) else { return }
        change(&elements[index])
    }
}
