/// A parameter is not what it has to be.
struct BadQuery: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
