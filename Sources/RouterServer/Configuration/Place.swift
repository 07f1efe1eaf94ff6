/// The place where a value of the configuration was written.
package enum Place: Hashable, Sendable {
    case file(String, line: Int, column: Int)
    case environment(String)
}

extension Place: Comparable {
    /// The file from top to bottom, then the environment by name.
    package static func < (a: Place, b: Place) -> Bool {
        switch (a, b) {
        case (.file(_, let line, let column), .file(_, let otherLine, let otherColumn)):
            (line, column) < (otherLine, otherColumn)
        case (.environment(let name), .environment(let otherName)): name < otherName
        case (.file, .environment): true
        case (.environment, .file): false
        }
    }
}

extension Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .environment(let name): "environment: \(name)"
        }
    }

    var isEnvironment: Bool { if case .environment = self { true } else { false } }
}
