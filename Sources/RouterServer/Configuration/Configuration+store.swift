extension Configuration {
    /// Where all that is durable lives.
    package struct Store: Sendable {
        package enum Location: Equatable, Sendable {
            /// A file; a path that is not absolute is beneath the working directory.
            case sqlite(path: String)
        }

        package var location = Location.sqlite(path: "data/router.db")

        package init() {}
    }
}

extension Configuration.Store {
    mutating func read(_ section: Section) {
        section.read("url", .store, into: &location)
    }
}

extension Form where Value == Configuration.Store.Location {
    /// The text is never repeated: the URL of a database may hold a password.
    static var store: Form {
        Form(placeholder: .sqlite(path: "")) { text in
            if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
                return .mismatch(
                    "names PostgreSQL, which is not available in this version: write sqlite:data/router.db"
                )
            }
            guard text.hasPrefix("sqlite:") else {
                return .mismatch(
                    "is of an unknown kind: write sqlite: and the path of a file, as in sqlite:data/router.db"
                )
            }
            var path = text.dropFirst("sqlite:".count)
            if path.hasPrefix("///") { path = path.dropFirst(2) }
            guard !path.hasPrefix("//") else {
                return .mismatch("names a host: write sqlite:data/router.db, or sqlite:/data/router.db from the root")
            }
            guard !path.isEmpty, path != ":memory:", !path.hasSuffix("/") else {
                return .mismatch("names no file: what is accepted must be on disk, as in sqlite:data/router.db")
            }
            return .fits(.sqlite(path: String(path)))
        }
    }
}
