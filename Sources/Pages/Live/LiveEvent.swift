package import HTML
package import JSON

/// Something that a page is told while it is open.
package struct LiveEvent: Sendable, Equatable {
    package let name: String
    package let data: JSONValue

    package init(_ name: String, _ data: JSONValue) {
        self.name = name
        self.data = data
    }

    /// The way in which a piece of markup goes into a page.
    package enum How: String, Sendable {
        /// In the place of the piece with its key, else behind the last.
        case append
        /// In the place of the piece with its key, wherever that is, and nowhere where there is none.
        case replace
        /// Before the first, and away from where it was.
        case top
        case remove
    }

    /// Puts a piece into the part of the page with the id `at`. The piece bears its key as its id, so that to put it twice is
    /// to put it once.
    package static func put(_ html: HTML = .empty, _ how: How, at place: String, key: String) -> LiveEvent {
        LiveEvent(
            "put",
            [
                "at": .string(place), "how": .string(how.rawValue), "key": .string(key), "html": .string(html.text),
            ])
    }

    /// The last thing that a page is told, with the time after which it may come again.
    static func bye(_ why: LiveEnd) -> LiveEvent {
        LiveEvent("bye", ["why": .string(why.rawValue), "again_ms": .integer(1500)])
    }

    /// The event as it goes over the wire.
    func bytes(id: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        if let id { bytes += "id: \(id)\n".utf8 }
        bytes += "event: \(name)\ndata: ".utf8
        data.write(to: &bytes)
        bytes += "\n\n".utf8
        return bytes
    }
}

/// The reason why a page is told no more.
package enum LiveEnd: String, Sendable {
    /// The server stops.
    case draining
    /// The page takes less than comes.
    case lag
    /// Others of the same browser came after it.
    case newerTab = "newer_tab"
    case signedOut = "signed_out"
}
