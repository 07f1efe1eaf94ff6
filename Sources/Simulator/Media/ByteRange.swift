/// The one range that a `Range` header asks for.
enum ByteRange: Equatable {
    /// No header, or one that need not be understood.
    case all
    case part(Range<Int>)
    /// Asks for bytes of which none are there.
    case unsatisfiable

    init(_ header: String?, of size: Int) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .all
            return
        }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else {
            self = .all
            return
        }
        switch (Int(ends[0]), Int(ends[1])) {
        case (let first?, let last) where last.map({ $0 >= first }) ?? ends[1].isEmpty:
            self = first < size ? .part(first..<min(size, (last ?? size - 1) + 1)) : .unsatisfiable
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        default: self = .all
        }
    }
}
