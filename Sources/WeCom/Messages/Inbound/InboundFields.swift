import System
import Text
import XML

/// Reads the elements of WeCom's documents: space around a value is no part of it, and a value that is empty, missing or
/// makes no sense is nil.
extension XMLElement {
    /// The text of the first child called `name`; nil when it is missing or empty.
    func value(_ name: String) -> String? { self[name]?.text.trimmed.nonEmpty }

    /// A word of WeCom's own, in small letters; nil for what is longer than any of them.
    func word(_ name: String) -> String? {
        value(name).flatMap { $0.utf8.count <= 256 ? $0.lowercasedASCII : nil }
    }

    func integer(_ name: String) -> Int64? { value(name).flatMap { Int64($0) } }

    /// A finite number; nobody writes one with more digits than this takes.
    func decimal(_ name: String) -> Double? {
        guard let text = value(name), text.utf8.count <= 32, let number = Double(text), number.isFinite else {
            return nil
        }
        return number
    }

    /// Seconds since 1970, up to the end of the year 9999: a later time is no time.
    func time(_ name: String) -> Timestamp? {
        guard let seconds = integer(name), (0..<253_402_300_800).contains(seconds) else { return nil }
        return Timestamp(seconds: seconds)
    }

    func user(_ name: String) -> UserID? { value(name).map { UserID($0) } }

    func media(_ name: String) -> MediaID? {
        guard let text = value(name), text.utf8.count <= 512 else { return nil }
        return MediaID(text)
    }

    /// The entries of a list with commas: `zhangsan,lisi`.
    func list(_ name: String) -> [String] {
        guard let text = value(name) else { return [] }
        return text.utf8.split(separator: UInt8(ascii: ",")).compactMap { String(Substring($0)).trimmed.nonEmpty }
    }

    func users(_ name: String) -> [UserID] { list(name).map { UserID($0) } }

    func numbers(_ name: String) -> [Int64] { list(name).compactMap { Int64($0) } }

    func coordinates(latitude: String, longitude: String) -> InboundMessage.Coordinates? {
        guard let latitude = decimal(latitude), let longitude = decimal(longitude) else { return nil }
        return InboundMessage.Coordinates(latitude: latitude, longitude: longitude)
    }

    /// `Location_X` is the latitude and `Location_Y` the longitude, in messages and in events.
    var location: InboundMessage.Location? {
        guard let coordinates = coordinates(latitude: "Location_X", longitude: "Location_Y") else { return nil }
        return InboundMessage.Location(
            coordinates, scale: integer("Scale").flatMap { Int(exactly: $0) }, label: value("Label"))
    }

    /// The names of a document's elements, as many and as long as a log should have.
    var fieldNames: [String] { children.prefix(32).map(\.name.shortened) }
}

extension String {
    /// The text cut for a log, where WeCom may name things that we have not heard of.
    var shortened: String {
        String(beginning(bytes: 64)).trimmed
    }
}
